/* sarif.c: diagnostics as SARIF 2.1.0; see sarif.h. Only what the schema asks for: rule, level, message and one region per result. */
#include "compiler/cli/sarif.h"

#include "beding.h"
#include "compiler/cli/json_write.h"

static void append_location(JsonWriter *json, const Source *source, Span span)
{
    Place begin = source_place(source, span.begin);
    Place end = source_place(source, span.end);
    json_write_object(json, NULL);
    json_write_object(json, "physicalLocation");
    json_write_object(json, "artifactLocation");
    json_write_text(json, "uri", source->name);
    json_write_close_object(json);
    json_write_object(json, "region");
    json_write_uint(json, "startLine", begin.line);
    json_write_uint(json, "startColumn", begin.column);
    json_write_uint(json, "endLine", end.line);
    json_write_uint(json, "endColumn", end.column);
    json_write_close_object(json);
    json_write_close_object(json);
    json_write_close_object(json);
}

void sarif_append(StringBuilder *out, Diags *diags, const DiagPrint *how)
{
    diag_sort(diags);
    for (size_t i = 0; i < diags->count; i++) {
        const Diag *diag = &diags->items[i];
        if (out->size > 0)
            builder_text(out, TEXT(",\n"));
        StringBuilder message;
        builder_init(&message, out->arena);
        diag_print_message(&message, diag->code, diag->arguments, how->language);
        JsonWriter json;
        json_write_init(&json, out, true);
        json_write_object(&json, NULL);
        json_write_text(&json, "ruleId", diag_code_name(diag->code));
        json_write_text(&json, "level", diag_code_severity(diag->code) == DIAG_ERROR ? TEXT("error") : TEXT("warning"));
        json_write_object(&json, "message");
        json_write_text(&json, "text", builder_result(&message));
        json_write_close_object(&json);
        json_write_array(&json, "locations");
        if (diag->span.file < how->source_count && how->sources[diag->span.file] != NULL)
            append_location(&json, how->sources[diag->span.file], diag->span);
        json_write_close_array(&json);
        json_write_close_object(&json);
    }
}

void sarif_document(StringBuilder *out, Text results)
{
    builder_text(
        out,
        TEXT("{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{\n"
             "\"tool\": {\"driver\": {\"name\": \"beding\", \"version\": "));
    builder_json_string(out, text_from_cstring(bd_version()));
    builder_text(out, TEXT("}},\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [\n"));
    builder_text(out, results);
    builder_text(out, TEXT("\n]}]}\n"));
}
