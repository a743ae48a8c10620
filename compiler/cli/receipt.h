/* receipt.h: what a run was made of and what came out, so that somebody else can make it again and see that it is the same.
**
** Job: `run --receipt FILE` writes one (schema beding.receipt/1): the module and the files it was compiled from, every input with its SHA-256, the
** readings and options, the totals, the hash of the output. Files are named relative to the receipt and no clock is looked at, so that a folder with
** all of it can be taken elsewhere and verified there.
*/
#ifndef BEDING_CLI_RECEIPT_H
#define BEDING_CLI_RECEIPT_H

#include "compiler/cli/decisions.h"
#include "compiler/cli/load.h"
#include "vm/core/sha256.h"

/* A file that the run reads. */
typedef struct ReceiptFile {
    Text option; /* "--lines"; "MODULE" */
    Text name;   /* of --records NAAM=FILE; else empty */
    Text path;   /* from where the user stands */
    bool exists; /* a ledger may be new */
    uint64_t bytes;
    uint8_t sha256[SHA256_SIZE];
} ReceiptFile;

typedef struct Receipt {
    Cli *cli;
    const Arguments *arguments;
    const char *path; /* of the receipt: paths in it are relative to its folder */
    ReceiptFile *files;
    size_t count, capacity;
} Receipt;

/* Takes the hashes of all files that the arguments name, before the run reads them. Refuses standard input, which nobody can read again.
** EXIT_GOOD, or what to end with after reporting. */
ExitStatus receipt_begin(Receipt *receipt, Cli *cli, const Arguments *arguments, const char *path);

/* The receipt, after the last line. out: the output of the decisions, flushed, of which Output.digest counted the bytes. */
ExitStatus receipt_text(Receipt *receipt, const Decisions *decisions, const Loaded *loaded, const Output *out,
                        Text *text);

/* Does what `run` does with these arguments, quietly: the receipt goes to *made (in the Cli's arena), the summary nowhere. */
ExitStatus run_again(Cli *cli, const Arguments *arguments, Receipt *receipt, Text *made);

/* The hash of a file; EXIT_FILE after reporting that it cannot be read, unless may_lack is set and it is not there. */
ExitStatus receipt_hash_file(Cli *cli, ReceiptFile *file, bool may_lack);

/* Which option a file of the receipt was given with, and back; OPTION_COUNT for the module. */
OptionId receipt_option(Text option);

/* ---- Paths ---- */

/* `path` as seen from the folder of the receipt, with / between; absolute when there is no way from one to the other. */
Text receipt_relative(Cli *cli, const char *receipt, Text path);

/* The path that a receipt means, from where the user stands. */
const char *receipt_resolve(Cli *cli, const char *receipt, Text relative);

#endif
