/* ledger_sqlite.h: the open file behind a ledger in SQLite; shared by ledger_sqlite_open.c and ledger_sqlite.c only.
**
** The two use nothing of libbeding but its public headers, so that the library links against the shared one.
*/
#ifndef BEDING_LEDGER_SQLITE_H
#define BEDING_LEDGER_SQLITE_H

#include <sqlite3.h>

#include "beding_sqlite.h"

/* Every statement that runs more than once. Columns are named in the order that ledger_sqlite.c reads and binds them. */
#define LEDGER_STATEMENTS(S)                                                                                         \
    S(BEGIN, "BEGIN IMMEDIATE")                                                                                      \
    S(COMMIT, "COMMIT")                                                                                              \
    S(ROLLBACK, "ROLLBACK")                                                                                          \
    S(GET_AGREEMENT, "SELECT naam FROM overeenkomst")                                                                \
    S(PUT_AGREEMENT, "INSERT INTO overeenkomst (enige, naam) VALUES (1, ?1)")                                        \
    S(GET_COUNTER, "SELECT nummer, soort, eenheid, sleutel FROM teller WHERE naam = ?1")                             \
    S(PUT_COUNTER, "INSERT INTO teller (naam, soort, eenheid, sleutel) VALUES (?1, ?2, ?3, ?4)")                     \
    S(FIND_LINE, "SELECT besluit, centen, invoer, redenen, regels, credit_declaratienummer IS NOT NULL FROM regel"   \
                 " WHERE declaratienummer = ?1 AND regelnummer = ?2 AND aanbieder = ?3 AND gemeente = ?4")           \
    S(PUT_LINE,                                                                                                      \
      "INSERT INTO regel (declaratienummer, regelnummer, aanbieder, gemeente, besluit, centen, invoer, redenen,"     \
      " regels) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"                                                         \
      " ON CONFLICT (declaratienummer, regelnummer, aanbieder, gemeente) DO UPDATE SET besluit = ?5, centen = ?6,"   \
      " invoer = ?7, redenen = ?8, regels = ?9 WHERE besluit = 'afgekeurd' RETURNING nummer")                        \
    S(PUT_CONTRIBUTION, "INSERT INTO bijdrage (teller, sleutel, regel, volgnummer, van, tot_en_met, waarde, noemer)" \
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")                                                  \
    S(MARK_CREDITED, "UPDATE regel SET credit_declaratienummer = ?5, credit_regelnummer = ?6"                        \
                     " WHERE declaratienummer = ?1 AND regelnummer = ?2 AND aanbieder = ?3 AND gemeente = ?4"        \
                     " AND besluit = 'goedgekeurd' AND credit_declaratienummer IS NULL RETURNING nummer")            \
    S(WITHDRAW, "DELETE FROM bijdrage WHERE regel = ?1")                                                             \
    S(READ_LINE, "SELECT b.teller, b.sleutel, b.van, b.tot_en_met, b.waarde, b.noemer FROM regel AS r"               \
                 " JOIN bijdrage AS b ON b.regel = r.nummer"                                                         \
                 " WHERE r.declaratienummer = ?1 AND r.regelnummer = ?2 AND r.aanbieder = ?3 AND r.gemeente = ?4")   \
    S(READ_KEY,                                                                                                      \
      "SELECT teller, sleutel, van, tot_en_met, waarde, noemer FROM bijdrage WHERE teller = ?1 AND sleutel = ?2")

typedef enum Statement {
#define STATEMENT_ENUM(name, sql) STATEMENT_##name,
    LEDGER_STATEMENTS(STATEMENT_ENUM)
#undef STATEMENT_ENUM
        STATEMENT_COUNT
} Statement;

typedef struct LedgerFile {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    sqlite3_stmt *handed; /* whose row was handed out: it lives until the next call */
    bool must_undo;       /* undoing the last transaction failed, so it is still open */
} LedgerFile;

/* Reports one sentence and what more there is to say, which may be NULL. */
bd_status ledger_sqlite_report(bd_ledger_problem problem, const char *sentence, const char *detail, bd_error *error);

/* Reports why the last call on the database failed. */
bd_status ledger_sqlite_fail(sqlite3 *db, bd_error *error);

extern const bd_ledger_methods ledger_sqlite_methods;

#endif
