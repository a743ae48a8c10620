/* embed_native.c: functions of the host in a contract: `definitie … extern` declares them, this program has them.
**
** The contract names what it cannot say itself: which days are holidays, how far it is to a postcode. An ordinary C
** function is bound by name and signature; the library calls it for the lines that need it. Usage: embed_native MODULE.bdc
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beding.h"

enum { ROWS = 4, COLUMNS = 7 };

#define TEXT(literal) ((bd_text){literal, sizeof(literal) - 1})

/* definitie is_feestdag(dag : datum) : boolean  ->  "b(d)" */
static int is_holiday(int32_t day, bool *result)
{
    static const int32_t holidays[] = {20199, 20205, 20227}; /* 21 and 27 April, 19 May 2025 */
    *result = false;
    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++)
        *result |= holidays[i] == day;
    return 0;
}

/* definitie kilometers(van : tekst, naar : tekst) : getal  ->  "n(tt)". A text comes as two arguments, a number goes as
** a fraction. */
static int kilometers(const char *from, size_t from_size, const char *to, size_t to_size, int64_t *result)
{
    static const struct {
        char postcode[5];
        int64_t hundred_metres;
    } roads[] = {{"4501", 0}, {"4502", 34}, {"4511", 127}};

    if (from_size != 4 || memcmp(from, "4501", 4) != 0)
        return 1; /* all roads here begin at the town hall */
    for (size_t i = 0; i < sizeof roads / sizeof *roads; i++) {
        if (to_size == 4 && memcmp(to, roads[i].postcode, 4) == 0) {
            result[0] = roads[i].hundred_metres;
            result[1] = 10; /* the library puts it in lowest terms */
            return 0;
        }
    }
    return 1; /* no answer: the line is not guessed at but faults */
}

static bd_status bind_functions(bd_session *session, bd_error *error)
{
    bd_status status =
        bd_session_bind_native(session, TEXT("is_feestdag"), TEXT("b(d)"), (void (*)(void))is_holiday, error);
    if (status == BD_OK)
        status = bd_session_bind_native(session, TEXT("kilometers"), TEXT("n(tt)"), (void (*)(void))kilometers, error);
    return status;
}

/* "definitie.reiskosten" on its own, without a line. */
static bd_status ask_travel_costs(const bd_module *module, bd_session *session, bd_error *error)
{
    bd_program_info program;
    for (uint32_t i = 1; bd_module_program(module, i, &program) == BD_OK; i++) {
        if (program.name.size != strlen("definitie.reiskosten") || program.columns != 1 || program.outputs != 1 ||
            memcmp(program.name.data, "definitie.reiskosten", program.name.size) != 0)
            continue;
        bd_value input = {.present = true, .text = TEXT("4511")}, output;
        bd_status status = bd_session_eval(session, i, &input, &output, error);
        if (status == BD_OK)
            printf("travel to 4511: %.*s euros\n", (int)output.text.size, output.text.data);
        return status;
    }
    return BD_NAME;
}

static bd_status decide_lines(const bd_module *module, bd_session *session, bd_error *error)
{
    /* The columns of this agreement, in the order that `beding describe` prints; a host for any agreement looks them up. */
    static const char *const words[] = {"approved", "rejected", "suspended", "faulted"};
    static const int32_t day[ROWS] = {20198, 20199, 20200, 20200}; /* 20 to 22 April 2025; the 21st is a holiday */
    static const int64_t minutes[ROWS] = {9000, 9000, 9000, 9000}; /* 90.00 */
    static const int64_t nothing[ROWS];
    static const uint8_t absent[ROWS];
    const bd_text postcode[ROWS] = {TEXT("4502"), TEXT("4502"), TEXT("4501"), TEXT("9999")};
    int32_t product[ROWS], unit[ROWS];
    for (int i = 0; i < ROWS; i++) {
        product[i] = (int32_t)bd_choice_find(module, 0, TEXT("hulp"));
        unit[i] = (int32_t)bd_choice_find(module, 1, TEXT("01")); /* minutes, by their code */
    }
    const bd_column_data columns[COLUMNS] = {{product, NULL}, {day, NULL},       {day, NULL},     {minutes, NULL},
                                             {unit, NULL},    {nothing, absent}, {postcode, NULL}};
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
    bd_batch batch = {.rows = ROWS, .columns = columns};
    bd_decisions decisions = {.decision = decision, .cents = cents, .reasons = reasons, .fault = fault};
    bd_program_info program;
    bd_site_info site;

    if (bd_module_program(module, 0, &program) != BD_OK || program.columns != COLUMNS ||
        bd_module_reason_words(module) != 1)
        return BD_ARGUMENT;
    bd_status status = bd_session_decide(session, &batch, &decisions, error);
    for (int i = 0; status == BD_OK && i < ROWS; i++) {
        printf("line %d: %s, %lld cents", i + 1, words[decision[i]], (long long)cents[i]);
        if (fault[i] != BD_NONE && bd_module_site(module, fault[i], &site) == BD_OK)
            printf(", in %.*s on line %u", (int)site.text.size, site.text.data, site.place.line);
        printf("\n");
    }
    return status;
}

int main(int argc, char **argv)
{
    enum { MODULE_MAX = 1 << 20 };
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    void *bytes = malloc(MODULE_MAX);
    size_t size = file && bytes ? fread(bytes, 1, MODULE_MAX, file) : 0;
    if (file)
        fclose(file);
    bd_status status = bytes ? bd_module_load(bytes, size, NULL, &module, &error) : BD_NOMEM;
    if (status == BD_OK)
        status = bd_session_new(module, NULL, &session, &error);
    if (status == BD_OK && bd_session_prepare(session, &error) == BD_NATIVE)
        printf("%s\n", error.message); /* nothing is bound yet: refused before the first line, and no harm done */
    if (status == BD_OK)
        status = bind_functions(session, &error);
    if (status == BD_OK)
        status = bd_session_prepare(session, &error);
    if (status == BD_OK)
        status = decide_lines(module, session, &error);
    if (status == BD_OK)
        status = ask_travel_costs(module, session, &error);
    if (status != BD_OK)
        fprintf(stderr, "%s: %s\n", bd_status_text(status), error.message);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
    return status == BD_OK ? 0 : 1;
}
