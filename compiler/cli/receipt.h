/* receipt.h: what a run was made of and what came out, so that somebody else can make it again and see that it is the same.
**
** Job: `run --receipt FILE` writes one (schema beding.receipt/1): the module and the files it was compiled from, every input with its SHA-256, the
** readings and options, the totals, the hash of the output. Files are named relative to the receipt and no clock is looked at, so that a folder with
** all of it can be taken elsewhere and verified there.
*/
#ifndef BEDING_CLI_RECEIPT_H
#define BEDING_CLI_RECEIPT_H

#include "compiler/cli/decisions.h"
#include "compiler/cli/json.h"
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

/* What is first found to be different. */
typedef struct ReceiptDifference {
    bool differs;
    Text what;            /* a file, or the field of the receipt */
    Text expected, found; /* its hash or value in the receipt, and now */
} ReceiptDifference;

/* Compares a receipt with that of the run made again, passing over where files stand and what version made the run. Another version may compile a
** text to another module: ignores_module_hash. Sets *out when there is a difference; else leaves it alone. */
void receipt_compare(Cli *cli, const JsonValue *old, const JsonValue *now, bool ignores_module_hash,
                     ReceiptDifference *out);

/* The first row that is another one in the decisions that were kept than in those that were made again. */
typedef struct RowDifference {
    uint64_t row;              /* from 1: the row of names */
    Text kept, made;           /* the rows, cut where they are long */
    bool kept_ends, made_ends; /* there is no such row any more */
} RowDifference;

/* Compares two files byte by byte. False when they are the same or cannot be read (then again, after being hashed before). */
bool receipt_first_row(Cli *cli, const char *kept, const char *made, RowDifference *out);

/* Which option a file of the receipt was given with, and back; OPTION_COUNT for the module. */
OptionId receipt_option(Text option);

/* ---- Paths ---- */

/* `path` as seen from the folder of the receipt, with / between; absolute when there is no way from one to the other. */
Text receipt_relative(Cli *cli, const char *receipt, Text path);

/* The path that a receipt means, from where the user stands. */
const char *receipt_resolve(Cli *cli, const char *receipt, Text relative);

#endif
