/* canonical_name.c: the names in phrases, and what tells one node of an expression from another; see canonical.h. */
#include "compiler/canonical_internal.h"

/* ---- what is used ---- */

void canonical_use(Canonical *c, MeaningKind kind, Text name)
{
    for (uint32_t i = 0; i < c->use_count; i++)
        if (c->uses[i].kind == kind && text_equal(c->uses[i].name, name))
            return;
    c->uses = arena_grow(c->arena, c->uses, c->use_count, &c->use_capacity, sizeof *c->uses);
    c->uses[c->use_count++] = (CanonicalUse){kind, name};
}

const CanonicalUse *canonical_uses(const Canonical *c, uint32_t *count)
{
    *count = c->use_count;
    return c->uses;
}

void canonical_forget(Canonical *c)
{
    c->use_count = 0;
}

/* ---- names ---- */

const Phrase *canonical_number(const Canonical *c, Number number)
{
    StringBuilder text;
    builder_init(&text, c->arena);
    number_append_fraction(&text, number);
    return phrase_plain(&c->phrases, "number", text.data, text.size);
}

const Phrase *canonical_name(const Canonical *c, MeaningKind kind, Text name)
{
    return phrase_name(&c->phrases, kind, name, NULL);
}

const Phrase *canonical_member(const Canonical *c, uint32_t choice, uint32_t member)
{
    const Choice *of = &c->core->choices[choice];
    MeaningKind kind = choice == 0      ? MEANING_PRODUCT
                       : choice == 1    ? MEANING_UNIT
                       : of->is_reading ? MEANING_READING
                                        : MEANING_CHOICE;
    return phrase_name(&c->phrases, kind, of->members[member].name,
                       choice > 1 ? canonical_name(c, kind, of->name) : NULL);
}

const Phrase *canonical_column(const Canonical *c, uint32_t index)
{
    const Column *column = &c->core->columns[index];
    if (column->list != BD_NONE)
        return phrase_name(&c->phrases, MEANING_LIST, column->name,
                           canonical_name(c, MEANING_LIST, c->core->lists[column->list].name));
    return canonical_name(c, column->is_judgement ? MEANING_JUDGEMENT : MEANING_COLUMN, column->name);
}

static const Phrase *unit_of(const Canonical *c, Type type)
{
    bool has = (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE) && type.unit < c->core->unit_count;
    return has ? canonical_name(c, MEANING_UNIT, c->core->units[type.unit].name) : NULL;
}

static const Phrase *table_name(Canonical *c, uint32_t index)
{
    const Table *table = &c->core->tables[index];
    MeaningKind kind = table->series ? MEANING_SERIES : table->is_tariff ? MEANING_TARIFF : MEANING_TABLE;
    canonical_use(c, kind, table->name);
    return canonical_name(c, kind, table->name);
}

static const Phrase *counter_of(Canonical *c, const Expr *e)
{
    canonical_use(c, MEANING_COUNTER, c->core->counters[e->index].name);
    const Phrase **parts = arena_array(c->arena, 2, sizeof *parts);
    parts[0] = canonical_name(c, MEANING_COUNTER, c->core->counters[e->index].name);
    parts[1] = unit_of(c, e->type);
    return phrase_list(&c->phrases, TEXT("counter"), parts, parts[1] ? 2 : 1);
}

/* A period of a calendar is told by its days, counted from any of its first days; of an extern one by the table of them. */
static const Phrase *period_of(Canonical *c, const Calendar *calendar)
{
    int32_t days[] = {calendar->length_days, calendar_first_day(calendar)};
    canonical_use(c, MEANING_CALENDAR, calendar->name);
    return calendar->table != BD_NONE ? table_name(c, calendar->table)
                                      : phrase_plain(&c->phrases, "period", days, sizeof days);
}

static const Phrase *rounding_of(const Canonical *c, const Expr *e)
{
    const Phrase **parts = arena_array(c->arena, 2, sizeof *parts);
    uint32_t mode = (uint32_t)e->mode;
    parts[0] = phrase_plain(&c->phrases, "mode", &mode, sizeof mode);
    parts[1] = canonical_number(c, e->number);
    return phrase_list(&c->phrases, TEXT("rounding"), parts, 2);
}

int32_t calendar_first_day(const Calendar *calendar)
{
    int32_t rest = calendar->length_days > 0 ? calendar->anchor % calendar->length_days : 0;
    return rest < 0 ? rest + calendar->length_days : rest;
}

/* The column, and what it is a field of. */
static const Phrase *read_column(Canonical *c, uint32_t index)
{
    const Column *column = &c->core->columns[index];
    if (column->list != BD_NONE)
        canonical_use(c, MEANING_LIST, c->core->lists[column->list].name);
    else
        canonical_use(c, column->is_judgement ? MEANING_JUDGEMENT : MEANING_COLUMN, column->name);
    return canonical_column(c, index);
}

static const Phrase *used(Canonical *c, MeaningKind kind, Text name)
{
    canonical_use(c, kind, name);
    return canonical_name(c, kind, name);
}

void canonical_use_member(Canonical *c, uint32_t choice, uint32_t member)
{
    const Choice *of = &c->core->choices[choice];
    if (choice == 0)
        canonical_use(c, MEANING_PRODUCT, of->members[member].name);
    else if (choice > 1)
        canonical_use(c, of->is_reading ? MEANING_READING : MEANING_CHOICE, of->name);
}

static const Phrase *used_member(Canonical *c, uint32_t choice, uint32_t member)
{
    canonical_use_member(c, choice, member);
    return canonical_member(c, choice, member);
}

const Phrase *canonical_words(Canonical *c, const Expr *e)
{
    const Core *core = c->core;
    switch ((int)e->op) { /* most nodes are told by their parts */
    case EXPR_TEXT: return phrase_plain(&c->phrases, "text", e->text.data, e->text.size);
    case EXPR_MEMBER: return used_member(c, e->type.choice, (uint32_t)e->integer);
    case EXPR_COLUMN:
    case EXPR_FIELD: return read_column(c, e->index);
    case EXPR_READING: return used(c, MEANING_READING, core->readings[e->index].name);
    case EXPR_NATIVE: return used(c, MEANING_DEFINITION, e->instance->definition->name);
    case EXPR_TABLE: return table_name(c, e->index);
    case EXPR_VOLUME:
    case EXPR_GRANTED:
    case EXPR_TARIFF: return unit_of(c, e->type);
    case EXPR_ROUND: return rounding_of(c, e);
    case EXPR_DATE_ADD: return unit_of(c, e->b->type);
    case EXPR_SPAN_FROM:
    case EXPR_SPAN_AFTER: return unit_of(c, e->a->type);
    case EXPR_DATE_PART:
    case EXPR_CALENDAR_SPAN: return phrase_plain(&c->phrases, "which", &e->index, sizeof e->index);
    case EXPR_PERIOD: return period_of(c, &core->calendars[e->index]);
    case EXPR_COUNTER_SUM:
    case EXPR_COUNTER_DAYS:
    case EXPR_COUNTER_RUN: return counter_of(c, e);
    default: return NULL;
    }
}
