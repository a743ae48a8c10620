/* cmd_verify_receipt.c: `beding verify-receipt`: make a run again from its receipt, and confirm it or name the first difference.
**
** Job: first every file against its hash, since a file that changed explains whatever comes of it; then the run, and its receipt against the
** one given, field by field. The decisions go to a temporary file, the ledger is a copy: nothing of the user's is written.
** Order of what is named: files, readings and options, totals, the decisions (with the first row that differs, where the old ones are there).
*/
#include <stdio.h>
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/json.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/receipt.h"
#include "compiler/cli/scratch.h"

enum { RECEIPT_MAX_BYTES = 64 * 1024 * 1024, ROW_BYTES = 65536 };

typedef struct Verification {
    Cli *cli;
    const Arguments *given; /* of this command */
    const char *path;       /* of the receipt */
    const JsonValue *receipt;
    Arguments arguments; /* of the run */
    Scratch out, ledger; /* what the run writes */
    /* The first difference. */
    bool differs;
    StringBuilder what;
    Text expected, found;
} Verification;

static const JsonValue *field(const JsonValue *object, Text name)
{
    return object != NULL && object->kind == JSON_OBJECT ? json_find(object, name) : NULL;
}

static Text text_of(const JsonValue *object, Text name)
{
    const JsonValue *value = field(object, name);
    return value == NULL || value->kind == JSON_NULL ? (Text){NULL, 0} : value->text;
}

static ExitStatus not_a_receipt(const Verification *v, Text why)
{
    message_error(v->cli, MSG_RECEIPT_NOT_ONE, (Holes){.a = text_from_cstring(v->path), .b = why});
    return EXIT_WANTING;
}

static ExitStatus read_receipt(Verification *v)
{
    Text text;
    ExitStatus status = load_file(v->cli, v->path, RECEIPT_MAX_BYTES, &text);
    if (status != EXIT_GOOD)
        return status;
    JsonReader reader;
    json_init(&reader, text, &v->cli->arena);
    v->receipt = json_value(&reader);
    if (v->receipt == NULL || !json_end(&reader))
        return not_a_receipt(v, text_from_cstring(reader.problem));
    Text schema = text_of(v->receipt, TEXT("schema"));
    if (!text_equal(schema, TEXT("beding.receipt/1")))
        return not_a_receipt(v, schema.size > 0 ? schema : TEXT("schema"));
    const JsonValue *module = field(v->receipt, TEXT("module"));
    const JsonValue *inputs = field(v->receipt, TEXT("inputs")), *files = field(module, TEXT("files"));
    bool is_whole = inputs != NULL && inputs->kind == JSON_ARRAY && files != NULL && files->kind == JSON_ARRAY &&
                    text_of(module, TEXT("file")).size > 0;
    return is_whole ? EXIT_GOOD : not_a_receipt(v, TEXT("module, inputs"));
}

/* ---- Differences ---- */

static void differ(Verification *v, Text what, Text expected, Text found)
{
    if (v->differs)
        return;
    v->differs = true;
    builder_text(&v->what, what);
    v->expected = expected;
    v->found = found;
}

static Text hex_of(Cli *cli, const uint8_t *sha256)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_hex(&out, sha256, SHA256_SIZE);
    return builder_result(&out);
}

/* ---- Files ---- */

/* The file that this command was given in place of one of the receipt: the same option, for lists of the same name, else the n-th. */
static const char *replacement(const Verification *v, OptionId id, Text name, size_t nth)
{
    if (id == OPTION_COUNT)
        return NULL;
    if (!OPTION_ROWS[id].repeatable)
        return v->given->values[id];
    for (size_t i = 0; i < v->given->repeated_count; i++) {
        const Repeated *option = &v->given->repeated[i];
        const char *equals = strchr(option->value, '=');
        if (option->id != id)
            continue;
        if (name.size > 0 && equals != NULL &&
            text_equal(name, (Text){option->value, (size_t)(equals - option->value)}))
            return equals + 1;
        if (name.size == 0 && nth-- == 0)
            return option->value;
    }
    return NULL;
}

/* Takes the option into the arguments of the run. */
static void take_option(Verification *v, OptionId id, Text name, const char *path)
{
    if (!OPTION_ROWS[id].repeatable) {
        v->arguments.values[id] = path;
        return;
    }
    StringBuilder value;
    builder_init(&value, &v->cli->arena);
    builder_text(&value, name);
    if (name.size > 0)
        builder_char(&value, '=');
    builder_text(&value, text_from_cstring(path));
    const char *text = cli_cstring(v->cli, builder_result(&value));
    v->arguments.values[id] = text;
    v->arguments.repeated[v->arguments.repeated_count++] = (Repeated){id, text};
}

static ExitStatus check_file(Verification *v, const JsonValue *entry, size_t nth)
{
    Text option = text_of(entry, TEXT("option")), name = text_of(entry, TEXT("name"));
    Text wanted = text_of(entry, TEXT("sha256")), relative = text_of(entry, TEXT("file"));
    OptionId id = receipt_option(option);
    bool is_module = text_equal(option, TEXT("MODULE")), is_new = wanted.size == 0;
    if (relative.size == 0 || (id == OPTION_COUNT && !is_module) || (is_new && id != OPTION_LEDGER))
        return not_a_receipt(v, option.size > 0 ? option : TEXT("inputs"));
    const char *path = replacement(v, id, name, nth);
    if (path == NULL)
        path = receipt_resolve(v->cli, v->path, relative);
    if (id != OPTION_COUNT)
        take_option(v, id, name, path);
    if (is_new)
        return EXIT_GOOD; /* a ledger that the run made: it is made again, elsewhere */
    ReceiptFile file = {.path = text_from_cstring(path)};
    ExitStatus status = receipt_hash_file(v->cli, &file, false);
    if (status != EXIT_GOOD)
        return status;
    Text found = hex_of(v->cli, file.sha256);
    if (text_equal(found, wanted))
        return EXIT_GOOD;
    differ(v, text_from_cstring(path), wanted, found);
    message_error(v->cli, id == OPTION_LEDGER ? MSG_RECEIPT_LEDGER : MSG_RECEIPT_FILE,
                  (Holes){.a = text_from_cstring(path), .b = wanted, .c = found});
    return EXIT_WANTING;
}

static size_t count_of(const JsonValue *array)
{
    size_t count = 0;
    for (const JsonValue *entry = array->first; entry != NULL; entry = entry->next)
        count++;
    return count;
}

static ExitStatus check_files(Verification *v, const JsonValue *files)
{
    size_t nth[OPTION_COUNT + 1] = {0};
    for (const JsonValue *entry = files->first; entry != NULL; entry = entry->next) {
        OptionId id = receipt_option(text_of(entry, TEXT("option")));
        ExitStatus status = check_file(v, entry, nth[id]++);
        if (status != EXIT_GOOD)
            return status;
    }
    return EXIT_GOOD;
}

/* ---- The run ---- */

static void take_value(Verification *v, OptionId id, Text value)
{
    if (value.size > 0)
        v->arguments.values[id] = cli_cstring(v->cli, value);
}

/* Every reading is named, so that another choice in the file cannot go unnoticed. */
static void take_readings(Verification *v)
{
    const JsonValue *readings = field(v->receipt, TEXT("readings"));
    for (const JsonValue *one = readings == NULL ? NULL : readings->first; one != NULL; one = one->next)
        take_option(v, OPTION_READING, text_of(one, TEXT("name")),
                    cli_cstring(v->cli, text_of(one, TEXT("alternative"))));
}

/* The ledger as it was before the run, in a file of ours. */
static ExitStatus take_ledger(Verification *v)
{
    const char *path = v->arguments.values[OPTION_LEDGER];
    const JsonValue *inputs = field(v->receipt, TEXT("inputs"));
    bool is_new = false;
    for (const JsonValue *entry = inputs->first; entry != NULL; entry = entry->next)
        if (receipt_option(text_of(entry, TEXT("option"))) == OPTION_LEDGER)
            is_new = text_of(entry, TEXT("sha256")).size == 0;
    if (path == NULL)
        return EXIT_GOOD;
    bool is_there = is_new ? scratch_new(&v->ledger, v->cli, ".db") : scratch_copy(&v->ledger, v->cli, path, ".db");
    if (!is_there)
        return EXIT_FILE;
    v->arguments.values[OPTION_LEDGER] = v->ledger.path;
    return EXIT_GOOD;
}

static ExitStatus prepare(Verification *v)
{
    const JsonValue *module = field(v->receipt, TEXT("module")), *inputs = field(v->receipt, TEXT("inputs"));
    const JsonValue *options = field(v->receipt, TEXT("options")), *readings = field(v->receipt, TEXT("readings"));
    size_t room = count_of(inputs) + (readings == NULL ? 0 : count_of(readings)) + 1;
    v->arguments.repeated = arena_array(&v->cli->arena, room, sizeof *v->arguments.repeated);
    v->arguments.free = arena_array(&v->cli->arena, 1, sizeof *v->arguments.free);
    v->arguments.free[0] = receipt_resolve(v->cli, v->path, text_of(module, TEXT("file")));
    v->arguments.free_count = 1;
    ExitStatus status = check_files(v, field(module, TEXT("files")));
    if (status == EXIT_GOOD)
        status = check_files(v, inputs);
    if (status != EXIT_GOOD)
        return status;
    if (v->arguments.values[OPTION_LINES] == NULL)
        return not_a_receipt(v, TEXT("--lines"));
    take_value(v, OPTION_SEPARATOR, text_of(options, TEXT("separator")));
    take_value(v, OPTION_ON_ERROR, text_of(options, TEXT("on_error")));
    take_value(v, OPTION_AS_OF, text_of(options, TEXT("as_of")));
    take_readings(v);
    bool is_json = text_equal(text_of(field(v->receipt, TEXT("output")), TEXT("format")), TEXT("jsonl"));
    if (!scratch_new(&v->out, v->cli, is_json ? ".jsonl" : ".csv"))
        return EXIT_FILE;
    v->arguments.values[OPTION_OUT] = v->out.path;
    return take_ledger(v);
}

/* ---- Comparing ---- */

static Text shown(const JsonValue *value)
{
    static const Text CONSTANTS[] = {
        [JSON_NULL] = TEXT_INIT("null"), [JSON_TRUE] = TEXT_INIT("true"), [JSON_FALSE] = TEXT_INIT("false")};
    if (value == NULL)
        return TEXT("-");
    return value->kind <= JSON_FALSE ? CONSTANTS[value->kind] : value->text;
}

/* What may differ without anything being different: where files stand, and what compiled them. */
static bool is_passed_over(Text name, bool is_compiled_module)
{
    return text_equal(name, TEXT("file")) || text_equal(name, TEXT("library_version")) ||
           (is_compiled_module && text_equal(name, TEXT("sha256")));
}

static void compare(Verification *v, const JsonValue *old, const JsonValue *now, StringBuilder *path);

static void compare_member(Verification *v, const JsonValue *old, const JsonValue *now, StringBuilder *path, Text name)
{
    size_t size = path->size;
    if (size > 0)
        builder_char(path, '.');
    builder_text(path, name);
    compare(v, old, now, path);
    path->size = size;
}

static void compare_objects(Verification *v, const JsonValue *old, const JsonValue *now, StringBuilder *path)
{
    bool is_compiled = text_equal((Text){path->data, path->size}, TEXT("module")) && v->arguments.free_count == 1 &&
                       !load_is_module(v->arguments.free[0]);
    for (const JsonValue *member = now->first; member != NULL && !v->differs; member = member->next)
        if (!is_passed_over(member->name, is_compiled))
            compare_member(v, json_find(old, member->name), member, path, member->name);
    for (const JsonValue *member = old->first; member != NULL && !v->differs; member = member->next)
        if (json_find(now, member->name) == NULL && !is_passed_over(member->name, is_compiled))
            compare_member(v, member, NULL, path, member->name);
}

static void compare_arrays(Verification *v, const JsonValue *old, const JsonValue *now, StringBuilder *path)
{
    const JsonValue *a = old->first, *b = now->first;
    for (uint64_t i = 1; (a != NULL || b != NULL) && !v->differs; i++) {
        compare_member(v, a, b, path, cli_number(v->cli, i));
        a = a == NULL ? NULL : a->next;
        b = b == NULL ? NULL : b->next;
    }
}

/* The first difference of two values, both of which were read by json.h and are no deeper than it allows. */
static void compare(Verification *v, const JsonValue *old, const JsonValue *now, StringBuilder *path)
{
    if (old != NULL && now != NULL && old->kind == now->kind) {
        if (now->kind == JSON_OBJECT) {
            compare_objects(v, old, now, path);
            return;
        }
        if (now->kind == JSON_ARRAY) {
            compare_arrays(v, old, now, path);
            return;
        }
        if (now->kind <= JSON_FALSE || text_equal(old->text, now->text))
            return;
    }
    differ(v, arena_text_copy(&v->cli->arena, (Text){path->data, path->size}), shown(old), shown(now));
}

static void cut_line(char *row)
{
    row[strcspn(row, "\r\n")] = '\0';
}

/* Where the decisions of then are still there, the first row that is another one. */
static void show_row(Verification *v)
{
    Text recorded = text_of(field(v->receipt, TEXT("output")), TEXT("file"));
    if (recorded.size == 0)
        return;
    ReceiptFile file = {.path = text_from_cstring(receipt_resolve(v->cli, v->path, recorded))};
    Text wanted = text_of(field(v->receipt, TEXT("output")), TEXT("sha256"));
    if (receipt_hash_file(v->cli, &file, true) != EXIT_GOOD || !file.exists ||
        !text_equal(hex_of(v->cli, file.sha256), wanted))
        return;
    FILE *then = fopen(cli_cstring(v->cli, file.path), "rb"), *now = fopen(v->out.path, "rb");
    static char old[ROW_BYTES], made[ROW_BYTES];
    for (uint64_t row = 1; then != NULL && now != NULL; row++) {
        bool has_old = fgets(old, sizeof old, then) != NULL, has_new = fgets(made, sizeof made, now) != NULL;
        if (!has_old)
            old[0] = '\0';
        if (!has_new)
            made[0] = '\0';
        if ((!has_old && !has_new) || strcmp(old, made) != 0) {
            cut_line(old);
            cut_line(made);
            message_error_at(v->cli, file.path, row, MSG_RECEIPT_ROW,
                             (Holes){.a = text_from_cstring(old), .b = text_from_cstring(made)});
            break;
        }
    }
    if (then != NULL)
        (void)fclose(then);
    if (now != NULL)
        (void)fclose(now);
}

static ExitStatus compare_receipts(Verification *v, Text made)
{
    JsonReader reader;
    json_init(&reader, made, &v->cli->arena);
    const JsonValue *now = json_value(&reader);
    if (now == NULL)
        return EXIT_BUG;
    StringBuilder path;
    builder_init(&path, &v->cli->arena);
    compare(v, v->receipt, now, &path);
    if (!v->differs)
        return EXIT_GOOD;
    message_error(v->cli, MSG_RECEIPT_DIFFERS, (Holes){.a = builder_result(&v->what), .b = v->expected, .c = v->found});
    show_row(v);
    Text version = text_of(v->receipt, TEXT("library_version"));
    if (!text_equal(version, text_from_cstring(bd_version())))
        message_warning(v->cli, MSG_RECEIPT_VERSION, (Holes){.a = version, .b = text_from_cstring(bd_version())});
    return EXIT_WANTING;
}

static ExitStatus verify(Verification *v)
{
    ExitStatus status = read_receipt(v);
    if (status == EXIT_GOOD)
        status = prepare(v);
    if (status != EXIT_GOOD)
        return status;
    Receipt receipt;
    Text made;
    /* The hashes are taken anew of what the run reads; of the ledger of the user's own file, since the copy has another name. */
    status = receipt_begin(&receipt, v->cli, &v->arguments, v->path);
    if (status == EXIT_GOOD)
        status = run_again(v->cli, &v->arguments, &receipt, &made);
    return status == EXIT_GOOD ? compare_receipts(v, made) : status;
}

static ExitStatus print_json(const Verification *v, ExitStatus status)
{
    StringBuilder out;
    builder_init(&out, &v->cli->arena);
    JsonWriter json;
    json_write_init(&json, &out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.verification/1"));
    json_write_text(&json, "receipt", text_from_cstring(v->path));
    json_write_bool(&json, "confirmed", status == EXIT_GOOD);
    if (v->differs) {
        json_write_object(&json, "difference");
        json_write_text(&json, "what", builder_result(&v->what));
        json_write_text(&json, "expected", v->expected);
        json_write_text(&json, "found", v->found);
        json_write_close_object(&json);
    }
    json_write_close_object(&json);
    builder_char(&out, '\n');
    ExitStatus written = output_write_all(v->cli, "-", builder_result(&out));
    return status != EXIT_GOOD ? status : written;
}

ExitStatus cmd_verify_receipt(Cli *cli, const Arguments *arguments)
{
    Verification *v = arena_alloc(&cli->arena, sizeof *v);
    v->cli = cli;
    v->given = arguments;
    v->path = arguments->free[0];
    builder_init(&v->what, &cli->arena);
    ExitStatus status = verify(v);
    scratch_remove(&v->out);
    scratch_remove(&v->ledger);
    if (options_has(arguments, OPTION_JSON))
        return print_json(v, status);
    if (status != EXIT_GOOD)
        return status;
    StringBuilder out;
    builder_init(&out, &cli->arena);
    const JsonValue *totals = field(v->receipt, TEXT("totals"));
    message_append(cli, &out, MSG_RECEIPT_CONFIRMED,
                   (Holes){.a = text_from_cstring(v->path),
                           .b = text_of(totals, TEXT("lines")),
                           .c = text_of(field(v->receipt, TEXT("output")), TEXT("sha256"))});
    builder_char(&out, '\n');
    return output_write_all(cli, "-", builder_result(&out));
}
