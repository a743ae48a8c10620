/* json_scan.h: many rows of JSON Lines at once: where lines end, and where values stand in rows of one shape.
**
** Job: what json.h does with care for one row, for many rows that look alike. Lines that hold a byte of which the walk knows nothing
** (escapes, control characters) are marked; a walk then goes over all rows member by member, comparing what stands between
** two values with what stood there in a row that was read with care, so that only values are looked at. One of three versions is
** chosen when the program runs: AVX2, SSE2 or plain C; all give the same answer.
** Invariant: a row that the walk has passed is one that json.h would accept, with the same values.
*/
#ifndef BEDING_CLI_JSON_SCAN_H
#define BEDING_CLI_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JSON_SCAN_STEP =
        32, /* bytes read at once: twice so many must be readable from any byte of the text on, its last line end too */
    JSON_SCAN_ROWS = 48, /* of one walk: their text stays in the first level cache */
    JSON_SCAN_VERSIONS = 3
};

/* What a line holds besides plain ASCII. */
enum {
    JSON_LINE_ODD = 1, /* a backslash or a control character, other than a carriage return before the line end */
    JSON_LINE_HIGH = 2 /* a byte that is no ASCII */
};

typedef struct JsonLines {
    uint32_t ends[JSON_SCAN_ROWS + JSON_SCAN_STEP]; /* offsets of line ends */
    uint8_t marks[JSON_SCAN_ROWS + JSON_SCAN_STEP + 1];
    size_t count;
} JsonLines;

/* Finds the first JSON_SCAN_ROWS lines of data[0 .. limit), or as many as end in it. limit < 2^32. */
void json_scan_lines(JsonLines *lines, const char *data, size_t limit);

/* What stands before a value: `{"name":` or `,"name":`, with the white space of the row it was learnt from. Behind it follows the first byte
** of the value in that row, which is not counted: a value of the same kind is expected. JSON_SCAN_STEP bytes can be read from any of its
** bytes on. */
typedef struct JsonMember {
    const char *before;
    uint32_t size;
} JsonMember;

typedef struct JsonWalk {
    const char *data;
    const uint32_t *line_ends; /* of the rows */
    uint32_t
        *at; /* per row: its first byte; afterwards what follows its last value, or its line end when it went wrong */
    size_t rows;
    const JsonMember *members;
    size_t member_count;
    /* Two for member m and row r, from cells[2 * (m * JSON_SCAN_ROWS + r)] on: the offset before the value and the one behind it; without
    ** a value nothing is between them. */
    uint32_t *cells;
    uint32_t yes, no; /* where `ja` and `nee` stand: what true and false become */
} JsonWalk;

/* Goes over the rows. A row may lack any members but the first. */
void json_scan_walk(JsonWalk *walk);

/* Whether a row that a walk has gone over ends as it should. */
bool json_scan_is_done(const JsonWalk *walk, size_t row);

/* The versions, for tests: 0 plain C, 1 SSE2, 2 AVX2. False when this machine has not that version. */
bool json_scan_lines_with(int version, JsonLines *lines, const char *data, size_t limit);
bool json_scan_walk_with(int version, JsonWalk *walk);

#endif
