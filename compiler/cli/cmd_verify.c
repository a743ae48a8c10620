/* cmd_verify.c: `beding verify`: whether a module would be loaded, and with keys, whether one of them signed it.
**
** The answers are the library's own: bd_module_load judges the bytes, bd_signature_check the signature. Both are always asked, so that a
** file which is wrong in two ways is seen to be.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/signing.h"

enum { LABEL_WIDTH = 16 };

typedef struct Verdict {
    Cli *cli;
    const char *path;
    Text bytes;
    bd_module *module; /* NULL when refused, for `error` */
    bd_error error;
    bd_module_info info;
    const Trust *trust; /* NULL: no signature is asked for */
    Signed signature;
} Verdict;

/* ---- For people ---- */

static void row(Verdict *verdict, StringBuilder *out, Message label, Text value)
{
    Text text = message_pattern(verdict->cli, label);
    size_t width = text_length(text);
    if (value.size == 0)
        return;
    builder_text(out, text);
    builder_repeat(out, ' ', width < LABEL_WIDTH ? LABEL_WIDTH - width : 1);
    builder_text(out, value);
    builder_char(out, '\n');
}

static Text hex(Verdict *verdict, const uint8_t *bytes, size_t size)
{
    StringBuilder out;
    builder_init(&out, &verdict->cli->arena);
    builder_hex(&out, bytes, size);
    return builder_result(&out);
}

static Text filled(Verdict *verdict, Message message, Holes holes)
{
    StringBuilder out;
    builder_init(&out, &verdict->cli->arena);
    message_append(verdict->cli, &out, message, holes);
    return builder_result(&out);
}

static ExitStatus print_text(Verdict *verdict)
{
    StringBuilder out;
    builder_init(&out, &verdict->cli->arena);
    const bd_module_info *info = &verdict->info;
    const Trust *trust = verdict->trust;
    if (verdict->module == NULL)
        return EXIT_GOOD; /* the refusal went to stderr */
    Holes size = {.a = cli_number(verdict->cli, BD_FORMAT_VERSION), .b = cli_number(verdict->cli, verdict->bytes.size)};
    row(verdict, &out, MSG_VERIFY_AGREEMENT, info->name);
    row(verdict, &out, MSG_VERIFY_TITLE, info->title);
    row(verdict, &out, MSG_VERIFY_VERSION, info->version);
    row(verdict, &out, MSG_VERIFY_HASH, hex(verdict, info->sha256, sizeof info->sha256));
    row(verdict, &out, MSG_VERIFY_MODULE, filled(verdict, MSG_VERIFY_ACCEPTED, size));
    if (trust != NULL && verdict->signature.problem == NULL) {
        size_t signer = verdict->signature.signer;
        Holes holes = {.a = hex(verdict, trust->keys[signer].bytes, sizeof trust->keys[signer].bytes),
                       .b = text_from_cstring(trust->paths[signer])};
        row(verdict, &out, MSG_VERIFY_SIGNATURE, filled(verdict, MSG_VERIFY_SIGNED, holes));
    }
    return output_write_all(verdict->cli, "-", builder_result(&out));
}

/* ---- For programs ---- */

static void write_signature(Verdict *verdict, JsonWriter *json)
{
    if (verdict->trust == NULL) {
        json_write_null(json, "signature");
        return;
    }
    json_write_object(json, "signature");
    json_write_bool(json, "valid", verdict->signature.problem == NULL);
    if (verdict->signature.problem == NULL) {
        const bd_public_key *key = &verdict->trust->keys[verdict->signature.signer];
        json_write_null(json, "problem");
        json_write_text(json, "key", hex(verdict, key->bytes, sizeof key->bytes));
    } else {
        json_write_text(json, "problem", text_from_cstring(verdict->signature.problem));
        json_write_null(json, "key");
    }
    json_write_close_object(json);
}

static ExitStatus print_json(Verdict *verdict)
{
    StringBuilder out;
    JsonWriter json;
    builder_init(&out, &verdict->cli->arena);
    json_write_init(&json, &out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.verify/1"));
    json_write_bool(&json, "accepted", verdict->module != NULL);
    if (verdict->module != NULL) {
        json_write_null(&json, "refusal");
        json_write_text(&json, "name", verdict->info.name);
        json_write_text(&json, "version", verdict->info.version);
        json_write_text(&json, "hash", hex(verdict, verdict->info.sha256, sizeof verdict->info.sha256));
    } else {
        json_write_object(&json, "refusal");
        json_write_text(&json, "reason", text_from_cstring(verdict->error.message));
        json_write_uint(&json, "offset", verdict->error.offset);
        json_write_bool(&json, "newer", verdict->error.code == BD_NEWER);
        json_write_close_object(&json);
        json_write_null(&json, "name");
        json_write_null(&json, "version");
        json_write_null(&json, "hash");
    }
    json_write_uint(&json, "size", verdict->bytes.size);
    write_signature(verdict, &json);
    json_write_close_object(&json);
    builder_char(&out, '\n');
    return output_write_all(verdict->cli, "-", builder_result(&out));
}

/* ---- The command ---- */

/* Loads the module, or says why not: the reason and the byte it is about. */
static ExitStatus judge(Verdict *verdict)
{
    bd_status status =
        bd_module_load(verdict->bytes.data, verdict->bytes.size, NULL, &verdict->module, &verdict->error);
    if (status == BD_OK) {
        bd_module_describe(verdict->module, &verdict->info);
        return EXIT_GOOD;
    }
    if (status == BD_NOMEM)
        return load_report(verdict->cli, &verdict->error);
    Holes holes = {.a = text_from_cstring(verdict->path),
                   .b = text_from_cstring(verdict->error.message),
                   .c = cli_number(verdict->cli, verdict->error.offset)};
    message_error(verdict->cli, MSG_MODULE_REFUSED, holes);
    return EXIT_WANTING;
}

ExitStatus cmd_verify(Cli *cli, const Arguments *arguments)
{
    Verdict verdict = {.cli = cli, .path = arguments->free[0]};
    const char *signature_path = arguments->values[OPTION_SIGNATURE];
    ExitStatus status = signing_trust(cli, arguments, OPTION_KEY, &verdict.trust);
    if (status != EXIT_GOOD)
        return status;
    if (signature_path != NULL && verdict.trust == NULL) {
        message_error(cli, MSG_SIGNATURE_WITHOUT_KEY, (Holes){.a = {NULL, 0}});
        return EXIT_USAGE;
    }
    status = signing_read_module(cli, verdict.path, &verdict.bytes);
    if (status != EXIT_GOOD)
        return status;
    ExitStatus judged = judge(&verdict), checked = EXIT_GOOD;
    if (judged == EXIT_LIMIT)
        return judged;
    if (verdict.trust != NULL)
        checked = signing_check(cli, verdict.path, signature_path, verdict.bytes, verdict.trust, &verdict.signature);
    status = options_has(arguments, OPTION_JSON) ? print_json(&verdict) : print_text(&verdict);
    bd_module_free(verdict.module);
    if (status == EXIT_GOOD)
        status = judged;
    return status == EXIT_GOOD ? checked : status;
}
