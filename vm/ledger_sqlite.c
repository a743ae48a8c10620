/* ledger_sqlite.c: the methods of a ledger in an SQLite file.
**
** Each is one or two statements, prepared at opening. What is read is judged before it is handed out: the file may have been in other
** hands, and the machine takes a contribution as it comes.
*/
#include "ledger_sqlite.h"

#include <string.h>

#include "core/number.h"

static const char *const decision_names[] = {[BD_APPROVED] = "goedgekeurd", [BD_REJECTED] = "afgekeurd"};
static const char *const kind_names[] =
    {[BD_COUNTER_SUM] = "som", [BD_COUNTER_COUNT] = "aantal", [BD_COUNTER_DAYS] = "dagen"};

/* ---- Statements ---- */

static void bind_text(sqlite3_stmt *statement, int place, bd_text text)
{
    /* NULL would bind no text at all. Memory that is lacking shows in the step: the parameter is then NULL, which no column takes. */
    sqlite3_bind_text64(statement, place, text.size > 0 ? text.data : "", text.size, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_name(sqlite3_stmt *statement, int place, const char *name)
{
    bind_text(statement, place, (bd_text){name, strlen(name)});
}

static void bind_line(sqlite3_stmt *statement, const bd_line_id *id)
{
    bind_text(statement, 1, id->declaration);
    bind_text(statement, 2, id->line);
    bind_text(statement, 3, id->provider);
    bind_text(statement, 4, id->municipality);
}

static bd_text text_of(sqlite3_stmt *statement, int column)
{
    const char *data = (const char *)sqlite3_column_text(statement, column);
    return (bd_text){data, (size_t)sqlite3_column_bytes(statement, column)};
}

static bool is_name(sqlite3_stmt *statement, int column, const char *name)
{
    bd_text text = text_of(statement, column);
    return text.size == strlen(name) && memcmp(text.data, name, text.size) == 0;
}

/* Lets go of what was handed out before, and gives the statement. */
static sqlite3_stmt *take(LedgerFile *file, Statement which)
{
    if (file->handed)
        sqlite3_reset(file->handed);
    file->handed = NULL;
    return file->statements[which];
}

/* Ends a statement's run. The bindings point at the caller's texts. */
static void let_go(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* Runs a statement that gives no row. */
static bd_status run(LedgerFile *file, sqlite3_stmt *statement, bd_error *error)
{
    bd_status status = sqlite3_step(statement) == SQLITE_DONE ? BD_OK : ledger_sqlite_fail(file->db, error);
    let_go(statement);
    return status;
}

/* Runs a statement that changes one line and gives its number; 0 when it found none. */
static bd_status run_for_number(LedgerFile *file, sqlite3_stmt *statement, sqlite3_int64 *number, bd_error *error)
{
    *number = 0;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        result = sqlite3_step(statement);
    }
    bd_status status = result == SQLITE_DONE ? BD_OK : ledger_sqlite_fail(file->db, error);
    let_go(statement);
    return status;
}

static bd_status damaged(const char *what, bd_error *error)
{
    return ledger_sqlite_report(BD_LEDGER_DAMAGED, "the ledger is damaged", what, error);
}

static bd_status misused(const char *sentence, bd_status status, bd_error *error)
{
    if (error) {
        error->code = status;
        error->offset = 0;
        sqlite3_snprintf((int)sizeof error->message, error->message, "%s", sentence);
    }
    return status;
}

static bool is_open(const LedgerFile *file)
{
    return !file->must_undo && !sqlite3_get_autocommit(file->db);
}

static bd_status no_transaction(bd_error *error)
{
    return misused("the ledger has no open transaction", BD_STATE, error);
}

/* ---- Transactions ---- */

/* Some failures have undone the transaction already. Even this may lack memory: then it is tried again before the next one. */
static bd_status undo(LedgerFile *file, bd_error *error)
{
    sqlite3_stmt *rollback = take(file, STATEMENT_ROLLBACK);
    bd_status status = sqlite3_get_autocommit(file->db) ? BD_OK : run(file, rollback, error);
    file->must_undo = status != BD_OK;
    return status;
}

static bd_status file_begin(void *context, bd_error *error)
{
    LedgerFile *file = context;
    if (is_open(file))
        return misused("the ledger has an open transaction", BD_STATE, error);
    bd_status status = file->must_undo ? undo(file, error) : BD_OK;
    return status == BD_OK ? run(file, take(file, STATEMENT_BEGIN), error) : status;
}

static void file_rollback(void *context)
{
    undo(context, NULL);
}

static bd_status file_commit(void *context, bd_error *error)
{
    LedgerFile *file = context;
    if (!is_open(file))
        return no_transaction(error);
    bd_status status = run(file, take(file, STATEMENT_COMMIT), error);
    if (status != BD_OK)
        undo(file, NULL);
    return status;
}

/* ---- What the ledger is of ---- */

static bd_status file_agreement(void *context, bd_text name, bd_text *stored, bd_error *error)
{
    LedgerFile *file = context;
    if (!is_open(file))
        return no_transaction(error);
    sqlite3_stmt *get = take(file, STATEMENT_GET_AGREEMENT);
    int result = sqlite3_step(get);
    if (result == SQLITE_DONE) {
        sqlite3_reset(get);
        sqlite3_stmt *put = file->statements[STATEMENT_PUT_AGREEMENT];
        bind_text(put, 1, name);
        bd_status status = run(file, put, error);
        if (status != BD_OK)
            return status;
        result = sqlite3_step(get);
    }
    file->handed = get;
    if (result != SQLITE_ROW)
        return ledger_sqlite_fail(file->db, error);
    *stored = text_of(get, 0);
    return stored->data ? BD_OK : ledger_sqlite_fail(file->db, error);
}

static bd_status get_counter(LedgerFile *file, const bd_ledger_counter *counter, bd_ledger_counter *stored,
                             uint32_t *number, bool *found, bd_error *error)
{
    sqlite3_stmt *get = take(file, STATEMENT_GET_COUNTER);
    bind_text(get, 1, counter->name);
    int result = sqlite3_step(get);
    file->handed = get;
    *found = result == SQLITE_ROW;
    if (result == SQLITE_DONE)
        return BD_OK;
    if (!*found)
        return ledger_sqlite_fail(file->db, error);
    sqlite3_int64 given = sqlite3_column_int64(get, 0);
    bd_counter_kind kind = is_name(get, 1, "som")      ? BD_COUNTER_SUM
                           : is_name(get, 1, "aantal") ? BD_COUNTER_COUNT
                           : is_name(get, 1, "dagen")  ? BD_COUNTER_DAYS
                                                       : (bd_counter_kind)0;
    if (given < 0 || given > UINT32_MAX || kind == (bd_counter_kind)0)
        return damaged("a counter has no kind or number", error);
    *stored = (bd_ledger_counter){counter->name, kind, text_of(get, 2), text_of(get, 3)};
    *number = (uint32_t)given;
    return stored->unit.data && stored->key.data ? BD_OK : ledger_sqlite_fail(file->db, error);
}

static bd_status file_counter(void *context, const bd_ledger_counter *counter, bd_ledger_counter *stored,
                              uint32_t *number, bd_error *error)
{
    LedgerFile *file = context;
    if (!is_open(file))
        return no_transaction(error);
    bool found;
    bd_status status = get_counter(file, counter, stored, number, &found, error);
    if (status != BD_OK || found)
        return status;
    sqlite3_stmt *put = take(file, STATEMENT_PUT_COUNTER);
    bind_text(put, 1, counter->name);
    bind_name(put, 2, kind_names[counter->kind]);
    bind_text(put, 3, counter->unit);
    bind_text(put, 4, counter->key);
    status = run(file, put, error);
    return status == BD_OK ? get_counter(file, counter, stored, number, &found, error) : status;
}

/* ---- Lines ---- */

static bd_status file_find_line(void *context, const bd_line_id *id, bd_line_record *record, bool *found,
                                bd_error *error)
{
    LedgerFile *file = context;
    sqlite3_stmt *get = take(file, STATEMENT_FIND_LINE);
    bind_line(get, id);
    int result = sqlite3_step(get);
    file->handed = get;
    *found = result == SQLITE_ROW;
    if (result == SQLITE_DONE)
        return BD_OK;
    if (!*found)
        return ledger_sqlite_fail(file->db, error);
    *record = (bd_line_record){.decision = is_name(get, 0, decision_names[BD_APPROVED]) ? BD_APPROVED : BD_REJECTED,
                               .cents = sqlite3_column_int64(get, 1),
                               .reasons = text_of(get, 3),
                               .rules = text_of(get, 4),
                               .credited = sqlite3_column_int(get, 5) != 0};
    const void *hash = sqlite3_column_blob(get, 2);
    if (sqlite3_column_bytes(get, 2) != (int)sizeof record->hash || !hash)
        return damaged("a line has no hash", error);
    memcpy(record->hash, hash, sizeof record->hash);
    return record->reasons.data && record->rules.data ? BD_OK : ledger_sqlite_fail(file->db, error);
}

static bd_status put_contribution(LedgerFile *file, sqlite3_int64 line, size_t place,
                                  const bd_contribution *contribution, bd_error *error)
{
    sqlite3_stmt *put = file->statements[STATEMENT_PUT_CONTRIBUTION];
    sqlite3_bind_int64(put, 1, contribution->counter);
    bind_text(put, 2, contribution->key);
    sqlite3_bind_int64(put, 3, line);
    sqlite3_bind_int64(put, 4, (sqlite3_int64)place);
    sqlite3_bind_int64(put, 5, contribution->from);
    sqlite3_bind_int64(put, 6, contribution->to);
    sqlite3_bind_int64(put, 7, contribution->numerator);
    sqlite3_bind_int64(put, 8, contribution->denominator);
    return run(file, put, error);
}

static bd_status file_put_line(void *context, const bd_line_id *id, const bd_line_record *record,
                               const bd_contribution *contributions, size_t count, bd_error *error)
{
    LedgerFile *file = context;
    if (!is_open(file))
        return no_transaction(error);
    sqlite3_stmt *put = take(file, STATEMENT_PUT_LINE);
    bind_line(put, id);
    bind_name(put, 5, decision_names[record->decision == BD_APPROVED ? BD_APPROVED : BD_REJECTED]);
    sqlite3_bind_int64(put, 6, record->cents);
    sqlite3_bind_blob(put, 7, record->hash, (int)sizeof record->hash, SQLITE_STATIC);
    bind_text(put, 8, record->reasons);
    bind_text(put, 9, record->rules);
    sqlite3_int64 line;
    bd_status status = run_for_number(file, put, &line, error);
    if (status == BD_OK && line == 0)
        return misused("the ledger has an approved line of that identity", BD_ARGUMENT, error);
    for (size_t i = 0; i < count && status == BD_OK; i++)
        status = put_contribution(file, line, i, &contributions[i], error);
    return status;
}

static bd_status file_credit(void *context, const bd_line_id *debit, const bd_line_id *credit, bd_error *error)
{
    LedgerFile *file = context;
    if (!is_open(file))
        return no_transaction(error);
    sqlite3_stmt *mark = take(file, STATEMENT_MARK_CREDITED);
    bind_line(mark, debit);
    bind_text(mark, 5, credit->declaration);
    bind_text(mark, 6, credit->line);
    sqlite3_int64 line;
    bd_status status = run_for_number(file, mark, &line, error);
    if (status != BD_OK)
        return status;
    if (line == 0)
        return misused("there is no such line to credit", BD_ARGUMENT, error);
    sqlite3_stmt *withdraw = file->statements[STATEMENT_WITHDRAW];
    sqlite3_bind_int64(withdraw, 1, line);
    return run(file, withdraw, error);
}

/* ---- Reading ---- */

/* Whether the row is a contribution as the machine makes them. */
static bool take_contribution(sqlite3_stmt *row, bd_contribution *out)
{
    sqlite3_int64 counter = sqlite3_column_int64(row, 0);
    sqlite3_int64 from = sqlite3_column_int64(row, 2), to = sqlite3_column_int64(row, 3);
    sqlite3_int64 numerator = sqlite3_column_int64(row, 4), denominator = sqlite3_column_int64(row, 5);
    if (counter < 0 || counter > UINT32_MAX || from < BD_DATE_MIN || from > to || to > BD_DATE_MAX || denominator < 1 ||
        numerator == INT64_MIN || int64_gcd(numerator, denominator) != 1)
        return false;
    *out = (bd_contribution){.counter = (uint32_t)counter,
                             .key = text_of(row, 1),
                             .from = (int32_t)from,
                             .to = (int32_t)to,
                             .numerator = numerator,
                             .denominator = denominator};
    return true;
}

static bd_status read_all(LedgerFile *file, sqlite3_stmt *get, bd_contribution_reader receive, void *reader,
                          bd_error *error)
{
    bd_status status = BD_OK;
    int result = SQLITE_DONE;
    while (status == BD_OK && (result = sqlite3_step(get)) == SQLITE_ROW) {
        bd_contribution contribution;
        if (!take_contribution(get, &contribution))
            status = damaged("a contribution has impossible days or an impossible amount", error);
        else if (!contribution.key.data)
            status = ledger_sqlite_fail(file->db, error);
        else
            status = receive(reader, &contribution);
    }
    if (status == BD_OK && result != SQLITE_DONE)
        status = ledger_sqlite_fail(file->db, error);
    let_go(get);
    return status;
}

static bd_status file_read_line(void *context, const bd_line_id *id, bd_contribution_reader receive, void *reader,
                                bd_error *error)
{
    LedgerFile *file = context;
    sqlite3_stmt *get = take(file, STATEMENT_READ_LINE);
    bind_line(get, id);
    return read_all(file, get, receive, reader, error);
}

static bd_status file_read_key(void *context, uint32_t counter, bd_text key, bd_contribution_reader receive,
                               void *reader, bd_error *error)
{
    LedgerFile *file = context;
    sqlite3_stmt *get = take(file, STATEMENT_READ_KEY);
    sqlite3_bind_int64(get, 1, counter);
    bind_text(get, 2, key);
    return read_all(file, get, receive, reader, error);
}

/* ---- Closing ---- */

static void file_close(void *context)
{
    LedgerFile *file = context;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(file->statements[i]);
    sqlite3_close(file->db);
    sqlite3_free(file);
}

const bd_ledger_methods ledger_sqlite_methods = {
    .begin = file_begin,
    .commit = file_commit,
    .rollback = file_rollback,
    .agreement = file_agreement,
    .counter = file_counter,
    .find_line = file_find_line,
    .put_line = file_put_line,
    .credit = file_credit,
    .read_line = file_read_line,
    .read_key = file_read_key,
    .close = file_close,
};
