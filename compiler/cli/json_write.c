/* json_write.c: JSON out; see json_write.h. */
#include "compiler/cli/json_write.h"

#include <assert.h>
#include <string.h>

#include "vm/core/date.h"

void json_write_init(JsonWriter *writer, StringBuilder *out, bool is_compact)
{
    memset(writer, 0, sizeof *writer);
    writer->out = out;
    writer->is_compact = is_compact;
}

static void new_line(JsonWriter *writer)
{
    if (writer->is_compact)
        return;
    builder_char(writer->out, '\n');
    builder_repeat(writer->out, ' ', 2 * (size_t)writer->depth);
}

/* What stands before a value: a comma, a new line, a name. */
static void begin(JsonWriter *writer, const char *name)
{
    if (writer->is_named) {
        writer->is_named = false;
        return;
    }
    if (writer->depth > 0) {
        bool *has_items = &writer->has_items[writer->depth];
        if (*has_items)
            builder_char(writer->out, ',');
        if (*has_items && writer->is_compact)
            builder_char(writer->out, ' ');
        *has_items = true;
        new_line(writer);
    }
    if (name != NULL) {
        builder_json_string(writer->out, text_from_cstring(name));
        builder_text(writer->out, TEXT(": "));
    }
}

void json_write_name(JsonWriter *writer, Text name)
{
    begin(writer, NULL);
    builder_json_string(writer->out, name);
    builder_text(writer->out, TEXT(": "));
    writer->is_named = true;
}

static void open(JsonWriter *writer, const char *name, char bracket)
{
    begin(writer, name);
    builder_char(writer->out, bracket);
    assert(writer->depth + 1 < JSON_WRITE_DEPTH);
    writer->depth++;
    writer->has_items[writer->depth] = false;
}

static void close_bracket(JsonWriter *writer, char bracket)
{
    assert(writer->depth > 0);
    bool has_items = writer->has_items[writer->depth];
    writer->depth--;
    if (has_items)
        new_line(writer);
    builder_char(writer->out, bracket);
}

void json_write_object(JsonWriter *writer, const char *name)
{
    open(writer, name, '{');
}

void json_write_array(JsonWriter *writer, const char *name)
{
    open(writer, name, '[');
}

void json_write_close_object(JsonWriter *writer)
{
    close_bracket(writer, '}');
}

void json_write_close_array(JsonWriter *writer)
{
    close_bracket(writer, ']');
}

void json_write_text(JsonWriter *writer, const char *name, Text text)
{
    begin(writer, name);
    builder_json_string(writer->out, text);
}

void json_write_raw(JsonWriter *writer, const char *name, Text json)
{
    begin(writer, name);
    builder_text(writer->out, json);
}

void json_write_int(JsonWriter *writer, const char *name, int64_t number)
{
    begin(writer, name);
    builder_int64(writer->out, number);
}

void json_write_uint(JsonWriter *writer, const char *name, uint64_t number)
{
    begin(writer, name);
    builder_uint64(writer->out, number);
}

void json_write_bool(JsonWriter *writer, const char *name, bool value)
{
    json_write_raw(writer, name, value ? TEXT("true") : TEXT("false"));
}

void json_write_null(JsonWriter *writer, const char *name)
{
    json_write_raw(writer, name, TEXT("null"));
}

void json_write_date(JsonWriter *writer, const char *name, int32_t day)
{
    begin(writer, name);
    builder_char(writer->out, '"');
    date_append(writer->out, day);
    builder_char(writer->out, '"');
}

/* A number's text as JSON: a fraction without a decimal form is a string; money gets its two decimals. */
static void append_number(StringBuilder *out, Text number, bool is_money)
{
    const char *point = number.size == 0 ? NULL : memchr(number.data, '.', number.size);
    bool is_fraction = number.size == 0 || memchr(number.data, '/', number.size) != NULL;
    if (is_fraction) {
        builder_json_string(out, number);
        return;
    }
    builder_text(out, number);
    if (!is_money)
        return;
    size_t decimals = point == NULL ? 0 : number.size - (size_t)(point - number.data) - 1;
    if (point == NULL)
        builder_char(out, '.');
    if (decimals < 2)
        builder_repeat(out, '0', 2 - decimals);
}

static void append_pair(JsonWriter *writer, const char *first, const char *second, const bd_value *value, bool is_money)
{
    StringBuilder *out = writer->out;
    builder_char(out, '{');
    builder_json_string(out, text_from_cstring(first));
    builder_text(out, TEXT(": "));
    append_number(out, value->text, is_money);
    builder_text(out, TEXT(", "));
    builder_json_string(out, text_from_cstring(second));
    builder_text(out, TEXT(": "));
    builder_json_string(out, value->unit);
    builder_char(out, '}');
}

void json_write_value(JsonWriter *writer, const char *name, const bd_module *module, const bd_value *value)
{
    if (!value->present) {
        json_write_null(writer, name);
        return;
    }
    begin(writer, name);
    StringBuilder *out = writer->out;
    switch (value->meaning) {
    case BD_MEANS_BOOLEAN: builder_text(out, value->boolean ? TEXT("true") : TEXT("false")); return;
    case BD_MEANS_NUMBER: append_number(out, value->text, false); return;
    case BD_MEANS_MONEY: append_number(out, value->text, true); return;
    case BD_MEANS_QUANTITY: append_pair(writer, "waarde", "eenheid", value, false); return;
    case BD_MEANS_RATE: append_pair(writer, "bedrag", "per", value, true); return;
    case BD_MEANS_DATE:
        builder_char(out, '"');
        date_append(out, value->integer);
        builder_char(out, '"');
        return;
    case BD_MEANS_MONTH:
        builder_char(out, '"');
        month_append(out, value->integer);
        builder_char(out, '"');
        return;
    case BD_MEANS_YEAR: builder_int64(out, value->integer); return;
    case BD_MEANS_CHOICE:
        builder_json_string(out, bd_choice_member(module, value->choice, (uint32_t)value->integer));
        return;
    case BD_MEANS_TEXT: builder_json_string(out, value->text); return;
    }
    builder_text(out, TEXT("null"));
}
