/* sarif.c: diagnostics as SARIF 2.1.0; see sarif.h. */
#include "compiler/cli/sarif.h"

#include <string.h>

#include "beding.h"
#include "compiler/cli/json_write.h"

void sarif_init(Sarif *sarif, Arena *arena, DiagLanguage language)
{
    memset(sarif, 0, sizeof *sarif);
    sarif->arena = arena;
    sarif->language = language;
    builder_init(&sarif->results, arena);
}

static Text level_of(DiagCode code)
{
    return diag_code_severity(code) == DIAG_ERROR ? TEXT("error") : TEXT("warning");
}

static uint32_t rule_index(Sarif *sarif, DiagCode code)
{
    for (uint32_t i = 0; i < sarif->rule_count; i++)
        if (sarif->rules[i] == code)
            return i;
    sarif->rules[sarif->rule_count] = code;
    return sarif->rule_count++;
}

/* ---- Places ---- */

/* A path as a URI reference: what has a meaning there, and all but ASCII, as %XX. */
static Text uri_of(Arena *arena, Text path)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    StringBuilder out;
    builder_init(&out, arena);
    if (path.size > 0 && path.data[0] == '/')
        builder_text(&out, TEXT("file://"));
    for (size_t i = 0; i < path.size; i++) {
        uint8_t byte = (uint8_t)path.data[i];
        if (byte != 0 && strchr(PLAIN, byte) != NULL) {
            builder_char(&out, (char)byte);
        } else {
            static const char DIGITS[] = "0123456789ABCDEF";
            builder_char(&out, '%');
            builder_char(&out, DIGITS[byte >> 4]);
            builder_char(&out, DIGITS[byte & 15]);
        }
    }
    return builder_result(&out);
}

static const Source *source_of(const DiagPrint *how, Span span)
{
    return span.file < how->source_count ? how->sources[span.file] : NULL;
}

static void append_physical(JsonWriter *json, Arena *arena, const Source *source, Span span)
{
    Place begin = source_place(source, span.begin), end = source_place(source, span.end);
    json_write_object(json, "physicalLocation");
    json_write_object(json, "artifactLocation");
    json_write_text(json, "uri", uri_of(arena, source->name));
    json_write_close_object(json);
    json_write_object(json, "region");
    json_write_uint(json, "startLine", begin.line);
    json_write_uint(json, "startColumn", begin.column);
    json_write_uint(json, "endLine", end.line);
    json_write_uint(json, "endColumn", end.column);
    json_write_close_object(json);
    json_write_close_object(json);
}

/* ---- Results ---- */

static void append_message(JsonWriter *json, const char *name, Text text)
{
    json_write_object(json, name);
    json_write_text(json, "text", text);
    json_write_close_object(json);
}

/* The message, with its suggestions on lines of their own. */
static Text message_of(const Sarif *sarif, const Diag *diag)
{
    StringBuilder out;
    builder_init(&out, sarif->arena);
    diag_print_message(&out, diag->code, diag->arguments, sarif->language);
    for (uint32_t i = 0; i < diag->help_count; i++) {
        builder_char(&out, '\n');
        diag_print_message(&out, diag->helps[i].code, diag->helps[i].arguments, sarif->language);
    }
    return builder_result(&out);
}

static void append_labels(const Sarif *sarif, JsonWriter *json, const Diag *diag, const DiagPrint *how)
{
    bool is_open = false;
    for (uint32_t i = 0; i < diag->label_count; i++) {
        const DiagLabel *label = &diag->labels[i];
        const Source *source = source_of(how, label->span);
        if (source == NULL)
            continue;
        if (!is_open)
            json_write_array(json, "relatedLocations");
        is_open = true;
        StringBuilder text;
        builder_init(&text, sarif->arena);
        diag_print_message(&text, label->code, label->arguments, sarif->language);
        json_write_object(json, NULL);
        json_write_uint(json, "id", i + 1);
        append_physical(json, sarif->arena, source, label->span);
        append_message(json, "message", builder_result(&text));
        json_write_close_object(json);
    }
    if (is_open)
        json_write_close_array(json);
}

/* The line that the diagnostic stands on, without the blanks around it. */
static Text line_of(const Source *source, Span span)
{
    Text line = source_line(source, source_place(source, span.begin).line);
    size_t begin = 0, end = line.size;
    while (begin < end && (line.data[begin] == ' ' || line.data[begin] == '\t'))
        begin++;
    while (end > begin && (line.data[end - 1] == ' ' || line.data[end - 1] == '\t'))
        end--;
    return text_slice(line, begin, end);
}

/* Code, file and text of the line, and the how-manieth of its kind: what stays when lines above it come and go. */
static Text fingerprint(Sarif *sarif, const Diag *diag, const Source *source)
{
    StringBuilder out;
    builder_init(&out, sarif->arena);
    builder_text(&out, diag_code_name(diag->code));
    builder_char(&out, '\n');
    builder_text(&out, source == NULL ? (Text){NULL, 0} : source->name);
    builder_char(&out, '\n');
    builder_text(&out, source == NULL ? (Text){NULL, 0} : line_of(source, diag->span));
    uint64_t hash = text_hash(builder_result(&out));
    uint64_t nth = 1;
    for (size_t i = 0; i < sarif->print_count; i++)
        nth += sarif->prints[i] == hash;
    sarif->prints =
        arena_grow(sarif->arena, sarif->prints, sarif->print_count, &sarif->print_capacity, sizeof *sarif->prints);
    sarif->prints[sarif->print_count++] = hash;
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(hash >> (8 * (7 - i)));
    builder_init(&out, sarif->arena);
    builder_hex(&out, bytes, sizeof bytes);
    builder_char(&out, ':');
    builder_uint64(&out, nth);
    return builder_result(&out);
}

static void append_result(Sarif *sarif, const Diag *diag, const DiagPrint *how)
{
    const Source *source = source_of(how, diag->span);
    JsonWriter json;
    json_write_init(&json, &sarif->results, true);
    json_write_object(&json, NULL);
    json_write_text(&json, "ruleId", diag_code_name(diag->code));
    json_write_uint(&json, "ruleIndex", rule_index(sarif, diag->code));
    json_write_text(&json, "level", level_of(diag->code));
    append_message(&json, "message", message_of(sarif, diag));
    json_write_array(&json, "locations");
    if (source != NULL) {
        json_write_object(&json, NULL);
        append_physical(&json, sarif->arena, source, diag->span);
        json_write_close_object(&json);
    }
    json_write_close_array(&json);
    append_labels(sarif, &json, diag, how);
    json_write_object(&json, "partialFingerprints");
    json_write_text(&json, "beding/v1", fingerprint(sarif, diag, source));
    json_write_close_object(&json);
    json_write_close_object(&json);
}

void sarif_append(Sarif *sarif, Diags *diags, const DiagPrint *how)
{
    diag_sort(diags);
    for (size_t i = 0; i < diags->count; i++) {
        if (sarif->results.size > 0)
            builder_text(&sarif->results, TEXT(",\n"));
        append_result(sarif, &diags->items[i], how);
    }
}

/* ---- The document ---- */

/* The message of a code with its holes as dots: what the rule is about, whatever it is said of. */
static Text description_of(const Sarif *sarif, DiagCode code)
{
    StringBuilder out;
    builder_init(&out, sarif->arena);
    Text pattern = diag_code_pattern(code, sarif->language);
    for (size_t i = 0; i < pattern.size; i++) {
        bool is_hole = pattern.data[i] == '{' && i + 2 < pattern.size && pattern.data[i + 2] == '}';
        if (is_hole) {
            builder_text(&out, TEXT("\u2026"));
            i += 2;
        } else {
            builder_char(&out, pattern.data[i]);
        }
    }
    return builder_result(&out);
}

static void append_driver(const Sarif *sarif, JsonWriter *json)
{
    json_write_object(json, "tool");
    json_write_object(json, "driver");
    json_write_text(json, "name", TEXT("beding"));
    json_write_text(json, "version", text_from_cstring(bd_version()));
    json_write_text(json, "semanticVersion", text_from_cstring(bd_version()));
    json_write_text(json, "language", sarif->language == DIAG_ENGLISH ? TEXT("en") : TEXT("nl"));
    json_write_array(json, "rules");
    for (uint32_t i = 0; i < sarif->rule_count; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "id", diag_code_name(sarif->rules[i]));
        append_message(json, "shortDescription", description_of(sarif, sarif->rules[i]));
        json_write_object(json, "defaultConfiguration");
        json_write_text(json, "level", level_of(sarif->rules[i]));
        json_write_close_object(json);
        json_write_close_object(json);
    }
    json_write_close_array(json);
    json_write_close_object(json);
    json_write_close_object(json);
}

void sarif_document(const Sarif *sarif, StringBuilder *out, bool is_done)
{
    StringBuilder driver;
    builder_init(&driver, sarif->arena);
    JsonWriter json;
    json_write_init(&json, &driver, true);
    json_write_object(&json, NULL);
    append_driver(sarif, &json);
    json_write_text(&json, "columnKind", TEXT("unicodeCodePoints"));
    json_write_text(&json, "language", sarif->language == DIAG_ENGLISH ? TEXT("en") : TEXT("nl"));
    json_write_array(&json, "invocations");
    json_write_object(&json, NULL);
    json_write_bool(&json, "executionSuccessful", is_done);
    json_write_close_object(&json);
    json_write_close_array(&json);
    json_write_close_object(&json);
    Text run = builder_result(&driver);
    builder_text(out, TEXT("{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", "
                           "\"runs\": [\n"));
    builder_text(out, text_slice(run, 0, run.size - 1)); /* its closing brace comes behind the results */
    builder_text(out, TEXT(",\n\"results\": [\n"));
    builder_text(out, builder_result(&sarif->results));
    builder_text(out, TEXT("\n]}]}\n"));
}
