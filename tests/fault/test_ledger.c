/* test_ledger.c - both kinds of ledger with the n-th allocation failing, n = 1, 2, 3 ...
 *
 * One story is told over and over: attach, put lines, credit one, read, undo. Each call does its work or says BD_NOMEM; then the
 * transaction is undone and told again with memory, after which the content must be that of an undisturbed story.
 */
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "unit/check.h"
#include "unit/counting_allocator.h"
#include "unit/temporary.h"
#include "vm/include/beding_sqlite.h"
#include "vm/ledger.h"

static char folder[TEMPORARY_SIZE];
static char path[TEMPORARY_SIZE + 16];
static Counting counting;

/* ---- SQLite's memory, through the counting allocator ---- */

enum { HEADER = 16 }; /* before each object: its size */

static void *sqlite_malloc(int size)
{
    char *made = counting_reallocate(&counting, NULL, 0, (size_t)size + HEADER);
    if (made == NULL)
        return NULL;
    memcpy(made, &size, sizeof size);
    return made + HEADER;
}

static int sqlite_size(void *object)
{
    int size = 0;
    if (object != NULL)
        memcpy(&size, (char *)object - HEADER, sizeof size);
    return size;
}

static void sqlite_free(void *object)
{
    if (object != NULL)
        counting_reallocate(&counting, (char *)object - HEADER, (size_t)sqlite_size(object) + HEADER, 0);
}

static void *sqlite_realloc(void *object, int size)
{
    char *made = counting_reallocate(&counting, (char *)object - HEADER, (size_t)sqlite_size(object) + HEADER,
                                     (size_t)size + HEADER);
    if (made == NULL)
        return NULL;
    memcpy(made, &size, sizeof size);
    return made + HEADER;
}

static int sqlite_roundup(int size)
{
    return (size + 7) / 8 * 8;
}

static int sqlite_init(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void sqlite_shutdown(void *context)
{
    (void)context;
}

/* ---- The story ---- */

static bd_status open_memory(bd_ledger *ledger, bd_error *error)
{
    bd_allocator allocator = counting_allocator(&counting);
    bd_options options = {.allocator = &allocator};
    return bd_ledger_memory_new(&options, ledger, error);
}

static bd_status open_file(bd_ledger *ledger, bd_error *error)
{
    return bd_ledger_sqlite_open(path, ledger, NULL, error);
}

static bd_line_id line_id(char *number, int i)
{
    snprintf(number, 16, "N%d", i);
    return (bd_line_id){{"0546", 4}, {"42", 2}, {number, strlen(number)}, {"1", 1}};
}

static bd_status count(void *reader, const bd_contribution *contribution)
{
    *(int64_t *)reader += contribution->numerator;
    return BD_OK;
}

enum { PARTS = 3, CREDITED = 7 };

typedef struct Story {
    int lines; /* in a part */
    uint32_t counter;
    int64_t total;
} Story;

static bd_status put_lines(const bd_ledger *ledger, Story *story, int from, int to, bd_error *error)
{
    bd_status status = BD_OK;
    for (int i = from; i < to && status == BD_OK; i++) {
        char number[16];
        bd_line_id id = line_id(number, i);
        bd_line_record record = {.decision = BD_APPROVED, .cents = i, .rules = {"betaling", 8}}, found;
        bd_contribution gives = {story->counter, {"client", 6}, i, i, i, 1};
        bool is_there;
        status = ledger->methods->find_line(ledger->context, &id, &found, &is_there, error);
        if (status == BD_OK)
            status = ledger->methods->put_line(ledger->context, &id, &record, &gives, 1, error);
    }
    return status;
}

/* One declaration of some lines, which credits a line of the one before. */
static bd_status tell(const bd_ledger *ledger, Story *story, int part, bd_error *error)
{
    static const bd_ledger_counter counter = {{"etmalen", 7}, BD_COUNTER_SUM, {"etmaal", 6}, {"client", 6}};
    bd_status status = BD_OK;
    if (part == 0)
        return ledger_attach(ledger, (bd_text){"leiden", 6}, &counter, 1, &story->counter, error);
    status = ledger->methods->begin(ledger->context, error);
    if (status == BD_OK)
        status = put_lines(ledger, story, story->lines * (part - 1), story->lines * part, error);
    if (status == BD_OK && part > 1) {
        char debit_number[16], credit_number[16];
        bd_line_id debit = line_id(debit_number, CREDITED), credit = line_id(credit_number, story->lines * part - 1);
        status = ledger->methods->credit(ledger->context, &debit, &credit, error);
    }
    story->total = 0;
    if (status == BD_OK)
        status = ledger->methods->read_key(ledger->context, story->counter, (bd_text){"client", 6}, count,
                                           &story->total, error);
    if (status == BD_OK)
        status = ledger->methods->commit(ledger->context, error);
    if (status != BD_OK)
        ledger->methods->rollback(ledger->context);
    return status;
}

/* Tells the story with the n-th allocation failing; returns false when nothing failed. */
static bool tell_with_fault(bd_status (*open)(bd_ledger *, bd_error *), int lines, size_t n)
{
    bd_ledger ledger = {NULL, NULL};
    bd_error error = {.message = ""};
    Story story = {.lines = lines};
    int64_t whole = (int64_t)lines * (2 * lines - 1) - CREDITED; /* 0 + 1 + ... */
    bool failed = false;
    unlink(path);
    counting.calls = 0;
    counting.fail_at = n;
    bd_status status = open(&ledger, &error);
    if (status != BD_OK) {
        CHECK(status == BD_NOMEM && error.code == BD_NOMEM, "opening, %zu: %d %s", n, (int)status, error.message);
        failed = true;
        counting.fail_at = 0;
        CHECK(open(&ledger, &error) == BD_OK, "opening again, %zu: %s", n, error.message);
    }
    for (int part = 0; part < PARTS; part++) {
        status = tell(&ledger, &story, part, &error);
        if (status == BD_OK)
            continue;
        CHECK(!failed && status == BD_NOMEM && error.code == BD_NOMEM, "part %d, %zu: %d %s", part, n, (int)status,
              error.message);
        failed = true;
        counting.fail_at = 0;
        status = tell(&ledger, &story, part, &error);
        CHECK(status == BD_OK, "part %d again, %zu: %d %s", part, n, (int)status, error.message);
    }
    /* What SQLite does without is a failure that no call reports. */
    failed = failed || counting.calls >= n;
    counting.fail_at = 0;
    CHECK(story.total == whole, "the story ends with %d after a failure at %zu", (int)story.total, n);
    bd_ledger_close(&ledger);
    return failed;
}

/* The allocator fails from the n-th call on. There are thousands in a file's story: all of the first, then ever larger steps. */
static void tell_all(const char *name, bd_status (*open)(bd_ledger *, bd_error *), int lines)
{
    check_group(name);
    size_t n = 1;
    while (tell_with_fault(open, lines, n))
        n += 1 + n / 50;
    CHECK(n > 10, "only %zu allocations", n);
    sqlite3_shutdown();
    CHECK(counting.live == 0 && !counting.size_error, "%zu bytes were not given back", counting.live);
    sqlite3_initialize();
}

int main(void)
{
    if (!temporary_folder(folder))
        return 1;
    snprintf(path, sizeof path, "%s/ledger.db", folder);
    sqlite3_mem_methods methods = {sqlite_malloc,  sqlite_free, sqlite_realloc,  sqlite_size,
                                   sqlite_roundup, sqlite_init, sqlite_shutdown, NULL};
    CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK, "config");
    sqlite3_initialize();
    counting = (Counting){0};
    tell_all("memory", open_memory, 3000);
    tell_all("file", open_file, 50);
    unlink(path);
    CHECK(rmdir(folder) == 0, "something is left in %s", folder);
    return check_done();
}
