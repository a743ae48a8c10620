/* module_meanings.c: what the agreement says, as records to compare; see module_meanings.h.
**
** Job: this file has the header, the names of things and what people decide; meaning_table.c has the tables, meaning_rule.c the clauses. A record
** that depends on the order of declarations, on the language or on a name of one's own would show as a change: digests are of names that data
** files, other systems or other clauses know, in an order of their own.
*/
#include "compiler/module_meanings.h"

#include <string.h>

#include "compiler/meaning_internal.h"
#include "compiler/module_tables.h"
#include "compiler/sources.h"
#include "vm/core/date.h"

enum { EXCERPT_BYTES = 600 };

static const Text NONE = {"", 0};

#define KIND_NAME(id, name) name,
static const char *const MEANING_KIND_NAMES[] = {MEANING_KINDS(KIND_NAME)};
#undef KIND_NAME

/* ---- phrases ---- */

/* Where a phrase of this digest stands among those known, or belongs. */
static uint32_t *known_slot(const Meanings *m, uint32_t *slots, size_t count, const uint8_t *digest)
{
    size_t i;
    memcpy(&i, digest, sizeof i);
    for (i &= count - 1; slots[i] != 0; i = (i + 1) & (count - 1))
        if (memcmp(writer_at_PHRASES(m->writer, slots[i] - 1)->digest, digest, MEANING_DIGEST_SIZE) == 0)
            break;
    return &slots[i];
}

static void grow_known(Meanings *m)
{
    uint32_t count = writer_count(m->writer, SECTION_PHRASES);
    if (count < m->known_slots / 2)
        return;
    size_t wanted = m->known_slots == 0 ? 256 : m->known_slots * 2;
    uint32_t *slots = arena_array(m->core->arena, wanted, sizeof *slots);
    for (uint32_t i = 0; i < count; i++)
        *known_slot(m, slots, wanted, writer_at_PHRASES(m->writer, i)->digest) = i + 1;
    m->known = slots;
    m->known_slots = wanted;
}

/* Each phrase once, its parts before it. */
static uint32_t write_phrase(Meanings *m, const Phrase *phrase)
{
    grow_known(m);
    uint32_t known = *known_slot(m, m->known, m->known_slots, phrase->digest.bytes);
    if (known != 0)
        return known - 1;
    uint32_t *parts = arena_array(m->core->arena, (size_t)phrase->count + 1, sizeof *parts);
    for (uint32_t i = 0; i < phrase->count; i++)
        parts[i] = write_phrase(m, phrase->parts[i]);
    PhraseRecord made = {.how = (uint16_t)phrase->how,
                         .kind = phrase->how == PHRASE_NAME ? (uint16_t)phrase->kind : 0,
                         .text = writer_text(m->writer, phrase->text),
                         .first = writer_append(m->writer, SECTION_PHRASE_PARTS, parts, phrase->count),
                         .parts = phrase->count};
    memcpy(made.digest, phrase->digest.bytes, MEANING_DIGEST_SIZE);
    uint32_t index = writer_add_PHRASES(m->writer, made);
    grow_known(m);
    if (m->writer->status == BD_OK)
        *known_slot(m, m->known, m->known_slots, phrase->digest.bytes) = index + 1;
    return index;
}

/* ---- records ---- */

static void record(Meanings *m, MeaningPart part, Text sub, Text text, const Phrase *phrase, uint32_t place)
{
    MeaningRecord made = {.kind = (uint16_t)m->kind,
                          .part = (uint16_t)part,
                          .from = m->from,
                          .name = writer_text(m->writer, m->name),
                          .sub = writer_text(m->writer, sub),
                          .text = writer_text(m->writer, text),
                          .place = place,
                          .phrase = phrase->how == PHRASE_PLAIN ? BD_NONE : write_phrase(m, phrase)};
    memcpy(made.digest, phrase->digest.bytes, MEANING_DIGEST_SIZE);
    (void)writer_add_MEANINGS(m->writer, made);
}

/* Ends the thing begun: what it uses stands behind its other parts. */
static void finish(Meanings *m)
{
    uint32_t count;
    const CanonicalUse *uses = canonical_uses(m->canonical, &count);
    for (uint32_t i = 0; i < count; i++) {
        Text kind = text_from_cstring(MEANING_KIND_NAMES[uses[i].kind]);
        record(m, MEANT_USES, kind, uses[i].name, phrase_plain(m->phrases, "uses", NULL, 0), BD_NONE);
    }
    canonical_forget(m->canonical);
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
    finish(m);
    m->kind = kind;
    m->name = name;
    m->from = from;
    uint32_t index = span.end > span.begin ? module_add_place(m->shared, &place) : BD_NONE;
    record(m, MEANT_ITSELF, sub, NONE, phrase_plain(m->phrases, "itself", sub.data, sub.size), index);
}

void meaning_part(Meanings *m, MeaningPart part, Text sub, Text text, const Phrase *phrase)
{
    record(m, part, sub, text, phrase, BD_NONE);
}

void meaning_named(Meanings *m, MeaningPart part, Text sub, MeaningKind kind, Text name)
{
    if (name.size > 0)
        meaning_part(m, part, sub, name, canonical_name(m->canonical, kind, name));
}

void meaning_title(Meanings *m, Text title)
{
    if (!text_equal(title, m->name))
        meaning_text(m, MEANT_TITLE, NONE, title);
}

const Phrase *meaning_phrase(const Meanings *m, const Expr *expr)
{
    return canonical_phrase(m->canonical, expr, NULL, 0);
}

const Phrase *meaning_body(const Meanings *m, const Definition *definition, const Instance *instance)
{
    CanonicalInput *inputs = arena_array(m->core->arena, (size_t)definition->parameter_count + 1, sizeof *inputs);
    for (uint32_t i = 0; i < definition->parameter_count; i++)
        inputs[i] = (CanonicalInput){instance->parameters[i], NULL};
    return canonical_phrase(m->canonical, instance->body, inputs, definition->parameter_count);
}

void meaning_append_number(const Meanings *m, StringBuilder *out, Number number, unsigned digits)
{
    size_t begin = out->size;
    number_append(out, number, digits);
    for (size_t i = begin; i < out->size && !text_equal(m->core->language, TEXT("en")); i++)
        if (out->data[i] == '.')
            out->data[i] = ',';
}

void meaning_text(Meanings *m, MeaningPart part, Text sub, Text text)
{
    if (text.size > 0)
        meaning_part(m, part, sub, text, phrase_plain(m->phrases, "text", text.data, text.size));
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
    const Phrase **parts = arena_array(m->core->arena, 2, sizeof *parts);
    parts[0] = phrase_plain(m->phrases, "text", cited->place.data, cited->place.size);
    if (cited->document != BD_NONE) {
        Text document = m->core->documents[cited->document].name;
        builder_text(&out, TEXT(" ("));
        builder_text(&out, document);
        builder_char(&out, ')');
        parts[1] = canonical_name(m->canonical, MEANING_DOCUMENT, document);
    }
    if (out.size > 0)
        meaning_part(m, MEANT_CITATION, NONE, builder_result(&out),
                     phrase_list(m->phrases, TEXT("citation"), parts, parts[1] == NULL ? 1 : 2));
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

/* The name of a choice; that of products and units is the language's own. */
static const Phrase *meaning_choice(const Meanings *m, uint32_t choice)
{
    const Choice *of = &m->core->choices[choice];
    if (choice < 2)
        return phrase_plain(m->phrases, "choice", &choice, sizeof choice);
    return canonical_name(m->canonical, of->is_reading ? MEANING_READING : MEANING_CHOICE, of->name);
}

static const Phrase *type_phrase(const Meanings *m, Type type)
{
    const Core *core = m->core;
    uint8_t kind[] = {(uint8_t)type.kind, type.optional};
    const Phrase **parts = arena_array(core->arena, 2, sizeof *parts);
    parts[0] = phrase_plain(m->phrases, "type", kind, sizeof kind);
    if ((type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE) && type.unit < core->unit_count)
        parts[1] = canonical_name(m->canonical, MEANING_UNIT, core->units[type.unit].name);
    else if (type.kind == TYPE_CHOICE && type.choice != BD_NONE)
        parts[1] = meaning_choice(m, type.choice);
    else if (type.kind == TYPE_RECORD && type.list != BD_NONE)
        parts[1] = canonical_name(m->canonical, MEANING_LIST, core->lists[type.list].name);
    return phrase_list(m->phrases, TEXT("type"), parts, parts[1] == NULL ? 1 : 2);
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
    StringBuilder text;
    builder_init(&text, m->core->arena);
    append_type_name(m, &text, type);
    meaning_part(m, part, sub, builder_result(&text), type_phrase(m, type));
}

void meaning_follows(Meanings *m, uint32_t amendment)
{
    if (amendment == 0)
        return;
    Text name = m->core->amendments[amendment - 1].name;
    meaning_named(m, MEANT_FOLLOWS, NONE, MEANING_AMENDMENT, name);
    canonical_use(m->canonical, MEANING_AMENDMENT, name);
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

/* Names of one kind, in no order that counts; nothing for none. */
void meaning_names(Meanings *m, MeaningPart part, MeaningKind kind, Text *names, uint32_t count)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    const Phrase **phrases = arena_array(m->core->arena, (size_t)count + 1, sizeof *phrases);
    for (uint32_t i = 0; i < count; i++)
        phrases[i] = canonical_name(m->canonical, kind, names[i]);
    append_sorted(&out, names, count);
    if (count > 0)
        meaning_part(m, part, NONE, builder_result(&out), phrase_sorted(m->phrases, TEXT("names"), phrases, count));
}

void meaning_products(Meanings *m, const uint64_t *products, bool for_all)
{
    Text *names = arena_array(m->core->arena, (size_t)m->core->product_count + 1, sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; !for_all && products != NULL && i < m->core->product_count; i++)
        if (set_has(products, i))
            names[count++] = m->core->products[i].name;
    if (for_all)
        meaning_part(m, MEANT_PRODUCTS, NONE, meaning_word(m, "alle producten", "all products"),
                     phrase_plain(m->phrases, "all", NULL, 0));
    else
        meaning_names(m, MEANT_PRODUCTS, MEANING_PRODUCT, names, count);
}

/* A property that a thing has or not. */
static void property(Meanings *m, Text sub, bool holds, const char *nl, const char *en)
{
    if (holds)
        meaning_part(m, MEANT_KIND, sub, meaning_word(m, nl, en), phrase_plain(m->phrases, en, NULL, 0));
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
                     phrase_plain(m->phrases, "end", NULL, 0));
    if (reference == REFER_SIGNED)
        meaning_part(m, MEANT_REFERENCE, NONE, meaning_word(m, "dagtekening", "date of the declaration"),
                     phrase_plain(m->phrases, "signed", NULL, 0));
}

static void write_agreement(Meanings *m)
{
    const Core *core = m->core;
    meaning_begin(m, MEANING_AGREEMENT, core->name, BD_DATE_MIN, NONE, core->header_span);
    meaning_text(m, MEANT_TITLE, NONE, core->title);
    meaning_text(m, MEANT_STANDARD, NONE, core->standard);
    meaning_validity(m, core->validity);
    meaning_text(m, MEANT_ORIGIN, NONE, core->origin);
    reference_date(m, core->reference);
    meaning_citation(m, core->citation);
    for (uint32_t i = 0; i < core->document_count; i++) {
        const Document *document = &core->documents[i];
        meaning_begin(m, MEANING_DOCUMENT, document->name, BD_DATE_MIN, NONE, document->span);
        meaning_text(m, MEANT_TITLE, NONE, document->title);
        if (document->rank != 0)
            number_part(m, MEANT_RANK, document->rank);
        meaning_citation(m, document->citation);
    }
    for (uint32_t i = 0; i < core->party_count; i++) {
        const Party *party = &core->parties[i];
        meaning_begin(m, MEANING_PARTY, party->name, BD_DATE_MIN, NONE, party->span);
        meaning_text(m, MEANT_ROLE, NONE, party->role);
        meaning_text(m, MEANT_TITLE, NONE, party->title);
        meaning_text(m, MEANT_WHO, NONE, party->on_behalf);
        meaning_citation(m, party->citation);
    }
}

/* ---- units, choices, columns, lists, products ---- */

static void write_factor(Meanings *m, const Unit *unit)
{
    StringBuilder out;
    Text base = m->core->units[unit->base].name;
    const Phrase **parts = arena_array(m->core->arena, 2, sizeof *parts);
    builder_init(&out, m->core->arena);
    number_append_fraction(&out, unit->factor);
    parts[0] = phrase_plain(m->phrases, "factor", out.data, out.size);
    builder_init(&out, m->core->arena);
    meaning_append_number(m, &out, unit->factor, 0);
    parts[1] = canonical_name(m->canonical, MEANING_UNIT, base);
    builder_char(&out, ' ');
    builder_text(&out, number_equal(unit->factor, NUMBER_ONE) ? base : m->core->units[unit->base].plural);
    meaning_part(m, MEANT_FACTOR, NONE, builder_result(&out), phrase_list(m->phrases, TEXT("factor"), parts, 2));
}

static void write_unit(Meanings *m, uint32_t index)
{
    const Unit *unit = &m->core->units[index];
    if (unit->built_in)
        return;
    meaning_begin(m, MEANING_UNIT, unit->name, BD_DATE_MIN, NONE, unit->span);
    if (unit->base != index) {
        write_factor(m, unit);
    }
    property(m, NONE, unit->indivisible, "ondeelbaar", "indivisible");
    meaning_text(m, MEANT_CODES, NONE, unit->code);
    meaning_citation(m, unit->citation);
}

static void members(Meanings *m, const Choice *choice)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    Text *names = arena_array(m->core->arena, (size_t)choice->member_count + 1, sizeof *names);
    for (uint32_t i = 0; i < choice->member_count; i++)
        names[i] = choice->members[i].name;
    append_sorted(&out, names, choice->member_count);
    const Phrase **phrases = arena_array(m->core->arena, (size_t)choice->member_count + 1, sizeof *phrases);
    for (uint32_t i = 0; i < choice->member_count; i++)
        phrases[i] = canonical_member(m->canonical, (uint32_t)(choice - m->core->choices), i);
    meaning_part(m, MEANT_MEMBERS, NONE, builder_result(&out),
                 phrase_sorted(m->phrases, TEXT("members"), phrases, choice->member_count));
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
    if (list->key.size > 0)
        meaning_part(
            m, MEANT_KEY, NONE, list->key,
            phrase_name(m->phrases, MEANING_LIST, list->key, canonical_name(m->canonical, MEANING_LIST, list->name)));
    number_part(m, MEANT_MAXIMUM, list->maximum);
    for (uint32_t i = 0; i < list->column_count; i++) {
        const Column *column = &m->core->columns[list->columns[i]];
        meaning_type(m, MEANT_FIELDS, column->name, column->type);
    }
    meaning_citation(m, list->citation);
}

static void write_product(Meanings *m, const Product *product)
{
    const Core *core = m->core;
    StringBuilder out;
    meaning_begin(m, MEANING_PRODUCT, product->name, BD_DATE_MIN, NONE, product->span);
    meaning_title(m, product->label);
    if (product->unit != BD_NONE)
        meaning_named(m, MEANT_UNIT, NONE, MEANING_UNIT, core->units[product->unit].name);
    if (product->shown_unit != BD_NONE)
        meaning_named(m, MEANT_SHOWN, NONE, MEANING_UNIT, core->units[product->shown_unit].name);
    Text *names = arena_array(core->arena, (size_t)product->code_count + product->dimension_count + 1, sizeof *names);
    for (uint32_t i = 0; i < product->code_count; i++)
        names[i] = product->codes[i];
    builder_init(&out, core->arena);
    append_sorted(&out, names, product->code_count);
    meaning_text(m, MEANT_CODES, NONE, builder_result(&out));
    for (uint32_t i = 0; i < product->dimension_count; i++)
        names[i] = core->columns[product->dimensions[i]].name;
    meaning_names(m, MEANT_DIMENSIONS, MEANING_COLUMN, names, product->dimension_count);
    meaning_validity(m, product->own);
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
    meaning_part(m, MEANT_CHOSEN, NONE, choice->members[reading->chosen].name,
                 canonical_member(m->canonical, reading->choice, reading->chosen));
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
    if (note->kind == BD_NOTE_POWER)
        return; /* as the penalty or suspension itself */
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
                     meaning_phrase(m, amendment->unless));
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
    if (definition != NULL)
        canonical_use(m->canonical, MEANING_DEFINITION, definition->name);
    for (const Instance *i = definition ? definition->instances : NULL; i != NULL; i = i->next) {
        const Phrase *phrase = meaning_body(m, definition, i);
        append_int(out, definition->versions[i->version].validity.from);
        builder_hex(out, phrase->digest.bytes, MEANING_DIGEST_SIZE);
    }
}

/* "maandag tot en met vrijdag behalve is_feestdag, met koopzondag" */
static void append_workdays(const Meanings *m, StringBuilder *out, const Calendar *calendar)
{
    static const char *const NL[] = {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"};
    static const char *const EN[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    int first = calendar->first_weekday - 1, last = calendar->last_weekday - 1;
    builder_text(out, meaning_word(m, NL[first], EN[first]));
    if (first != last) {
        builder_text(out, meaning_word(m, " tot en met ", " through "));
        builder_text(out, meaning_word(m, NL[last], EN[last]));
    }
    for (uint32_t i = 0; i < calendar->test_count; i++) {
        builder_text(out, calendar->tests[i].counts ? meaning_word(m, " met ", " with ")
                                                    : meaning_word(m, " behalve ", " except "));
        builder_text(out, calendar->tests[i].node->text);
    }
}

static void append_calendar(const Meanings *m, StringBuilder *out, const Calendar *calendar)
{
    if (calendar->is_workdays) {
        append_workdays(m, out, calendar);
    } else if (calendar->table != BD_NONE) {
        builder_text(out, TEXT("extern"));
    } else {
        builder_int64(out, calendar->length_days);
        builder_text(out, meaning_word(m, " dagen vanaf ", " days from "));
        date_append(out, calendar->anchor);
    }
}

static void write_calendar(Meanings *m, const Calendar *calendar)
{
    StringBuilder out, text;
    builder_init(&out, m->core->arena);
    builder_init(&text, m->core->arena);
    meaning_begin(m, MEANING_CALENDAR, calendar->name, BD_DATE_MIN, NONE, calendar->span);
    append_int(&out, calendar->length_days);
    append_int(&out, calendar_first_day(calendar));
    append_int(&out, calendar->first_weekday);
    append_int(&out, calendar->last_weekday);
    for (uint32_t i = 0; i < calendar->test_count; i++)
        append_day_test(m, &out, &calendar->tests[i]);
    if (calendar->table != BD_NONE)
        builder_text(&out, TEXT("extern"));
    append_calendar(m, &text, calendar);
    meaning_part(m, MEANT_MOMENT, NONE, builder_result(&text),
                 phrase_plain(m->phrases, "calendar", out.data, out.size));
    meaning_citation(m, calendar->citation);
}

/* ---- all of it ---- */

void module_write_meanings(ModuleWriter *writer, const Core *core, IrShared *shared)
{
    Meanings meanings = {.writer = writer, .core = core, .shared = shared, .canonical = canonical_new(core)},
             *m = &meanings;
    m->phrases = canonical_phrases(m->canonical);
    write_agreement(m);
    for (uint32_t i = 0; i < core->unit_count; i++)
        write_unit(m, i);
    for (uint32_t i = 2; i < core->choice_count; i++) {
        const Choice *choice = &core->choices[i];
        if (choice->is_reading || choice->hidden)
            continue;
        meaning_begin(m, MEANING_CHOICE, choice->name, BD_DATE_MIN, NONE, choice->span);
        members(m, choice);
        meaning_citation(m, choice->citation);
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
    finish(m);
}
