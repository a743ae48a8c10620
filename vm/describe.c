/* describe.c: what a module says of itself: the describe calls of beding.h.
**
** Everything is read from records that module_check.c has checked; an index from the host is judged here.
*/
#include <string.h>

#include "beding.h"
#include "module.h"
#include "trace.h"
#include "value.h"

void bd_module_describe(const bd_module *module, bd_module_info *out)
{
    if (!out)
        return;
    if (!module) {
        memset(out, 0, sizeof *out);
        return;
    }
    const InfoRecord *info = module->INFO;
    *out = (bd_module_info){
        .name = module_text(module, info->name),
        .title = module_text(module, info->title),
        .version = module_text(module, info->version),
        .language = module_text(module, info->language),
        .valid_from = info->valid_from,
        .valid_to = info->valid_to,
        .cost = info->cost,
        .columns = module->COLUMNS_count,
        .lists = module->LISTS_count,
        .choices = module->CHOICES_count,
        .rules = module->RULES_count,
        .tables = module->TABLES_count,
        .programs = module->PROGRAMS_count,
        .citations = module->CITATIONS_count,
        .sites = module->SITES_count,
        .units = module->CHOICES_count > 1 ? module->CHOICES[1].members : 0,
        .readings = module->READINGS_count,
        .notes = module->NOTES_count,
        .counters = module->COUNTERS_count,
        .series = module->SERIES_count,
        .indexations = module->INDEXATIONS_count,
        .natives = module->NATIVES_count,
    };
    memcpy(out->sha256, module->header->sha256, sizeof out->sha256);
}

uint32_t bd_module_reason_words(const bd_module *module)
{
    return !module || module->RULES_count <= 64 ? 1 : (module->RULES_count + 63) / 64;
}

bd_status bd_module_column(const bd_module *module, uint32_t index, bd_column_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->COLUMNS_count)
        return BD_NAME;
    const ColumnRecord *column = &module->COLUMNS[index];
    *out = (bd_column_info){
        .name = module_text(module, column->name),
        .kind = (bd_kind)column->kind,
        .meaning = (bd_meaning)column->meaning,
        .denominator = column->denominator,
        .unit = value_unit_name(module, column->unit),
        .choice = column->choice,
        .list = column->list,
        .program = column->program,
        .optional = (column->flags & COLUMN_OPTIONAL) != 0,
    };
    return BD_OK;
}

bd_status bd_module_list(const bd_module *module, uint32_t index, bd_list_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->LISTS_count)
        return BD_NAME;
    const ListRecord *list = &module->LISTS[index];
    *out = (bd_list_info){
        .name = module_text(module, list->name),
        .key = module_text(module, list->key),
        .maximum = list->maximum,
        .first_column = list->first_column,
        .columns = list->columns,
    };
    return BD_OK;
}

bd_status bd_module_native(const bd_module *module, uint32_t index, bd_native_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->NATIVES_count)
        return BD_NAME;
    bool is_called = false;
    for (uint32_t i = 0; i < module->CALLS_count; i++)
        is_called |= module->CALLS[i].native == index;
    *out = (bd_native_info){
        .name = module_text(module, module->NATIVES[index].name),
        .signature = module_text(module, module->NATIVES[index].signature),
        .is_called = is_called,
    };
    return BD_OK;
}

/* ---- Choices ---- */

uint32_t bd_choice_size(const bd_module *module, uint32_t choice)
{
    return module && choice < module->CHOICES_count ? module->CHOICES[choice].members : 0;
}

bd_text bd_choice_name(const bd_module *module, uint32_t choice)
{
    return module && choice < module->CHOICES_count ? module_text(module, module->CHOICES[choice].name)
                                                    : (bd_text){"", 0};
}

static const MemberRecord *find_member(const bd_module *module, uint32_t choice, uint32_t member)
{
    if (!module || choice >= module->CHOICES_count || member >= module->CHOICES[choice].members)
        return NULL;
    return &module->MEMBERS[module->CHOICES[choice].first_member + member];
}

bd_text bd_choice_member(const bd_module *module, uint32_t choice, uint32_t member)
{
    const MemberRecord *record = find_member(module, choice, member);
    return record ? module_text(module, record->name) : (bd_text){"", 0};
}

bd_text bd_choice_label(const bd_module *module, uint32_t choice, uint32_t member)
{
    const MemberRecord *record = find_member(module, choice, member);
    return record ? module_text(module, record->label) : (bd_text){"", 0};
}

uint32_t bd_choice_find(const bd_module *module, uint32_t choice, bd_text name)
{
    if (!module || choice >= module->CHOICES_count || !value_is_readable(name))
        return BD_NONE;
    const ChoiceRecord *record = &module->CHOICES[choice];
    for (uint32_t i = 0; i < record->members; i++) {
        if (text_equal(module_text(module, module->MEMBERS[record->first_member + i].name), name))
            return i;
    }
    uint32_t low = 0, high = record->aliases;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const AliasRecord *alias = &module->ALIASES[record->first_alias + middle];
        int order = text_compare(module_text(module, alias->text), name);
        if (order == 0)
            return alias->member;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return BD_NONE;
}

/* ---- Rules, tables, programs, sites ---- */

static bd_citation citation_of(const bd_module *module, uint32_t index)
{
    bd_citation citation = {{"", 0}, {"", 0}, {"", 0}};
    if (index == BD_NONE)
        return citation;
    const CitationRecord *record = &module->CITATIONS[index];
    citation.place = module_text(module, record->place);
    citation.quote = module_text(module, record->quote);
    if (record->document != BD_NONE)
        citation.document = module_text(module, module->DOCUMENTS[record->document].name);
    return citation;
}

bd_status bd_module_rule(const bd_module *module, uint32_t index, bd_rule_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->RULES_count)
        return BD_NAME;
    const RuleRecord *rule = &module->RULES[index];
    *out = (bd_rule_info){
        .name = module_text(module, rule->name),
        .code = module_text(module, rule->code),
        .reason = module_text(module, rule->reason),
        .effect = (bd_effect)rule->effect,
        .built_in = (rule->flags & RULE_BUILT_IN) != 0,
        .citation = citation_of(module, rule->citation),
        .place = trace_place(module, rule->place),
        .exception_to = rule->exception_to,
    };
    return BD_OK;
}

bd_status bd_module_table(const bd_module *module, uint32_t index, bd_table_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->TABLES_count)
        return BD_NAME;
    const TableRecord *table = &module->TABLES[index];
    *out = (bd_table_info){
        .name = module_text(module, table->name),
        .label = module_text(module, table->label),
        .is_tariff = (table->flags & TABLE_TARIFF) != 0,
        .is_extern = (table->flags & (TABLE_EXTERN | TABLE_INTERNAL)) == TABLE_EXTERN,
        .is_optional = (table->flags & TABLE_OPTIONAL) != 0,
        .is_maximum = (table->flags & TABLE_MAXIMUM) != 0,
        .is_internal = (table->flags & TABLE_INTERNAL) != 0,
        .product = table->product,
        .meaning = (bd_meaning)table->meaning,
        .unit = value_unit_name(module, table->unit),
        .shown_unit = table->shown_numerator != 0 ? value_unit_name(module, table->shown_unit) : (bd_text){NULL, 0},
        .shown_numerator = table->shown_numerator,
        .shown_denominator = table->shown_denominator,
        .dimensions = table->dimensions,
        .versions = table->versions,
        .citation = citation_of(module, table->citation),
    };
    for (uint32_t i = 0; i < 8; i++) {
        bool exists = i < table->dimensions;
        const DimensionRecord *dimension = exists ? &module->DIMENSIONS[table->first_dimension + i] : NULL;
        out->choice[i] = exists && dimension->meaning == BD_MEANS_CHOICE ? dimension->choice : BD_NONE;
        out->dimension_name[i] = exists ? module_text(module, dimension->name) : (bd_text){"", 0};
    }
    return BD_OK;
}

bd_status bd_module_series(const bd_module *module, uint32_t index, bd_series_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->SERIES_count)
        return BD_NAME;
    const SeriesRecord *series = &module->SERIES[index];
    const TableRecord *table = &module->TABLES[series->table];
    *out = (bd_series_info){
        .name = module_text(module, table->name),
        .label = module_text(module, table->label),
        .table = series->table,
        .months = series->step,
        .is_extern = !(series->flags & SERIES_IN_MODULE),
        .goes_on = (series->flags & SERIES_GOES_ON) != 0,
        .figures = series->cells,
        .first = series->first,
        .citation = citation_of(module, table->citation),
    };
    return BD_OK;
}

bd_status bd_module_index(const bd_module *module, uint32_t index, bd_index_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->INDEXATIONS_count)
        return BD_NAME;
    const IndexRecord *record = &module->INDEXATIONS[index];
    *out = (bd_index_info){
        .name = module_text(module, record->name),
        .table = record->base,
        .program = record->factor,
        .first = record->first,
        .last = record->last,
        .citation = citation_of(module, record->citation),
        .place = trace_place(module, record->place),
    };
    return BD_OK;
}

bd_status bd_table_version(const bd_module *module, uint32_t table, uint32_t version, int32_t *from, int32_t *to)
{
    if (!module || !from || !to)
        return BD_ARGUMENT;
    if (table >= module->TABLES_count || version >= module->TABLES[table].versions)
        return BD_NAME;
    const VersionRecord *record = &module->VERSIONS[module->TABLES[table].first_version + version];
    *from = record->from;
    *to = record->to;
    return BD_OK;
}

bd_status bd_table_cell(const bd_module *module, uint32_t table, uint32_t version, const uint32_t *members,
                        int64_t *numerator, int64_t *denominator)
{
    if (!module || !numerator || !denominator)
        return BD_ARGUMENT;
    if (table >= module->TABLES_count || (module->TABLES[table].flags & TABLE_EXTERN))
        return BD_NAME;
    const TableRecord *record = &module->TABLES[table];
    if (version >= (record->versions > 0 ? record->versions : 1) || (record->dimensions > 0 && !members))
        return BD_ARGUMENT;
    uint64_t index = version;
    for (uint32_t i = 0; i < record->dimensions; i++) {
        uint32_t size = module->DIMENSIONS[record->first_dimension + i].size;
        if (members[i] >= size)
            return BD_ARGUMENT;
        index = index * size + members[i];
    }
    uint64_t cell = record->first_cell + index;
    if (!(module->CELL_BITS[cell / 64] >> (cell % 64) & 1))
        return BD_MISSING;
    ExternKey value = extern_key_ratio(module->CELLS[cell], record->denominator);
    *numerator = value.num;
    *denominator = value.den;
    return BD_OK;
}

/* ---- What people decide ---- */

bd_status bd_module_reading(const bd_module *module, uint32_t index, bd_reading_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->READINGS_count)
        return BD_NAME;
    const ReadingRecord *reading = &module->READINGS[index];
    *out = (bd_reading_info){
        .name = module_text(module, reading->name),
        .question = module_text(module, reading->question),
        .reason = module_text(module, reading->reason),
        .choice = reading->choice,
        .chosen = reading->chosen,
        .citation = citation_of(module, reading->citation),
        .place = trace_place(module, reading->place),
    };
    return BD_OK;
}

bd_status bd_module_note(const bd_module *module, uint32_t index, bd_note_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->NOTES_count)
        return BD_NAME;
    const NoteRecord *note = &module->NOTES[index];
    *out = (bd_note_info){
        .kind = (bd_note_kind)note->kind,
        .name = module_text(module, note->name),
        .text = module_text(module, note->text),
        .who = module_text(module, note->who),
        .citation = citation_of(module, note->citation),
        .place = trace_place(module, note->place),
    };
    return BD_OK;
}

bd_status bd_module_program(const bd_module *module, uint32_t index, bd_program_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->PROGRAMS_count)
        return BD_NAME;
    const ProgramRecord *program = &module->PROGRAMS[index];
    *out = (bd_program_info){
        .name = module_text(module, program->name),
        .kind = (bd_program_kind)program->kind,
        .first_column = program->first_column,
        .columns = program->columns,
        .outputs = program->outputs,
        .citation = citation_of(module, program->citation),
    };
    return BD_OK;
}

bd_status bd_module_counter(const bd_module *module, uint32_t index, bd_counter_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->COUNTERS_count)
        return BD_NAME;
    const CounterRecord *counter = &module->COUNTERS[index];
    *out = (bd_counter_info){
        .name = module_text(module, counter->name),
        .kind = (bd_counter_kind)counter->kind,
        .meaning = (bd_meaning)counter->meaning,
        .unit = value_unit_name(module, counter->unit),
        .keys = counter->keys,
        .citation = citation_of(module, counter->citation),
        .place = trace_place(module, counter->place),
    };
    for (uint32_t i = 0; i < counter->keys; i++)
        out->key[i] = module->COUNTER_KEYS[counter->first_key + i];
    return BD_OK;
}

bd_status bd_program_output(const bd_module *module, uint32_t program, uint32_t output, bd_output_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (program >= module->PROGRAMS_count || output >= module->PROGRAMS[program].outputs)
        return BD_NAME;
    const OutputRecord *record = &module->OUTPUTS[module->PROGRAMS[program].first_output + output];
    *out = (bd_output_info){
        .name = module_text(module, record->name),
        .kind = (bd_kind)module->TYPES[record->type].kind,
        .meaning = (bd_meaning)record->meaning,
        .unit = value_unit_name(module, record->unit),
        .choice = record->choice,
        .optional = record->optional != 0,
    };
    return BD_OK;
}

bd_status bd_module_site(const bd_module *module, uint32_t index, bd_site_info *out)
{
    if (!module || !out)
        return BD_ARGUMENT;
    if (index >= module->SITES_count)
        return BD_NAME;
    const SiteRecord *site = &module->SITES[index];
    *out = (bd_site_info){
        .code = module_text(module, site->code),
        .text = site->place == BD_NONE ? (bd_text){"", 0} : module_text(module, module->SOURCE_MAP[site->place].label),
        .rule = site->rule,
        .place = trace_place(module, site->place),
    };
    return BD_OK;
}
