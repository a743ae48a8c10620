/* disasm.c: a module as text, all of it.
**
** Each section is a heading and one line per record, `NAME index: field value ...`; texts are quoted as JSON strings,
** absent indexes are "-". disasm_code.c does the programs. Sections that are empty are left out.
*/
#include "disasm.h"

#include "core/date.h"
#include "disasm_internal.h"
#include "op.h"

void disasm_text(StringBuilder *out, const char *label, Text text)
{
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(label));
    builder_char(out, ' ');
    builder_json_string(out, text);
}

void disasm_number(StringBuilder *out, const char *label, int64_t value)
{
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(label));
    builder_char(out, ' ');
    builder_int64(out, value);
}

void disasm_index(StringBuilder *out, const char *label, uint32_t index)
{
    if (index != BD_NONE) {
        disasm_number(out, label, index);
        return;
    }
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(label));
    builder_text(out, TEXT(" -"));
}

Text disasm_kind_name(uint32_t kind)
{
    static const Text names[] = {TEXT_INIT("period"), TEXT_INIT("bool"),  TEXT_INIT("int"),
                                 TEXT_INIT("scaled"), TEXT_INIT("ratio"), TEXT_INIT("text")};
    return kind < sizeof names / sizeof names[0] ? names[kind] : TEXT("?");
}

static void put_kind(StringBuilder *out, uint32_t kind, int64_t denominator)
{
    builder_char(out, ' ');
    builder_text(out, disasm_kind_name(kind));
    if (kind == BD_KIND_SCALED) {
        builder_char(out, '/');
        builder_int64(out, denominator);
    }
}

static void put_meaning(StringBuilder *out, uint32_t meaning)
{
    static const Text names[] = {TEXT_INIT("-"),        TEXT_INIT("boolean"), TEXT_INIT("number"), TEXT_INIT("money"),
                                 TEXT_INIT("quantity"), TEXT_INIT("rate"),    TEXT_INIT("date"),   TEXT_INIT("month"),
                                 TEXT_INIT("year"),     TEXT_INIT("choice"),  TEXT_INIT("text")};
    builder_char(out, ' ');
    builder_text(out, meaning < sizeof names / sizeof names[0] ? names[meaning] : TEXT("?"));
}

static void put_validity(StringBuilder *out, int32_t from, int32_t to)
{
    builder_char(out, ' ');
    date_append(out, from);
    builder_text(out, TEXT(".."));
    date_append(out, to);
}

/* Writes the names of the flags that are set, lowest first. */
static void put_flags(StringBuilder *out, uint32_t flags, const char *const *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (flags >> i & 1) {
            builder_char(out, ' ');
            builder_text(out, text_from_cstring(names[i]));
        }
    }
}

static void put_str(const bd_module *m, StringBuilder *out, const char *label, Str str)
{
    disasm_text(out, label, module_text(m, str));
}

static void put_INFO(const bd_module *m, StringBuilder *out, const InfoRecord *info)
{
    put_str(m, out, "name", info->name);
    put_str(m, out, "title", info->title);
    put_str(m, out, "version", info->version);
    put_str(m, out, "language", info->language);
    put_str(m, out, "origin", info->origin);
    put_validity(out, info->valid_from, info->valid_to);
    builder_text(out, TEXT(" cost "));
    builder_uint64(out, info->cost);
}

static void put_DOCUMENTS(const bd_module *m, StringBuilder *out, const DocumentRecord *document)
{
    put_str(m, out, "name", document->name);
    put_str(m, out, "title", document->title);
    disasm_number(out, "rank", document->rank);
}

static void put_CITATIONS(const bd_module *m, StringBuilder *out, const CitationRecord *citation)
{
    disasm_index(out, "document", citation->document);
    put_str(m, out, "place", citation->place);
    put_str(m, out, "quote", citation->quote);
}

static void put_CHOICES(const bd_module *m, StringBuilder *out, const ChoiceRecord *choice)
{
    put_str(m, out, "name", choice->name);
    disasm_number(out, "members", choice->first_member);
    disasm_number(out, "+", choice->members);
    disasm_number(out, "aliases", choice->first_alias);
    disasm_number(out, "+", choice->aliases);
}

static void put_MEMBERS(const bd_module *m, StringBuilder *out, const MemberRecord *member)
{
    put_str(m, out, "name", member->name);
    put_str(m, out, "label", member->label);
}

static void put_ALIASES(const bd_module *m, StringBuilder *out, const AliasRecord *alias)
{
    put_str(m, out, "text", alias->text);
    disasm_number(out, "member", alias->member);
}

static void put_COLUMNS(const bd_module *m, StringBuilder *out, const ColumnRecord *column)
{
    static const char *const flags[] = {"optional", "group"};
    put_str(m, out, "name", column->name);
    put_kind(out, column->kind, column->denominator);
    put_meaning(out, column->meaning);
    disasm_index(out, "unit", column->unit);
    disasm_index(out, "choice", column->choice);
    disasm_index(out, "list", column->list);
    disasm_number(out, "program", column->program);
    put_flags(out, column->flags, flags, 2);
}

static void put_LISTS(const bd_module *m, StringBuilder *out, const ListRecord *list)
{
    put_str(m, out, "name", list->name);
    put_str(m, out, "key", list->key);
    disasm_number(out, "maximum", list->maximum);
    disasm_number(out, "columns", list->first_column);
    disasm_number(out, "+", list->columns);
}

static void put_TABLES(const bd_module *m, StringBuilder *out, const TableRecord *table)
{
    static const char *const flags[] = {"tariff", "extern", "optional", "maximum", "internal"};
    put_str(m, out, "name", table->name);
    put_str(m, out, "label", table->label);
    put_kind(out, table->kind, table->denominator);
    put_meaning(out, table->meaning);
    disasm_index(out, "unit", table->unit);
    disasm_index(out, "choice", table->choice);
    disasm_index(out, "product", table->product);
    disasm_number(out, "dimensions", table->first_dimension);
    disasm_number(out, "+", table->dimensions);
    disasm_number(out, "versions", table->first_version);
    disasm_number(out, "+", table->versions);
    disasm_number(out, "cells", table->first_cell);
    disasm_number(out, "+", table->cells);
    disasm_index(out, "citation", table->citation);
    disasm_index(out, "place", table->place);
    if (table->shown_numerator != 0) {
        disasm_index(out, "shown", table->shown_unit);
        disasm_number(out, "of", table->shown_numerator);
        disasm_number(out, "/", table->shown_denominator);
    }
    put_flags(out, table->flags, flags, 5);
}

static void put_DIMENSIONS(const bd_module *m, StringBuilder *out, const DimensionRecord *dimension)
{
    put_str(m, out, "name", dimension->name);
    builder_char(out, ' ');
    builder_text(out, disasm_kind_name(dimension->kind));
    put_meaning(out, dimension->meaning);
    disasm_index(out, "choice", dimension->choice);
    disasm_number(out, "size", dimension->size);
}

static void put_VERSIONS(const bd_module *m, StringBuilder *out, const VersionRecord *version)
{
    (void)m;
    put_validity(out, version->from, version->to);
    disasm_index(out, "citation", version->citation);
    disasm_index(out, "place", version->place);
}

static void put_RULES(const bd_module *m, StringBuilder *out, const RuleRecord *rule)
{
    static const char *const effects[] = {"?", "reject", "cap_volume", "cap_amount", "pay", "suspend"};
    static const char *const flags[] = {"built_in", "power"};
    put_str(m, out, "name", rule->name);
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(effects[rule->effect <= BD_EFFECT_SUSPEND ? rule->effect : 0]));
    put_str(m, out, "code", rule->code);
    put_str(m, out, "reason", rule->reason);
    put_validity(out, rule->valid_from, rule->valid_to);
    disasm_index(out, "document", rule->document);
    disasm_index(out, "citation", rule->citation);
    disasm_index(out, "place", rule->place);
    put_flags(out, rule->flags, flags, 2);
    disasm_index(out, "exception_to", rule->exception_to);
}

static void put_OUTPUTS(const bd_module *m, StringBuilder *out, const OutputRecord *output)
{
    put_str(m, out, "name", output->name);
    disasm_number(out, "type", output->type);
    put_meaning(out, output->meaning);
    disasm_index(out, "unit", output->unit);
    disasm_index(out, "choice", output->choice);
    if (output->optional)
        builder_text(out, TEXT(" optional"));
}

static void put_TYPES(const bd_module *m, StringBuilder *out, const TypeRecord *type)
{
    (void)m;
    put_kind(out, type->kind, type->denominator);
    disasm_number(out, "domain", type->domain);
}

static void put_DOMAINS(const bd_module *m, StringBuilder *out, const DomainRecord *domain)
{
    static const char *const kinds[] = {"?", "lines", "list", "days"};
    (void)m;
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(kinds[domain->kind <= DOMAIN_DAYS ? domain->kind : 0]));
    disasm_number(out, "parent", domain->parent);
    disasm_index(out, "list", domain->list);
    disasm_number(out, "maximum", domain->maximum);
}

static void put_CONSTANTS(const bd_module *m, StringBuilder *out, const ConstantRecord *constant)
{
    builder_char(out, ' ');
    builder_text(out, disasm_kind_name(constant->kind));
    if (constant->kind == BD_KIND_TEXT) {
        put_str(m, out, "value", constant->text);
        return;
    }
    disasm_number(out, "value", constant->numerator);
    if (constant->kind == BD_KIND_SCALED || constant->kind == BD_KIND_RATIO)
        disasm_number(out, "/", constant->denominator);
    if (constant->kind == 0)
        disasm_number(out, "days from", constant->denominator);
}

static void put_ROUNDINGS(const bd_module *m, StringBuilder *out, const RoundingRecord *rounding)
{
    static const char *const modes[] = {"half_away", "up", "down", "to_zero", "away_from_zero", "half_even"};
    (void)m;
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(rounding->mode < 6 ? modes[rounding->mode] : "?"));
    disasm_number(out, "step", rounding->step_numerator);
    disasm_number(out, "/", rounding->step_denominator);
}

static void put_SETS(const bd_module *m, StringBuilder *out, const SetRecord *set)
{
    builder_text(out, TEXT(" {"));
    bool is_first = true;
    for (uint32_t i = 0; i < set->words * 64; i++) {
        if (m->SET_WORDS[set->first_word + i / 64] >> (i % 64) & 1) {
            if (!is_first)
                builder_char(out, ' ');
            builder_uint64(out, i);
            is_first = false;
        }
    }
    builder_char(out, '}');
}

static void put_BRACKETS(const bd_module *m, StringBuilder *out, const BracketRecord *bracket)
{
    for (uint32_t i = 0; i < bracket->count; i++) {
        builder_text(out, TEXT(" <= "));
        builder_int64(out, m->CELLS[bracket->first_cell + i]);
    }
}

static void put_NATIVES(const bd_module *m, StringBuilder *out, const NativeRecord *native)
{
    put_str(m, out, "name", native->name);
    put_str(m, out, "signature", native->signature);
}

static void put_CALLS(const bd_module *m, StringBuilder *out, const CallRecord *call)
{
    disasm_number(out, "native", call->native);
    builder_text(out, TEXT(" ("));
    for (uint32_t i = 0; i < call->args; i++) {
        builder_text(out, i > 0 ? TEXT(" %") : TEXT("%"));
        builder_uint64(out, m->CALL_ARGS[call->first_arg + i]);
    }
    builder_char(out, ')');
}

static void put_SITES(const bd_module *m, StringBuilder *out, const SiteRecord *site)
{
    put_str(m, out, "code", site->code);
    disasm_index(out, "place", site->place);
    disasm_index(out, "rule", site->rule);
}

static void put_SOURCE_MAP(const bd_module *m, StringBuilder *out, const PlaceRecord *place)
{
    static const char *const steps[] = {"-",         "input", "value",  "lookup", "rounding",
                                        "condition", "rule",  "output", "fault",  "counter"};
    put_str(m, out, "at", place->file);
    disasm_number(out, ":", place->line);
    disasm_number(out, ":", place->column);
    put_str(m, out, "label", place->label);
    builder_text(out, TEXT(" step "));
    builder_text(out, text_from_cstring(place->step <= BD_STEP_COUNTER ? steps[place->step] : "?"));
    put_meaning(out, place->meaning);
    disasm_index(out, "unit", place->unit);
    disasm_index(out, "choice", place->choice);
    disasm_index(out, "rule", place->rule);
    disasm_index(out, "citation", place->citation);
}

static void put_NOTES(const bd_module *m, StringBuilder *out, const NoteRecord *note)
{
    static const char *const kinds[] = {"?", "judgement", "power", "not_expressible", "amendment"};
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(kinds[note->kind <= NOTE_AMENDMENT ? note->kind : 0]));
    put_str(m, out, "name", note->name);
    put_str(m, out, "text", note->text);
    put_str(m, out, "who", note->who);
    disasm_index(out, "citation", note->citation);
    disasm_index(out, "place", note->place);
}

static void put_MEANINGS(const bd_module *m, StringBuilder *out, const MeaningRecord *meaning)
{
#define MEANING_NAME(id, name) name,
    static const char *const kinds[] = {MEANING_KINDS(MEANING_NAME)};
    static const char *const parts[] = {MEANING_PARTS(MEANING_NAME)};
#undef MEANING_NAME
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(kinds[meaning->kind]));
    put_str(m, out, "name", meaning->name);
    if (meaning->from != BD_DATE_MIN) {
        builder_text(out, TEXT(" from "));
        date_append(out, meaning->from);
    }
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(parts[meaning->part]));
    put_str(m, out, "of", meaning->sub);
    put_str(m, out, "text", meaning->text);
    builder_char(out, ' ');
    builder_hex(out, meaning->digest, MEANING_DIGEST_SIZE);
    disasm_index(out, "place", meaning->place);
    disasm_index(out, "phrase", meaning->phrase);
}

static void put_PHRASES(const bd_module *m, StringBuilder *out, const PhraseRecord *phrase)
{
#define MEANING_NAME(id, name) name,
    static const char *const kinds[] = {MEANING_KINDS(MEANING_NAME)};
#undef MEANING_NAME
    static const char *const hows[] = {"plain", "list", "sorted", "name"};
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(hows[phrase->how]));
    if (phrase->how == PHRASE_NAME) {
        builder_char(out, ' ');
        builder_text(out, text_from_cstring(kinds[phrase->kind]));
    }
    put_str(m, out, "text", phrase->text);
    for (uint32_t i = 0; i < phrase->parts; i++)
        disasm_index(out, "of", m->PHRASE_PARTS[phrase->first + i]);
    builder_char(out, ' ');
    builder_hex(out, phrase->digest, MEANING_DIGEST_SIZE);
}

static void put_READINGS(const bd_module *m, StringBuilder *out, const ReadingRecord *reading)
{
    put_str(m, out, "name", reading->name);
    put_str(m, out, "question", reading->question);
    put_str(m, out, "reason", reading->reason);
    disasm_index(out, "choice", reading->choice);
    disasm_index(out, "chosen", reading->chosen);
    disasm_index(out, "citation", reading->citation);
    disasm_index(out, "place", reading->place);
}

static void put_COUNTERS(const bd_module *m, StringBuilder *out, const CounterRecord *counter)
{
    static const char *const kinds[] = {"?", "sum", "count", "days"};
    put_str(m, out, "name", counter->name);
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(kinds[counter->kind <= BD_COUNTER_DAYS ? counter->kind : 0]));
    disasm_number(out, "meaning", counter->meaning);
    disasm_index(out, "unit", counter->unit);
    disasm_number(out, "denominator", counter->denominator);
    disasm_number(out, "keys", counter->first_key);
    disasm_number(out, "+", counter->keys);
    disasm_index(out, "citation", counter->citation);
    disasm_index(out, "place", counter->place);
}

static void put_COUNTER_KEYS(const bd_module *m, StringBuilder *out, const uint32_t *key)
{
    disasm_index(out, "column", *key);
    put_str(m, out, "name", m->COLUMNS[*key].name);
}

static void put_SERIES(const bd_module *m, StringBuilder *out, const SeriesRecord *series)
{
    static const char *const flags[] = {"goes_on", "in_module"};
    (void)m;
    disasm_number(out, "table", series->table);
    disasm_number(out, "step", series->step);
    disasm_number(out, "first", series->first);
    disasm_number(out, "first_cell", series->first_cell);
    disasm_number(out, "cells", series->cells);
    put_flags(out, series->flags, flags, 2);
}

static void put_INDEXATIONS(const bd_module *m, StringBuilder *out, const IndexRecord *index)
{
    put_str(m, out, "name", index->name);
    disasm_number(out, "base", index->base);
    disasm_number(out, "derived", index->derived);
    disasm_number(out, "factor", index->factor);
    disasm_number(out, "rounding", index->rounding);
    disasm_number(out, "chain", index->chain);
    put_validity(out, index->first, index->last);
    builder_text(out, TEXT(" levels"));
    for (uint32_t i = 0; i < index->levels; i++) {
        builder_char(out, ' ');
        date_append(out, m->LEVELS[index->first_level + i]);
    }
    disasm_index(out, "citation", index->citation);
    disasm_index(out, "place", index->place);
}

/* Cells, eight a line; a cell without bit is "_". Bounds of brackets stand among them and may have no bit. */
static void put_cells(const bd_module *m, StringBuilder *out)
{
    if (m->CELLS_count == 0)
        return;
    builder_text(out, TEXT("\nCELLS\n"));
    for (uint32_t i = 0; i < m->CELLS_count; i++) {
        bool has = i / 64 < m->CELL_BITS_count && (m->CELL_BITS[i / 64] >> (i % 64) & 1);
        if (i % 8 == 0) {
            builder_text(out, TEXT("  "));
            builder_uint64(out, i);
            builder_char(out, ':');
        }
        builder_char(out, ' ');
        builder_int64(out, m->CELLS[i]);
        if (!has)
            builder_char(out, '_');
        if (i % 8 == 7 || i + 1 == m->CELLS_count)
            builder_char(out, '\n');
    }
}

static void put_header(const bd_module *m, StringBuilder *out)
{
    builder_text(out, TEXT("module format "));
    builder_uint64(out, m->header->format);
    builder_text(out, TEXT(" library "));
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            builder_char(out, '.');
        builder_uint64(out, m->header->minimum_library[i]);
    }
    builder_text(out, TEXT(" size "));
    builder_uint64(out, m->header->file_size);
    builder_text(out, TEXT("\nsha256 "));
    builder_hex(out, m->header->sha256, sizeof m->header->sha256);
    builder_char(out, '\n');
}

#define PUT_SECTION(name)                                     \
    do {                                                      \
        if (module->name##_count > 0)                         \
            builder_text(out, TEXT("\n" #name "\n"));         \
        for (uint32_t i = 0; i < module->name##_count; i++) { \
            builder_text(out, TEXT("  "));                    \
            builder_uint64(out, i);                           \
            builder_char(out, ':');                           \
            put_##name(module, out, &module->name[i]);        \
            builder_char(out, '\n');                          \
        }                                                     \
    } while (0)

static void put_content(const bd_module *module, StringBuilder *out)
{
    PUT_SECTION(INFO);
    PUT_SECTION(DOCUMENTS);
    PUT_SECTION(CITATIONS);
    PUT_SECTION(CHOICES);
    PUT_SECTION(MEMBERS);
    PUT_SECTION(ALIASES);
    PUT_SECTION(COLUMNS);
    PUT_SECTION(LISTS);
    PUT_SECTION(TABLES);
    PUT_SECTION(DIMENSIONS);
    PUT_SECTION(VERSIONS);
    put_cells(module, out);
    PUT_SECTION(RULES);
    PUT_SECTION(OUTPUTS);
    PUT_SECTION(TYPES);
    PUT_SECTION(DOMAINS);
    PUT_SECTION(CONSTANTS);
    PUT_SECTION(ROUNDINGS);
    PUT_SECTION(SETS);
    PUT_SECTION(BRACKETS);
    PUT_SECTION(NATIVES);
    PUT_SECTION(CALLS);
    PUT_SECTION(SITES);
    PUT_SECTION(SOURCE_MAP);
    PUT_SECTION(NOTES);
    PUT_SECTION(READINGS);
    PUT_SECTION(COUNTERS);
    PUT_SECTION(COUNTER_KEYS);
    PUT_SECTION(SERIES);
    PUT_SECTION(INDEXATIONS);
    PUT_SECTION(MEANINGS);
    PUT_SECTION(PHRASES);
}

void disasm_module(const bd_module *module, StringBuilder *out)
{
    put_header(module, out);
    put_content(module, out);
    for (uint32_t i = 0; i < module->PROGRAMS_count; i++) {
        builder_char(out, '\n');
        disasm_program(module, i, out);
    }
}
