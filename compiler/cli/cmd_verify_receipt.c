/* cmd_verify_receipt.c: `beding verify-receipt`: make a run again from its receipt, and confirm it or name the first difference.
**
** Job: first every file against its hash, since a file that changed explains whatever comes of it; then the run, and its receipt against the
** one given, field by field. The decisions go to a temporary file, the ledger is a copy: nothing of the user's is written.
** Order of what is named: files, readings and options, totals, the decisions. Where those were kept, they are compared with what comes out now, and
** the first row that differs is shown.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/json.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/output.h"
#include "compiler/cli/receipt.h"
#include "compiler/cli/scratch.h"

enum { RECEIPT_MAX_BYTES = 64 * 1024 * 1024 };

typedef struct Verification {
    Cli *cli;
    const Arguments *given; /* of this command */
    const char *path;       /* of the receipt */
    const JsonValue *receipt;
    Arguments arguments;   /* of the run */
    Scratch out, ledger;   /* what the run writes */
    ReceiptFile decisions; /* of then, where they were kept */
    bool is_compared;      /* the run was made again, */
    bool decisions_differ; /* and gives others than were kept */
    ReceiptDifference difference;
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

/* A field that should be there. */
static ExitStatus lacks(const Verification *v, Text name)
{
    StringBuilder why;
    builder_init(&why, &v->cli->arena);
    message_append(v->cli, &why, MSG_RECEIPT_LACKS, (Holes){.a = name});
    return not_a_receipt(v, builder_result(&why));
}

static ExitStatus read_receipt(Verification *v)
{
    Text text;
    ExitStatus status = load_file(v->cli, v->path, RECEIPT_MAX_BYTES, &text);
    if (status != EXIT_GOOD)
        return status;
    if (!text_is_utf8(text, NULL))
        return not_a_receipt(v, message_pattern(v->cli, MSG_RECEIPT_NOT_UTF8));
    JsonReader reader;
    json_init(&reader, text, &v->cli->arena);
    v->receipt = json_value(&reader);
    if (v->receipt == NULL || !json_end(&reader)) {
        StringBuilder why;
        builder_init(&why, &v->cli->arena);
        message_append(
            v->cli, &why, MSG_BAD_JSON,
            (Holes){.a = message_pattern(v->cli, reader.problem), .b = cli_number(v->cli, reader.position + 1)});
        return not_a_receipt(v, builder_result(&why));
    }
    Text schema = text_of(v->receipt, TEXT("schema"));
    if (schema.size > 0 && !text_equal(schema, TEXT("beding.receipt/1")))
        return not_a_receipt(v, schema);
    const JsonValue *module = field(v->receipt, TEXT("module"));
    const JsonValue *inputs = field(v->receipt, TEXT("inputs")), *files = field(module, TEXT("files"));
    if (schema.size == 0)
        return lacks(v, TEXT("schema"));
    if (text_of(v->receipt, TEXT("library_version")).size == 0)
        return lacks(v, TEXT("library_version"));
    if (files == NULL || files->kind != JSON_ARRAY || text_of(module, TEXT("file")).size == 0)
        return lacks(v, TEXT("module"));
    return inputs != NULL && inputs->kind == JSON_ARRAY ? EXIT_GOOD : lacks(v, TEXT("inputs"));
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
        return lacks(v, option.size > 0 ? option : TEXT("inputs"));
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
    v->difference = (ReceiptDifference){true, text_from_cstring(path), wanted, found};
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
    v->arguments.is_own_ledger = true;
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
        return lacks(v, TEXT("--lines"));
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

/* ---- The decisions that were kept ---- */

/* Finds and hashes the file of decisions, where there is one. A pipe or a device that the run wrote to is none. */
static ExitStatus find_decisions(Verification *v)
{
    const char *given = v->given->values[OPTION_DECISIONS];
    Text recorded = text_of(field(v->receipt, TEXT("output")), TEXT("file"));
    v->decisions.path = given != NULL ? text_from_cstring(given) : recorded;
    if (given == NULL && recorded.size > 0)
        v->decisions.path = text_from_cstring(receipt_resolve(v->cli, v->path, recorded));
    if (v->decisions.path.size == 0 || (given == NULL && !output_can_drop(cli_cstring(v->cli, v->decisions.path))))
        return EXIT_GOOD;
    return receipt_hash_file(v->cli, &v->decisions, given == NULL);
}

/* Shows the first row of the kept decisions that the run does not give. */
static void show_row(Verification *v)
{
    RowDifference difference;
    if (!receipt_first_row(v->cli, cli_cstring(v->cli, v->decisions.path), v->out.path, &difference))
        return;
    Message message = difference.kept_ends                           ? MSG_RECEIPT_ROW_LACKS
                      : difference.made_ends                         ? MSG_RECEIPT_ROW_ADDED
                      : text_equal(difference.kept, difference.made) ? MSG_RECEIPT_ROW_ENDING
                                                                     : MSG_RECEIPT_ROW;
    message_error_at(v->cli, v->decisions.path, difference.row, message,
                     (Holes){.a = difference.kept, .b = difference.made});
}

/* The kept decisions against those that the run gives now. */
static void compare_decisions(Verification *v, const JsonValue *now)
{
    if (!v->decisions.exists)
        return;
    Text wanted = text_of(field(v->receipt, TEXT("output")), TEXT("sha256")),
         found = hex_of(v->cli, v->decisions.sha256);
    v->decisions_differ = !text_equal(found, text_of(field(now, TEXT("output")), TEXT("sha256")));
    if (!v->decisions_differ)
        return;
    if (!v->difference.differs) {
        v->difference = (ReceiptDifference){true, v->decisions.path, wanted, found};
        message_error(v->cli, MSG_RECEIPT_DECISIONS, (Holes){.a = v->decisions.path, .b = wanted, .c = found});
    }
    show_row(v);
}

static ExitStatus compare_receipts(Verification *v, Text made)
{
    JsonReader reader;
    json_init(&reader, made, &v->cli->arena);
    const JsonValue *now = json_value(&reader);
    if (now == NULL)
        return EXIT_BUG;
    Text version = text_of(v->receipt, TEXT("library_version"));
    bool is_other_version = !text_equal(version, text_from_cstring(bd_version()));
    receipt_compare(v->cli, v->receipt, now, is_other_version && !load_is_module(v->arguments.free[0]), &v->difference);
    v->is_compared = true;
    if (v->difference.differs)
        message_error(v->cli, MSG_RECEIPT_DIFFERS,
                      (Holes){.a = v->difference.what, .b = v->difference.expected, .c = v->difference.found});
    compare_decisions(v, now);
    if (is_other_version)
        message_warning(v->cli, MSG_RECEIPT_VERSION, (Holes){.a = version, .b = text_from_cstring(bd_version())});
    return v->difference.differs ? EXIT_WANTING : EXIT_GOOD;
}

static ExitStatus verify(Verification *v)
{
    ExitStatus status = read_receipt(v);
    if (status == EXIT_GOOD)
        status = prepare(v);
    if (status == EXIT_GOOD)
        status = find_decisions(v);
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

/* What became of the kept decisions, for programs. */
static Text state_of_decisions(const Verification *v)
{
    if (v->decisions.exists)
        return v->decisions_differ ? TEXT("different") : TEXT("same");
    return v->decisions.path.size > 0 ? TEXT("not_there") : TEXT("stdout");
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
    if (v->is_compared)
        json_write_text(&json, "decisions", state_of_decisions(v));
    if (v->difference.differs) {
        json_write_object(&json, "difference");
        json_write_text(&json, "what", v->difference.what);
        json_write_text(&json, "expected", v->difference.expected);
        json_write_text(&json, "found", v->difference.found);
        json_write_close_object(&json);
    }
    json_write_close_object(&json);
    builder_char(&out, '\n');
    ExitStatus written = output_write_all(v->cli, "-", builder_result(&out));
    return status != EXIT_GOOD ? status : written;
}

/* "3 regels" */
static Text lines_of(const Verification *v)
{
    StringBuilder out;
    builder_init(&out, &v->cli->arena);
    uint64_t lines = 0;
    Text digits = text_of(field(v->receipt, TEXT("totals")), TEXT("lines")); /* a number: the run made again has it */
    for (size_t i = 0; i < digits.size; i++)
        lines = lines * 10 + (uint64_t)(digits.data[i] - '0');
    message_counted(v->cli, &out, lines, MSG_RECEIPT_ONE_LINE, MSG_RECEIPT_LINES);
    return builder_result(&out);
}

/* That it holds, and what of it was not looked at. */
static ExitStatus print_confirmed(const Verification *v)
{
    StringBuilder out;
    builder_init(&out, &v->cli->arena);
    Text receipt = text_from_cstring(v->path), lines = lines_of(v);
    if (v->decisions.exists) {
        message_append(v->cli, &out, MSG_RECEIPT_CONFIRMED, (Holes){.a = receipt, .b = lines, .c = v->decisions.path});
    } else {
        Text sha256 = text_of(field(v->receipt, TEXT("output")), TEXT("sha256"));
        message_append(v->cli, &out, MSG_RECEIPT_CONFIRMED_RUN, (Holes){.a = receipt, .b = lines, .c = sha256});
        builder_char(&out, '\n');
        message_append(v->cli, &out, v->decisions.path.size > 0 ? MSG_RECEIPT_NO_DECISIONS : MSG_RECEIPT_TO_STDOUT,
                       (Holes){.a = v->decisions.path});
    }
    builder_char(&out, '\n');
    return output_write_all(v->cli, "-", builder_result(&out));
}

ExitStatus cmd_verify_receipt(Cli *cli, const Arguments *arguments)
{
    Verification *v = arena_alloc(&cli->arena, sizeof *v);
    v->cli = cli;
    v->given = arguments;
    v->path = arguments->free[0];
    ExitStatus status = verify(v);
    scratch_remove(&v->out);
    scratch_remove(&v->ledger);
    if (options_has(arguments, OPTION_JSON))
        return print_json(v, status);
    return status == EXIT_GOOD ? print_confirmed(v) : status;
}
