/* cmd_sign.c: `beding sign`: the signature of a module, in a file beside it.
**
** Only a module that the library accepts is signed: a signature on something that no host will load can only be a mistake.
*/
#include "compiler/cli/commands.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/signing.h"

static ExitStatus check_module(Cli *cli, const char *path, Text bytes)
{
    bd_module *module;
    bd_error error = {.code = BD_OK};
    bd_status status = bd_module_load(bytes.data, bytes.size, NULL, &module, &error);
    if (status == BD_OK) {
        bd_module_free(module);
        return EXIT_GOOD;
    }
    if (status == BD_NOMEM)
        return load_report(cli, &error);
    Holes holes = {.a = text_from_cstring(path), .b = text_from_cstring(error.message)};
    message_error(cli, MSG_BAD_MODULE, holes);
    return EXIT_WANTING;
}

ExitStatus cmd_sign(Cli *cli, const Arguments *arguments)
{
    const char *path = arguments->free[0], *secret_path = arguments->values[OPTION_SECRET];
    const char *out = arguments->values[OPTION_OUT_SIGNATURE];
    Text bytes = {"", 0};
    ExitStatus status = signing_read_module(cli, path, &bytes);
    if (status == EXIT_GOOD)
        status = check_module(cli, path, bytes);
    if (status != EXIT_GOOD)
        return status;
    bd_secret_key key;
    status = signing_secret_key(cli, secret_path, &key);
    if (status != EXIT_GOOD)
        return status;
    bd_signature signature;
    bd_error error = {.code = BD_OK};
    bd_status made = bd_signature_make(bytes.data, bytes.size, &key, &signature, &error);
    bd_secret_key_erase(&key);
    if (made != BD_OK)
        return load_report(cli, &error);
    char text[BD_SIGN_TEXT_MAX];
    size_t size = bd_signature_write(&signature, text);
    return output_write_all(cli, out != NULL ? out : signing_path(cli, path, ".sig"), (Text){text, size});
}
