/* canonical.c: expressions brought to one form and hashed; see canonical.h.
**
** Equalities used, all of them exact (numbers are exact rationals):
**   the order of `en`, `of`, +, ×, kleinste and grootste; nested ones taken together; double operands of `en` and `of`
**   `niet` moved inwards; > and >= turned round; on dates < as <=; x = m, x in (m) and `of` between them as one set
**   `als` of which one outcome is ja or nee as `of` or `en`; constants computed; conversions of units as multiplication; a - b as a + (-1) × b; division by a constant likewise
** Operands of `en` and `of` that can fault by themselves (a division, a look-up, a date) or for which a line may have to wait (a judgement) keep
** their places, since those before them decide whether they are asked at all.
** Invariant: a digest depends on names of the agreement and values only, never on addresses, positions in the text or order of declarations; and
** with other names for the same things the phrase has the same shape, so that no choice between forms may rest on the order of digests.
*/
#include "compiler/canonical_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ir.h"

typedef enum TermKind {
    TERM_OTHER,
    TERM_NUMBER,
    TERM_BOOLEAN,
    TERM_DAY,
    TERM_AND,
    TERM_OR,
    TERM_NOT,
    TERM_LESS,
    TERM_LESS_EQUAL,
    TERM_EQUAL,
    TERM_SET,
    TERM_ADD,
    TERM_MULTIPLY,
    TERM_LEAST,
    TERM_GREATEST
} TermKind;

/* A node of the canonical form. DAY: a date, month or year that is constant, or (children NULL) such a value. */
typedef struct Term {
    TermKind kind;
    const Phrase *phrase;
    bool keeps_place;
    bool is_day; /* a date, month or year */
    Number number;
    int32_t day;     /* of a DAY; of a BOOLEAN: 0 or 1 */
    uint64_t *set;   /* of a SET: over the choice */
    uint32_t choice; /* of a SET */
    struct Term **parts;
    uint32_t count;
} Term;

/* What a name stands for while an expression is written out. */
typedef struct Meant {
    const Variable *variable;
    Term *term;
    const struct Meant *outer;
} Meant;

static Term *make(Canonical *c, const Expr *e);

/* ---- phrases ---- */

/* The phrases of terms; name: one more in front, or NULL. */
static const Phrase **phrases_of(const Canonical *c, const Phrase *name, Term *const *parts, uint32_t count)
{
    const Phrase **phrases = arena_array(c->arena, (size_t)count + 1, sizeof *phrases);
    uint32_t first = name != NULL;
    phrases[0] = name;
    for (uint32_t i = 0; i < count; i++)
        phrases[first + i] = parts[i]->phrase;
    return phrases;
}

static Term *term_of(Canonical *c, TermKind kind, Term **parts, uint32_t count)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    *term = (Term){.kind = kind, .parts = parts, .count = count};
    for (uint32_t i = 0; i < count; i++)
        term->keeps_place = term->keeps_place || parts[i]->keeps_place;
    return term;
}

/* A node with a word, a name of its own (or NULL) and parts in their order. */
static Term *node(Canonical *c, TermKind kind, const char *word, const Phrase *name, Term **parts, uint32_t count)
{
    Term *term = term_of(c, kind, parts, count);
    const Phrase **phrases = phrases_of(c, name, parts, count);
    term->phrase = phrase_list(&c->phrases, text_from_cstring(word), phrases, count + (name != NULL));
    return term;
}

/* A node whose parts may stand in any order. */
static Term *unordered(Canonical *c, TermKind kind, const char *word, Term **parts, uint32_t count)
{
    Term *term = term_of(c, kind, parts, count);
    term->phrase = phrase_sorted(&c->phrases, text_from_cstring(word), phrases_of(c, NULL, parts, count), count);
    return term;
}

static Term **list_of(Canonical *c, uint32_t count)
{
    return arena_array(c->arena, (size_t)count + 1, sizeof(Term *));
}

static Term *unary(Canonical *c, TermKind kind, const char *word, Term *a)
{
    Term **parts = list_of(c, 1);
    parts[0] = a;
    return node(c, kind, word, NULL, parts, 1);
}

static Term *binary(Canonical *c, TermKind kind, const char *word, Term *a, Term *b)
{
    Term **parts = list_of(c, 2);
    parts[0] = a;
    parts[1] = b;
    return node(c, kind, word, NULL, parts, 2);
}

static Term *number_term(Canonical *c, Number number)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    *term = (Term){.kind = TERM_NUMBER, .number = number, .phrase = canonical_number(c, number)};
    return term;
}

static Term *boolean_term(Canonical *c, bool value)
{
    Term *term = node(c, TERM_BOOLEAN, value ? "true" : "false", NULL, NULL, 0);
    term->day = value;
    return term;
}

static Term *day_term(Canonical *c, int32_t day)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    *term = (Term){
        .kind = TERM_DAY, .is_day = true, .day = day, .phrase = phrase_plain(&c->phrases, "day", &day, sizeof day)};
    return term;
}

static bool same_term(const Term *a, const Term *b)
{
    return memcmp(a->phrase->digest.bytes, b->phrase->digest.bytes, MEANING_DIGEST_SIZE) == 0;
}

static int by_digest(const void *a, const void *b)
{
    const Term *const *one = a, *const *other = b;
    return memcmp((*one)->phrase->digest.bytes, (*other)->phrase->digest.bytes, MEANING_DIGEST_SIZE);
}

/* ---- logic ---- */

static Term *negate(Canonical *c, Term *a);

/* An operand that stood before is as it was then, so the later one says nothing. */
static uint32_t drop_doubles(Term **parts, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_double = false;
        for (uint32_t k = 0; k < kept && !is_double; k++)
            is_double = same_term(parts[k], parts[i]);
        if (!is_double)
            parts[kept++] = parts[i];
    }
    return kept;
}

/* Gives the phrases of the operands: the order within a run of those that do not keep their places does not count. */
static uint32_t settle_order(const Canonical *c, Term **parts, uint32_t count, const Phrase **phrases)
{
    uint32_t runs = 0;
    for (uint32_t begin = 0; begin < count;) {
        uint32_t end = begin;
        while (end < count && !parts[end]->keeps_place)
            end++;
        if (end > begin) {
            qsort(&parts[begin], end - begin, sizeof *parts, by_digest);
            phrases[runs++] =
                phrase_sorted(&c->phrases, TEXT("run"), phrases_of(c, NULL, &parts[begin], end - begin), end - begin);
        }
        if (end < count)
            phrases[runs++] = parts[end++]->phrase;
        begin = end;
    }
    return runs;
}

static Term *set_term(Canonical *c, Term *choice_value, uint32_t choice, uint64_t *set)
{
    const Choice *members = &c->core->choices[choice];
    const Phrase **names = arena_array(c->arena, (size_t)members->member_count + 1, sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; i < members->member_count; i++)
        if (set_has(set, i))
            names[count++] = canonical_member(c, choice, i);
    Term **parts = list_of(c, 1);
    parts[0] = choice_value;
    Term *term = node(c, TERM_SET, "set", phrase_sorted(&c->phrases, TEXT("members"), names, count), parts, 1);
    term->set = set;
    term->choice = choice;
    return term;
}

/* x in A of x in B is x in A and B together; of what is negated likewise under `en`. */
static bool join_sets(Canonical *c, Term *into, const Term *from, Term **joined)
{
    bool negated = into->kind == TERM_NOT;
    const Term *a = negated ? into->parts[0] : into;
    const Term *b = from->kind == TERM_NOT ? from->parts[0] : from;
    if (a->kind != TERM_SET || b->kind != TERM_SET || negated != (from->kind == TERM_NOT) || a->choice != b->choice ||
        !same_term(a->parts[0], b->parts[0]))
        return false;
    size_t words = SET_WORDS(c->core->choices[a->choice].member_count);
    uint64_t *set = arena_array(c->arena, words, sizeof *set);
    for (size_t w = 0; w < words; w++)
        set[w] = a->set[w] | b->set[w];
    Term *together = set_term(c, a->parts[0], a->choice, set);
    *joined = negated ? unary(c, TERM_NOT, "not", together) : together;
    return true;
}

/* `en` and `of`: kind AND or OR. */
static Term *logic(Canonical *c, TermKind kind, Term *const *given, uint32_t given_count)
{
    uint32_t room = 0, count = 0;
    for (uint32_t i = 0; i < given_count; i++)
        room += given[i]->kind == kind ? given[i]->count : 1;
    Term **parts = list_of(c, room);
    for (uint32_t i = 0; i < given_count; i++) {
        bool nested = given[i]->kind == kind;
        for (uint32_t k = 0; k < (nested ? given[i]->count : 1); k++) {
            Term *part = nested ? given[i]->parts[k] : given[i];
            if (part->kind == TERM_BOOLEAN && (part->day != 0) == (kind == TERM_AND))
                continue;
            if (part->kind == TERM_BOOLEAN && count == 0)
                return part;
            bool is_joined = false;
            for (uint32_t j = 0; j < count && !is_joined && !part->keeps_place; j++)
                if ((parts[j]->kind == TERM_NOT) == (kind == TERM_AND) && !parts[j]->keeps_place)
                    is_joined = join_sets(c, parts[j], part, &parts[j]);
            if (!is_joined)
                parts[count++] = part;
        }
    }
    count = drop_doubles(parts, count);
    if (count == 0)
        return boolean_term(c, kind == TERM_AND);
    if (count == 1)
        return parts[0];
    const Phrase **phrases = arena_array(c->arena, count, sizeof *phrases);
    uint32_t runs = settle_order(c, parts, count, phrases);
    Term *term = term_of(c, kind, parts, count);
    term->phrase = phrase_list(&c->phrases, kind == TERM_AND ? TEXT("and") : TEXT("or"), phrases, runs);
    return term;
}

static Term *less(Canonical *c, Term *a, Term *b, bool or_equal)
{
    if (!or_equal && b->kind == TERM_DAY && b->day > INT32_MIN)
        return less(c, a, day_term(c, b->day - 1), true);
    if (!or_equal && a->kind == TERM_DAY && a->day < INT32_MAX)
        return less(c, day_term(c, a->day + 1), b, true);
    return binary(c, or_equal ? TERM_LESS_EQUAL : TERM_LESS, or_equal ? "le" : "lt", a, b);
}

static Term *negate(Canonical *c, Term *a)
{
    Term **parts = list_of(c, a->count);
    switch (a->kind) {
    case TERM_BOOLEAN: return boolean_term(c, a->day == 0);
    case TERM_NOT: return a->parts[0];
    case TERM_LESS: return less(c, a->parts[1], a->parts[0], true);
    case TERM_LESS_EQUAL: return less(c, a->parts[1], a->parts[0], false);
    case TERM_AND:
    case TERM_OR:
        for (uint32_t i = 0; i < a->count; i++)
            parts[i] = negate(c, a->parts[i]);
        return logic(c, a->kind == TERM_AND ? TERM_OR : TERM_AND, parts, a->count);
    case TERM_OTHER:
    case TERM_NUMBER:
    case TERM_DAY:
    case TERM_EQUAL:
    case TERM_SET:
    case TERM_ADD:
    case TERM_MULTIPLY:
    case TERM_LEAST:
    case TERM_GREATEST: break;
    }
    return unary(c, TERM_NOT, "not", a);
}

/* ---- arithmetic ---- */

static Term *sum(Canonical *c, Term *const *given, uint32_t given_count);

/* A product of its operands; constants become one factor, in front. */
static Term *product(Canonical *c, Term *const *given, uint32_t given_count)
{
    Number factor = NUMBER_ONE;
    uint32_t room = 1, count = 0;
    for (uint32_t i = 0; i < given_count; i++)
        room += given[i]->kind == TERM_MULTIPLY ? given[i]->count : 1;
    Term **parts = list_of(c, room);
    for (uint32_t i = 0; i < given_count; i++) {
        bool nested = given[i]->kind == TERM_MULTIPLY;
        for (uint32_t k = 0; k < (nested ? given[i]->count : 1); k++) {
            Term *part = nested ? given[i]->parts[k] : given[i];
            if (part->kind != TERM_NUMBER || number_mul(c->arena, factor, part->number, &factor) != BD_OK)
                parts[count++] = part;
        }
    }
    if (count == 0)
        return number_term(c, factor);
    if (!number_equal(factor, NUMBER_ONE)) {
        memmove(parts + 1, parts, count * sizeof *parts);
        parts[0] = number_term(c, factor);
        count++;
    }
    return count == 1 ? parts[0] : unordered(c, TERM_MULTIPLY, "mul", parts, count);
}

static Term *scaled(Canonical *c, Term *a, Number factor)
{
    Term *parts[] = {number_term(c, factor), a};
    if (a->kind != TERM_ADD)
        return product(c, parts, 2);
    Term **terms = list_of(c, a->count);
    for (uint32_t i = 0; i < a->count; i++)
        terms[i] = scaled(c, a->parts[i], factor);
    return sum(c, terms, a->count);
}

static Term *sum(Canonical *c, Term *const *given, uint32_t given_count)
{
    Number constant = NUMBER_ZERO;
    uint32_t room = 1, count = 0;
    for (uint32_t i = 0; i < given_count; i++)
        room += given[i]->kind == TERM_ADD ? given[i]->count : 1;
    Term **parts = list_of(c, room);
    for (uint32_t i = 0; i < given_count; i++) {
        bool nested = given[i]->kind == TERM_ADD;
        for (uint32_t k = 0; k < (nested ? given[i]->count : 1); k++) {
            Term *part = nested ? given[i]->parts[k] : given[i];
            if (part->kind != TERM_NUMBER || number_add(c->arena, constant, part->number, &constant) != BD_OK)
                parts[count++] = part;
        }
    }
    if (!number_is_zero(constant) || count == 0)
        parts[count++] = number_term(c, constant);
    return count == 1 ? parts[0] : unordered(c, TERM_ADD, "add", parts, count);
}

/* a < b with a constant factor on one side and a number on the other: without the factor. */
static bool divide_out(Canonical *c, Term **scaled_side, Term **number_side, bool *turned)
{
    Term *term = *scaled_side;
    Number quotient;
    if (term->kind != TERM_MULTIPLY || term->parts[0]->kind != TERM_NUMBER || (*number_side)->kind != TERM_NUMBER ||
        number_is_zero(term->parts[0]->number) ||
        number_div(c->arena, (*number_side)->number, term->parts[0]->number, &quotient) != BD_OK)
        return false;
    *turned = number_sign(term->parts[0]->number) < 0;
    *scaled_side = product(c, term->parts + 1, term->count - 1);
    *number_side = number_term(c, quotient);
    return true;
}

static Term *less_numbers(Canonical *c, Term *a, Term *b, bool or_equal)
{
    bool turned = false;
    if (!divide_out(c, &a, &b, &turned))
        (void)divide_out(c, &b, &a, &turned);
    if (a->kind == TERM_NUMBER && b->kind == TERM_NUMBER) {
        int order = number_compare(a->number, b->number);
        return boolean_term(c, turned ? order > 0 || (or_equal && order == 0) : order < 0 || (or_equal && order == 0));
    }
    return turned ? less(c, b, a, or_equal) : less(c, a, b, or_equal);
}

static Term *equal(Canonical *c, const Expr *e, Term *a, Term *b)
{
    const Expr *member = e->b->op == EXPR_MEMBER ? e->b : e->a->op == EXPR_MEMBER ? e->a : NULL;
    if (member != NULL && member->type.choice != BD_NONE && member->type.kind == TYPE_CHOICE) {
        uint64_t *set =
            arena_array(c->arena, SET_WORDS(c->core->choices[member->type.choice].member_count), sizeof *set);
        set_add(set, (uint32_t)member->integer);
        return set_term(c, member == e->b ? a : b, member->type.choice, set);
    }
    if (b->kind == TERM_BOOLEAN)
        return b->day != 0 ? a : negate(c, a);
    if (a->kind == TERM_BOOLEAN)
        return a->day != 0 ? b : negate(c, b);
    bool turned;
    if (!divide_out(c, &a, &b, &turned))
        (void)divide_out(c, &b, &a, &turned);
    Term **parts = list_of(c, 2);
    parts[0] = a;
    parts[1] = b;
    return unordered(c, TERM_EQUAL, "eq", parts, 2);
}

static Term *compare(Canonical *c, const Expr *e)
{
    Term *a = make(c, e->a), *b = make(c, e->b);
    switch ((IrCompare)e->compare) {
    case IR_EQ: return equal(c, e, a, b);
    case IR_NE: return negate(c, equal(c, e, a, b));
    case IR_LT: return less_numbers(c, a, b, false);
    case IR_LE: return less_numbers(c, a, b, true);
    case IR_GT: return less_numbers(c, b, a, false);
    case IR_GE: return less_numbers(c, b, a, true);
    }
    return boolean_term(c, false);
}

/* Of a condition and its negation one is what `als` asks. */
static bool is_asked_negated(const Term *condition)
{
    bool ends_on_day = condition->kind == TERM_LESS_EQUAL && condition->parts[1]->kind == TERM_DAY &&
                       condition->parts[0]->kind != TERM_DAY;
    return condition->kind == TERM_NOT || condition->kind == TERM_LESS || condition->kind == TERM_AND || ends_on_day;
}

/* One of both is ja or nee: `als a dan ja anders b` is a of b, and so on; b is asked only if a does not decide, there as here. */
static Term *if_decided(Canonical *c, Term *condition, Term *yes, Term *no)
{
    bool by_yes = yes->kind == TERM_BOOLEAN;
    bool is_true = (by_yes ? yes : no)->day != 0;
    Term *parts[] = {by_yes == is_true ? condition : negate(c, condition), by_yes ? no : yes};
    return logic(c, is_true ? TERM_OR : TERM_AND, parts, 2);
}

static Term *if_term(Canonical *c, Term *condition, Term *yes, Term *no)
{
    if (condition->kind == TERM_BOOLEAN)
        return condition->day != 0 ? yes : no;
    if (same_term(yes, no) && !condition->keeps_place)
        return yes;
    if (yes->kind == TERM_BOOLEAN || no->kind == TERM_BOOLEAN)
        return if_decided(c, condition, yes, no);
    bool swap = is_asked_negated(condition);
    Term **parts = list_of(c, 3);
    parts[0] = swap ? negate(c, condition) : condition;
    parts[1] = swap ? no : yes;
    parts[2] = swap ? yes : no;
    return node(c, TERM_OTHER, "if", NULL, parts, 3);
}

/* ---- names ---- */

static Term *plain_term(Canonical *c, const char *word, const void *data, size_t size)
{
    Term *term = term_of(c, TERM_OTHER, NULL, 0);
    term->phrase = phrase_plain(&c->phrases, word, data, size);
    return term;
}

static Term *variable_term(Canonical *c, const Variable *variable)
{
    for (const Meant *m = c->meant; m != NULL; m = m->outer)
        if (m->variable == variable)
            return m->term;
    if (variable->value == NULL) /* not within reach: known by its name at least */
        return plain_term(c, "free", variable->name.data, variable->name.size);
    Term *term = make(c, variable->value);
    Meant *known = arena_alloc(c->arena, sizeof *known);
    *known = (Meant){variable, term, c->meant};
    c->meant = known;
    return term;
}

/* A definition, and the amendment that brings this version of it: which version it is, is asked around the call. */
static void use_called(Canonical *c, const Instance *instance)
{
    const Definition *definition = instance->definition;
    if (definition->version_count == 0)
        return; /* made by the compiler */
    canonical_use(c, MEANING_DEFINITION, definition->name);
    uint32_t amendment = definition->versions[instance->version].amendment;
    if (amendment != 0)
        canonical_use(c, MEANING_AMENDMENT, c->core->amendments[amendment - 1].name);
}

static Term *call(Canonical *c, const Expr *e)
{
    const Instance *instance = e->instance;
    use_called(c, instance);
    const Meant *outer = c->meant, *inner = outer;
    for (uint32_t i = 0; i < e->arg_count; i++) {
        Meant *made = arena_alloc(c->arena, sizeof *made);
        c->meant = outer;
        *made = (Meant){instance->parameters[i], make(c, e->args[i]), inner};
        inner = made;
    }
    c->meant = inner;
    Term *result = make(c, instance->body);
    c->meant = outer;
    return result;
}

static Term *element_term(Canonical *c, uint32_t depth)
{
    return plain_term(c, "element", &depth, sizeof depth);
}

static Term *aggregate(Canonical *c, const Expr *e)
{
    static const char *const WORDS[] = {"?",      "sum of", "count of", "least of", "greatest of",
                                        "all of", "any of", "first of", "last of"};
    Term **parts = list_of(c, 3);
    uint32_t count = 0;
    Term *nothing = plain_term(c, "none", NULL, 0);
    parts[count++] = e->a ? make(c, e->a) : nothing;
    const Meant *outer = c->meant;
    Meant element = {e->variable, element_term(c, c->depth++), outer};
    if (e->variable != NULL)
        c->meant = &element;
    parts[count++] = e->b ? make(c, e->b) : nothing;
    parts[count++] = e->c ? make(c, e->c) : nothing;
    c->meant = outer;
    c->depth--;
    if (e->index != BD_NONE)
        canonical_use(c, MEANING_LIST, c->core->lists[e->index].name);
    const Phrase *over = e->index != BD_NONE ? canonical_name(c, MEANING_LIST, c->core->lists[e->index].name)
                                             : phrase_plain(&c->phrases, "days", NULL, 0);
    Term *term = node(c, TERM_OTHER, WORDS[e->aggregate], over, parts, count);
    term->keeps_place = true; /* too many days, or no record */
    return term;
}

/* ---- everything else: a word, a name, the parts in order ---- */

static const char *const WORDS[EXPR_OP_COUNT] = {[EXPR_TEXT] = "text",
                                                 [EXPR_MEMBER] = "member",
                                                 [EXPR_COLUMN] = "column",
                                                 [EXPR_READING] = "reading",
                                                 [EXPR_FIELD] = "field",
                                                 [EXPR_NATIVE] = "native",
                                                 [EXPR_TABLE] = "table",
                                                 [EXPR_TARIFF] = "tariff",
                                                 [EXPR_VOLUME] = "volume",
                                                 [EXPR_GRANTED] = "granted",
                                                 [EXPR_GRANTED_AMOUNT] = "granted_amount",
                                                 [EXPR_COMPUTED] = "computed",
                                                 [EXPR_IS_CREDIT] = "is_credit",
                                                 [EXPR_REFERENCE] = "reference",
                                                 [EXPR_DIVIDE] = "div",
                                                 [EXPR_LEAST] = "min",
                                                 [EXPR_GREATEST] = "max",
                                                 [EXPR_ROUND] = "round",
                                                 [EXPR_WHOLE] = "whole",
                                                 [EXPR_PRESENT] = "present",
                                                 [EXPR_DATE_ADD] = "date_add",
                                                 [EXPR_DATE_PART] = "date_part",
                                                 [EXPR_DAYS_BETWEEN] = "days_between",
                                                 [EXPR_INTERVAL] = "interval",
                                                 [EXPR_SPAN_FROM] = "span_from",
                                                 [EXPR_SPAN_AFTER] = "span_after",
                                                 [EXPR_PERIOD] = "period",
                                                 [EXPR_CALENDAR_SPAN] = "calendar_span",
                                                 [EXPR_BEGIN] = "begin",
                                                 [EXPR_END] = "end",
                                                 [EXPR_INSIDE] = "inside",
                                                 [EXPR_OVERLAPS] = "overlaps",
                                                 [EXPR_INTERSECT] = "intersect",
                                                 [EXPR_DAYS_IN] = "days_in",
                                                 [EXPR_COUNTER_SUM] = "counter_sum",
                                                 [EXPR_COUNTER_DAYS] = "counter_days",
                                                 [EXPR_COUNTER_RUN] = "counter_run",
                                                 [EXPR_ERROR] = "error"};

/* Whether it matters that a value is asked for: it may fault, or hold the line. */
static bool matters_when_asked(const Canonical *c, const Expr *e)
{
    switch ((int)e->op) { /* the others are total */
    case EXPR_COLUMN: return c->core->columns[e->index].is_judgement && !e->type.optional;
    case EXPR_NATIVE:
    case EXPR_TABLE:
    case EXPR_TARIFF:
    case EXPR_COMPUTED:
    case EXPR_GRANTED:
    case EXPR_DIVIDE:
    case EXPR_DATE_ADD:
    case EXPR_SPAN_FROM:
    case EXPR_SPAN_AFTER:
    case EXPR_PERIOD:
    case EXPR_DAYS_BETWEEN:
    case EXPR_DAYS_IN:
    case EXPR_COUNTER_SUM:
    case EXPR_COUNTER_DAYS:
    case EXPR_COUNTER_RUN: return true;
    default: return false;
    }
}

static bool is_day(Type type)
{
    return type.kind == TYPE_DATE || type.kind == TYPE_MONTH || type.kind == TYPE_YEAR;
}

/* Adds what one operand of least or greatest gives: what a nested one takes, each once. */
static void add_operand(Canonical *c, Term *list, const Expr *operand)
{
    Term *made = operand == NULL ? NULL : make(c, operand);
    if (made == NULL)
        return;
    bool nested = made->kind == list->kind;
    uint32_t count = nested ? made->count : 1;
    Term **parts = list_of(c, list->count + count);
    for (uint32_t i = 0; i < list->count; i++)
        parts[i] = list->parts[i];
    for (uint32_t i = 0; i < count; i++) {
        Term *part = nested ? made->parts[i] : made;
        bool is_double = false;
        for (uint32_t k = 0; k < list->count && !is_double; k++)
            is_double = same_term(parts[k], part);
        if (!is_double)
            parts[list->count++] = part;
    }
    list->parts = parts;
}

static Term *extreme(Canonical *c, const Expr *e)
{
    Term *list = term_of(c, e->op == EXPR_LEAST ? TERM_LEAST : TERM_GREATEST, NULL, 0);
    add_operand(c, list, e->a);
    add_operand(c, list, e->b);
    for (uint32_t i = 0; i < e->arg_count; i++)
        add_operand(c, list, e->args[i]);
    if (list->count == 1)
        return list->parts[0];
    Term *term = unordered(c, list->kind, WORDS[e->op], list->parts, list->count);
    term->is_day = is_day(e->type);
    return term;
}

static Term *plain(Canonical *c, const Expr *e)
{
    assert(WORDS[e->op] != NULL);
    Term **parts = list_of(c, 3 + e->arg_count);
    uint32_t count = 0;
    Term *nothing = plain_term(c, "none", NULL, 0);
    if (e->a != NULL || e->b != NULL || e->c != NULL) {
        parts[count++] = e->a ? make(c, e->a) : nothing;
        parts[count++] = e->b ? make(c, e->b) : nothing;
        parts[count++] = e->c ? make(c, e->c) : nothing;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        parts[count++] = make(c, e->args[i]);
    Term *term = node(c, TERM_OTHER, WORDS[e->op], canonical_words(c, e), parts, count);
    term->is_day = is_day(e->type);
    term->keeps_place = term->keeps_place || matters_when_asked(c, e);
    return term;
}

static Term *divide(Canonical *c, const Expr *e)
{
    Term *a = make(c, e->a), *b = make(c, e->b);
    Number inverse;
    if (b->kind == TERM_NUMBER && number_div(c->arena, NUMBER_ONE, b->number, &inverse) == BD_OK)
        return scaled(c, a, inverse);
    Term *term = binary(c, TERM_OTHER, "div", a, b);
    term->keeps_place = true;
    return term;
}

static Term *arithmetic(Canonical *c, const Expr *e)
{
    Number minus = {-1, 1, NULL};
    if (e->op == EXPR_SCALE)
        return scaled(c, make(c, e->a), e->number);
    if (e->op == EXPR_NEGATE)
        return scaled(c, make(c, e->a), minus);
    if (e->op == EXPR_DIVIDE)
        return divide(c, e);
    Term *a = make(c, e->a), *b = make(c, e->b);
    if (e->op == EXPR_MULTIPLY && a->kind == TERM_NUMBER)
        return scaled(c, b, a->number);
    if (e->op == EXPR_MULTIPLY && b->kind == TERM_NUMBER)
        return scaled(c, a, b->number);
    Term *parts[] = {a, e->op == EXPR_SUBTRACT ? scaled(c, b, minus) : b};
    return e->op == EXPR_MULTIPLY ? product(c, parts, 2) : sum(c, parts, 2);
}

static void use_members(Canonical *c, const Expr *e)
{
    for (uint32_t i = 0; i < c->core->choices[e->a->type.choice].member_count; i++)
        if (set_has(e->set, i))
            canonical_use_member(c, e->a->type.choice, i);
}

static Term *make(Canonical *c, const Expr *e)
{
    Term *parts[2];
    bool has_unit = (e->type.kind == TYPE_QUANTITY || e->type.kind == TYPE_RATE) && e->type.unit < c->core->unit_count;
    if (e->calendar != NULL)
        canonical_use(c, MEANING_CALENDAR, e->calendar->name);
    if (has_unit)
        canonical_use(c, MEANING_UNIT, c->core->units[e->type.unit].name);
    switch ((int)e->op) { /* the rest is plain */
    case EXPR_BOOLEAN: return boolean_term(c, e->integer != 0);
    case EXPR_NUMBER: return number_term(c, e->number);
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_YEAR: return day_term(c, e->integer);
    case EXPR_VARIABLE: return variable_term(c, e->variable);
    case EXPR_CALL: return call(c, e);
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_NEGATE:
    case EXPR_SCALE: return arithmetic(c, e);
    case EXPR_COMPARE: return compare(c, e);
    case EXPR_AND:
    case EXPR_OR:
        parts[0] = make(c, e->a);
        parts[1] = make(c, e->b);
        return logic(c, e->op == EXPR_AND ? TERM_AND : TERM_OR, parts, 2);
    case EXPR_LEAST:
    case EXPR_GREATEST: return extreme(c, e);
    case EXPR_NOT: return negate(c, make(c, e->a));
    case EXPR_IF: {
        Term *condition = make(c, e->a), *yes = make(c, e->b);
        return if_term(c, condition, yes, make(c, e->c));
    }
    case EXPR_IN_SET: use_members(c, e); return set_term(c, make(c, e->a), e->a->type.choice, e->set);
    case EXPR_AGGREGATE: return aggregate(c, e);
    default: return plain(c, e);
    }
}

/* ---- entry ---- */

Canonical *canonical_new(const Core *core)
{
    Canonical *canonical = arena_alloc(core->arena, sizeof *canonical);
    *canonical = (Canonical){.core = core, .arena = core->arena};
    phrases_init(&canonical->phrases, core->arena);
    return canonical;
}

const Phrases *canonical_phrases(const Canonical *canonical)
{
    return &canonical->phrases;
}

const Phrase *canonical_phrase(Canonical *canonical, const Expr *expr, const CanonicalInput *inputs, uint32_t count)
{
    if (expr == NULL)
        return phrase_plain(&canonical->phrases, "nothing", NULL, 0);
    canonical->meant = NULL;
    for (uint32_t i = 0; i < count; i++) {
        Meant *made = arena_alloc(canonical->arena, sizeof *made);
        Term *term = plain_term(canonical, "input", &i, sizeof i);
        if (inputs[i].name != NULL)
            term->phrase = inputs[i].name;
        *made = (Meant){inputs[i].variable, term, canonical->meant};
        canonical->meant = made;
    }
    return make(canonical, expr)->phrase;
}
