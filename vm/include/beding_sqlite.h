/* beding_sqlite.h: a ledger (beding_ledger.h) in one SQLite file.
**
** This is the header of a library of its own, libbeding_sqlite: it does what libbeding promises not to, reading and writing a file, and is
** the only part that needs SQLite 3.37 or newer. docs/ledger.md describes the file for who reads it with other tools.
**
**     bool is_new;
**     bd_ledger ledger;
**     if (bd_ledger_sqlite_open("leiden-2024.db", &ledger, &is_new, &error) != BD_OK) return report(error.message);
*/
#ifndef BEDING_SQLITE_H
#define BEDING_SQLITE_H

#include "beding.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BD_LEDGER_FORMAT 1 /* of the file, its `user_version` */

/* Opens a ledger, or makes one where there is no file or an empty one. Until it is closed no other program can open it; a program that
** ends without closing it lets go of it too, and what it had not committed is undone at the next opening.
**   path    as the system names files, NUL-terminated
**   out     set only when BD_OK; to be closed with bd_ledger_close
**   is_new  may be NULL; set only when BD_OK: whether the ledger was made just now
**   errors  BD_LEDGER with a bd_ledger_problem as error->offset, BD_NOMEM, BD_ARGUMENT. Memory is SQLite's own: the allocator of
**           sqlite3_config */
BD_API bd_status bd_ledger_sqlite_open(const char *path, bd_ledger *out, bool *is_new, bd_error *error);

#ifdef __cplusplus
}
#endif
#endif
