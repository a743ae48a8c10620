/* embed_minimal.c: the smallest useful host: opens a module, says which columns it reads, decides three lines, tells why.
**
** A host needs beding.h and libbeding only; the compiler stays at home. The module is made by
** `beding build dagbesteding.bdg -o dagbesteding.bdc`. Usage: embed_minimal MODULE.bdc
*/
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beding.h"

enum { ROWS = 3, MAX_COLUMNS = 16 };

/* What this program knows of a line, as a vendor's own table would have it. */
typedef struct Line {
    const char *product, *intensity;   /* names or codes; NULL: not filled in */
    int32_t first_day, last_day, sent; /* days since 1970-01-01 */
    int64_t parts, claimed_cents;
    int signed_for; /* 0 no, 1 yes, -1 unknown */
} Line;

static const Line lines[ROWS] = {
    {"groep", "zwaar", 20150, 20177, 20200, 24, 153240, 1}, /* 2025-03-03 .. 2025-03-30, 24 times 63.85 */
    {"08A03", NULL, 20150, 20177, 20270, 24, 20000, -1},    /* late, and 24 times 9.10 is 218.40 */
    {"vervoer", NULL, 20150, 20177, 20200, 24, 21840, 0},   /* right, but not signed for yet */
};

typedef union Column { /* the values of one column, of whatever kind */
    uint8_t boolean[ROWS];
    int32_t integer[ROWS];
    int64_t scaled[ROWS];
} Column;

static bool is(bd_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

static int32_t member(const bd_module *module, const bd_column_info *column, const char *word)
{
    return (int32_t)bd_choice_find(module, column->choice, (bd_text){word, strlen(word)});
}

/* Fills in a column for a row; false: the line has no such value. A column that is unknown here is a new wish of the
** agreement. */
static bool fill(const bd_module *module, const bd_column_info *column, size_t row, Column *out)
{
    const Line *line = &lines[row];
    if (is(column->name, "product"))
        out->integer[row] = member(module, column, line->product);
    else if (is(column->name, "eenheid"))
        out->integer[row] = member(module, column, "dagdeel");
    else if (is(column->name, "begindatum"))
        out->integer[row] = line->first_day;
    else if (is(column->name, "einddatum"))
        out->integer[row] = line->last_day;
    else if (is(column->name, "dagtekening"))
        out->integer[row] = line->sent;
    else if (is(column->name, "volume"))
        out->scaled[row] = line->parts * column->denominator;
    else if (is(column->name, "bedrag"))
        out->scaled[row] = line->claimed_cents * (column->denominator / 100);
    else if (is(column->name, "zwaarte") && line->intensity)
        out->integer[row] = member(module, column, line->intensity);
    else if (is(column->name, "akkoord") && line->signed_for >= 0)
        out->boolean[row] = line->signed_for == 1;
    else
        return false;
    return true;
}

static void print_decision(const bd_module *module, const bd_decisions *decisions, uint32_t row)
{
    static const char *const words[] = {"approved", "rejected", "suspended", "faulted"};
    uint32_t width = bd_module_reason_words(module);
    bd_rule_info rule;

    printf("line %u: %s, %lld cents\n", row + 1, words[decisions->decision[row]], (long long)decisions->cents[row]);
    for (uint32_t i = 0; bd_module_rule(module, i, &rule) == BD_OK; i++) {
        if (decisions->reasons[row * width + i / 64] >> (i % 64) & 1)
            printf("    %.*s (%.*s) %.*s\n", (int)rule.name.size, rule.name.data, (int)rule.citation.place.size,
                   rule.citation.place.data, (int)rule.reason.size, rule.reason.data);
    }
}

static bd_status decide_lines(const bd_module *module, bd_session *session, bd_error *error)
{
    static Column values[MAX_COLUMNS];
    static uint8_t present[MAX_COLUMNS][ROWS];
    bd_column_data columns[MAX_COLUMNS];
    bd_program_info program;
    bd_column_info column;

    if (bd_module_program(module, 0, &program) != BD_OK || program.columns > MAX_COLUMNS)
        return BD_ARGUMENT;
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_module_column(module, program.first_column + i, &column);
        printf("column %.*s%s\n", (int)column.name.size, column.name.data, column.optional ? ", optional" : "");
        for (size_t row = 0; row < ROWS; row++) {
            present[i][row] = fill(module, &column, row, &values[i]);
            if (!present[i][row] && !column.optional)
                return BD_ARGUMENT;
        }
        columns[i] = (bd_column_data){&values[i], present[i]};
    }

    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint32_t fault[ROWS];
    uint64_t *reasons = malloc(ROWS * bd_module_reason_words(module) * sizeof *reasons);
    if (!reasons)
        return BD_NOMEM;
    bd_batch batch = {.rows = ROWS, .columns = columns};
    bd_decisions decisions = {.decision = decision, .cents = cents, .reasons = reasons, .fault = fault};
    bd_status status = bd_session_decide(session, &batch, &decisions, error);
    for (uint32_t row = 0; status == BD_OK && row < ROWS; row++)
        print_decision(module, &decisions, row);
    free(reasons);
    return status;
}

int main(int argc, char **argv)
{
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    struct stat file;
    int descriptor = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (descriptor < 0 || fstat(descriptor, &file) != 0 || file.st_size == 0)
        return fprintf(stderr, "usage: embed_minimal MODULE.bdc\n"), 2;
    size_t size = (size_t)file.st_size;
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    bd_status status = bytes == MAP_FAILED ? BD_NOMEM : bd_module_load(bytes, size, NULL, &module, &error);
    status = status != BD_OK ? status : bd_session_new(module, NULL, &session, &error);
    status = status != BD_OK ? status : bd_session_prepare(session, &error);
    status = status != BD_OK ? status : decide_lines(module, session, &error);
    if (status != BD_OK)
        fprintf(stderr, "%s: %s\n", bd_status_text(status), error.message);
    bd_session_free(session);
    bd_module_free(module); /* after its sessions; the bytes after it */
    if (bytes != MAP_FAILED)
        munmap(bytes, size);
    return status == BD_OK ? 0 : 1;
}
