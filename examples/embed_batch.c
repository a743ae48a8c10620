/* embed_batch.c: decides ten thousand lines in one call, from columns as a data frame has them, and adds up.
**
** One array per column, in the order that the module states; the library reads them in place. The lines are generated:
** the same ones each time. The contract is that of embed_minimal. Usage: embed_batch MODULE.bdc
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beding.h"

enum { ROWS = 10000, COLUMNS = 9, RULES_MAX = 64, MODULE_MAX = 1 << 20 };

static int32_t sent[ROWS], product[ROWS], first_day[ROWS], last_day[ROWS], unit[ROWS], intensity[ROWS];
static int64_t volume[ROWS], claimed[ROWS];
static uint8_t is_signed[ROWS], is_signed_known[ROWS], has_intensity[ROWS];

/* Where the arrays of this program belong. `scale` is the denominator they are filled with. */
static const struct Binding {
    const char *name;
    bd_column_data data;
    int64_t scale;
} bindings[COLUMNS] = {
    {"dagtekening", {sent, NULL}, 1},
    {"product", {product, NULL}, 1},
    {"begindatum", {first_day, NULL}, 1},
    {"einddatum", {last_day, NULL}, 1},
    {"volume", {volume, NULL}, 100},
    {"eenheid", {unit, NULL}, 1},
    {"bedrag", {claimed, NULL}, 100},
    {"akkoord", {is_signed, is_signed_known}, 1},
    {"zwaarte", {intensity, has_intensity}, 1},
};

static int32_t member(const bd_module *module, uint32_t choice, const char *word)
{
    return (int32_t)bd_choice_find(module, choice, (bd_text){word, strlen(word)});
}

/* Line i: a product in turn, 1 to 44 half days; now and then late, a cent wrong, or not signed for. */
static void generate(const bd_module *module, uint32_t intensities)
{
    static const int64_t tariff_cents[2] = {4120, 6385};
    int32_t group = member(module, 0, "groep"), transport = member(module, 0, "vervoer"); /* choice 0: the products */
    int32_t half_day = member(module, 1, "dagdeel");                                      /* choice 1: the units */
    int32_t kinds[2] = {member(module, intensities, "licht"), member(module, intensities, "zwaar")};
    for (int i = 0; i < ROWS; i++) {
        bool is_group = i % 3 != 0;
        int64_t parts = 1 + i % 44;
        product[i] = is_group ? group : transport;
        has_intensity[i] = is_group;
        intensity[i] = kinds[i % 2];
        unit[i] = half_day;
        first_day[i] = 20100 + i % 300; /* from 2025-01-12 */
        last_day[i] = first_day[i] + 6;
        sent[i] = last_day[i] + (i % 50 == 0 ? 57 : 20);
        volume[i] = parts * 100;
        claimed[i] = parts * (is_group ? tariff_cents[i % 2] : 910) + (i % 70 == 0);
        is_signed_known[i] = i % 5 != 0;
        is_signed[i] = i % 110 != 1;
    }
}

/* Puts the arrays in the module's order. False when it wants a column, or a scale, that this program does not have. */
static bool bind_columns(const bd_module *module, bd_column_data *columns, uint32_t *intensities)
{
    bd_program_info program;
    bd_column_info info;
    if (bd_module_program(module, 0, &program) != BD_OK || program.kind != BD_PROGRAM_LINES ||
        program.columns > COLUMNS)
        return false;
    for (uint32_t i = 0; i < program.columns; i++) {
        const struct Binding *found = NULL;
        bd_module_column(module, program.first_column + i, &info);
        for (size_t k = 0; k < COLUMNS; k++) {
            if (info.name.size == strlen(bindings[k].name) &&
                memcmp(info.name.data, bindings[k].name, info.name.size) == 0)
                found = &bindings[k];
        }
        if (!found || found->scale != info.denominator || (found->data.present && !info.optional))
            return fprintf(stderr, "%.*s is not a column here\n", (int)info.name.size, info.name.data), false;
        columns[i] = found->data;
        if (strcmp(found->name, "zwaarte") == 0)
            *intensities = info.choice;
    }
    return true;
}

static void print_totals(const bd_module *module, const bd_decisions *decisions)
{
    static const char *const words[] = {"approved", "rejected", "suspended", "faulted"};
    uint32_t by_decision[4] = {0}, by_rule[RULES_MAX] = {0}, width = bd_module_reason_words(module);
    int64_t total = 0;
    bd_rule_info rule;
    for (size_t row = 0; row < ROWS; row++) {
        by_decision[decisions->decision[row]]++;
        total += decisions->cents[row];
        for (uint32_t i = 0; i < RULES_MAX; i++)
            by_rule[i] += (uint32_t)(decisions->reasons[row * width] >> i & 1);
    }
    for (int i = 0; i < 4; i++)
        printf("%-9s %5u\n", words[i], by_decision[i]);
    printf("granted   %lld.%02lld euros\n", (long long)(total / 100), (long long)(total % 100));
    for (uint32_t i = 0; i < RULES_MAX && bd_module_rule(module, i, &rule) == BD_OK; i++)
        if (by_rule[i] > 0)
            printf("%6u x %.*s\n", by_rule[i], (int)rule.name.size, rule.name.data);
}

static bd_status decide_all(const bd_module *module, bd_session *session, bd_error *error)
{
    static uint8_t decision[ROWS];
    static int64_t cents[ROWS];
    static uint64_t reasons[ROWS]; /* one word a row is enough for 64 rules */
    static uint32_t fault[ROWS];
    bd_column_data columns[COLUMNS];
    bd_decisions decisions = {.decision = decision, .cents = cents, .reasons = reasons, .fault = fault};
    bd_batch batch = {.rows = ROWS, .columns = columns};
    uint32_t intensities = BD_NONE;
    if (bd_module_reason_words(module) != 1 || !bind_columns(module, columns, &intensities))
        return BD_ARGUMENT;
    generate(module, intensities);
    bd_status status = bd_session_decide(session, &batch, &decisions, error);
    if (status == BD_OK)
        print_totals(module, &decisions);
    return status;
}

int main(int argc, char **argv)
{
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    bd_options options = {.limits = {.memory = 8 << 20}}; /* this program can spare 8 MiB */
    void *bytes = malloc(MODULE_MAX);                     /* aligned well enough; to be there as long as the module */
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    size_t size = file && bytes ? fread(bytes, 1, MODULE_MAX, file) : 0;
    if (file)
        fclose(file);
    bd_status status = bd_module_load(bytes, size, &options, &module, &error);
    status = status != BD_OK ? status : bd_session_new(module, &options, &session, &error);
    status = status != BD_OK ? status : bd_session_prepare(session, &error);
    status = status != BD_OK ? status : decide_all(module, session, &error);
    if (status != BD_OK)
        fprintf(stderr, "%s: %s\n", bd_status_text(status), error.message);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
    return status == BD_OK ? 0 : 1;
}
