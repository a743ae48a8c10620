/* test_ledger_kill.c - a process that fills a ledger is killed at any moment, and started again.
 *
 * A child decides made-up declarations in order: how a line is decided depends on what the counters hold, so one lost or doubled contribution
 * would show. First it is killed at every single change of a file, one after another, then at random times. After each kill every
 * declaration must be wholly in the ledger or wholly out of it, and after the last start the ledger must hold, to the byte, what it holds
 * when nobody was killed.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit/check.h"
#include "unit/killing_vfs.h"
#include "unit/temporary.h"
#include "vm/include/beding_sqlite.h"
#include "vm/ledger.h"

enum { CLIENTS = 5, ROOM = 40, MOST_LINES = 4, DUMP_SIZE = 1 << 20 };

static char folder[TEMPORARY_SIZE];
static char path[TEMPORARY_SIZE + 16];
static unsigned kills;

static uint32_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % bound;
}

/* ---- The story: what declaration d of a seed holds ---- */

typedef struct Story {
    uint32_t seed;
    unsigned declarations;
} Story;

/* The same number for the same question, in whatever order they are asked. */
static uint32_t draw(const Story *story, unsigned declaration, unsigned line, unsigned what)
{
    uint64_t mixed = story->seed * UINT64_C(0x9E3779B97F4A7C15) + declaration * UINT64_C(0xBF58476D1CE4E5B9) +
                     line * UINT64_C(0x94D049BB133111EB) + what;
    mixed ^= mixed >> 31;
    mixed *= UINT64_C(0x9FB21C651E98DF25);
    return (uint32_t)(mixed >> 33);
}

static unsigned lines_of(const Story *story, unsigned declaration)
{
    return 1 + draw(story, declaration, 0, 1) % MOST_LINES;
}

typedef struct Names {
    char declaration[16], line[16];
} Names;

static bd_line_id line_id(Names *names, unsigned declaration, unsigned line)
{
    snprintf(names->declaration, sizeof names->declaration, "D%u", declaration);
    snprintf(names->line, sizeof names->line, "%u", line);
    return (bd_line_id){{"0546", 4},
                        {"42001", 5},
                        {names->declaration, strlen(names->declaration)},
                        {names->line, strlen(names->line)}};
}

/* ---- The child ---- */

static bd_status add(void *reader, const bd_contribution *contribution)
{
    *(int64_t *)reader += contribution->numerator;
    return BD_OK;
}

static bd_status put_credit(const bd_ledger *ledger, const bd_line_id *id, bd_line_record *record, unsigned declaration)
{
    Names names;
    bd_line_id debit = line_id(&names, declaration / 2, 0);
    bd_line_record debit_record;
    bool found;
    bd_status status = ledger->methods->find_line(ledger->context, &debit, &debit_record, &found, NULL);
    if (status != BD_OK)
        return status;
    if (!found || debit_record.decision != BD_APPROVED || debit_record.credited || declaration < 2) {
        record->decision = BD_REJECTED;
        return ledger->methods->put_line(ledger->context, id, record, NULL, 0, NULL);
    }
    record->cents = -debit_record.cents;
    status = ledger->methods->credit(ledger->context, &debit, id, NULL);
    return status == BD_OK ? ledger->methods->put_line(ledger->context, id, record, NULL, 0, NULL) : status;
}

/* Approved as long as its client has room. */
static bd_status decide(const bd_ledger *ledger, const Story *story, const uint32_t *counters, unsigned declaration,
                        unsigned line)
{
    Names names;
    bd_line_id id = line_id(&names, declaration, line);
    bd_line_record record, stored;
    bool found;
    bd_status status = ledger->methods->find_line(ledger->context, &id, &stored, &found, NULL);
    if (status != BD_OK || found)
        return status;
    record = (bd_line_record){.decision = BD_APPROVED, .reasons = {"ruimte", 6}, .rules = {"betaling", 8}};
    memset(record.hash, (int)(declaration & 0x7F), sizeof record.hash);
    if (line == 0 && draw(story, declaration, line, 2) % 4 == 0)
        return put_credit(ledger, &id, &record, declaration);

    char client[16];
    snprintf(client, sizeof client, "client %u", draw(story, declaration, line, 3) % CLIENTS);
    bd_text key = {client, strlen(client)};
    int64_t used = 0;
    status = ledger->methods->read_key(ledger->context, counters[0], key, add, &used, NULL);
    if (status != BD_OK)
        return status;
    int64_t volume = 1 + draw(story, declaration, line, 4) % 5;
    if (used + volume > ROOM) {
        record.decision = BD_REJECTED;
        return ledger->methods->put_line(ledger->context, &id, &record, NULL, 0, NULL);
    }
    record.cents = 100 * used + volume; /* shows what the counter held */
    int32_t day = (int32_t)declaration;
    bd_contribution gives[] = {{counters[0], key, day, day, volume, 1}, {counters[1], key, day, day + 9, 1, 1}};
    return ledger->methods->put_line(ledger->context, &id, &record, gives, 2, NULL);
}

static bd_status tell(const bd_ledger *ledger, const Story *story)
{
    static const bd_ledger_counter counters[] = {{{"etmalen", 7}, BD_COUNTER_SUM, {"etmaal", 6}, {"client", 6}},
                                                 {{"dagen", 5}, BD_COUNTER_DAYS, {"", 0}, {"client", 6}}};
    uint32_t numbers[2];
    bd_status status = ledger_attach(ledger, (bd_text){"verzonnen", 9}, counters, 2, numbers, NULL);
    for (unsigned d = 0; d < story->declarations && status == BD_OK; d++) {
        if (d == 0 || draw(story, d - 1, 0, 5) % 2 == 0)
            status = ledger->methods->begin(ledger->context, NULL);
        for (unsigned line = 0; line < lines_of(story, d) && status == BD_OK; line++)
            status = decide(ledger, story, numbers, d, line);
        /* One or more whole declarations in a transaction. */
        if (status == BD_OK && (draw(story, d, 0, 5) % 2 == 0 || d + 1 == story->declarations))
            status = ledger->methods->commit(ledger->context, NULL);
    }
    return status;
}

/* The life of a child: 0 when the whole story is told. */
static int live(const Story *story)
{
    bd_ledger ledger;
    if (bd_ledger_sqlite_open(path, &ledger, NULL, NULL) != BD_OK)
        return 2;
    int result = tell(&ledger, story) == BD_OK ? 0 : 3;
    bd_ledger_close(&ledger);
    return result;
}

/* Starts a child, and after `microseconds` kills it; 0: lets it end. Returns whether it told the whole story. */
static bool start(const Story *story, long microseconds)
{
    fflush(stdout);
    killing_moments = 0; /* this process opens the ledger too */
    pid_t child = fork();
    if (child == 0)
        _exit(live(story));
    if (microseconds > 0) {
        struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child, "a child is lost");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        kills++;
        return false;
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ends with %d", status);
    return true;
}

/* ---- What a ledger holds ---- */

static const char everything[] =
    "SELECT 'regel', declaratienummer, regelnummer, aanbieder, gemeente, hex(invoer), besluit, centen, redenen, regels,"
    " ifnull(credit_declaratienummer, '-'), ifnull(credit_regelnummer, '-') FROM regel"
    " UNION ALL SELECT 'bijdrage', r.declaratienummer, r.regelnummer, t.naam, b.sleutel, b.volgnummer, b.van, "
    "b.tot_en_met,"
    " b.waarde, b.noemer, '', '' FROM bijdrage AS b LEFT JOIN regel AS r ON r.nummer = b.regel"
    " LEFT JOIN teller AS t ON t.nummer = b.teller"
    " UNION ALL SELECT 'teller', naam, soort, eenheid, sleutel, '', '', '', '', '', '', '' FROM teller"
    " UNION ALL SELECT 'overeenkomst', naam, '', '', '', '', '', '', '', '', '', '' FROM overeenkomst"
    " ORDER BY 1, 2, 3, 4, 5, 6";

static sqlite3 *open_database(void)
{
    sqlite3 *db = NULL;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK, "opening");
    return db;
}

static void dump(char out[DUMP_SIZE])
{
    sqlite3 *db = open_database();
    sqlite3_stmt *statement = NULL;
    size_t size = 0;
    CHECK(sqlite3_prepare_v2(db, everything, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *cell = (const char *)sqlite3_column_text(statement, i);
            size += (size_t)snprintf(out + size, DUMP_SIZE - size, "%s|", cell != NULL ? cell : "?");
        }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    CHECK(size > 0 && size < DUMP_SIZE, "a content of %zu bytes", size);
}

/* Of the declarations the first ones are there, with all their lines, and no others. This also plays a journal back that the killed child
 * left, so it is not done every time: the next child must manage too. */
static void check_whole(const Story *story)
{
    sqlite3 *db = open_database();
    sqlite3_stmt *statement = NULL;
    bool ended = false;
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM regel WHERE declaratienummer = ?1", -1, &statement, NULL) !=
        SQLITE_OK) {
        sqlite3_close(db); /* killed before there were tables */
        return;
    }
    for (unsigned d = 0; d < story->declarations; d++) {
        char name[16];
        snprintf(name, sizeof name, "D%u", d);
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
        CHECK(sqlite3_step(statement) == SQLITE_ROW, "%s", sqlite3_errmsg(db));
        unsigned count = (unsigned)sqlite3_column_int(statement, 0);
        ended = ended || count == 0;
        CHECK(count == (ended ? 0 : lines_of(story, d)), "declaration %u has %u of %u lines", d, count,
              lines_of(story, d));
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void remove_ledger(void)
{
    char journal[TEMPORARY_SIZE + 32];
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(path);
    unlink(journal);
}

static char expected[DUMP_SIZE], found[DUMP_SIZE];

/* ---- The two ways of killing ---- */

/* At every change of a file, the creation of the ledger included. */
static void kill_at_each_moment(const Story *story)
{
    check_group("killed at each change of a file");
    remove_ledger();
    CHECK(start(story, 0), "the undisturbed story");
    dump(expected);
    unsigned moment = 1;
    for (bool told = false; !told; moment++) {
        remove_ledger();
        killing_at = moment;
        told = start(story, 0);
        killing_at = 0;
        if (moment % 2 == 0)
            check_whole(story);
        CHECK(start(story, 0), "the story told on after moment %u", moment);
        dump(found);
        CHECK(strcmp(expected, found) == 0, "another content after a kill at moment %u", moment);
    }
    CHECK(moment > 50, "only %u moments", moment);
}

/* At random times, again and again on the same ledger. Half the kills come while the ledger is opened or early on. */
static void kill_at_random(unsigned wanted)
{
    check_group("killed at random");
    random_state = 20240101;
    unsigned stories = 0;
    for (unsigned goal = kills + wanted; kills < goal; stories++) {
        Story story = {100 + stories, 250};
        remove_ledger();
        CHECK(start(&story, 0), "the undisturbed story");
        dump(expected);
        remove_ledger();
        /* The longest pause grows, so that every story is told in the end. */
        long longest = 2000;
        while (!start(&story, 1 + (long)random_below((uint32_t)longest))) {
            if (random_below(2) == 0)
                check_whole(&story);
            longest += longest / 16;
        }
        dump(found);
        CHECK(strcmp(expected, found) == 0, "another content for story %u", stories);
    }
}

int main(void)
{
    if (!temporary_folder(folder))
        return 1;
    snprintf(path, sizeof path, "%s/ledger.db", folder);
    killing_install();
    kill_at_each_moment(&(Story){1, 12});
    kill_at_random(60);
    check_group("kills");
    CHECK(kills >= 200, "%u kills", kills);
    remove_ledger();
    CHECK(rmdir(folder) == 0, "something is left in %s", folder);
    printf("# %u kills\n", kills);
    return check_done();
}
