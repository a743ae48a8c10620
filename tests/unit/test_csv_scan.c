/* test_csv_scan.c: every version of the structure scan finds what a look at each byte finds, at every length and place of a mark. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "compiler/cli/csv_scan.c" /* NOLINT(bugprone-suspicious-include): a file of the command, which is no library */

enum { MOST = 700, TRIES = 3000 };

typedef struct Found {
    uint32_t ends[MOST + CSV_SCAN_SLACK], lines[MOST + CSV_SCAN_SLACK];
    size_t end_count, line_count;
    bool has_quote;
} Found;

/* Byte by byte, up to the first quotation mark. */
static void look(Found *found, const char *data, size_t limit, char separator)
{
    found->end_count = found->line_count = 0;
    found->has_quote = false;
    for (size_t i = 0; i < limit && !found->has_quote; i++) {
        found->has_quote = data[i] == '"';
        if (data[i] == separator || data[i] == '\n')
            found->ends[found->end_count++] = (uint32_t)i;
        if (data[i] == '\n')
            found->lines[found->line_count++] = (uint32_t)i;
    }
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* wanted beyond what there is: then a version must find exactly what there is. */
static void compare(int version, const char *data, size_t limit, char separator)
{
    static Found expected, found;
    look(&expected, data, limit, separator);
    CsvScan scan = {.ends = found.ends, .lines = found.lines};
    if (!csv_scan_with(version, &scan, data, limit, separator, MOST))
        return;
    CHECK(scan.end_count == expected.end_count, "%zu ends of %zu", scan.end_count, expected.end_count);
    CHECK(scan.line_count == expected.line_count, "%zu lines of %zu", scan.line_count, expected.line_count);
    CHECK(scan.has_quote == expected.has_quote, "quote %d", scan.has_quote);
    CHECK(memcmp(found.ends, expected.ends, expected.end_count * sizeof *found.ends) == 0, "other ends");
    CHECK(memcmp(found.lines, expected.lines, expected.line_count * sizeof *found.lines) == 0, "other lines");
}

static void check_version(int version)
{
    static const char ALPHABET[] = "a1,;\n\r\"-.,,\n\xC3\xA9\x7F\x80\xAC\x0A\x2C";
    uint32_t state = 1;
    char *data = malloc(MOST + CSV_SCAN_STEP);
    CHECK(data != NULL, "no memory");
    for (int i = 0; data != NULL && i < TRIES; i++) {
        size_t limit = next_random(&state) % (i % 2 == 0 ? 70 : MOST);
        /* Some texts have no quotation mark at all, some are dense with marks, some sparse. */
        uint32_t letters = i % 3 == 0 ? 6 : (uint32_t)sizeof ALPHABET - 1;
        uint32_t sparse = 1 + next_random(&state) % 20;
        for (size_t at = 0; at < MOST + CSV_SCAN_STEP; at++)
            data[at] = next_random(&state) % sparse == 0 ? ALPHABET[next_random(&state) % letters] : 'x';
        compare(version, data, limit, i % 4 == 0 ? ';' : ',');
    }
    free(data);
}

static void check_stops(int version)
{
    char data[64 * 8];
    uint32_t ends[64 * 8 + CSV_SCAN_SLACK], lines[64 * 8 + CSV_SCAN_SLACK];
    memset(data, ',', sizeof data);
    CsvScan scan = {.ends = ends, .lines = lines};
    if (!csv_scan_with(version, &scan, data, 64 * 7, ',', 10))
        return;
    CHECK(scan.end_count >= 10 && scan.end_count <= 10 + 64, "%zu ends", scan.end_count);
    memset(data, 0xC3, sizeof data);
    (void)csv_scan_with(version, &scan, data, 64 * 7, ',', 10);
    CHECK(scan.high != 0 && scan.end_count == 0, "%zu ends", scan.end_count);
}

int main(void)
{
    static const char *const NAMES[CSV_SCAN_VERSIONS] = {"plain C", "SSE2", "AVX2", "AVX-512"};
    for (int version = 0; version < CSV_SCAN_VERSIONS; version++) {
        check_group(NAMES[version]);
        CHECK(true, "a machine may lack the version");
        check_version(version);
        check_stops(version);
    }
    return check_done();
}
