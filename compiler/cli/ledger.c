/* ledger.c: opening the ledger of a run, and saying what is wrong with one.
**
** The library names the problem and adds a sentence in English; the reader gets a sentence in the language of the messages, and the
** library's only where it holds more: the two sides of a disagreement, or what the system says.
*/
#include "compiler/cli/ledger.h"

#include "beding_sqlite.h"
#include "compiler/cli/load.h"
#include "compiler/cli/messages.h"

static const struct {
    Message message;
    ExitStatus status;
} PROBLEMS[] = {
    [BD_LEDGER_OTHER_AGREEMENT] = {MSG_LEDGER_OTHER_AGREEMENT, EXIT_WANTING},
    [BD_LEDGER_OTHER_COUNTER] = {MSG_LEDGER_OTHER_COUNTER, EXIT_WANTING},
    [BD_LEDGER_IN_USE] = {MSG_LEDGER_IN_USE, EXIT_FILE},
    [BD_LEDGER_NOT_ONE] = {MSG_LEDGER_NOT_ONE, EXIT_WANTING},
    [BD_LEDGER_NEWER] = {MSG_LEDGER_NEWER, EXIT_WANTING},
    [BD_LEDGER_DAMAGED] = {MSG_LEDGER_DAMAGED, EXIT_WANTING},
    [BD_LEDGER_READ_ONLY] = {MSG_LEDGER_READ_ONLY, EXIT_FILE},
    [BD_LEDGER_FULL] = {MSG_LEDGER_FULL, EXIT_FILE},
    [BD_LEDGER_UNREACHABLE] = {MSG_LEDGER_UNREACHABLE, EXIT_FILE},
};

ExitStatus ledger_report(Cli *cli, const char *path, const bd_error *error)
{
    if (error->code != BD_LEDGER || error->offset == 0 || error->offset >= sizeof PROBLEMS / sizeof *PROBLEMS)
        return load_report(cli, error);
    message_error(cli, PROBLEMS[error->offset].message,
                  (Holes){.a = text_from_cstring(path), .b = text_from_cstring(error->message)});
    return PROBLEMS[error->offset].status;
}

ExitStatus ledger_open(Cli *cli, const char *path, bool is_own, bd_ledger *out)
{
    bd_error error = {.code = BD_OK};
    bool is_new = false;
    if (path == NULL)
        return bd_ledger_memory_new(NULL, out, &error) == BD_OK ? EXIT_GOOD : load_report(cli, &error);
    if (bd_ledger_sqlite_open(path, out, &is_new, &error) != BD_OK)
        return ledger_report(cli, path, &error);
    if (is_new && !is_own)
        message_warning(cli, MSG_LEDGER_NEW, (Holes){.a = text_from_cstring(path)});
    return EXIT_GOOD;
}
