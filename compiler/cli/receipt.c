/* receipt.c: what a run was made of and what came out; see receipt.h. */
#include "compiler/cli/receipt.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/json_write.h"
#include "compiler/cli/output.h"
#include "compiler/cli/people.h"
#include "stdlib/embedded.h"

/* The options that name a file that the run reads, in the order of the receipt. */
static const OptionId FILE_OPTIONS[] = {OPTION_LINES,   OPTION_ALLOCATIONS, OPTION_STARTS, OPTION_STOPS,
                                        OPTION_RECORDS, OPTION_PARAMS,      OPTION_SERIES, OPTION_LEDGER};
enum { FILE_OPTION_COUNT = sizeof FILE_OPTIONS / sizeof *FILE_OPTIONS, READ_BYTES = 256 * 1024 };

OptionId receipt_option(Text option)
{
    for (int i = 0; i < FILE_OPTION_COUNT; i++)
        if (text_equal(option, text_from_cstring(OPTION_ROWS[FILE_OPTIONS[i]].name)))
            return FILE_OPTIONS[i];
    return OPTION_COUNT;
}

/* ---- Hashes ---- */

ExitStatus receipt_hash_file(Cli *cli, ReceiptFile *file, bool may_lack)
{
    int fd = open(cli_cstring(cli, file->path), O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : 0;
    file->exists = fd >= 0;
    if (error == ENOENT && may_lack)
        return EXIT_GOOD;
    ArenaMark mark = arena_mark(&cli->arena);
    char *bytes = arena_alloc(&cli->arena, READ_BYTES);
    Sha256 hash;
    sha256_init(&hash);
    ssize_t got = 0;
    while (error == 0 && ((got = read(fd, bytes, READ_BYTES)) > 0 || (got < 0 && errno == EINTR))) {
        if (got > 0)
            sha256_update(&hash, bytes, (size_t)got);
    }
    if (got < 0)
        error = errno;
    file->bytes = hash.byte_count;
    sha256_final(&hash, file->sha256);
    arena_rewind(&cli->arena, mark);
    if (fd >= 0)
        (void)close(fd);
    if (error == 0)
        return EXIT_GOOD;
    message_error(cli, MSG_CANNOT_READ, (Holes){.a = file->path, .b = text_from_cstring(strerror(error))});
    return EXIT_FILE;
}

static ExitStatus add_file(Receipt *receipt, Text option, Text name, Text path)
{
    Arena *arena = &receipt->cli->arena;
    if (text_equal(path, TEXT("-"))) {
        message_error(receipt->cli, MSG_RECEIPT_STDIN, (Holes){.a = option});
        return EXIT_USAGE;
    }
    receipt->files = arena_grow(arena, receipt->files, receipt->count, &receipt->capacity, sizeof *receipt->files);
    ReceiptFile *file = &receipt->files[receipt->count++];
    *file = (ReceiptFile){.option = option, .name = name, .path = path};
    return receipt_hash_file(receipt->cli, file, receipt_option(option) == OPTION_LEDGER);
}

static ExitStatus add_repeated(Receipt *receipt, OptionId id)
{
    ExitStatus status = EXIT_GOOD;
    for (size_t i = 0; i < receipt->arguments->repeated_count && status == EXIT_GOOD; i++) {
        const Repeated *option = &receipt->arguments->repeated[i];
        if (option->id != id)
            continue;
        Text value = text_from_cstring(option->value), name = {NULL, 0};
        const char *equals = id == OPTION_RECORDS ? strchr(option->value, '=') : NULL;
        if (equals != NULL) {
            name = text_slice(value, 0, (size_t)(equals - option->value));
            value = text_slice(value, name.size + 1, value.size);
        }
        status = add_file(receipt, text_from_cstring(OPTION_ROWS[id].name), name, value);
    }
    return status;
}

ExitStatus receipt_begin(Receipt *receipt, Cli *cli, const Arguments *arguments, const char *path)
{
    *receipt = (Receipt){.cli = cli, .arguments = arguments, .path = path};
    ExitStatus status = EXIT_GOOD;
    for (int i = 0; i < FILE_OPTION_COUNT && status == EXIT_GOOD; i++) {
        OptionId id = FILE_OPTIONS[i];
        const char *value = arguments->values[id];
        if (value == NULL)
            continue;
        if (OPTION_ROWS[id].repeatable)
            status = add_repeated(receipt, id);
        else
            status =
                add_file(receipt, text_from_cstring(OPTION_ROWS[id].name), (Text){NULL, 0}, text_from_cstring(value));
    }
    return status;
}

static bool is_embedded(Text path)
{
    for (size_t i = 0; i < stdlib_embedded_count; i++)
        if (text_equal(stdlib_embedded[i].path, path))
            return true;
    return false;
}

/* The module's own file, or the texts that it was compiled from; the library's are part of the version. */
static ExitStatus add_module(Receipt *receipt, const Loaded *loaded)
{
    if (!loaded->is_compiled)
        return add_file(receipt, TEXT("MODULE"), (Text){NULL, 0}, loaded->name);
    ExitStatus status = EXIT_GOOD;
    const Sources *sources = &loaded->compilation.sources;
    for (uint32_t i = 0; i < sources->count && status == EXIT_GOOD; i++)
        if (!is_embedded(sources->items[i]->name))
            status = add_file(receipt, TEXT("MODULE"), (Text){NULL, 0}, sources->items[i]->name);
    return status;
}

/* ---- JSON ---- */

static void json_hash(JsonWriter *json, Arena *arena, const char *name, const uint8_t *sha256)
{
    StringBuilder hash;
    builder_init(&hash, arena);
    builder_hex(&hash, sha256, SHA256_SIZE);
    json_write_text(json, name, builder_result(&hash));
}

static void json_file(const Receipt *receipt, JsonWriter *json, const ReceiptFile *file)
{
    json_write_object(json, NULL);
    json_write_text(json, "option", file->option);
    if (file->name.size > 0)
        json_write_text(json, "name", file->name);
    json_write_text(json, "file", receipt_relative(receipt->cli, receipt->path, file->path));
    if (file->exists) {
        json_write_uint(json, "bytes", file->bytes);
        json_hash(json, &receipt->cli->arena, "sha256", file->sha256);
    } else {
        json_write_null(json, "sha256");
    }
    json_write_close_object(json);
}

static void json_files(const Receipt *receipt, JsonWriter *json, const char *name, bool are_of_module)
{
    json_write_array(json, name);
    for (size_t i = 0; i < receipt->count; i++)
        if (text_equal(receipt->files[i].option, TEXT("MODULE")) == are_of_module)
            json_file(receipt, json, &receipt->files[i]);
    json_write_close_array(json);
}

static void json_module(const Receipt *receipt, JsonWriter *json, const Loaded *loaded)
{
    bd_module_info info;
    bd_module_describe(loaded->module, &info);
    json_write_object(json, "module");
    json_write_text(json, "file", receipt_relative(receipt->cli, receipt->path, loaded->name));
    json_write_text(json, "name", info.name);
    json_write_text(json, "title", info.title);
    json_write_text(json, "version", info.version);
    json_hash(json, &receipt->cli->arena, "sha256", info.sha256);
    json_files(receipt, json, "files", true);
    json_write_close_object(json);
}

static void json_options(const Receipt *receipt, JsonWriter *json)
{
    const char *const *values = receipt->arguments->values;
    json_write_object(json, "options");
    json_write_text(json, "separator",
                    values[OPTION_SEPARATOR] ? text_from_cstring(values[OPTION_SEPARATOR]) : TEXT(","));
    json_write_text(json, "on_error",
                    values[OPTION_ON_ERROR] ? text_from_cstring(values[OPTION_ON_ERROR]) : TEXT("stop"));
    if (values[OPTION_AS_OF] != NULL)
        json_write_text(json, "as_of", text_from_cstring(values[OPTION_AS_OF]));
    else
        json_write_null(json, "as_of");
    json_write_close_object(json);
}

static void json_totals(JsonWriter *json, const Decisions *decisions)
{
    json_write_object(json, "totals");
    json_write_uint(json, "lines", decisions->lines);
    json_write_uint(json, "approved", decisions->approved);
    json_write_uint(json, "rejected", decisions->rejected);
    json_write_uint(json, "suspended", decisions->suspended);
    json_write_uint(json, "faulted", decisions->faulted);
    json_write_uint(json, "malformed", decisions->malformed);
    json_write_uint(json, "repeated", decisions->repeated);
    json_write_int(json, "approved_cents", decisions->approved_cents);
    json_write_object(json, "rules");
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        if (!decisions->rules[i].shows || decisions->rules[i].count == 0)
            continue;
        json_write_name(json, decisions->rules[i].name);
        json_write_uint(json, NULL, decisions->rules[i].count);
    }
    json_write_close_object(json);
    json_write_close_object(json);
}

static void json_output(const Receipt *receipt, JsonWriter *json, const Decisions *decisions, const Output *out)
{
    Sha256 digest = *out->digest;
    uint8_t sha256[SHA256_SIZE];
    const char *path = receipt->arguments->values[OPTION_OUT];
    sha256_final(&digest, sha256);
    json_write_object(json, "output");
    if (path == NULL || strcmp(path, "-") == 0)
        json_write_null(json, "file");
    else
        json_write_text(json, "file", receipt_relative(receipt->cli, receipt->path, text_from_cstring(path)));
    json_write_text(json, "format", decisions->is_json ? TEXT("jsonl") : TEXT("csv"));
    json_write_uint(json, "bytes", out->digest->byte_count);
    json_hash(json, &receipt->cli->arena, "sha256", sha256);
    json_write_close_object(json);
}

ExitStatus receipt_text(Receipt *receipt, const Decisions *decisions, const Loaded *loaded, const Output *out,
                        Text *text)
{
    ExitStatus status = add_module(receipt, loaded);
    if (status != EXIT_GOOD)
        return status;
    StringBuilder builder;
    builder_init(&builder, &receipt->cli->arena);
    JsonWriter json;
    json_write_init(&json, &builder, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.receipt/1"));
    json_write_text(&json, "library_version", text_from_cstring(bd_version()));
    json_module(receipt, &json, loaded);
    json_files(receipt, &json, "inputs", false);
    json_options(receipt, &json);
    people_json_readings(&json, "readings", loaded->module, decisions->session);
    json_totals(&json, decisions);
    json_output(receipt, &json, decisions, out);
    json_write_close_object(&json);
    builder_char(&builder, '\n');
    *text = builder_result(&builder);
    return EXIT_GOOD;
}
