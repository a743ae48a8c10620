/* embed_rows.c: decides lines that are structs of the host: says once, by name, where their fields stand, and hands them over as they are.
**
** This is the program of the tour in docs/embedding.md. The contract is that of embed_minimal. Usage: embed_rows MODULE.bdc
*/
#include <stdio.h>
#include <stdlib.h>

#include "beding.h"

/* A line as this host keeps it. */
typedef struct Line {
    char from[11], to[11], sent[11]; /* "2025-03-03" */
    const char *product, *unit, *intensity;
    int32_t parts;
    int64_t claimed_cents;
    bool is_signed, is_signed_known;
} Line;

static const bd_field fields[] = {
    BD_FIELD("begindatum", BD_FIELD_CHARS, Line, from),
    BD_FIELD("einddatum", BD_FIELD_CHARS, Line, to),
    BD_FIELD("dagtekening", BD_FIELD_CHARS, Line, sent),
    BD_FIELD("product", BD_FIELD_STRING, Line, product),
    BD_FIELD("eenheid", BD_FIELD_STRING, Line, unit),
    BD_FIELD("zwaarte", BD_FIELD_STRING, Line, intensity),
    BD_FIELD("volume", BD_FIELD_INT32, Line, parts),
    BD_FIELD_SCALED("bedrag", BD_FIELD_INT64, Line, claimed_cents, 100),
    BD_FIELD_OPTIONAL("akkoord", BD_FIELD_BOOL, Line, is_signed, is_signed_known),
};
static const bd_row_layout layout = {.stride = sizeof(Line),
                                     .fields = fields,
                                     .field_count = sizeof fields / sizeof *fields};

static const Line lines[] = {
    {"2025-03-03", "2025-03-30", "2025-04-22", "groep", "dagdeel", "zwaar", 24, 153240, true, true},
    {"2025-03-03", "2025-03-30", "2025-07-01", "08A03", "dagdeel", NULL, 24, 20000, false, false},
    {"2025-03-03", "2025-03-30", "2025-04-22", "vervoer", "dagdeel", NULL, 24, 21840, false, true},
    {"2025-03-03", "2025-02-30", "2025-04-22", "vervoer", "dagdeel", NULL, 24, 21840, false, true}, /* no such day */
};

static bd_status decide(const bd_module *module, bd_session *session, const Line *line, bd_error *error)
{
    static const char *const words[] = {"approved", "rejected", "suspended", "faulted"};
    uint8_t decision;
    int64_t cents;
    uint64_t reasons[4]; /* room for 256 rules */
    uint32_t fault;
    bd_rule_info rule;
    bd_decisions out = {.decision = &decision, .cents = &cents, .reasons = reasons, .fault = &fault};
    if (bd_module_reason_words(module) > 4)
        return BD_ARGUMENT;
    bd_status status = bd_session_decide_rows(session, line, 1, &out, error);
    if (status != BD_OK)
        return status;
    printf("%s, %lld cents", words[decision], (long long)cents);
    for (uint32_t i = 0; bd_module_rule(module, i, &rule) == BD_OK; i++)
        if (reasons[i / 64] >> (i % 64) & 1)
            printf(", %.*s", (int)rule.name.size, rule.name.data);
    printf("\n");
    return BD_OK;
}

int main(int argc, char **argv)
{
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    void *bytes = malloc(1 << 20); /* stays as long as the module */
    size_t size = file && bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    if (file)
        fclose(file);
    bd_status status = bd_module_load(bytes, size, NULL, &module, &error);
    status = status != BD_OK ? status : bd_session_new(module, NULL, &session, &error);
    status = status != BD_OK ? status : bd_session_prepare(session, &error);
    status = status != BD_OK ? status : bd_session_bind_rows(session, &layout, &error);
    for (size_t i = 0; status == BD_OK && i < sizeof lines / sizeof *lines; i++)
        if (decide(module, session, &lines[i], &error) != BD_OK)
            printf("refused: %s\n", error.message);
    if (status != BD_OK)
        fprintf(stderr, "%s: %s\n", bd_status_text(status), error.message);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
    return status == BD_OK ? 0 : 1;
}
