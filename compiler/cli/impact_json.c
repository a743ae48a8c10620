/* impact_json.c: what a change does, as JSON (docs/schemas/impact.json); see impact_report.h. Amounts are whole cents. */
#include "compiler/cli/decisions.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/impact_report.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/people.h"
#include "compiler/cli/rule_id.h"

static const char *const BY[IMPACT_COLUMNS] = {"product", "gemeente", "aanbieder", "maand"};

static void json_side(const ImpactView *view, JsonWriter *json, const char *label, const ImpactName *name,
                      const ImpactSide *side)
{
    bd_module_info info;
    bd_module_describe(name->module, &info);
    StringBuilder hash;
    builder_init(&hash, &view->cli->arena);
    builder_hex(&hash, info.sha256, sizeof info.sha256);
    json_write_object(json, label);
    json_write_text(json, "file", name->path);
    json_write_text(json, "version", info.version);
    json_write_text(json, "module_sha256", builder_result(&hash));
    json_write_uint(json, "lines", view->impact->lines);
    json_write_uint(json, "approved", side->approved);
    json_write_uint(json, "rejected", side->rejected);
    json_write_uint(json, "suspended", side->suspended);
    json_write_uint(json, "faulted", side->faulted);
    json_write_uint(json, "malformed", side->malformed);
    json_write_int(json, "approved_cents", side->cents);
    people_json_readings(json, "readings", name->module, name->session);
    json_write_close_object(json);
}

static void json_sums(JsonWriter *json, const ImpactSums *sums)
{
    json_write_uint(json, "lines", sums->lines);
    json_write_uint(json, "more_lines", sums->more_lines);
    json_write_uint(json, "less_lines", sums->less_lines);
    json_write_int(json, "more_cents", sums->more);
    json_write_int(json, "less_cents", sums->less);
    json_write_int(json, "net_cents", sums->more + sums->less);
}

static void json_case(JsonWriter *json, const char *name, const ImpactCase *one)
{
    json_write_object(json, name);
    json_write_text(json, "declaratienummer", one->declaration);
    json_write_text(json, "regelnummer", one->number);
    json_write_uint(json, "line", one->file_line);
    json_write_text(json, "decision_before", decisions_word(one->decision_before));
    json_write_text(json, "decision_after", decisions_word(one->decision_after));
    json_write_int(json, "cents_before", one->before);
    json_write_int(json, "cents_after", one->after);
    json_write_uint(json, "cause", one->cause);
    json_write_close_object(json);
}

static void json_classes(JsonWriter *json, const ImpactCause *cause)
{
    json_write_array(json, "distribution");
    uint64_t unmoved = cause->sums.lines - cause->sums.more_lines - cause->sums.less_lines;
    if (unmoved > 0) { /* another decision, and nothing granted by either */
        json_write_object(json, NULL);
        json_write_text(json, "direction", TEXT("none"));
        json_write_int(json, "from_cents", 0);
        json_write_int(json, "below_cents", 1);
        json_write_uint(json, "lines", unmoved);
        json_write_int(json, "cents", 0);
        json_write_close_object(json);
    }
    for (int more = 0; more < 2; more++) {
        for (int class = 0; class < IMPACT_CLASSES; class ++) {
            if (cause->class_lines[more][class] == 0)
                continue;
            json_write_object(json, NULL);
            json_write_text(json, "direction", more ? TEXT("more") : TEXT("less"));
            json_write_int(json, "from_cents", class == 0 ? 1 : IMPACT_BOUNDS[class - 1]);
            if (class < IMPACT_CLASSES - 1)
                json_write_int(json, "below_cents", IMPACT_BOUNDS[class]);
            json_write_uint(json, "lines", cause->class_lines[more][class]);
            json_write_int(json, "cents", cause->class_cents[more][class]);
            json_write_close_object(json);
        }
    }
    json_write_close_array(json);
}

static void json_by(const ImpactView *view, JsonWriter *json, const ImpactCause *cause)
{
    json_write_object(json, "by");
    for (int i = 0; i < IMPACT_COLUMNS; i++) {
        if (!view->has_dimension[i])
            continue;
        ImpactRow *rows = NULL;
        uint32_t count = impact_sorted_values(view->impact, cause, (ImpactDimension)i, &view->cli->arena, &rows);
        json_write_array(json, BY[i]);
        for (uint32_t j = 0; j < count; j++) {
            json_write_object(json, NULL);
            if (rows[j].value == 0)
                json_write_null(json, "value");
            else
                json_write_text(json, "value", rows[j].name);
            json_sums(json, rows[j].sums);
            json_write_close_object(json);
        }
        json_write_close_array(json);
    }
    json_write_close_object(json);
}

static void json_by_change(const ImpactView *view, JsonWriter *json, const ImpactCause *cause)
{
    ImpactRow *rows = NULL;
    uint32_t count = impact_sorted_values(view->impact, cause, IMPACT_CHANGE, &view->cli->arena, &rows);
    json_write_array(json, "by_change");
    for (uint32_t i = 0; i < count; i++) {
        const ImpactChangeSet *set = impact_changes_set(view->changes, rows[i].name);
        json_write_object(json, NULL);
        json_write_array(json, "changes");
        for (uint32_t k = 0; set != NULL && k < view->changes->count; k++)
            if (impact_changes_has(set, k))
                json_write_text(json, NULL, view->changes->items[k].id);
        json_write_close_array(json);
        json_write_bool(json, "told_apart", set != NULL && set->is_apart);
        json_sums(json, rows[i].sums);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

/* The changes of the texts, those without effect too. */
static void json_changes(const ImpactView *view, JsonWriter *json)
{
    json_write_array(json, "changes");
    for (uint32_t i = 0; i < view->changes->count; i++) {
        const ImpactChange *one = &view->changes->items[i];
        json_write_object(json, NULL);
        json_write_text(json, "id", one->id);
        if (one->change != NULL) {
            json_write_text(json, "kind", diff_kind_name(one->change->kind));
            json_write_text(json, "name", one->change->name);
        }
        json_write_uint(json, "lines", one->lines);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void json_counted(const ImpactView *view, JsonWriter *json, const ImpactCause *cause)
{
    json_sums(json, &cause->sums);
    json_write_uint(json, "other_decision", cause->other_decision);
    json_by_change(view, json, cause);
    json_by(view, json, cause);
    json_classes(json, cause);
    json_write_array(json, "largest");
    for (uint32_t i = 0; i < cause->largest_count; i++)
        json_case(json, NULL, &cause->largest[i]);
    json_write_close_array(json);
    const ImpactCase *median = impact_median(cause);
    if (median != NULL)
        json_case(json, "median", median);
}

static void json_element(const ImpactView *view, JsonWriter *json, const ImpactElement *element)
{
    static const char *const KINDS[] = {
        [IMPACT_NOW] = "now", [IMPACT_NO_LONGER] = "no_longer", [IMPACT_STILL] = "still", [IMPACT_PAYMENT] = "payment"};
    const bd_module *module = element->is_of_after ? view->after.module : view->before.module;
    bd_rule_info rule;
    json_write_object(json, NULL);
    json_write_text(json, "kind", text_from_cstring(KINDS[element->kind]));
    json_write_text(json, element->kind == IMPACT_PAYMENT ? "product" : "name", element->name);
    if (element->rule != BD_NONE && bd_module_rule(module, element->rule, &rule) == BD_OK) {
        json_write_text(json, "id", rule_id(&view->cli->arena, module, element->rule));
        json_write_text(json, "effect", describe_json_effect(rule.effect));
        describe_json_citation(json, "citation", &rule.citation);
        describe_json_place(json, "place", &rule.place);
    }
    json_write_close_object(json);
}

static void json_evidence(JsonWriter *json, const ImpactCause *cause)
{
    if (cause->evidence.size == 0)
        return;
    Text rest = cause->evidence;
    json_write_object(json, "evidence");
    json_write_text(json, "line", cause->evidence_of);
    json_write_array(json, "differences");
    for (size_t begin = 0, i = 0; i < rest.size; i++) {
        if (rest.data[i] != '\n')
            continue;
        json_write_text(json, NULL, text_slice(rest, begin, i));
        begin = i + 1;
    }
    json_write_close_array(json);
    json_write_close_object(json);
}

static void json_cause(const ImpactView *view, JsonWriter *json, uint32_t index)
{
    const ImpactCause *cause = &view->impact->causes[index];
    json_write_object(json, NULL);
    json_write_uint(json, "cause", index);
    json_write_text(json, "text", impact_cause_text(view->cli, &view->cli->arena, cause));
    json_write_array(json, "elements");
    for (uint32_t i = 0; i < cause->element_count; i++)
        json_element(view, json, &cause->elements[i]);
    json_write_close_array(json);
    json_counted(view, json, cause);
    json_evidence(json, cause);
    json_write_close_object(json);
}

Text impact_json(const ImpactView *view)
{
    const Impact *impact = view->impact;
    bd_module_info info;
    bd_module_describe(view->after.module, &info);
    StringBuilder out;
    builder_init(&out, &view->cli->arena);
    JsonWriter json;
    json_write_init(&json, &out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.impact/1"));
    json_write_text(&json, "name", info.name);
    json_write_text(&json, "title", info.title);
    json_write_text(&json, "lines_file", view->lines_file);
    json_side(view, &json, "before", &view->before, &impact->before);
    json_side(view, &json, "after", &view->after, &impact->after);
    json_write_uint(&json, "other_reasons", impact->other_reasons);
    json_write_uint(&json, "repeated", view->repeated);
    json_changes(view, &json);
    json_write_object(&json, "total");
    json_counted(view, &json, view->total);
    json_write_close_object(&json);
    json_write_array(&json, "causes");
    for (uint32_t i = 1; i < impact->cause_count; i++)
        json_cause(view, &json, i);
    if (impact->causes[0].sums.lines > 0)
        json_cause(view, &json, 0);
    json_write_close_array(&json);
    json_write_close_object(&json);
    builder_char(&out, '\n');
    return builder_result(&out);
}
