/* mutate_value.c: numbers, dates, months, units and members changed by the least that matters; see mutate_internal.h. */
#include "compiler/mutate_internal.h"
#include "vm/core/date.h"

/* ---- Numbers ---- */

enum { MAXIMUM_DECIMALS = 12 };

/* How many decimals the text gives; a point that groups thousands is none. */
static unsigned decimals_of(const Mutator *mutator, Text text)
{
    char mark = mutator->is_english ? '.' : ',';
    unsigned count = 0;
    bool is_behind = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == mark)
            is_behind = true;
        else if (is_behind && text.data[i] >= '0' && text.data[i] <= '9')
            count++;
    }
    return count < MAXIMUM_DECIMALS ? count : MAXIMUM_DECIMALS;
}

/* The number as the language writes it, without grouping. */
static void append_number(const Mutator *mutator, StringBuilder *out, Number number, unsigned decimals)
{
    StringBuilder plain;
    builder_init(&plain, mutator->arena);
    number_append(&plain, number, decimals);
    Text text = builder_result(&plain);
    for (size_t i = 0; i < text.size; i++)
        builder_char(out, text.data[i] == '.' && !mutator->is_english ? ',' : text.data[i]);
}

static Text number_text(const Mutator *mutator, const Ast *node, Number number, unsigned decimals)
{
    StringBuilder out;
    Number hundred = {100, 1, NULL}, shown = number;
    builder_init(&out, mutator->arena);
    if (node->kind == AST_PERCENT && number_mul(mutator->arena, number, hundred, &shown) != BD_OK)
        shown = number;
    if (node->kind == AST_MONEY)
        builder_text(&out, mutator->is_english ? TEXT("€") : TEXT("€ "));
    append_number(mutator, &out, shown, decimals);
    if (node->kind == AST_PERCENT)
        builder_text(&out, mutator->is_english ? TEXT("%") : TEXT(" %"));
    return builder_result(&out);
}

/* One in the last place that the text gives. */
static bool find_step(const Mutator *mutator, const Ast *node, unsigned decimals, Number *step)
{
    int64_t den = node->kind == AST_PERCENT ? 100 : 1;
    for (unsigned i = 0; i < decimals; i++)
        den *= 10;
    return number_from_ratio(mutator->arena, 1, den, step) == BD_OK;
}

void mutate_number(Mutator *mutator, Ast *node, MutateRole role)
{
    if (node->kind != AST_NUMBER && node->kind != AST_PERCENT && node->kind != AST_MONEY)
        return;
    Text from = mutate_slice(mutator, node->span);
    unsigned decimals = decimals_of(mutator, from);
    MutationKind kind = role == ROLE_CELL ? MUTATION_CELL : MUTATION_NUMBER;
    Number step, more, less, number = node->number;
    if (!find_step(mutator, node, decimals, &step) || number_add(mutator->arena, number, step, &more) != BD_OK ||
        number_sub(mutator->arena, number, step, &less) != BD_OK)
        return;
    if (mutate_offer(mutator, kind, node->span, from, number_text(mutator, node, more, decimals)))
        node->number = more;
    if (role == ROLE_CELL || number_sign(number) <= 0)
        return;
    if (mutate_offer(mutator, kind, node->span, from, number_text(mutator, node, less, decimals)))
        node->number = less;
}

/* ---- Dates ---- */

static const char *const MONTHS[2][12] = {{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
                                           "september", "oktober", "november", "december"},
                                          {"January", "February", "March", "April", "May", "June", "July", "August",
                                           "September", "October", "November", "December"}};

/* The month after the one with this name; false when it is none. */
static bool next_month(Text name, Text *next)
{
    for (int language = 0; language < 2; language++) {
        for (int month = 0; month < 12; month++) {
            if (!text_equal(name, text_from_cstring(MONTHS[language][month])))
                continue;
            *next = text_from_cstring(MONTHS[language][(month + 1) % 12]);
            return true;
        }
    }
    return false;
}

static void offer_shift(Mutator *mutator, Ast *node, MutationKind kind, int32_t days)
{
    bool is_month = node->kind == AST_MONTH;
    int32_t shifted = node->date + days;
    if (shifted < (is_month ? MONTH_MIN : DATE_MIN) || shifted > (is_month ? MONTH_MAX : DATE_MAX))
        return;
    StringBuilder to;
    builder_init(&to, mutator->arena);
    if (is_month)
        month_append(&to, shifted);
    else
        date_append(&to, shifted);
    if (mutate_offer(mutator, kind, node->span, mutate_slice(mutator, node->span), builder_result(&to)))
        node->date = shifted;
}

static void offer_month(Mutator *mutator, Ast *node, Span span)
{
    Text next = {NULL, 0};
    if (next_month(node->text, &next) && mutate_offer(mutator, MUTATION_DATE, span, node->text, next))
        node->text = next;
}

/* `1 augustus`: the day after, or for the 28th and later the day before. */
static void offer_day(Mutator *mutator, Ast *node)
{
    Number one = NUMBER_ONE, last = {28, 1, NULL}, day = node->number;
    bool is_late = number_compare(day, last) >= 0;
    bd_status status =
        is_late ? number_sub(mutator->arena, day, one, &day) : number_add(mutator->arena, day, one, &day);
    StringBuilder from, to;
    builder_init(&from, mutator->arena);
    builder_init(&to, mutator->arena);
    number_append(&from, node->number, 0);
    number_append(&to, day, 0);
    builder_char(&from, ' ');
    builder_text(&from, node->text);
    builder_char(&to, ' ');
    builder_text(&to, node->text);
    if (status == BD_OK && mutate_offer(mutator, MUTATION_DATE, node->span, builder_result(&from), builder_result(&to)))
        node->number = day;
}

void mutate_date(Mutator *mutator, Ast *node, MutateRole role)
{
    MutationKind kind = role == ROLE_VALIDITY ? MUTATION_VALIDITY : MUTATION_DATE;
    switch ((int)node->kind) {
    case AST_DATE:
    case AST_MONTH:
        offer_shift(mutator, node, role == ROLE_CELL ? MUTATION_CELL : kind, 1);
        if (role != ROLE_CELL)
            offer_shift(mutator, node, kind, -1);
        break;
    case AST_DAY_MONTH:
    case AST_DAY_OF:
        offer_day(mutator, node);
        offer_month(mutator, node, node->span);
        break;
    case AST_RELATIVE_MONTH: offer_month(mutator, node, node->span); break;
    case AST_PERIOD_NAMED:
        offer_month(mutator, node->a, node->a->span);
        offer_month(mutator, node->b, node->b->span);
        break;
    default: break;
    }
}

/* ---- Units ---- */

/* The language's own units, each with one that a slip of the pen could put in its place. */
static const char *const CALENDAR_UNITS[][2] = {
    {"dag", "week"},      {"dagen", "weken"},     {"week", "dag"},      {"weken", "dagen"},   {"maand", "jaar"},
    {"maanden", "jaren"}, {"jaar", "maand"},      {"jaren", "maanden"}, {"kwartaal", "jaar"}, {"kwartalen", "jaren"},
    {"werkdag", "dag"},   {"werkdagen", "dagen"}, {"day", "week"},      {"days", "weeks"},    {"week", "day"},
    {"weeks", "days"},    {"month", "year"},      {"months", "years"},  {"year", "month"},    {"years", "months"},
    {"quarter", "year"},  {"quarters", "years"},  {"workday", "day"},   {"workdays", "days"},
};

static const Ast *find_unit_item(const Mutator *mutator, Text name)
{
    for (const Ast *item = mutator->items_of_tree; item != NULL; item = item->next) {
        if (item->kind == AST_UNIT &&
            (text_equal(item->text, name) || (item->a != NULL && text_equal(item->a->text, name))))
            return item;
    }
    return NULL;
}

/* The unit that this one is counted in, followed to the end; its own name when it stands by itself. */
static Text base_of(const Mutator *mutator, Text name)
{
    for (int depth = 0; depth < 16; depth++) {
        const Ast *item = find_unit_item(mutator, name);
        if (item == NULL)
            break;
        name = item->text;
        if (item->b == NULL || item->b->kind != AST_QUANTITY)
            break;
        name = item->b->text;
    }
    return name;
}

/* Another unit: one with the same base if there is one, else the next of the agreement. */
static bool other_unit(const Mutator *mutator, Text name, Text *out)
{
    const Ast *own = find_unit_item(mutator, name), *next = NULL;
    Text base = base_of(mutator, name);
    for (const Ast *item = mutator->items_of_tree; own != NULL && item != NULL; item = item->next) {
        if (item->kind != AST_UNIT || item == own)
            continue;
        next = next == NULL ? item : next;
        if (text_equal(base_of(mutator, item->text), base)) {
            *out = item->text;
            return true;
        }
    }
    size_t first = mutator->is_english ? sizeof CALENDAR_UNITS / sizeof *CALENDAR_UNITS / 2 : 0;
    for (size_t i = first; i < sizeof CALENDAR_UNITS / sizeof *CALENDAR_UNITS; i++) {
        if (text_equal(name, text_from_cstring(CALENDAR_UNITS[i][0]))) {
            *out = text_from_cstring(CALENDAR_UNITS[i][1]);
            return true;
        }
    }
    if (next != NULL)
        *out = next->text;
    return next != NULL;
}

static void offer_unit(Mutator *mutator, Ast *node, Span span)
{
    Text other = {NULL, 0}, name = node->text;
    if (other_unit(mutator, name, &other) && mutate_offer(mutator, MUTATION_UNIT, span, name, other))
        node->text = other;
}

void mutate_unit(Mutator *mutator, Ast *node)
{
    switch ((int)node->kind) {
    case AST_QUANTITY:
    case AST_RATE: offer_unit(mutator, node, node->span); break;
    case AST_IN:
        if (find_unit_item(mutator, node->text) != NULL)
            offer_unit(mutator, node, node->name_span);
        break;
    case AST_PRODUCT:
    case AST_TARIFF:
        if (node->b != NULL && node->b->kind == AST_NAME)
            offer_unit(mutator, node->b, node->b->span);
        break;
    default: break;
    }
}

/* ---- Members ---- */

static bool is_member(const Ast *choice, Text name)
{
    for (const Ast *member = choice->a; member != NULL; member = member->next) {
        if (text_equal(member->text, name))
            return true;
    }
    return false;
}

void mutate_member(Mutator *mutator, Ast *cell, const Ast *choice)
{
    Text own = cell->text;
    if (choice == NULL || cell->kind != AST_NAME || !is_member(choice, own))
        return;
    bool is_probe = mutator->mode == MUTATE_PROBES, is_behind = false;
    if (is_probe)
        mutate_begin_point(mutator);
    /* Probes: every other member. Otherwise the next one, which behind the last is the first. */
    for (const Ast *member = choice->a; member != NULL; member = member->next) {
        if (text_equal(member->text, own)) {
            is_behind = true;
            continue;
        }
        if (is_probe && mutate_offer_probe(mutator, PROBE_CELL, cell->span, own, member->text))
            cell->text = member->text;
        if (is_probe || !is_behind)
            continue;
        if (mutate_offer(mutator, MUTATION_CELL, cell->span, own, member->text))
            cell->text = member->text;
        return;
    }
    const Ast *first = choice->a;
    if (!is_probe && !text_equal(first->text, own) &&
        mutate_offer(mutator, MUTATION_CELL, cell->span, own, first->text))
        cell->text = first->text;
}
