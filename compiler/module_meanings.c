/* module_meanings.c: what the agreement says, as records to compare; see module_meanings.h.
**
** Job: this file has the header, the names of things and what people decide; meaning_table.c has the tables, meaning_rule.c the clauses. A record
** that depends on the order of declarations, on the language or on a name of one's own would show as a change: digests are of names that data
** files, other systems or other clauses know, in an order of their own.
*/
#include "compiler/module_meanings.h"

#include "compiler/meaning_internal.h"
#include "compiler/module_tables.h"
#include "compiler/sources.h"
#include "vm/core/date.h"

enum { EXCERPT_BYTES = 600 };

static const Text NONE = {"", 0};

/* ---- records ---- */

static void record(Meanings *m, MeaningPart part, Text sub, Text text, Digest digest, uint32_t place)
{
    MeaningRecord made = {.kind = (uint16_t)m->kind,
                          .part = (uint16_t)part,
                          .from = m->from,
                          .name = writer_text(m->writer, m->name),
                          .sub = writer_text(m->writer, sub),
                          .text = writer_text(m->writer, text),
                          .place = place};
    for (uint32_t i = 0; i < DIGEST_SIZE; i++)
        made.digest[i] = digest.bytes[i];
    (void)writer_add_MEANINGS(m->writer, made);
}

void meaning_begin(Meanings *m, MeaningKind kind, Text name, int32_t from, Text sub, Span span)
{
    IrPlace place = {.span = span,
                     .label = name,
                     .rule = BD_NONE,
                     .citation = BD_NONE,
                     .meaning = BD_MEANS_BOOLEAN,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
    m->kind = kind;
    m->name = name;
    m->from = from;
    uint32_t index = span.end > span.begin ? module_add_place(m->shared, &place) : BD_NONE;
    record(m, MEANT_ITSELF, sub, NONE, canonical_bytes(m->canonical, "itself", sub.data, sub.size), index);
}

void meaning_part(Meanings *m, MeaningPart part, Text sub, Text text, Digest digest)
{
    record(m, part, sub, text, digest, BD_NONE);
}

void meaning_text(Meanings *m, MeaningPart part, Text sub, Text text)
{
    if (text.size > 0)
        meaning_part(m, part, sub, text, canonical_bytes(m->canonical, "text", text.data, text.size));
}

Text meaning_word(const Meanings *m, const char *nl, const char *en)
{
    return text_from_cstring(text_equal(m->core->language, TEXT("en")) ? en : nl);
}

Text meaning_class(const Meanings *m, uint32_t unit_class)
{
    return unit_class == BD_NONE ? NONE : m->core->units[m->core->classes[unit_class].unit].name;
}

Text meaning_excerpt(const Meanings *m, Span span)
{
    return sources_excerpt(m->core->sources, span, EXCERPT_BYTES, m->core->arena);
}

/* ---- parts that many things have ---- */

void meaning_citation(Meanings *m, uint32_t citation)
{
    if (citation == BD_NONE)
        return;
    const Citation *cited = &m->core->citations[citation];
    StringBuilder out;
    builder_init(&out, m->core->arena);
    builder_text(&out, cited->place);
    if (cited->document != BD_NONE) {
        builder_text(&out, TEXT(" ("));
        builder_text(&out, m->core->documents[cited->document].name);
        builder_char(&out, ')');
    }
    meaning_text(m, MEANT_CITATION, NONE, builder_result(&out));
    meaning_text(m, MEANT_QUOTE, NONE, cited->quote);
}

void meaning_validity(Meanings *m, Validity validity)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    if (validity.from != BD_DATE_MIN)
        date_append(&out, validity.from);
    builder_text(&out, TEXT(".."));
    if (validity.to != BD_DATE_MAX)
        date_append(&out, validity.to);
    meaning_text(m, MEANT_VALIDITY, NONE, builder_result(&out));
}

void meaning_append_type(const Meanings *m, StringBuilder *out, Type type)
{
    const Core *core = m->core;
    builder_uint64(out, (uint64_t)type.kind);
    builder_char(out, type.optional ? '?' : '.');
    if (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE)
        builder_text(out, type.unit < core->unit_count ? core->units[type.unit].name : TEXT("*"));
    if (type.kind == TYPE_CHOICE && type.choice != BD_NONE)
        builder_text(out, core->choices[type.choice].name);
    if (type.kind == TYPE_RECORD && type.list != BD_NONE)
        builder_text(out, core->lists[type.list].name);
    builder_char(out, ';');
}

static void append_type_name(const Meanings *m, StringBuilder *out, Type type)
{
    type_name(m->core, type, out);
    if (!type.optional)
        return;
    builder_char(out, ' ');
    builder_text(out, meaning_word(m, "facultatief", "optional"));
}

void meaning_type(Meanings *m, MeaningPart part, Text sub, Type type)
{
    StringBuilder text, neutral;
    builder_init(&text, m->core->arena);
    builder_init(&neutral, m->core->arena);
    append_type_name(m, &text, type);
    meaning_append_type(m, &neutral, type);
    meaning_part(m, part, sub, builder_result(&text),
                 canonical_bytes(m->canonical, "type", neutral.data, neutral.size));
}

void meaning_follows(Meanings *m, uint32_t amendment)
{
    if (amendment != 0)
        meaning_text(m, MEANT_FOLLOWS, NONE, m->core->amendments[amendment - 1].name);
}

/* Names in their own order, so that the order of declaration does not count. */
static void append_sorted(StringBuilder *out, Text *names, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        Text name = names[i];
        uint32_t at = i;
        for (; at > 0 && text_compare(names[at - 1], name) > 0; at--)
            names[at] = names[at - 1];
        names[at] = name;
    }
    for (uint32_t i = 0; i < count; i++) {
        builder_text(out, i == 0 ? NONE : TEXT(", "));
        builder_text(out, names[i]);
    }
}

void meaning_products(Meanings *m, const uint64_t *products, bool for_all)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    Text *names = arena_array(m->core->arena, (size_t)m->core->product_count + 1, sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; !for_all && products != NULL && i < m->core->product_count; i++)
        if (set_has(products, i))
            names[count++] = m->core->products[i].name;
    append_sorted(&out, names, count);
    if (for_all)
        meaning_part(m, MEANT_PRODUCTS, NONE, meaning_word(m, "alle producten", "all products"),
                     canonical_bytes(m->canonical, "all", NULL, 0));
    else
        meaning_text(m, MEANT_PRODUCTS, NONE, builder_result(&out));
}

/* A property that a thing has or not. */
static void property(Meanings *m, Text sub, bool holds, const char *nl, const char *en)
{
    if (holds)
        meaning_part(m, MEANT_KIND, sub, meaning_word(m, nl, en), canonical_bytes(m->canonical, en, NULL, 0));
}

static void number_part(Meanings *m, MeaningPart part, uint64_t number)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    builder_uint64(&out, number);
    meaning_text(m, part, NONE, builder_result(&out));
}

/* ---- the agreement, documents, parties ---- */

static void reference_date(Meanings *m, ReferenceDate reference)
{
    if (reference == REFER_END)
        meaning_part(m, MEANT_REFERENCE, NONE, meaning_word(m, "einddatum", "end date"),
                     canonical_bytes(m->canonical, "end", NULL, 0));
    if (reference == REFER_SIGNED)
        meaning_part(m, MEANT_REFERENCE, NONE, meaning_word(m, "dagtekening", "date of the declaration"),
                     canonical_bytes(m->canonical, "signed", NULL, 0));
}

static void write_agreement(Meanings *m)
{
    const Core *core = m->core;
    meaning_begin(m, MEANING_AGREEMENT, core->name, BD_DATE_MIN, NONE, core->header_span);
    meaning_text(m, MEANT_TITLE, NONE, core->title);
    meaning_text(m, MEANT_STANDARD, NONE, core->standard);
    meaning_validity(m, core->validity);
    reference_date(m, core->reference);
    for (uint32_t i = 0; i < core->document_count; i++) {
        const Document *document = &core->documents[i];
        meaning_begin(m, MEANING_DOCUMENT, document->name, BD_DATE_MIN, NONE, document->span);
        meaning_text(m, MEANT_TITLE, NONE, document->title);
        if (document->rank != 0)
            number_part(m, MEANT_RANK, document->rank);
    }
    for (uint32_t i = 0; i < core->party_count; i++) {
        const Party *party = &core->parties[i];
        meaning_begin(m, MEANING_PARTY, party->name, BD_DATE_MIN, NONE, party->span);
        meaning_text(m, MEANT_ROLE, NONE, party->role);
        meaning_text(m, MEANT_TITLE, NONE, party->title);
        meaning_text(m, MEANT_WHO, NONE, party->on_behalf);
    }
}

/* ---- units, choices, columns, lists, products ---- */

static void write_unit(Meanings *m, uint32_t index)
{
    const Unit *unit = &m->core->units[index];
    if (unit->built_in)
        return;
    meaning_begin(m, MEANING_UNIT, unit->name, BD_DATE_MIN, NONE, unit->span);
    if (unit->base != index) {
        StringBuilder out;
        builder_init(&out, m->core->arena);
        number_append(&out, unit->factor, 0);
        builder_char(&out, ' ');
        builder_text(&out, m->core->units[unit->base].name);
        meaning_text(m, MEANT_FACTOR, NONE, builder_result(&out));
    }
    property(m, NONE, unit->indivisible, "ondeelbaar", "indivisible");
    meaning_text(m, MEANT_CODES, NONE, unit->code);
}

static void members(Meanings *m, const Choice *choice)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    Text *names = arena_array(m->core->arena, (size_t)choice->member_count + 1, sizeof *names);
    for (uint32_t i = 0; i < choice->member_count; i++)
        names[i] = choice->members[i].name;
    append_sorted(&out, names, choice->member_count);
    meaning_text(m, MEANT_MEMBERS, NONE, builder_result(&out));
    for (uint32_t i = 0; i < choice->member_count; i++)
        meaning_text(m, MEANT_TITLE, choice->members[i].name, choice->members[i].label);
}

static void write_column(Meanings *m, const Column *column)
{
    if (column->list != BD_NONE || column->built_in || column->is_judgement)
        return;
    meaning_begin(m, MEANING_COLUMN, column->name, BD_DATE_MIN, NONE, column->span);
    meaning_type(m, MEANT_TYPE, NONE, column->type);
    meaning_text(m, MEANT_TITLE, NONE, column->label);
    meaning_citation(m, column->citation);
}

static void write_list(Meanings *m, const List *list)
{
    if (list->built_in)
        return;
    meaning_begin(m, MEANING_LIST, list->name, BD_DATE_MIN, NONE, list->span);
    meaning_text(m, MEANT_KEY, NONE, list->key);
    number_part(m, MEANT_MAXIMUM, list->maximum);
    for (uint32_t i = 0; i < list->column_count; i++) {
        const Column *column = &m->core->columns[list->columns[i]];
        meaning_type(m, MEANT_FIELDS, column->name, column->type);
    }
}

static void write_product(Meanings *m, const Product *product)
{
    const Core *core = m->core;
    StringBuilder out;
    meaning_begin(m, MEANING_PRODUCT, product->name, BD_DATE_MIN, NONE, product->span);
    meaning_text(m, MEANT_TITLE, NONE, product->label);
    if (product->unit != BD_NONE)
        meaning_text(m, MEANT_UNIT, NONE, core->units[product->unit].name);
    if (product->shown_unit != BD_NONE)
        meaning_text(m, MEANT_SHOWN, NONE, core->units[product->shown_unit].name);
    Text *names = arena_array(core->arena, (size_t)product->code_count + product->dimension_count + 1, sizeof *names);
    for (uint32_t i = 0; i < product->code_count; i++)
        names[i] = product->codes[i];
    builder_init(&out, core->arena);
    append_sorted(&out, names, product->code_count);
    meaning_text(m, MEANT_CODES, NONE, builder_result(&out));
    for (uint32_t i = 0; i < product->dimension_count; i++)
        names[i] = core->columns[product->dimensions[i]].name;
    builder_init(&out, core->arena);
    append_sorted(&out, names, product->dimension_count);
    meaning_text(m, MEANT_DIMENSIONS, NONE, builder_result(&out));
    meaning_validity(m, product->validity);
    property(m, TEXT("euro"), product->in_euro, "in euro", "in euros");
    property(m, TEXT("price"), product->price_at_begin, "tarief op begindatum", "tariff on the begin date");
    meaning_citation(m, product->citation);
}

/* ---- what people decide ---- */

static void write_reading(Meanings *m, const Reading *reading)
{
    const Choice *choice = &m->core->choices[reading->choice];
    meaning_begin(m, MEANING_READING, reading->name, BD_DATE_MIN, NONE, reading->span);
    meaning_text(m, MEANT_QUESTION, NONE, reading->question);
    members(m, choice);
    meaning_text(m, MEANT_CHOSEN, NONE, choice->members[reading->chosen].name);
    meaning_text(m, MEANT_REASON, NONE, reading->reason);
    meaning_citation(m, reading->citation);
}

static void write_note(Meanings *m, const Note *note)
{
    static const char *const KINDS[] = {[BD_NOTE_JUDGEMENT] = "judgement",
                                        [BD_NOTE_POWER] = "power",
                                        [BD_NOTE_NOT_EXPRESSIBLE] = "not expressible",
                                        [BD_NOTE_AMENDMENT] = "amendment"};
    if (note->kind == BD_NOTE_AMENDMENT)
        return; /* written as the amendment itself */
    bool is_judgement = note->kind == BD_NOTE_JUDGEMENT;
    meaning_begin(m, is_judgement ? MEANING_JUDGEMENT : MEANING_NOTE, note->name.size > 0 ? note->name : note->text,
                  BD_DATE_MIN, text_from_cstring(KINDS[note->kind]), note->span);
    if (note->name.size > 0)
        meaning_text(m, MEANT_QUESTION, NONE, note->text);
    meaning_text(m, MEANT_WHO, NONE, note->who);
    meaning_citation(m, note->citation);
    uint32_t column = BD_NONE;
    for (uint32_t i = 0; is_judgement && i < m->core->column_count; i++)
        if (m->core->columns[i].is_judgement && text_equal(m->core->columns[i].name, note->name))
            column = i;
    if (column != BD_NONE)
        meaning_type(m, MEANT_TYPE, NONE, m->core->columns[column].type);
}

static void write_amendment(Meanings *m, const Amendment *amendment)
{
    meaning_begin(m, MEANING_AMENDMENT, amendment->name, BD_DATE_MIN, NONE, amendment->span);
    meaning_validity(m, (Validity){amendment->start, BD_DATE_MAX});
    if (amendment->unless != NULL)
        meaning_part(m, MEANT_CONDITION, NONE, meaning_excerpt(m, amendment->node->span),
                     canonical_digest(m->canonical, amendment->unless, NULL, 0));
    meaning_citation(m, amendment->citation);
}

/* ---- calendars ---- */

static void append_int(StringBuilder *out, int64_t value)
{
    builder_int64(out, value);
    builder_char(out, ' ');
}

static void append_day_test(Meanings *m, StringBuilder *out, const DayTest *test)
{
    const Definition *definition = test->definition;
    builder_char(out, test->counts ? '+' : '-');
    for (const Instance *i = definition ? definition->instances : NULL; i != NULL; i = i->next) {
        Digest digest = canonical_digest(m->canonical, i->body, i->parameters, definition->parameter_count);
        append_int(out, definition->versions[i->version].validity.from);
        builder_hex(out, digest.bytes, DIGEST_SIZE);
    }
}

static void write_calendar(Meanings *m, const Calendar *calendar)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    meaning_begin(m, MEANING_CALENDAR, calendar->name, BD_DATE_MIN, NONE, calendar->span);
    append_int(&out, calendar->length_days);
    append_int(&out, calendar->anchor);
    append_int(&out, calendar->first_weekday);
    append_int(&out, calendar->last_weekday);
    for (uint32_t i = 0; i < calendar->test_count; i++)
        append_day_test(m, &out, &calendar->tests[i]);
    if (calendar->table != BD_NONE)
        builder_text(&out, TEXT("extern"));
    StringBuilder text;
    builder_init(&text, m->core->arena);
    if (calendar->length_days > 0) {
        builder_int64(&text, calendar->length_days);
        builder_text(&text, meaning_word(m, " dagen vanaf ", " days from "));
        date_append(&text, calendar->anchor);
    }
    meaning_part(m, MEANT_MOMENT, NONE, builder_result(&text),
                 canonical_bytes(m->canonical, "calendar", out.data, out.size));
    meaning_citation(m, calendar->citation);
}

/* ---- all of it ---- */

void module_write_meanings(ModuleWriter *writer, const Core *core, IrShared *shared)
{
    Meanings meanings = {.writer = writer, .core = core, .shared = shared, .canonical = canonical_new(core)},
             *m = &meanings;
    write_agreement(m);
    for (uint32_t i = 0; i < core->unit_count; i++)
        write_unit(m, i);
    for (uint32_t i = 2; i < core->choice_count; i++) {
        const Choice *choice = &core->choices[i];
        if (choice->is_reading || choice->hidden)
            continue;
        meaning_begin(m, MEANING_CHOICE, choice->name, BD_DATE_MIN, NONE, choice->span);
        members(m, choice);
    }
    for (uint32_t i = 0; i < core->reading_count; i++)
        write_reading(m, &core->readings[i]);
    for (uint32_t i = 0; i < core->note_count; i++)
        write_note(m, &core->notes[i]);
    for (uint32_t i = 0; i < core->amendment_count; i++)
        write_amendment(m, &core->amendments[i]);
    for (uint32_t i = 0; i < core->calendar_count; i++)
        write_calendar(m, &core->calendars[i]);
    for (uint32_t i = 0; i < core->column_count; i++)
        write_column(m, &core->columns[i]);
    for (uint32_t i = 0; i < core->list_count; i++)
        write_list(m, &core->lists[i]);
    for (uint32_t i = 0; i < core->product_count; i++)
        write_product(m, &core->products[i]);
    meaning_write_tables(m);
    meaning_write_definitions(m);
    meaning_write_rules(m);
}
