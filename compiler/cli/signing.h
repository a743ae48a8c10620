/* signing.h: keys and signatures in files, and modules that must be signed.
**
** Job: the files around beding_sign.h. `--require-key` gives the run a Trust, which load_open consults before it loads a module: nothing
** of a module that is not signed by one of the keys is looked at. The signature of M.bdc stands beside it in M.bdc.sig.
*/
#ifndef BEDING_CLI_SIGNING_H
#define BEDING_CLI_SIGNING_H

#include "beding_sign.h"
#include "compiler/cli/options.h"

typedef struct Trust {
    bd_public_key *keys;
    const char **paths; /* the file each stood in */
    size_t count;
} Trust;

/* Reads the public keys of a repeatable option; *out is NULL when it was not given. What is wrong is reported. */
ExitStatus signing_trust(Cli *cli, const Arguments *arguments, OptionId option, const Trust **out);

/* What was found out about a signature. */
typedef struct Signed {
    const char *
        problem; /* for JSON: "missing", "unreadable", "malformed", "damaged" (the module), "other_module", "other_key", "false";
                         ** NULL: it holds */
    size_t signer; /* if it holds: the key that made it, as an index of the Trust */
} Signed;

/* Whether a signature file holds for these bytes with one of the keys. What is wrong is reported, with EXIT_WANTING or EXIT_FILE.
** path: of the module; signature_path: NULL for the one beside it. */
ExitStatus signing_check(Cli *cli, const char *path, const char *signature_path, Text bytes, const Trust *trust,
                         Signed *out);

/* The same for `--require-key`; a path that names no module is refused. */
ExitStatus signing_require_module(Cli *cli, const char *path);
ExitStatus signing_require(Cli *cli, const char *path, Text bytes);

/* "M.bdc.sig" for "M.bdc", in the Cli's arena. */
const char *signing_path(Cli *cli, const char *path, const char *ending);

/* Reads a secret key; "-" is stdin. A file that others may read is refused. The caller erases the key. */
ExitStatus signing_secret_key(Cli *cli, const char *path, bd_secret_key *out);

/* Reads a module file as bytes, "-" for stdin; nothing in it is judged. */
ExitStatus signing_read_module(Cli *cli, const char *path, Text *out);

#endif
