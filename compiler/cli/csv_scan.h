/* csv_scan.h: where the cells of many rows of CSV end.
**
** Job: the structure of a piece of a file, 64 bytes at a time: the offsets of separators and line ends, without a look at what stands
** between them. One of four versions is chosen when the program runs: AVX-512, AVX2, SSE2 or plain C; all give the same
** answer.
** Invariant: nothing behind the first quotation mark is reported, so what is reported are ends of cells whatever follows.
*/
#ifndef BEDING_CLI_CSV_SCAN_H
#define BEDING_CLI_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSV_SCAN_STEP = 64, /* bytes read at once: so many must be readable from any byte before `limit` on */
    CSV_SCAN_VERSIONS = 4,
    CSV_SCAN_SLACK = 80 /* entries that ends and lines need beyond those asked for */
};

typedef struct CsvScan {
    uint32_t *ends;  /* offsets of separators and line ends */
    uint32_t *lines; /* offsets of line ends alone */
    size_t end_count, line_count;
    uint64_t high; /* not 0: a byte that was looked at is no ASCII */
    bool has_quote;
} CsvScan;

/* Scans data[0 .. limit) until `wanted` ends are found, a quotation mark, or the limit. limit < 2^32. The arrays have room for
** wanted + CSV_SCAN_SLACK entries. */
void csv_scan(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted);

/* The versions, for tests: 0 plain C, 1 SSE2, 2 AVX2, 3 AVX-512. False when this machine has not that version. */
bool csv_scan_with(int version, CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted);

#endif
