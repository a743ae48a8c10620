/* module_check.c: every record of a module against every other.
**
** One function per section, in file order; each `require` states one rule of docs/module-format.md. The first broken
** rule is reported and ends the check.
*/
#include "module_check.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/round.h"
#include "status.h"

typedef struct Check {
    const bd_module *module;
    bd_error *error;
    SectionId section; /* under check */
    uint32_t index;    /* the record under check */
    size_t record_size;
    uint64_t shared; /* records looked at through ranges, so far */
    bool failed;
} Check;

static void require(Check *check, bool holds, const char *reason)
{
    Message message;
    if (holds || check->failed)
        return;
    check->failed = true;
    message_begin(&message);
    message_cstring(&message, "section ");
    message_text(&message, module_section_name(check->section));
    message_cstring(&message, ", record ");
    message_uint(&message, check->index);
    message_cstring(&message, ": ");
    message_cstring(&message, reason);
    size_t offset = check->module->header->sections[check->section].offset + (size_t)check->index * check->record_size;
    message_report(&message, BD_MODULE, (uint32_t)offset, check->error);
}

static bool starts_code_point(const bd_module *module, size_t offset)
{
    return offset >= module->strings.size || ((unsigned char)module->strings.data[offset] & 0xC0u) != 0x80;
}

/* In bounds, and cut between code points; the section as a whole is UTF-8. */
static void require_text(Check *check, Str str)
{
    const bd_module *module = check->module;
    size_t end = (size_t)str.offset + str.size;
    require(check, end <= module->strings.size, "a text lies outside the strings");
    if (!check->failed)
        require(check, starts_code_point(module, str.offset) && starts_code_point(module, end),
                "a text is cut inside a character");
}

static bool fits(uint32_t first, uint32_t count, uint32_t total)
{
    return first <= total && count <= total - first;
}

static void require_range(Check *check, uint32_t first, uint32_t count, uint32_t total, const char *reason)
{
    require(check, fits(first, count, total), reason);
}

/* Before a range is walked. Ranges of one section do not overlap in what a compiler writes, so all of them together are
** not more than the file; a module that points at the same records again and again would take quadratic time, here or
** in verify.c. */
static void require_walk(Check *check, uint32_t count)
{
    check->shared += count;
    require(check, check->shared <= check->module->header->file_size, "ranges that overlap too much");
}

static void require_optional(Check *check, uint32_t index, uint32_t count, const char *reason)
{
    require(check, index == BD_NONE || index < count, reason);
}

static void require_unit(Check *check, uint32_t unit)
{
    const bd_module *m = check->module;
    uint32_t units = m->CHOICES_count > 1 ? m->CHOICES[1].members : 0;
    require_optional(check, unit, units, "a unit that is not a member of choice 1");
}

static void require_meaning(Check *check, uint32_t kind, uint32_t meaning, uint32_t choice)
{
    static const uint8_t kinds[] = {
        [BD_MEANS_BOOLEAN] = BD_KIND_BOOL,    [BD_MEANS_NUMBER] = BD_KIND_SCALED, [BD_MEANS_MONEY] = BD_KIND_SCALED,
        [BD_MEANS_QUANTITY] = BD_KIND_SCALED, [BD_MEANS_RATE] = BD_KIND_SCALED,   [BD_MEANS_DATE] = BD_KIND_INT,
        [BD_MEANS_MONTH] = BD_KIND_INT,       [BD_MEANS_YEAR] = BD_KIND_INT,      [BD_MEANS_CHOICE] = BD_KIND_INT,
        [BD_MEANS_TEXT] = BD_KIND_TEXT,
    };
    require(check, meaning >= BD_MEANS_BOOLEAN && meaning <= BD_MEANS_TEXT, "an unknown meaning");
    if (check->failed)
        return;
    bool number = kinds[meaning] == BD_KIND_SCALED && (kind == BD_KIND_RATIO || kind == BD_KIND_INT);
    require(check, kinds[meaning] == kind || number, "a meaning that does not fit the kind");
    require(check, meaning != BD_MEANS_CHOICE || choice < check->module->CHOICES_count, "a choice that does not exist");
    require_optional(check, choice, check->module->CHOICES_count, "a choice that does not exist");
}

static void require_validity(Check *check, int32_t from, int32_t to)
{
    require(check, date_is_valid(from) && date_is_valid(to), "a validity outside the calendar");
}

static void check_strings(Check *check)
{
    require(check, text_is_utf8(check->module->strings, NULL), "the strings are not UTF-8");
}

static void check_INFO(Check *check, const InfoRecord *info)
{
    require_text(check, info->name);
    require_text(check, info->title);
    require_text(check, info->version);
    require_text(check, info->language);
    require_text(check, info->origin);
    require_validity(check, info->valid_from, info->valid_to);
}

static void check_DOCUMENTS(Check *check, const DocumentRecord *document)
{
    require_text(check, document->name);
    require_text(check, document->title);
    require(check, document->reserved == 0, "a reserved field is not 0");
}

static void check_CITATIONS(Check *check, const CitationRecord *citation)
{
    require_text(check, citation->place);
    require_text(check, citation->quote);
    require_optional(check, citation->document, check->module->DOCUMENTS_count, "a document that does not exist");
    require(check, citation->reserved == 0, "a reserved field is not 0");
}

static void check_CHOICES(Check *check, const ChoiceRecord *choice)
{
    const bd_module *m = check->module;
    require_text(check, choice->name);
    require(check, choice->members <= CHOICE_MAX_MEMBERS, "too many members");
    require_range(check, choice->first_member, choice->members, m->MEMBERS_count, "members outside the section");
    require_range(check, choice->first_alias, choice->aliases, m->ALIASES_count, "aliases outside the section");
    require_walk(check, choice->aliases);
    for (uint32_t i = 0; !check->failed && i < choice->aliases; i++) {
        const AliasRecord *alias = &m->ALIASES[choice->first_alias + i];
        require(check, alias->member < choice->members, "an alias of a member that does not exist");
        require_text(check, alias->text);
        if (i > 0 && !check->failed)
            require(check, text_compare(module_text(m, alias[-1].text), module_text(m, alias->text)) < 0,
                    "aliases are not sorted");
    }
}

static void check_MEMBERS(Check *check, const MemberRecord *member)
{
    require_text(check, member->name);
    require_text(check, member->label);
}

static void check_ALIASES(Check *check, const AliasRecord *alias)
{
    require_text(check, alias->text);
    require(check, alias->reserved == 0, "a reserved field is not 0");
}

static void check_COLUMNS(Check *check, const ColumnRecord *column)
{
    const bd_module *m = check->module;
    require_text(check, column->name);
    require(check, column->kind >= BD_KIND_BOOL && column->kind <= BD_KIND_TEXT && column->kind != BD_KIND_RATIO,
            "an unknown kind");
    require_meaning(check, column->kind, column->meaning, column->choice);
    require(check, (column->flags & ~(COLUMN_OPTIONAL | COLUMN_GROUP)) == 0, "an unknown flag");
    require_unit(check, column->unit);
    require(check, column->denominator >= 1, "a denominator below 1");
    require(check, column->kind == BD_KIND_SCALED || column->denominator == 1, "a denominator where none belongs");
    require_optional(check, column->list, m->LISTS_count, "a list that does not exist");
    require(check, column->program < m->PROGRAMS_count, "a program that does not exist");
    require(check, column->reserved == 0, "a reserved field is not 0");
}

static void check_LISTS(Check *check, const ListRecord *list)
{
    const bd_module *m = check->module;
    require_text(check, list->name);
    require_text(check, list->key);
    require(check, list->maximum >= 1 && list->maximum <= LIST_MAX_RECORDS, "a maximum outside 1 to 100,000");
    require_range(check, list->first_column, list->columns, m->COLUMNS_count, "columns outside the section");
    require(check, list->reserved == 0, "a reserved field is not 0");
    require_walk(check, list->columns);
    for (uint32_t i = 0; !check->failed && i < list->columns; i++)
        require(check, m->COLUMNS[list->first_column + i].list == check->index, "a column that is not this list's");
}

static void check_versions(Check *check, const TableRecord *table)
{
    const VersionRecord *versions = &check->module->VERSIONS[table->first_version];
    require_walk(check, table->versions);
    for (uint32_t i = 0; !check->failed && i < table->versions; i++) {
        require(check, versions[i].from <= versions[i].to, "a version that ends before it begins");
        if (i > 0)
            require(check, versions[i - 1].to < versions[i].from, "versions that overlap or are not sorted");
    }
}

/* Cells of a table are dense: versions (at least one layer) times the sizes of the dimensions. */
static void check_cells(Check *check, const TableRecord *table)
{
    const bd_module *m = check->module;
    uint64_t cells = table->versions > 0 ? table->versions : 1;

    for (uint32_t i = 0; !check->failed && i < table->dimensions; i++) {
        const DimensionRecord *dimension = &m->DIMENSIONS[table->first_dimension + i];
        require(check, dimension->size >= 1 && dimension->size <= TABLE_MAX_CELLS, "a dimension without members");
        cells *= dimension->size;
        require(check, cells <= MODULE_MAX_BYTES, "too many cells");
    }
    require(check, table->cells == cells, "the number of cells is not the product of the dimensions");
    require_range(check, table->first_cell, table->cells, m->CELLS_count, "cells outside the section");
    require(check, (uint64_t)table->first_cell + table->cells <= (uint64_t)m->CELL_BITS_count * 64,
            "cells without bits");
}

static void check_TABLES(Check *check, const TableRecord *table)
{
    const bd_module *m = check->module;
    const unsigned known = TABLE_TARIFF | TABLE_EXTERN | TABLE_OPTIONAL | TABLE_MAXIMUM | TABLE_INTERNAL;

    require_text(check, table->name);
    require_text(check, table->label);
    require(check, (table->flags & ~known) == 0, "an unknown flag");
    require(check, table->kind == BD_KIND_INT || table->kind == BD_KIND_SCALED, "an unknown kind");
    require_meaning(check, table->kind, table->meaning, table->choice);
    require_unit(check, table->unit);
    bool is_shown = table->shown_numerator != 0;
    if (is_shown)
        require_unit(check, table->shown_unit);
    require(check,
            is_shown ? table->shown_numerator > 0 && table->shown_denominator > 0
                     : table->shown_unit == 0 && table->shown_denominator == 0,
            "a shown unit without a size");
    require_optional(check, table->product, m->CHOICES_count > 0 ? m->CHOICES[0].members : 0,
                     "a product that does not exist");
    require(check, table->denominator >= 1, "a denominator below 1");
    require(check, table->kind == BD_KIND_SCALED || table->denominator == 1, "a denominator where none belongs");
    require(check, table->dimensions <= TABLE_MAX_DIMENSIONS, "too many dimensions");
    require_range(check, table->first_dimension, table->dimensions, m->DIMENSIONS_count,
                  "dimensions outside the section");
    require_range(check, table->first_version, table->versions, m->VERSIONS_count, "versions outside the section");
    require_optional(check, table->citation, m->CITATIONS_count, "a citation that does not exist");
    require_optional(check, table->place, m->SOURCE_MAP_count, "a place that does not exist");
    if (check->failed)
        return;
    check_versions(check, table);
    if (table->flags & TABLE_EXTERN)
        require(check, table->cells == 0, "an extern table with cells");
    else
        check_cells(check, table);
}

static void check_DIMENSIONS(Check *check, const DimensionRecord *dimension)
{
    require_text(check, dimension->name);
    require(check,
            dimension->kind >= BD_KIND_BOOL && dimension->kind <= BD_KIND_TEXT && dimension->kind != BD_KIND_RATIO,
            "an unknown kind");
    require_meaning(check, dimension->kind, dimension->meaning, dimension->choice);
    require(check, dimension->reserved == 0, "a reserved field is not 0");
    if (!check->failed && dimension->meaning == BD_MEANS_CHOICE)
        require(check, dimension->size <= check->module->CHOICES[dimension->choice].members || dimension->size == 0,
                "a dimension larger than its choice");
}

static void check_VERSIONS(Check *check, const VersionRecord *version)
{
    require_validity(check, version->from, version->to);
    require_optional(check, version->citation, check->module->CITATIONS_count, "a citation that does not exist");
    require_optional(check, version->place, check->module->SOURCE_MAP_count, "a place that does not exist");
}

static void check_RULES(Check *check, const RuleRecord *rule)
{
    const bd_module *m = check->module;
    require(check, m->RULES_count <= MODULE_MAX_RULES, "too many rules");
    require_text(check, rule->name);
    require_text(check, rule->code);
    require_text(check, rule->reason);
    require(check, rule->effect <= BD_EFFECT_SUSPEND, "an unknown effect");
    require(check, (rule->flags & ~(RULE_BUILT_IN | RULE_POWER)) == 0, "an unknown flag");
    require_optional(check, rule->citation, m->CITATIONS_count, "a citation that does not exist");
    require_optional(check, rule->place, m->SOURCE_MAP_count, "a place that does not exist");
    require_optional(check, rule->document, m->DOCUMENTS_count, "a document that does not exist");
    require_validity(check, rule->valid_from, rule->valid_to);
    require_optional(check, rule->exception_to, m->RULES_count, "an exception to a rule that does not exist");
}

/* Domain 0 is the lines or the call; the others come after their parents. */
static void check_domains(Check *check, const ProgramRecord *program)
{
    const DomainRecord *domains = &check->module->DOMAINS[program->first_domain];
    require_walk(check, program->domains);
    for (uint32_t i = 0; !check->failed && i < program->domains; i++) {
        require(check, (domains[i].kind == DOMAIN_LINES) == (i == 0), "the first domain, and only it, is the lines");
        require(check, i == 0 || domains[i].parent < i, "a domain before its parent");
    }
}

/* Where a program over the columns of lines stands among those: 0 when it is none. */
static int rank_of_lines(uint32_t kind)
{
    return kind == BD_PROGRAM_FAST ? 1 : kind == BD_PROGRAM_EARLIER ? 2 : kind == BD_PROGRAM_CREDIT ? 3 : 0;
}

/* The fast form, what lines granted before count, and what judges credits: behind all others, in this order. */
static void check_program_of_lines(Check *check, const ProgramRecord *program)
{
    const bd_module *m = check->module;
    bool is_last = check->index + 1 == m->PROGRAMS_count;
    bool is_in_order = is_last || rank_of_lines(m->PROGRAMS[check->index + 1].kind) > rank_of_lines(program->kind);
    require(check, check->index > 0 && is_in_order, "a program over lines in another place");
    require(check,
            m->PROGRAMS[0].kind == BD_PROGRAM_LINES && program->first_column == m->PROGRAMS[0].first_column &&
                program->columns == m->PROGRAMS[0].columns,
            "a program over lines with other columns than theirs");
}

static void check_PROGRAMS(Check *check, const ProgramRecord *program)
{
    const bd_module *m = check->module;
    require_text(check, program->name);
    require(check, program->kind >= BD_PROGRAM_LINES && program->kind <= BD_PROGRAM_FAST, "an unknown kind");
    require(check, program->kind != BD_PROGRAM_LINES || check->index == 0, "lines in another place than program 0");
    bool is_of_lines = rank_of_lines(program->kind) > 0;
    if (is_of_lines)
        check_program_of_lines(check, program);
    require_range(check, program->first_column, program->columns, m->COLUMNS_count, "columns outside the section");
    require_range(check, program->first_output, program->outputs, m->OUTPUTS_count, "outputs outside the section");
    require_range(check, program->first_domain, program->domains, m->DOMAINS_count, "domains outside the section");
    require_range(check, program->first_instruction, program->instructions, m->CODE_count, "code outside the section");
    require(check, program->domains >= 1 && program->domains <= UINT16_MAX, "no domain, or too many");
    require(check, program->instructions <= PROGRAM_MAX_INSTRUCTIONS, "too many instructions");
    require(check, program->slots <= PROGRAM_MAX_SLOTS && program->slots <= program->instructions, "too many slots");
    require_optional(check, program->citation, m->CITATIONS_count, "a citation that does not exist");
    require(check, program->kind == BD_PROGRAM_CALL || program->kind == BD_PROGRAM_STEP || program->outputs == 0,
            "a lines program with outputs");
    require_walk(check, program->instructions);
    require_walk(check, program->columns);
    require_walk(check, program->outputs);
    for (uint32_t i = 0; !check->failed && !is_of_lines && i < program->columns; i++) {
        const ColumnRecord *column = &m->COLUMNS[program->first_column + i];
        require(check, column->list == BD_NONE && column->program == check->index,
                "a column that is not this program's");
    }
    if (!check->failed)
        check_domains(check, program);
}

static void check_TYPES(Check *check, const TypeRecord *type)
{
    require(check, type->kind >= BD_KIND_BOOL && type->kind <= BD_KIND_TEXT, "an unknown kind");
    require(check, type->denominator >= 1, "a denominator below 1");
    require(check, type->kind == BD_KIND_SCALED || type->denominator == 1, "a denominator where none belongs");
    require(check, type->reserved == 0, "a reserved field is not 0");
}

static void check_OUTPUTS(Check *check, const OutputRecord *output)
{
    require_text(check, output->name);
    require(check, output->type < check->module->TYPES_count, "a type that does not exist");
    if (!check->failed)
        require_meaning(check, check->module->TYPES[output->type].kind, output->meaning, output->choice);
    require_unit(check, output->unit);
    require(check, output->optional <= 1 && output->reserved == 0, "a reserved field is not 0");
}

static void check_DOMAINS(Check *check, const DomainRecord *domain)
{
    const bd_module *m = check->module;
    require(check, domain->kind >= DOMAIN_LINES && domain->kind <= DOMAIN_DAYS, "an unknown kind");
    require(check, domain->kind != DOMAIN_LIST || domain->list < m->LISTS_count, "a list that does not exist");
    require(check, domain->kind != DOMAIN_DAYS || domain->maximum <= DAY_AGGREGATE_MAX_DAYS, "more than 366 days");
    require(check, domain->reserved == 0, "a reserved field is not 0");
}

static bool is_in_lowest_terms(int64_t numerator, int64_t denominator)
{
    if (numerator == INT64_MIN || denominator < 1)
        return false;
    int64_t a = numerator < 0 ? -numerator : numerator;
    int64_t b = denominator;
    while (a != 0) {
        int64_t rest = b % a;
        b = a;
        a = rest;
    }
    return b == 1;
}

static void check_CONSTANTS(Check *check, const ConstantRecord *constant)
{
    int64_t n = constant->numerator;
    require_text(check, constant->text);
    require(check, constant->kind <= BD_KIND_TEXT, "an unknown kind");
    require(check, constant->reserved == 0, "a reserved field is not 0");
    if (constant->kind == BD_KIND_BOOL)
        require(check, n == 0 || n == 1, "a boolean that is not 0 or 1");
    if (constant->kind == BD_KIND_INT)
        require(check, n >= INT32_MIN && n <= INT32_MAX, "an integer beyond 32 bits");
    if (constant->kind == BD_KIND_SCALED)
        require(check, constant->denominator >= 1, "a denominator below 1");
    if (constant->kind == BD_KIND_RATIO)
        require(check, is_in_lowest_terms(n, constant->denominator), "a ratio that is not in lowest terms");
    if (constant->kind == 0)
        require(check,
                n >= 1 && n <= INT32_MAX && constant->denominator >= INT32_MIN && constant->denominator <= INT32_MAX,
                "a period without length, or beyond 32 bits");
}

static void check_ROUNDINGS(Check *check, const RoundingRecord *rounding)
{
    require(check, rounding->mode < ROUND_MODE_COUNT, "an unknown mode");
    require(check, rounding->reserved == 0, "a reserved field is not 0");
    require(check,
            rounding->step_numerator >= 1 && is_in_lowest_terms(rounding->step_numerator, rounding->step_denominator),
            "a step that is not a positive ratio in lowest terms");
}

static void check_SETS(Check *check, const SetRecord *set)
{
    require_range(check, set->first_word, set->words, check->module->SET_WORDS_count, "words outside the section");
}

static void check_BRACKETS(Check *check, const BracketRecord *bracket)
{
    const bd_module *m = check->module;
    require_range(check, bracket->first_cell, bracket->count, m->CELLS_count, "bounds outside the section");
    require(check, bracket->count < TABLE_MAX_CELLS, "too many bounds");
    require_walk(check, bracket->count);
    for (uint32_t i = 1; !check->failed && i < bracket->count; i++)
        require(check, m->CELLS[bracket->first_cell + i - 1] < m->CELLS[bracket->first_cell + i],
                "bounds that do not rise");
}

static void check_NATIVES(Check *check, const NativeRecord *native)
{
    require_text(check, native->name);
    require_text(check, native->signature);
}

static void check_CALLS(Check *check, const CallRecord *call)
{
    require(check, call->native < check->module->NATIVES_count, "a native that does not exist");
    require(check, call->args <= PROGRAM_MAX_CALL_ARGUMENTS, "too many arguments");
    require_range(check, call->first_arg, call->args, check->module->CALL_ARGS_count, "arguments outside the section");
}

static void check_SITES(Check *check, const SiteRecord *site)
{
    require_text(check, site->code);
    require_optional(check, site->place, check->module->SOURCE_MAP_count, "a place that does not exist");
    require_optional(check, site->rule, check->module->RULES_count, "a rule that does not exist");
}

static void check_SOURCE_MAP(Check *check, const PlaceRecord *place)
{
    const bd_module *m = check->module;
    require_text(check, place->file);
    require_text(check, place->label);
    require_optional(check, place->rule, m->RULES_count, "a rule that does not exist");
    require_optional(check, place->citation, m->CITATIONS_count, "a citation that does not exist");
    require(check, place->step <= BD_STEP_COUNTER && place->meaning <= BD_MEANS_TEXT, "an unknown step or meaning");
    require_unit(check, place->unit);
    require_optional(check, place->choice, m->CHOICES_count, "a choice that does not exist");
    require(check, place->reserved == 0 && place->reserved2 == 0, "a reserved field is not 0");
}

static void check_NOTES(Check *check, const NoteRecord *note)
{
    require_text(check, note->name);
    require_text(check, note->text);
    require_text(check, note->who);
    require(check, note->kind >= NOTE_JUDGEMENT && note->kind <= NOTE_AMENDMENT, "an unknown kind");
    require_optional(check, note->citation, check->module->CITATIONS_count, "a citation that does not exist");
    require_optional(check, note->place, check->module->SOURCE_MAP_count, "a place that does not exist");
    require(check, note->reserved == 0, "a reserved field is not 0");
}

static void check_READINGS(Check *check, const ReadingRecord *reading)
{
    const bd_module *m = check->module;
    require_text(check, reading->name);
    require_text(check, reading->question);
    require_text(check, reading->reason);
    require(check, reading->choice < m->CHOICES_count, "a choice that does not exist");
    if (!check->failed)
        require(check, reading->chosen < m->CHOICES[reading->choice].members, "a chosen member that does not exist");
    require_optional(check, reading->citation, m->CITATIONS_count, "a citation that does not exist");
    require_optional(check, reading->place, m->SOURCE_MAP_count, "a place that does not exist");
}

static void check_COUNTERS(Check *check, const CounterRecord *counter)
{
    const bd_module *m = check->module;
    require_text(check, counter->name);
    require(check, counter->kind >= BD_COUNTER_SUM && counter->kind <= BD_COUNTER_DAYS, "an unknown kind");
    require(check, counter->reserved == 0, "a reserved field is not 0");
    require_unit(check, counter->unit);
    require_meaning(check, BD_KIND_SCALED, counter->meaning, BD_NONE);
    require(check, counter->denominator >= 1 && (counter->kind == BD_COUNTER_SUM || counter->denominator == 1),
            "a denominator where none belongs");
    require_range(check, counter->first_key, counter->keys, m->COUNTER_KEYS_count, "a key outside the section");
    require(check, counter->keys >= 1 && counter->keys <= COUNTER_MAX_KEYS, "no key, or too many");
    require_optional(check, counter->citation, m->CITATIONS_count, "a citation that does not exist");
    require_optional(check, counter->place, m->SOURCE_MAP_count, "a place that does not exist");
    require(check, m->PROGRAMS_count > 0 && m->PROGRAMS[0].kind == BD_PROGRAM_LINES, "counters without lines");
}

/* A plain fact of the line. */
static void check_COUNTER_KEYS(Check *check, const uint32_t *key)
{
    const bd_module *m = check->module;
    bool is_column = m->PROGRAMS_count > 0 && *key >= m->PROGRAMS[0].first_column &&
                     *key - m->PROGRAMS[0].first_column < m->PROGRAMS[0].columns && *key < m->COLUMNS_count;
    require(check, is_column, "a key that is no column of the lines");
    if (!check->failed)
        require(check,
                m->COLUMNS[*key].kind == BD_KIND_TEXT || m->COLUMNS[*key].kind == BD_KIND_SCALED ||
                    (m->COLUMNS[*key].kind == BD_KIND_INT && m->COLUMNS[*key].choice != BD_NONE),
                "a key of a kind that cannot be one");
}

static void check_SERIES(Check *check, const SeriesRecord *series)
{
    const bd_module *m = check->module;
    const unsigned both = TABLE_EXTERN | TABLE_INTERNAL;
    require(check, series->table < m->TABLES_count, "a table that does not exist");
    require(check, (series->flags & ~(unsigned)(SERIES_GOES_ON | SERIES_IN_MODULE)) == 0, "an unknown flag");
    require(check, series->step == 1 || series->step == 3 || series->step == 12, "a step that is no period");
    require_range(check, series->first_cell, series->cells, m->CELLS_count, "figures outside the section");
    require(check, series->first >= 0 && series->first <= MONTH_MAX, "a month outside the calendar");
    require_walk(check, series->cells);
    if (check->failed)
        return;
    const TableRecord *table = &m->TABLES[series->table];
    bool is_inside = (series->flags & SERIES_IN_MODULE) != 0;
    require(check, (table->flags & both) == (is_inside ? both : TABLE_EXTERN), "a table that is no series");
    require(check, is_inside || series->cells == 0, "figures of an extern series");
    require(check, table->kind == BD_KIND_SCALED, "a series that is not of numbers");
    require(check, table->dimensions == 1 && m->DIMENSIONS[table->first_dimension].kind == BD_KIND_INT,
            "a series with other keys than months");
}

/* A program that the machine calls by itself: one result of a kind, and no inputs but dates and, if `takes_amount`, money. */
static void require_step(Check *check, uint32_t index, bool is_condition, bool takes_amount)
{
    const bd_module *m = check->module;
    uint32_t kind_of_program = index < m->PROGRAMS_count ? m->PROGRAMS[index].kind : 0;
    bool is_call = kind_of_program == BD_PROGRAM_CALL || kind_of_program == BD_PROGRAM_STEP;
    require(check, is_call && m->PROGRAMS[index].outputs == 1, "a program that is no callable with one result");
    if (check->failed)
        return;
    const ProgramRecord *program = &m->PROGRAMS[index];
    require_walk(check, program->columns);
    for (uint32_t i = 0; !check->failed && i < program->columns; i++) {
        uint32_t meaning = m->COLUMNS[program->first_column + i].meaning;
        require(check, meaning == BD_MEANS_DATE || (takes_amount && meaning == BD_MEANS_MONEY),
                "an input of another sort");
    }
    uint32_t kind = m->TYPES[m->OUTPUTS[program->first_output].type].kind;
    bool is_number = kind == BD_KIND_SCALED || kind == BD_KIND_RATIO;
    require(check, is_condition ? kind == BD_KIND_BOOL : is_number, "a result of another kind");
}

static void require_same_keys(Check *check, const TableRecord *base, const TableRecord *derived)
{
    const bd_module *m = check->module;
    require(check, base->dimensions == derived->dimensions, "a derived table with other dimensions");
    require_walk(check, base->dimensions);
    for (uint32_t i = 0; !check->failed && i < base->dimensions; i++) {
        const DimensionRecord *one = &m->DIMENSIONS[base->first_dimension + i];
        const DimensionRecord *other = &m->DIMENSIONS[derived->first_dimension + i];
        require(check, one->kind == other->kind && one->choice == other->choice,
                "a derived table with other dimensions");
        require(check, one->kind == BD_KIND_INT, "an indexed table with keys other than members");
    }
}

static void check_INDEXATIONS(Check *check, const IndexRecord *index)
{
    const bd_module *m = check->module;
    const unsigned both = TABLE_EXTERN | TABLE_INTERNAL;
    require_text(check, index->name);
    require(check, index->base < m->TABLES_count && index->derived < m->TABLES_count, "a table that does not exist");
    require_step(check, index->factor, false, false);
    require_step(check, index->rounding, false, true);
    require_step(check, index->chain, true, false);
    require_validity(check, index->first, index->last);
    require_range(check, index->first_level, index->levels, m->LEVELS_count, "price levels outside the section");
    require_optional(check, index->citation, m->CITATIONS_count, "a citation that does not exist");
    require_optional(check, index->place, m->SOURCE_MAP_count, "a place that does not exist");
    if (check->failed)
        return;
    const TableRecord *base = &m->TABLES[index->base], *derived = &m->TABLES[index->derived];
    require(check, !(base->flags & TABLE_INTERNAL) && base->kind == BD_KIND_SCALED,
            "an indexed table that is no tariff");
    require(check, (derived->flags & both) == both && derived->kind == BD_KIND_SCALED,
            "a derived table that is not the machine's");
    require(check, index->levels == (base->flags & TABLE_EXTERN ? 1 : base->versions) && index->levels > 0,
            "not one price level a version");
    require_same_keys(check, base, derived);
}

static void check_LEVELS(Check *check, const int32_t *level)
{
    require(check, date_is_valid(*level), "a day outside the calendar");
}

static void check_MEANINGS(Check *check, const MeaningRecord *meaning)
{
    require_text(check, meaning->name);
    require_text(check, meaning->sub);
    require_text(check, meaning->text);
    require(check, meaning->kind < MEANING_KIND_COUNT && meaning->part < MEANT_COUNT, "an unknown kind or part");
    require(check, date_is_valid(meaning->from), "a day outside the calendar");
    require_optional(check, meaning->place, check->module->SOURCE_MAP_count, "a place that does not exist");
    require_optional(check, meaning->phrase, check->module->PHRASES_count, "a phrase that does not exist");
}

/* Parts stand before what they are parts of, so that one pass over the section meets each after its parts. */
static void check_PHRASES(Check *check, const PhraseRecord *phrase)
{
    const bd_module *m = check->module;
    require(check, phrase->how < PHRASE_HOW_COUNT, "an unknown sort of phrase");
    require(check, phrase->kind < (phrase->how == PHRASE_NAME ? MEANING_KIND_COUNT : 1), "an unknown kind");
    require_text(check, phrase->text);
    require(check, phrase->how != PHRASE_PLAIN || phrase->parts == 0, "parts of a plain phrase");
    require(check, phrase->how != PHRASE_NAME || phrase->parts <= 1, "a name within more than one thing");
    require_range(check, phrase->first, phrase->parts, m->PHRASE_PARTS_count, "parts outside the section");
    if (check->failed)
        return;
    require_walk(check, phrase->parts);
    for (uint32_t i = 0; !check->failed && i < phrase->parts; i++)
        require(check, m->PHRASE_PARTS[phrase->first + i] < check->index, "a phrase before its parts");
}

bd_status module_check_records(const bd_module *module, bd_error *error)
{
    Check check = {.module = module, .error = error, .section = SECTION_STRINGS, .record_size = 1};

    check_strings(&check);
    check.section = SECTION_INFO;
    require(&check, module->INFO_count == 1, "there must be exactly one");
    check.section = SECTION_SITES;
    require(&check, module->SITES_count >= 1, "there must be a site 0");
#define CHECK_SECTION(name)                                                \
    for (uint32_t i = 0; !check.failed && i < module->name##_count; i++) { \
        check.section = SECTION_##name;                                    \
        check.record_size = sizeof *module->name;                          \
        check.index = i;                                                   \
        check_##name(&check, &module->name[i]);                            \
    }
    CHECK_SECTION(INFO)
    CHECK_SECTION(DOCUMENTS)
    CHECK_SECTION(CITATIONS)
    CHECK_SECTION(CHOICES)
    CHECK_SECTION(MEMBERS)
    CHECK_SECTION(ALIASES)
    CHECK_SECTION(COLUMNS)
    CHECK_SECTION(LISTS)
    CHECK_SECTION(DIMENSIONS)
    CHECK_SECTION(VERSIONS)
    CHECK_SECTION(TABLES)
    CHECK_SECTION(RULES)
    CHECK_SECTION(TYPES)
    CHECK_SECTION(OUTPUTS)
    CHECK_SECTION(DOMAINS)
    CHECK_SECTION(PROGRAMS)
    CHECK_SECTION(CONSTANTS)
    CHECK_SECTION(ROUNDINGS)
    CHECK_SECTION(SETS)
    CHECK_SECTION(BRACKETS)
    CHECK_SECTION(NATIVES)
    CHECK_SECTION(CALLS)
    CHECK_SECTION(SITES)
    CHECK_SECTION(SOURCE_MAP)
    CHECK_SECTION(NOTES)
    CHECK_SECTION(READINGS)
    CHECK_SECTION(COUNTERS)
    CHECK_SECTION(COUNTER_KEYS)
    CHECK_SECTION(LEVELS)
    CHECK_SECTION(SERIES)
    CHECK_SECTION(INDEXATIONS)
    CHECK_SECTION(MEANINGS)
    CHECK_SECTION(PHRASES)
#undef CHECK_SECTION
    return check.failed ? BD_MODULE : BD_OK;
}
