/* diff_json.c: a comparison as JSON, form beding.diff/1 (docs/schemas/diff.json); see diff.h. */
#include "compiler/cli/diff.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/witness.h"
#include "vm/core/date.h"

static void write_place(JsonWriter *json, const char *name, const bd_place *place)
{
    if (place->line == 0) {
        json_write_null(json, name);
        return;
    }
    json_write_object(json, name);
    json_write_text(json, "file", place->file);
    json_write_uint(json, "line", place->line);
    json_write_uint(json, "column", place->column);
    json_write_close_object(json);
}

static void write_side(const Diff *diff, JsonWriter *json, const char *name, const DiffSide *side)
{
    bd_module_info info;
    StringBuilder hash;
    bd_module_describe(side->loaded->module, &info);
    builder_init(&hash, diff->arena);
    builder_hex(&hash, info.sha256, sizeof info.sha256);
    json_write_object(json, name);
    json_write_text(json, "file", side->loaded->name);
    json_write_text(json, "version", info.version);
    json_write_text(json, "sha256", builder_result(&hash));
    json_write_close_object(json);
}

static void write_number(const Diff *diff, JsonWriter *json, const char *name, Number number)
{
    StringBuilder text;
    builder_init(&text, diff->arena);
    if (number_is_decimal(number, NULL)) {
        number_append(&text, number, 0);
        json_write_raw(json, name, builder_result(&text));
    } else {
        number_append_fraction(&text, number);
        json_write_text(json, name, builder_result(&text));
    }
}

static void write_detail(const Diff *diff, JsonWriter *json, const Change *change, const Detail *detail)
{
    json_write_object(json, NULL);
    json_write_text(json, "part", diff_part_name(detail->part));
    if (detail->sub.size > 0)
        json_write_text(json, "of", detail->sub);
    if (detail->from > BD_DATE_MIN)
        json_write_date(json, "from", detail->from);
    if (detail->to < BD_DATE_MAX)
        json_write_date(json, "to", detail->to);
    if (detail->has_old)
        json_write_text(json, "old", detail->old_text);
    else
        json_write_null(json, "old");
    if (detail->has_new)
        json_write_text(json, "new", detail->new_text);
    else
        json_write_null(json, "new");
    if (detail->part == MEANT_CELL && change->is_other_unit) {
        json_write_text(json, "old_unit", change->old_unit);
        json_write_text(json, "new_unit", change->new_unit);
    }
    if (detail->is_renamed)
        json_write_bool(json, "renamed", true);
    Number difference;
    if (detail->is_number && number_sub(diff->arena, detail->new_value, detail->old_value, &difference) == BD_OK) {
        write_number(diff, json, "difference", difference);
        Number percent;
        if (number_div(diff->arena, difference, detail->old_value, &percent) == BD_OK &&
            number_mul(diff->arena, percent, (Number){100, 1, NULL}, &percent) == BD_OK)
            write_number(diff, json, "percent", percent);
    }
    json_write_close_object(json);
}

static void write_witness(JsonWriter *json, const Witness *witness)
{
    if (witness == NULL)
        return;
    json_write_object(json, "witness");
    json_write_bool(json, "found", witness->is_found);
    json_write_uint(json, "tried", witness->tried);
    if (witness->is_found) {
        json_write_text(json, "old", witness->old_outcome);
        json_write_text(json, "new", witness->new_outcome);
        if (witness->scenario_old.size > 0)
            json_write_text(json, "scenario_old", witness->scenario_old);
        if (witness->scenario_new.size > 0)
            json_write_text(json, "scenario_new", witness->scenario_new);
    }
    if (witness->note.size > 0)
        json_write_text(json, "note", witness->note);
    json_write_close_object(json);
}

static void write_change(const Diff *diff, JsonWriter *json, const Change *change)
{
    static const char *const HOW[] = {"added", "removed", "changed", "renamed"};
    json_write_object(json, NULL);
    json_write_text(json, "id", change->id);
    json_write_text(json, "kind", diff_kind_name(change->kind));
    json_write_text(json, "name", change->name);
    json_write_text(json, "change", text_from_cstring(HOW[change->how]));
    if (change->how == CHANGE_RENAMED)
        json_write_text(json, "new_name", change->new_name);
    write_place(json, "old_place", &change->old_place);
    write_place(json, "new_place", &change->new_place);
    if (change->citation.size > 0)
        json_write_text(json, "source", change->citation);
    json_write_bool(json, "indirect", change->is_indirect);
    json_write_array(json, "details");
    for (uint32_t i = 0; i < change->detail_count; i++)
        write_detail(diff, json, change, &change->details[i]);
    json_write_close_array(json);
    json_write_array(json, "reaches");
    for (uint32_t i = 0; i < change->reach_count; i++)
        json_write_text(json, NULL, change->reaches[i]);
    json_write_close_array(json);
    write_witness(json, change->witness);
    json_write_close_object(json);
}

void diff_append_json(const Diff *diff, StringBuilder *out)
{
    JsonWriter json;
    bd_module_info info;
    bd_module_describe(diff->b.loaded->module, &info);
    json_write_init(&json, out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.diff/1"));
    json_write_text(&json, "name", info.name);
    write_side(diff, &json, "old", &diff->a);
    write_side(diff, &json, "new", &diff->b);
    if (diff->has_day)
        json_write_date(&json, "as_of", diff->day);
    json_write_bool(&json, "equal", diff->count == 0);
    json_write_array(&json, "changes");
    for (uint32_t i = 0; i < diff->count; i++)
        write_change(diff, &json, &diff->changes[i]);
    json_write_close_array(&json);
    json_write_array(&json, "proved_equal");
    for (uint32_t i = 0; i < diff->proved_count; i++)
        json_write_text(&json, NULL, diff->proved[i]);
    json_write_close_array(&json);
    json_write_bool(&json, "solver_gave_up", diff->solver_gave_up);
    json_write_close_object(&json);
    builder_char(out, '\n');
}
