/* signing.c: keys and signatures in files; see signing.h. */
#include "compiler/cli/signing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/load.h"
#include "vm/core/limits.h"

enum { TEXT_MAX_BYTES = 64 * 1024 }; /* of a key or signature, comments included */

static ExitStatus report_text(Cli *cli, const char *path, const bd_error *error)
{
    Text reason = text_from_cstring(error->message), file = text_from_cstring(path);
    if (error->offset > 0)
        message_error_at(cli, file, error->offset, MSG_LIBRARY, (Holes){.a = reason});
    else
        message_error(cli, MSG_KEY_UNUSABLE, (Holes){.a = file, .b = reason});
    return EXIT_WANTING;
}

const char *signing_path(Cli *cli, const char *path, const char *ending)
{
    StringBuilder name;
    builder_init(&name, &cli->arena);
    builder_text(&name, text_from_cstring(path));
    builder_text(&name, text_from_cstring(ending));
    return cli_cstring(cli, builder_result(&name));
}

ExitStatus signing_read_module(Cli *cli, const char *path, Text *out)
{
    return load_file(cli, path, MODULE_MAX_BYTES, out);
}

/* ---- Keys ---- */

ExitStatus signing_trust(Cli *cli, const Arguments *arguments, OptionId option, const Trust **out)
{
    Trust *trust = arena_alloc(&cli->arena, sizeof *trust);
    trust->keys = arena_array(&cli->arena, arguments->repeated_count + 1, sizeof *trust->keys);
    trust->paths = arena_array(&cli->arena, arguments->repeated_count + 1, sizeof *trust->paths);
    *out = NULL;
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        if (arguments->repeated[i].id != option)
            continue;
        Text text = {"", 0};
        bd_error error = {.code = BD_OK};
        const char *path = arguments->repeated[i].value;
        ExitStatus status = load_file(cli, path, TEXT_MAX_BYTES, &text);
        if (status != EXIT_GOOD)
            return status;
        if (bd_public_key_read(text, &trust->keys[trust->count], &error) != BD_OK)
            return report_text(cli, path, &error);
        trust->paths[trust->count++] = path;
        *out = trust;
    }
    return EXIT_GOOD;
}

/* A secret that the group or the world can read is none. A pipe or a descriptor has no such permissions. */
static ExitStatus check_permissions(Cli *cli, const char *path)
{
    struct stat info;
    if (strcmp(path, "-") == 0 || stat(path, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) == 0)
        return EXIT_GOOD;
    message_error(cli, MSG_SECRET_IS_OPEN, (Holes){.a = text_from_cstring(path)});
    return EXIT_WANTING;
}

/* The text of a secret stays in memory until the program ends, if nobody overwrites it. */
static void wipe(Text text)
{
    volatile char *byte = (volatile char *)(uintptr_t)text.data;
    for (size_t i = 0; i < text.size; i++)
        byte[i] = 0;
}

ExitStatus signing_secret_key(Cli *cli, const char *path, bd_secret_key *out)
{
    Text text = {"", 0};
    bd_error error = {.code = BD_OK};
    ExitStatus status = load_file(cli, path, TEXT_MAX_BYTES, &text);
    if (status != EXIT_GOOD)
        return status;
    bd_status read = bd_secret_key_read(text, out, &error);
    wipe(text);
    if (read != BD_OK)
        return report_text(cli, path, &error);
    status = check_permissions(cli, path);
    if (status != EXIT_GOOD)
        bd_secret_key_erase(out);
    return status;
}

/* ---- Checking ---- */

static ExitStatus report_check(Cli *cli, Holes holes, const bd_error *error, Signed *out)
{
    if (error->code != BD_SIGNATURE) {
        out->problem = "damaged";
        message_error(cli, MSG_BAD_MODULE, (Holes){.a = holes.a, .b = text_from_cstring(error->message)});
        return error->code == BD_MODULE ? EXIT_WANTING : EXIT_BUG;
    }
    switch (error->offset) {
    case BD_SIGNATURE_OTHER_MODULE:
        out->problem = "other_module";
        message_error(cli, MSG_SIGNATURE_OTHER_MODULE, holes);
        break;
    case BD_SIGNATURE_OTHER_KEY:
        out->problem = "other_key";
        message_error(cli, MSG_SIGNATURE_OTHER_KEY, holes);
        break;
    default:
        out->problem = "false";
        message_error(cli, MSG_SIGNATURE_FALSE, holes);
        break;
    }
    return EXIT_WANTING;
}

/* The signature in a file; holes: the module and the signature's path. */
static ExitStatus read_signature(Cli *cli, const char *path, Holes holes, bd_signature *signature, Signed *out)
{
    Text text = {"", 0};
    bd_error error = {.code = BD_OK};
    if (strcmp(path, "-") != 0 && access(path, F_OK) != 0 && errno == ENOENT) {
        out->problem = "missing";
        message_error(cli, MSG_SIGNATURE_MISSING, holes);
        return EXIT_WANTING;
    }
    out->problem = "unreadable";
    ExitStatus status = load_file(cli, path, TEXT_MAX_BYTES, &text);
    if (status != EXIT_GOOD)
        return status;
    out->problem = "malformed";
    if (bd_signature_read(text, signature, &error) != BD_OK)
        return report_text(cli, path, &error);
    out->problem = NULL;
    return EXIT_GOOD;
}

ExitStatus signing_check(Cli *cli, const char *path, const char *signature_path, Text bytes, const Trust *trust,
                         Signed *out)
{
    *out = (Signed){NULL, 0};
    if (signature_path == NULL)
        signature_path = signing_path(cli, path, ".sig");
    bd_signature signature;
    bd_error error = {.code = BD_OK};
    Holes holes = {.a = text_from_cstring(path), .b = text_from_cstring(signature_path)};
    ExitStatus status = read_signature(cli, signature_path, holes, &signature, out);
    if (status != EXIT_GOOD)
        return status;
    StringBuilder key;
    builder_init(&key, &cli->arena);
    builder_hex(&key, signature.key.bytes, sizeof signature.key.bytes);
    holes.c = builder_result(&key);
    if (bd_signature_check(bytes.data, bytes.size, &signature, trust->keys, trust->count, &error) != BD_OK)
        return report_check(cli, holes, &error, out);
    while (memcmp(trust->keys[out->signer].bytes, signature.key.bytes, sizeof signature.key.bytes) != 0)
        out->signer++;
    return EXIT_GOOD;
}

ExitStatus signing_require_module(Cli *cli, const char *path)
{
    if (cli->trust == NULL || load_is_module(path))
        return EXIT_GOOD;
    message_error(cli, MSG_SIGNATURE_OF_SOURCE, (Holes){.a = text_from_cstring(path)});
    return EXIT_WANTING;
}

ExitStatus signing_require(Cli *cli, const char *path, Text bytes)
{
    Signed result;
    return cli->trust == NULL ? EXIT_GOOD : signing_check(cli, path, NULL, bytes, cli->trust, &result);
}
