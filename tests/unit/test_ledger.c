/* test_ledger.c - both kinds of ledger, through the same cases; then what only a file can do.
 *
 * The cases are what beding_ledger.h promises: a line is found as it was put, a transaction is whole or gone, a credit withdraws exactly what
 * its debit contributed, and a module of another agreement or with another counter is refused.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/check.h"
#include "unit/temporary.h"
#include "vm/core/arena.h"
#include "vm/include/beding_sqlite.h"
#include "vm/ledger.h"

static char folder[TEMPORARY_SIZE];
static char path[TEMPORARY_SIZE + 16];

static bd_text text(const char *string)
{
    return (bd_text){string, strlen(string)};
}

static bd_line_id line_id(const char *declaration, const char *line)
{
    return (bd_line_id){text("0546"), text("42001"), text(declaration), text(line)};
}

static bd_line_record record(bd_decision decision, int64_t cents, const char *reasons)
{
    bd_line_record made = {.decision = decision, .cents = cents, .reasons = text(reasons), .rules = text("betaling")};
    memset(made.hash, (int)(cents & 0x7F), sizeof made.hash);
    return made;
}

static bool same(bd_text a, const char *b)
{
    return a.size == strlen(b) && memcmp(a.data, b, a.size) == 0;
}

/* ---- Ledgers and their content ---- */

static bd_ledger open_memory(void)
{
    bd_ledger ledger;
    CHECK(bd_ledger_memory_new(NULL, &ledger, NULL) == BD_OK, "no ledger in memory");
    return ledger;
}

static bd_ledger open_file(void)
{
    bd_ledger ledger = {NULL, NULL};
    bd_error error;
    if (bd_ledger_sqlite_open(path, &ledger, NULL, &error) != BD_OK) {
        CHECK(false, "%s: %s", path, error.message);
        exit(1);
    }
    return ledger;
}

static bd_ledger open_new_file(void)
{
    unlink(path);
    return open_file();
}

/* What a reading gives, added up. */
typedef struct Sum {
    unsigned count;
    int64_t numerator; /* of contributions with denominator 1 */
    int32_t first, last;
    bd_contribution newest;
    char key[64];
    bd_status answer;
} Sum;

static bd_status add(void *reader, const bd_contribution *contribution)
{
    Sum *sum = reader;
    if (sum->count == 0 || contribution->from < sum->first)
        sum->first = contribution->from;
    if (sum->count == 0 || contribution->to > sum->last)
        sum->last = contribution->to;
    sum->count++;
    sum->numerator += contribution->numerator;
    sum->newest = *contribution;
    memcpy(sum->key, contribution->key.data, contribution->key.size);
    sum->key[contribution->key.size] = '\0';
    return sum->answer;
}

static Sum read_key(bd_ledger *ledger, uint32_t counter, const char *key)
{
    Sum sum = {0};
    bd_status status = ledger->methods->read_key(ledger->context, counter, text(key), add, &sum, NULL);
    CHECK(status == BD_OK, "reading %s gives %d", key, (int)status);
    return sum;
}

static bool find(bd_ledger *ledger, const char *declaration, const char *line, bd_line_record *found_record)
{
    bd_line_id id = line_id(declaration, line);
    bool found = false;
    bd_status status = ledger->methods->find_line(ledger->context, &id, found_record, &found, NULL);
    CHECK(status == BD_OK, "looking for %s gives %d", declaration, (int)status);
    return found;
}

static void begin(bd_ledger *ledger)
{
    CHECK(ledger->methods->begin(ledger->context, NULL) == BD_OK, "begin");
}

static void commit(bd_ledger *ledger)
{
    CHECK(ledger->methods->commit(ledger->context, NULL) == BD_OK, "commit");
}

static bd_status put(bd_ledger *ledger, const char *declaration, const char *line, bd_line_record what,
                     const bd_contribution *contributions, size_t count)
{
    bd_line_id id = line_id(declaration, line);
    return ledger->methods->put_line(ledger->context, &id, &what, contributions, count, NULL);
}

static bd_status credit(bd_ledger *ledger, const char *debit, const char *by)
{
    bd_line_id debit_id = line_id(debit, "1"), credit_id = line_id(by, "1");
    return ledger->methods->credit(ledger->context, &debit_id, &credit_id, NULL);
}

static const bd_ledger_counter counters[] = {
    {{"etmalen", 7}, BD_COUNTER_SUM, {"etmaal", 6}, {"client", 6}},
    {{"bezoeken", 8}, BD_COUNTER_COUNT, {"", 0}, {"client,aanbieder", 16}},
    {{"dagen", 5}, BD_COUNTER_DAYS, {"", 0}, {"client", 6}},
};
enum { COUNTERS = sizeof counters / sizeof *counters };

static uint32_t numbers[COUNTERS];

static void attach(bd_ledger *ledger)
{
    bd_error error = {.message = ""};
    bd_status status = ledger_attach(ledger, text("leiden"), counters, COUNTERS, numbers, &error);
    CHECK(status == BD_OK, "attaching gives %d: %s", (int)status, error.message);
}

/* ---- The cases ---- */

static void check_attach(bd_ledger *ledger)
{
    uint32_t other[COUNTERS + 1] = {0};
    bd_error error;
    attach(ledger);
    CHECK(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2], "numbers are used twice");

    bd_status status = ledger_attach(ledger, text("peel"), counters, COUNTERS, other, &error);
    CHECK(status == BD_LEDGER && error.offset == BD_LEDGER_OTHER_AGREEMENT &&
              strcmp(error.message, "the ledger is of agreement leiden, the module of peel") == 0,
          "another agreement gives %d: %s", (int)status, error.message);

    bd_ledger_counter changed[] = {{text("nieuw"), BD_COUNTER_COUNT, text(""), text("client")}, counters[0]};
    static const struct {
        bd_ledger_counter counter;
        const char *message;
    } cases[] = {
        {{{"etmalen", 7}, BD_COUNTER_SUM, {"dag", 3}, {"client", 6}},
         "counter etmalen is `som in etmaal per client` in the ledger and `som in dag per client` in the module"},
        {{{"etmalen", 7}, BD_COUNTER_COUNT, {"etmaal", 6}, {"client", 6}},
         "counter etmalen is `som in etmaal per client` in the ledger and `aantal in etmaal per client` in the module"},
        {{{"etmalen", 7}, BD_COUNTER_SUM, {"etmaal", 6}, {"client,aanbieder", 16}},
         "counter etmalen is `som in etmaal per client` in the ledger and `som in etmaal per client,aanbieder` in the "
         "module"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        changed[1] = cases[i].counter;
        status = ledger_attach(ledger, text("leiden"), changed, 2, other, &error);
        CHECK(status == BD_LEDGER && error.offset == BD_LEDGER_OTHER_COUNTER &&
                  strcmp(error.message, cases[i].message) == 0,
              "another counter gives %d: %s", (int)status, error.message);
    }

    /* The refusals left no trace: `nieuw` may still become something else. */
    changed[0].kind = BD_COUNTER_DAYS;
    changed[1] = counters[2];
    status = ledger_attach(ledger, text("leiden"), changed, 2, other, &error);
    CHECK(status == BD_OK && other[1] == numbers[2], "a later module gives %d: %s", (int)status, error.message);
}

static void check_lines(bd_ledger *ledger)
{
    bd_line_record found;
    attach(ledger);
    begin(ledger);
    CHECK(!find(ledger, "D1", "1", &found), "an empty ledger has a line");
    bd_contribution gives[] = {{numbers[0], text("c1"), 100, 100, 7, 1},
                               {numbers[0], text("c1"), 100, 100, -1, 3},
                               {numbers[1],
                                text("c1\x1f"
                                     "a"),
                                100, 100, 1, 1},
                               {numbers[2], text("c1"), -5, BD_DATE_MAX, 1, 1}};
    CHECK(put(ledger, "D1", "1", record(BD_APPROVED, 10050, ""), gives, 4) == BD_OK, "put");
    CHECK(put(ledger, "D1", "2", record(BD_REJECTED, 0, "9321;te_laat"), NULL, 0) == BD_OK, "put");
    CHECK(find(ledger, "D1", "1", &found), "a line put in this transaction is not found");
    commit(ledger);

    CHECK(find(ledger, "D1", "1", &found) && found.decision == BD_APPROVED && found.cents == 10050 &&
              same(found.reasons, "") && same(found.rules, "betaling") && found.hash[31] == (10050 & 0x7F) &&
              !found.credited,
          "the approved line comes back differently");
    CHECK(find(ledger, "D1", "2", &found) && found.decision == BD_REJECTED && found.cents == 0 &&
              same(found.reasons, "9321;te_laat"),
          "the rejected line comes back differently");
    CHECK(!find(ledger, "D1", "3", &found) && !find(ledger, "D", "11", &found), "there is a line that was not put");

    Sum sum = read_key(ledger, numbers[0], "c1");
    CHECK(sum.count == 2 && sum.numerator == 6, "%u contributions, %d", sum.count, (int)sum.numerator);
    sum = read_key(ledger, numbers[2], "c1");
    CHECK(sum.count == 1 && sum.first == -5 && sum.last == BD_DATE_MAX, "days %d to %d", sum.first, sum.last);
    sum = read_key(ledger, numbers[1],
                   "c1\x1f"
                   "a");
    CHECK(sum.count == 1 && strcmp(sum.key, "c1\x1f"
                                            "a") == 0,
          "key %s", sum.key);
    CHECK(read_key(ledger, numbers[1], "c1").count == 0 && read_key(ledger, numbers[0], "").count == 0, "other keys");

    /* A reader that stops is obeyed, and its status comes back. */
    Sum stops = {.answer = BD_RANGE};
    CHECK(ledger->methods->read_key(ledger->context, numbers[0], text("c1"), add, &stops, NULL) == BD_RANGE &&
              stops.count == 1,
          "stopping");
    bd_line_id id = line_id("D1", "1");
    Sum of_line = {0};
    CHECK(ledger->methods->read_line(ledger->context, &id, add, &of_line, NULL) == BD_OK && of_line.count == 4,
          "the line has %u contributions", of_line.count);
}

static void check_rejected_again(bd_ledger *ledger)
{
    bd_line_record found;
    bd_contribution gives = {numbers[0], text("c9"), 1, 1, 3, 1};
    attach(ledger);
    begin(ledger);
    CHECK(put(ledger, "D5", "1", record(BD_REJECTED, 0, "te_laat"), NULL, 0) == BD_OK, "put");
    CHECK(put(ledger, "D5", "1", record(BD_APPROVED, 500, ""), &gives, 1) == BD_OK,
          "a rejected line stands in the way");
    CHECK(put(ledger, "D5", "1", record(BD_APPROVED, 600, ""), &gives, 1) == BD_ARGUMENT,
          "an approved line is replaced");
    commit(ledger);
    CHECK(find(ledger, "D5", "1", &found) && found.cents == 500, "the replaced line has %d", (int)found.cents);
    CHECK(read_key(ledger, numbers[0], "c9").count == 1, "contributions of a replaced line");
}

static void check_credit(bd_ledger *ledger)
{
    bd_line_record found;
    attach(ledger);
    begin(ledger);
    for (int i = 0; i < 3; i++) {
        const char *names[] = {"D1", "D2", "D3"};
        bd_contribution gives[] = {{numbers[0], text("c1"), 10 + i, 10 + i, 1 << i, 1},
                                   {numbers[2], text("c1"), 10 + i, 20 + i, 1, 1}};
        CHECK(put(ledger, names[i], "1", record(BD_APPROVED, 100, ""), gives, 2) == BD_OK, "put");
    }
    CHECK(put(ledger, "D4", "1", record(BD_REJECTED, 0, "x"), NULL, 0) == BD_OK, "put");
    commit(ledger);

    begin(ledger);
    CHECK(credit(ledger, "D2", "C1") == BD_OK, "credit");
    CHECK(put(ledger, "C1", "1", record(BD_APPROVED, -100, ""), NULL, 0) == BD_OK, "put the credit");
    CHECK(read_key(ledger, numbers[0], "c1").numerator == 5, "the credit is not seen in its transaction");
    ledger->methods->rollback(ledger->context);
    CHECK(read_key(ledger, numbers[0], "c1").numerator == 7, "a credit that is undone");
    CHECK(find(ledger, "D2", "1", &found) && !found.credited, "a credit that is undone leaves its mark");

    begin(ledger);
    CHECK(credit(ledger, "D2", "C1") == BD_OK, "credit");
    CHECK(credit(ledger, "D2", "C2") == BD_ARGUMENT, "a line is credited twice");
    CHECK(credit(ledger, "D4", "C2") == BD_ARGUMENT, "a rejected line is credited");
    CHECK(credit(ledger, "D9", "C2") == BD_ARGUMENT, "an unknown line is credited");
    commit(ledger);
    CHECK(find(ledger, "D2", "1", &found) && found.credited && found.cents == 100, "the credited line");
    CHECK(read_key(ledger, numbers[0], "c1").numerator == 5 && read_key(ledger, numbers[2], "c1").count == 2,
          "what a credit leaves");
    bd_line_id id = line_id("D2", "1");
    Sum of_line = {0};
    CHECK(ledger->methods->read_line(ledger->context, &id, add, &of_line, NULL) == BD_OK && of_line.count == 0,
          "a credited line contributes");
}

static void check_transactions(bd_ledger *ledger)
{
    bd_line_record found;
    bd_line_id id = line_id("D1", "1");
    bd_line_record what = record(BD_APPROVED, 1, "");
    attach(ledger);
    CHECK(ledger->methods->put_line(ledger->context, &id, &what, NULL, 0, NULL) == BD_STATE, "put without begin");
    CHECK(ledger->methods->credit(ledger->context, &id, &id, NULL) == BD_STATE, "credit without begin");
    CHECK(ledger->methods->commit(ledger->context, NULL) == BD_STATE, "commit without begin");
    begin(ledger);
    CHECK(ledger->methods->begin(ledger->context, NULL) == BD_STATE, "begin twice");

    /* Enough lines to make the indexes grow within the transaction that is undone. */
    char number[16];
    for (int i = 0; i < 3000; i++) {
        bd_contribution gives[] = {{numbers[0], text("c1"), i, i, 1, 1}, {numbers[2], text(number), i, i, 1, 1}};
        snprintf(number, sizeof number, "N%d", i);
        gives[1].key = text(number);
        CHECK(put(ledger, number, "1", record(BD_APPROVED, i, ""), gives, 2) == BD_OK, "put %d", i);
        if (i == 999) {
            commit(ledger);
            begin(ledger);
        }
    }
    CHECK(read_key(ledger, numbers[0], "c1").count == 3000, "before");
    ledger->methods->rollback(ledger->context);
    ledger->methods->rollback(ledger->context);
    CHECK(read_key(ledger, numbers[0], "c1").count == 1000, "after");
    CHECK(find(ledger, "N999", "1", &found) && found.cents == 999 && !find(ledger, "N1000", "1", &found), "lines");
    CHECK(read_key(ledger, numbers[2], "N999").count == 1 && read_key(ledger, numbers[2], "N1000").count == 0, "keys");

    begin(ledger);
    for (int i = 1000; i < 1010; i++) {
        snprintf(number, sizeof number, "N%d", i);
        CHECK(put(ledger, number, "1", record(BD_APPROVED, i + 1, ""), NULL, 0) == BD_OK, "put %d", i);
    }
    commit(ledger);
    CHECK(find(ledger, "N1009", "1", &found) && found.cents == 1010, "a line put again after it was undone");
}

static void check_identities(bd_ledger *ledger)
{
    static const bd_line_id ids[] = {
        {{"a", 1}, {"b", 1}, {"c", 1}, {"1", 1}},   {{"a", 1}, {"b", 1}, {"c1", 2}, {"", 0}},
        {{"a", 1}, {"", 0}, {"bc", 2}, {"1", 1}},   {{NULL, 0}, {"ab", 2}, {"c", 1}, {"1", 1}},
        {{"a\0", 2}, {"b", 1}, {"c", 1}, {"1", 1}}, {{"a", 1}, {"b", 1}, {"C", 1}, {"1", 1}},
        {{"a", 1}, {"b", 1}, {"c", 1}, {"01", 2}},
    };
    enum { COUNT = sizeof ids / sizeof *ids };
    attach(ledger);
    begin(ledger);
    for (int i = 0; i < COUNT; i++) {
        bd_line_record what = record(BD_APPROVED, 1000 + i, "");
        CHECK(ledger->methods->put_line(ledger->context, &ids[i], &what, NULL, 0, NULL) == BD_OK, "identity %d", i);
    }
    commit(ledger);
    for (int i = 0; i < COUNT; i++) {
        bd_line_record found = {.cents = 0};
        bool is_there = false;
        CHECK(ledger->methods->find_line(ledger->context, &ids[i], &found, &is_there, NULL) == BD_OK && is_there &&
                  found.cents == 1000 + i,
              "identity %d gives %d", i, (int)found.cents);
    }
}

static const struct {
    const char *name;
    void (*run)(bd_ledger *ledger);
} cases[] = {{"attach", check_attach},
             {"lines", check_lines},
             {"rejected again", check_rejected_again},
             {"credit", check_credit},
             {"transactions", check_transactions},
             {"identities", check_identities}};

static void check_both(void)
{
    static const struct {
        const char *name;
        bd_ledger (*open)(void);
    } kinds[] = {{"memory", open_memory}, {"file", open_new_file}};
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            static char groups[2][sizeof cases / sizeof *cases][64]; /* the harness keeps the pointer */
            snprintf(groups[kind][i], sizeof groups[kind][i], "%s: %s", kinds[kind].name, cases[i].name);
            check_group(groups[kind][i]);
            bd_ledger ledger = kinds[kind].open();
            cases[i].run(&ledger);
            bd_ledger_close(&ledger);
            CHECK(ledger.methods == NULL, "a closed ledger is not cleared");
            bd_ledger_close(&ledger);
        }
}

/* ---- Only in memory ---- */

static void check_memory_limit(void)
{
    check_group("memory: limit");
    bd_options options = {.limits = {.memory = 300000}};
    bd_ledger ledger;
    bd_error error;
    CHECK(bd_ledger_memory_new(&options, &ledger, NULL) == BD_OK, "new");
    attach(&ledger);
    bd_status status = BD_OK;
    int count = 0;
    for (; status == BD_OK && count < 100000; count++) {
        char number[16];
        snprintf(number, sizeof number, "N%d", count);
        bd_line_id id = line_id(number, "1");
        bd_line_record what = record(BD_APPROVED, count, "");
        begin(&ledger);
        status = ledger.methods->put_line(ledger.context, &id, &what, NULL, 0, &error);
        if (status == BD_OK)
            commit(&ledger);
    }
    CHECK(status == BD_LIMIT && strcmp(error.message, "the ledger in memory is full") == 0, "%d lines give %d: %s",
          count, (int)status, error.message);
    ledger.methods->rollback(ledger.context);
    bd_line_record found;
    CHECK(find(&ledger, "N0", "1", &found) && count > 500, "what was there stays, %d", count);
    bd_ledger_close(&ledger);

    options.limits.memory = 100;
    CHECK(bd_ledger_memory_new(&options, &ledger, NULL) == BD_LIMIT, "a ledger in 100 bytes");
    CHECK(bd_ledger_memory_new(NULL, NULL, NULL) == BD_ARGUMENT, "nowhere to put it");
}

static void check_keys(void)
{
    check_group("keys");
    static const struct {
        const char *values[3];
        const char *key;
    } keys[] = {{{"123", NULL, NULL}, "123"},
                {{"1", "2", NULL},
                 "1\x1f"
                 "2"},
                {{"", "", NULL}, "\x1f"},
                {{"", "", ""}, "\x1f\x1f"},
                {{"1\x1f"
                  "2",
                  NULL, NULL},
                 "1\x1b\x1f"
                 "2"},
                {{"1\x1b", "2", NULL},
                 "1\x1b\x1b\x1f"
                 "2"}};
    Arena arena;
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        StringBuilder builder;
        builder_init(&builder, &arena);
        for (int value = 0; value < 3 && keys[i].values[value]; value++)
            ledger_key_value(&builder, text(keys[i].values[value]), value == 0);
        Text made = builder_result(&builder);
        CHECK(made.size == strlen(keys[i].key) && memcmp(made.data, keys[i].key, made.size) == 0, "key %d", (int)i);
    }
    arena_free(&arena);
}

/* ---- Only in a file ---- */

static void expect_refusal(bd_ledger_problem problem, const char *message)
{
    bd_ledger ledger;
    bd_error error = {.message = ""};
    bd_status status = bd_ledger_sqlite_open(path, &ledger, NULL, &error);
    CHECK(status == BD_LEDGER && error.code == BD_LEDGER && error.offset == (uint32_t)problem &&
              strstr(error.message, message) != NULL,
          "status %d, problem %u: %s", (int)status, error.offset, error.message);
    if (status == BD_OK)
        bd_ledger_close(&ledger);
}

static void write_file(const char *content)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0, "writing %s", path);
}

static void change(const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s",
          sql, message ? message : "");
    sqlite3_free(message);
    sqlite3_close(db);
}

static bool is_there(const char *ending)
{
    char name[TEMPORARY_SIZE + 32];
    struct stat status;
    snprintf(name, sizeof name, "%s%s", path, ending);
    return stat(name, &status) == 0;
}

static void check_file_again(void)
{
    check_group("file: opened again");
    bd_ledger ledger = open_new_file();
    check_lines(&ledger);
    begin(&ledger);
    CHECK(put(&ledger, "D8", "1", record(BD_APPROVED, 8, ""), NULL, 0) == BD_OK, "put");
    bd_ledger_close(&ledger); /* without a commit */
    CHECK(is_there("") && !is_there("-journal") && !is_there("-wal"), "a closed ledger is more than one file");

    bool is_new = true;
    CHECK(bd_ledger_sqlite_open(path, &ledger, &is_new, NULL) == BD_OK && !is_new, "opening again");
    uint32_t before = numbers[2];
    attach(&ledger);
    CHECK(numbers[2] == before, "a counter's number changed");
    bd_line_record found;
    CHECK(find(&ledger, "D1", "1", &found) && !find(&ledger, "D8", "1", &found), "content");
    CHECK(read_key(&ledger, numbers[0], "c1").count == 2, "contributions");
    expect_refusal(BD_LEDGER_IN_USE, "the ledger is in use by another program");
    bd_ledger_close(&ledger);

    write_file("");
    CHECK(bd_ledger_sqlite_open(path, &ledger, &is_new, NULL) == BD_OK && is_new, "an empty file becomes a ledger");
    bd_ledger_close(&ledger);
}

static void check_wrong_files(void)
{
    check_group("file: wrong files");
    bd_ledger ledger;
    bd_error error;
    write_file("declaratienummer,regelnummer,dagtekening\nthis is a file of lines and no ledger at all\n");
    expect_refusal(BD_LEDGER_NOT_ONE, "the file is not a ledger");
    unlink(path);
    change("CREATE TABLE mijn (a)");
    expect_refusal(BD_LEDGER_NOT_ONE, "the file is not a ledger");

    ledger = open_new_file();
    bd_ledger_close(&ledger);
    change("PRAGMA user_version = 2");
    expect_refusal(BD_LEDGER_NEWER, "a newer version made this ledger: its format is 2, the newest known here is 1");
    change("PRAGMA user_version = 1; DROP TABLE bijdrage");
    expect_refusal(BD_LEDGER_DAMAGED, "the ledger is damaged: no such table: bijdrage");

    CHECK(bd_ledger_sqlite_open("", &ledger, NULL, &error) == BD_ARGUMENT, "no path");
    char here[TEMPORARY_SIZE];
    CHECK(getcwd(here, sizeof here) != NULL && chdir(folder) == 0, "going to %s", folder);
    CHECK(bd_ledger_sqlite_open(":memory:", &ledger, NULL, &error) == BD_OK, "%s", error.message);
    bd_ledger_close(&ledger);
    CHECK(unlink(":memory:") == 0 && chdir(here) == 0, "a name that SQLite knows is no file");
    CHECK(bd_ledger_sqlite_open(path, NULL, NULL, &error) == BD_ARGUMENT, "no place");
    char below[TEMPORARY_SIZE + 32];
    snprintf(below, sizeof below, "%s/none/ledger.db", folder);
    CHECK(bd_ledger_sqlite_open(below, &ledger, NULL, &error) == BD_LEDGER && error.offset == BD_LEDGER_UNREACHABLE,
          "a folder that is not there: %s", error.message);
    CHECK(bd_ledger_sqlite_open(folder, &ledger, NULL, &error) == BD_LEDGER && error.offset == BD_LEDGER_UNREACHABLE,
          "a folder: %s", error.message);

    /* The superuser may write everywhere, so it must be nobody for a moment. */
    uid_t user = geteuid();
    ledger = open_new_file();
    bd_ledger_close(&ledger);
    CHECK(chmod(folder, 0755) == 0 && chmod(path, 0444) == 0, "chmod");
    if (user != 0 || seteuid(65534) == 0) {
        expect_refusal(BD_LEDGER_READ_ONLY, "the ledger may not be written");
        CHECK(seteuid(user) == 0, "seteuid");
    }
    CHECK(chmod(path, 0644) == 0, "chmod");
}

/* A file with a log beside it, as other tools may leave one. */
static void check_write_ahead(void)
{
    check_group("file: with a write-ahead log");
    bd_ledger ledger = open_new_file();
    check_lines(&ledger);
    bd_ledger_close(&ledger);
    change("PRAGMA journal_mode = WAL; UPDATE regel SET centen = 1 WHERE besluit = 'goedgekeurd'");
    ledger = open_file();
    attach(&ledger);
    bd_line_record found;
    CHECK(find(&ledger, "D1", "1", &found) && found.cents == 1, "content");
    bd_ledger_close(&ledger);
    CHECK(!is_there("-wal"), "the log stays");
}

static void check_damaged_rows(void)
{
    check_group("file: damaged rows");
    static const char *const damages[] = {
        "UPDATE bijdrage SET noemer = 0",       "UPDATE bijdrage SET waarde = 6, noemer = 4",
        "UPDATE bijdrage SET van = -9999999",   "UPDATE bijdrage SET tot_en_met = 9999999",
        "UPDATE bijdrage SET tot_en_met = -99", "UPDATE bijdrage SET waarde = -9223372036854775807 - 1",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char sql[160];
        bd_ledger ledger = open_new_file();
        check_lines(&ledger);
        bd_ledger_close(&ledger);
        snprintf(sql, sizeof sql, "PRAGMA ignore_check_constraints = ON; %s", damages[i]);
        change(sql);
        ledger = open_file();
        attach(&ledger);
        bd_error error = {.message = ""};
        Sum sum = {0};
        bd_status status = ledger.methods->read_key(ledger.context, numbers[0], text("c1"), add, &sum, &error);
        CHECK(status == BD_LEDGER && error.offset == BD_LEDGER_DAMAGED, "%s gives %d: %s", damages[i], (int)status,
              error.message);
        bd_ledger_close(&ledger);
    }
}

/* A page limit stands in for a full disk: SQLite reports both as SQLITE_FULL. */
static void check_full(void)
{
    check_group("file: no room");
    bd_ledger ledger = open_new_file();
    attach(&ledger);
    struct {
        sqlite3 *db;
    } *file = ledger.context;
    sqlite3_exec(file->db, "PRAGMA max_page_count = 40", NULL, NULL, NULL);
    bd_error error = {.message = ""};
    bd_status status = BD_OK;
    int committed = 0, count = 0;
    for (; status == BD_OK && count < 100000; count++) {
        char number[16];
        snprintf(number, sizeof number, "N%d", count);
        if (count % 50 == 0)
            begin(&ledger);
        bd_line_id id = line_id(number, "1");
        bd_line_record what = record(BD_APPROVED, count, "");
        status = ledger.methods->put_line(ledger.context, &id, &what, NULL, 0, &error);
        if (status == BD_OK && count % 50 == 49) {
            status = ledger.methods->commit(ledger.context, &error);
            committed = status == BD_OK ? count + 1 : committed;
        }
    }
    CHECK(status == BD_LEDGER && error.offset == BD_LEDGER_FULL &&
              strcmp(error.message, "no room is left on the disk for the ledger") == 0,
          "%d lines give %d: %s", count, (int)status, error.message);
    ledger.methods->rollback(ledger.context);
    char number[16];
    bd_line_record found;
    snprintf(number, sizeof number, "N%d", committed - 1);
    CHECK(find(&ledger, number, "1", &found), "a committed line is gone");
    snprintf(number, sizeof number, "N%d", committed);
    CHECK(!find(&ledger, number, "1", &found), "a line of the failed transaction stays");
    bd_ledger_close(&ledger);
}

int main(void)
{
    if (!temporary_folder(folder))
        return 1;
    snprintf(path, sizeof path, "%s/ledger.db", folder);
    check_both();
    check_memory_limit();
    check_keys();
    check_file_again();
    check_wrong_files();
    check_write_ahead();
    check_damaged_rows();
    check_full();
    unlink(path);
    CHECK(rmdir(folder) == 0, "something is left in %s", folder);
    return check_done();
}
