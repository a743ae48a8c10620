/* ledger_sqlite_open.c: opening a ledger's file: the lock, what kind of file it is, its tables, and what can be wrong with it.
**
** A rollback journal, not a write-ahead log: between runs the ledger is then one file, which people copy to keep the state before a month,
** and which lies on whatever drive they have. It costs a few waits for the disk per transaction, and a transaction holds many declarations.
** The journal's own promise is the ledger's: after a crash at any moment the next opening finds everything up to the last commit, and
** nothing else. The lock is taken at once and kept until the file is closed, so of two runs the second is refused before its first line.
*/
#include <string.h>

#include "ledger_sqlite.h"

/* "BDLG". `file` and its like recognise a ledger by it. */
#define APPLICATION_ID 0x42444C47

/* docs/ledger.md explains every column; a test compares. Other readers know these tables: a change raises BD_LEDGER_FORMAT. */
static const char schema[] =
    "CREATE TABLE overeenkomst (enige INTEGER PRIMARY KEY CHECK (enige = 1), naam TEXT NOT NULL) STRICT;"
    "CREATE TABLE teller (nummer INTEGER PRIMARY KEY, naam TEXT NOT NULL UNIQUE,"
    " soort TEXT NOT NULL CHECK (soort IN ('som', 'aantal', 'dagen')), eenheid TEXT NOT NULL, sleutel TEXT NOT NULL)"
    " STRICT;"
    "CREATE TABLE regel (nummer INTEGER PRIMARY KEY, declaratienummer TEXT NOT NULL, regelnummer TEXT NOT NULL,"
    " aanbieder TEXT NOT NULL, gemeente TEXT NOT NULL, invoer BLOB NOT NULL CHECK (length(invoer) = 32),"
    " besluit TEXT NOT NULL CHECK (besluit IN ('goedgekeurd', 'afgekeurd')), centen INTEGER NOT NULL,"
    " redenen TEXT NOT NULL, regels TEXT NOT NULL, credit_declaratienummer TEXT, credit_regelnummer TEXT,"
    " UNIQUE (declaratienummer, regelnummer, aanbieder, gemeente)) STRICT;"
    "CREATE TABLE bijdrage (teller INTEGER NOT NULL REFERENCES teller, sleutel TEXT NOT NULL,"
    " regel INTEGER NOT NULL REFERENCES regel, volgnummer INTEGER NOT NULL, van INTEGER NOT NULL,"
    " tot_en_met INTEGER NOT NULL CHECK (tot_en_met >= van), waarde INTEGER NOT NULL,"
    " noemer INTEGER NOT NULL CHECK (noemer >= 1), PRIMARY KEY (teller, sleutel, regel, volgnummer))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX bijdrage_van_regel ON bijdrage (regel);";

/* ---- Errors ---- */

bd_status ledger_sqlite_report(bd_ledger_problem problem, const char *sentence, const char *detail, bd_error *error)
{
    if (error) {
        error->code = BD_LEDGER;
        error->offset = problem;
        sqlite3_snprintf((int)sizeof error->message, error->message, "%s%s%s", sentence, detail ? ": " : "",
                         detail ? detail : "");
    }
    return BD_LEDGER;
}

static bd_status no_memory(bd_error *error)
{
    if (error) {
        error->code = BD_NOMEM;
        error->offset = 0;
        sqlite3_snprintf((int)sizeof error->message, error->message, "%s", bd_status_text(BD_NOMEM));
    }
    return BD_NOMEM;
}

bd_status ledger_sqlite_fail(sqlite3 *db, bd_error *error)
{
    int code = sqlite3_extended_errcode(db);
    const char *detail = sqlite3_errmsg(db);
    if (code == SQLITE_IOERR_NOMEM)
        return no_memory(error);
    switch (code & 0xFF) {
    case SQLITE_NOMEM: return no_memory(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ledger_sqlite_report(BD_LEDGER_IN_USE, "the ledger is in use by another program", NULL, error);
    case SQLITE_NOTADB: return ledger_sqlite_report(BD_LEDGER_NOT_ONE, "the file is not a ledger", NULL, error);
    case SQLITE_READONLY:
    case SQLITE_PERM: return ledger_sqlite_report(BD_LEDGER_READ_ONLY, "the ledger may not be written", detail, error);
    case SQLITE_FULL:
        return ledger_sqlite_report(BD_LEDGER_FULL, "no room is left on the disk for the ledger", NULL, error);
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
    case SQLITE_ERROR: /* a statement does not fit the tables */
        return ledger_sqlite_report(BD_LEDGER_DAMAGED, "the ledger is damaged", detail, error);
    default:
        return ledger_sqlite_report(BD_LEDGER_UNREACHABLE, "the ledger cannot be opened, read or written", detail,
                                    error);
    }
}

/* ---- Opening ---- */

/* The first number that a statement gives. */
static bd_status number_of(sqlite3 *db, const char *sql, sqlite3_int64 *number, bd_error *error)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return ledger_sqlite_fail(db, error);
    bd_status status = sqlite3_step(statement) == SQLITE_ROW ? BD_OK : ledger_sqlite_fail(db, error);
    if (status == BD_OK)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return status;
}

static bd_status run(sqlite3 *db, const char *sql, bd_error *error)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? BD_OK : ledger_sqlite_fail(db, error);
}

/* What a file brings along is data only: no triggers, views or functions of its own. */
static void distrust(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
}

/* In the transaction that holds the lock: makes the tables in an empty file, refuses another file. */
static bd_status recognise(sqlite3 *db, bool *is_new, bd_error *error)
{
    sqlite3_int64 objects = 0, application = 0, format = 0;
    bd_status status = number_of(db, "SELECT count(*) FROM sqlite_schema", &objects, error);
    if (status == BD_OK)
        status = number_of(db, "PRAGMA application_id", &application, error);
    if (status == BD_OK)
        status = number_of(db, "PRAGMA user_version", &format, error);
    if (status != BD_OK)
        return status;
    *is_new = objects == 0 && application == 0 && format == 0;
    if (*is_new) {
        char marks[80];
        sqlite3_snprintf((int)sizeof marks, marks, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                         APPLICATION_ID, BD_LEDGER_FORMAT);
        status = run(db, marks, error);
        return status == BD_OK ? run(db, schema, error) : status;
    }
    if (application != APPLICATION_ID || format < 1)
        return ledger_sqlite_report(BD_LEDGER_NOT_ONE, "the file is not a ledger", NULL, error);
    if (format > BD_LEDGER_FORMAT) {
        char both[80];
        sqlite3_snprintf((int)sizeof both, both, "its format is %lld, the newest known here is %d", format,
                         BD_LEDGER_FORMAT);
        return ledger_sqlite_report(BD_LEDGER_NEWER, "a newer version made this ledger", both, error);
    }
    return BD_OK;
}

static bd_status prepare_all(LedgerFile *file, bd_error *error)
{
    static const char *const sql[STATEMENT_COUNT] = {
#define STATEMENT_SQL(name, text) [STATEMENT_##name] = text,
        LEDGER_STATEMENTS(STATEMENT_SQL)
#undef STATEMENT_SQL
    };
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(file->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &file->statements[i], NULL) !=
            SQLITE_OK)
            return ledger_sqlite_fail(file->db, error);
    return BD_OK;
}

/* A journal that a killed run left is played back by the first statement that reads. */
static bd_status set_up(LedgerFile *file, bool *is_new, bd_error *error)
{
    sqlite3 *db = file->db;
    distrust(db);
    if (sqlite3_db_readonly(db, "main") != 0)
        return ledger_sqlite_report(BD_LEDGER_READ_ONLY, "the ledger may not be written", NULL, error);
    /* 64 MiB of pages, since contributions are stored by key and come in by date. */
    bd_status status = run(db,
                           "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
                           "PRAGMA cache_size = -65536; BEGIN EXCLUSIVE",
                           error);
    /* The file may have been a log-keeping one when somebody worked on it with another tool. */
    if (status == BD_OK)
        status = recognise(db, is_new, error);
    if (status == BD_OK)
        status = run(db, "COMMIT; PRAGMA journal_mode = DELETE", error);
    return status == BD_OK ? prepare_all(file, error) : status;
}

/* Opens the file of that name, also where SQLite has another meaning for it: ":memory:", "file:...". */
static bd_status open_file(LedgerFile *file, const char *path, bd_error *error)
{
    bool is_special = path[0] == ':' || strncmp(path, "file:", strlen("file:")) == 0;
    char *plain = sqlite3_mprintf("%s%s", is_special ? "./" : "", path);
    if (!plain)
        return no_memory(error);
    int result =
        sqlite3_open_v2(plain, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_free(plain);
    if (result == SQLITE_OK)
        return BD_OK;
    return file->db ? ledger_sqlite_fail(file->db, error) : no_memory(error);
}

bd_status bd_ledger_sqlite_open(const char *path, bd_ledger *out, bool *is_new, bd_error *error)
{
    if (!path || !*path || !out) {
        if (error) {
            *error = (bd_error){.code = BD_ARGUMENT};
            strcpy(error->message, "bd_ledger_sqlite_open needs a path and a place for the ledger");
        }
        return BD_ARGUMENT;
    }
    LedgerFile *file = sqlite3_malloc(sizeof *file);
    if (!file)
        return no_memory(error);
    memset(file, 0, sizeof *file);

    bool made = false;
    bd_status status = open_file(file, path, error);
    if (status == BD_OK)
        status = set_up(file, &made, error);
    if (status != BD_OK) {
        ledger_sqlite_methods.close(file);
        return status;
    }
    *out = (bd_ledger){&ledger_sqlite_methods, file};
    if (is_new)
        *is_new = made;
    return BD_OK;
}
