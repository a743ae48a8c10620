/* canonical.c: expressions brought to one form and hashed; see canonical.h.
**
** Equalities used, all of them exact (numbers are exact rationals):
**   the order of `en`, `of`, +, ×, kleinste and grootste; nested ones taken together; double operands of `en` and `of`
**   `niet` moved inwards; > and >= turned round; on dates < as <=; x = m, x in (m) and `of` between them as one set
**   constants computed; conversions of units as multiplication; a - b as a + (-1) × b; division by a constant likewise
** Operands of `en` and `of` that can fault by themselves (a division, a look-up, a date) keep their places, since those before them decide
** whether they are asked at all.
** Invariant: a digest depends on names of the agreement and values only, never on addresses, positions in the text or order of declarations.
*/
#include "compiler/canonical.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ir.h"
#include "vm/core/sha256.h"

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
    TERM_MULTIPLY
} TermKind;

/* A node of the canonical form. DAY: a date, month or year that is constant, or (children NULL) such a value. */
typedef struct Term {
    TermKind kind;
    Digest digest;
    bool can_fault;
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

struct Canonical {
    const Core *core;
    Arena *arena;
    const Meant *meant;
    Sha256 empty;   /* every digest begins as this one: the processor is asked once what it can */
    uint32_t depth; /* of elements of aggregates: they are known by their distance from the outside */
};

static Term *make(Canonical *c, const Expr *e);

/* ---- digests ---- */

static void hash_word(Sha256 *hash, const char *word)
{
    sha256_update(hash, word, strlen(word) + 1);
}

static Digest finish(Sha256 *hash)
{
    uint8_t whole[SHA256_SIZE];
    Digest digest;
    sha256_final(hash, whole);
    memcpy(digest.bytes, whole, DIGEST_SIZE);
    return digest;
}

Digest canonical_bytes(const Canonical *c, const char *word, const void *data, size_t size)
{
    Sha256 hash = c->empty;
    hash_word(&hash, word);
    if (size > 0)
        sha256_update(&hash, data, size);
    return finish(&hash);
}

static void hash_number(Sha256 *hash, Arena *arena, Number number)
{
    StringBuilder text;
    builder_init(&text, arena);
    number_append_fraction(&text, number);
    sha256_update(hash, text.data, text.size);
}

/* A node with a word, words of its own and parts. */
static Term *node(Canonical *c, TermKind kind, const char *word, Text name, Term **parts, uint32_t count)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    Sha256 hash = c->empty;
    hash_word(&hash, word);
    if (name.size > 0)
        sha256_update(&hash, name.data, name.size);
    hash_word(&hash, "");
    *term = (Term){.kind = kind, .parts = parts, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        sha256_update(&hash, parts[i]->digest.bytes, DIGEST_SIZE);
        term->can_fault = term->can_fault || parts[i]->can_fault;
    }
    term->digest = finish(&hash);
    return term;
}

static Term **list_of(Canonical *c, uint32_t count)
{
    return arena_array(c->arena, (size_t)count + 1, sizeof(Term *));
}

static Term *unary(Canonical *c, TermKind kind, const char *word, Text name, Term *a)
{
    Term **parts = list_of(c, 1);
    parts[0] = a;
    return node(c, kind, word, name, parts, 1);
}

static Term *binary(Canonical *c, TermKind kind, const char *word, Text name, Term *a, Term *b)
{
    Term **parts = list_of(c, 2);
    parts[0] = a;
    parts[1] = b;
    return node(c, kind, word, name, parts, 2);
}

static Term *number_term(Canonical *c, Number number)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    Sha256 hash = c->empty;
    hash_word(&hash, "number");
    hash_number(&hash, c->arena, number);
    *term = (Term){.kind = TERM_NUMBER, .number = number, .digest = finish(&hash)};
    return term;
}

static Term *boolean_term(Canonical *c, bool value)
{
    Term *term = node(c, TERM_BOOLEAN, value ? "true" : "false", (Text){NULL, 0}, NULL, 0);
    term->day = value;
    return term;
}

static Term *day_term(Canonical *c, int32_t day)
{
    Term *term = arena_alloc(c->arena, sizeof *term);
    *term = (Term){.kind = TERM_DAY, .is_day = true, .day = day, .digest = canonical_bytes(c, "day", &day, sizeof day)};
    return term;
}

static int by_digest(const void *a, const void *b)
{
    const Term *const *one = a, *const *other = b;
    return memcmp((*one)->digest.bytes, (*other)->digest.bytes, DIGEST_SIZE);
}

static void sort_terms(Term **parts, uint32_t count)
{
    if (count > 1)
        qsort(parts, count, sizeof *parts, by_digest);
}

/* ---- logic ---- */

static Term *negate(Canonical *c, Term *a);

/* Sorts each run of operands that cannot fault, and drops doubles in it. */
static uint32_t settle_order(Term **parts, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t begin = 0; begin < count;) {
        uint32_t end = begin;
        while (end < count && !parts[end]->can_fault)
            end++;
        sort_terms(&parts[begin], end - begin);
        for (uint32_t i = begin; i < end; i++)
            if (i == begin || by_digest(&parts[i], &parts[i - 1]) != 0)
                parts[kept++] = parts[i];
        if (end < count)
            parts[kept++] = parts[end++];
        begin = end;
    }
    return kept;
}

static Term *set_term(Canonical *c, Term *choice_value, uint32_t choice, uint64_t *set)
{
    const Choice *members = &c->core->choices[choice];
    Sha256 hash = c->empty;
    hash_word(&hash, "set");
    sha256_update(&hash, choice_value->digest.bytes, DIGEST_SIZE);
    Text *names = arena_array(c->arena, (size_t)members->member_count + 1, sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; i < members->member_count; i++) {
        if (!set_has(set, i))
            continue;
        uint32_t at = count++;
        for (; at > 0 && text_compare(names[at - 1], members->members[i].name) > 0; at--)
            names[at] = names[at - 1];
        names[at] = members->members[i].name;
    }
    for (uint32_t i = 0; i < count; i++) {
        sha256_update(&hash, names[i].data, names[i].size);
        hash_word(&hash, "");
    }
    Term *term = arena_alloc(c->arena, sizeof *term);
    *term = (Term){.kind = TERM_SET,
                   .digest = finish(&hash),
                   .set = set,
                   .choice = choice,
                   .can_fault = choice_value->can_fault,
                   .parts = list_of(c, 1),
                   .count = 1};
    term->parts[0] = choice_value;
    return term;
}

/* x in A of x in B is x in A and B together; of what is negated likewise under `en`. */
static bool join_sets(Canonical *c, Term *into, const Term *from, Term **joined)
{
    bool negated = into->kind == TERM_NOT;
    const Term *a = negated ? into->parts[0] : into;
    const Term *b = from->kind == TERM_NOT ? from->parts[0] : from;
    if (a->kind != TERM_SET || b->kind != TERM_SET || negated != (from->kind == TERM_NOT) || a->choice != b->choice ||
        memcmp(&a->parts[0]->digest, &b->parts[0]->digest, DIGEST_SIZE) != 0)
        return false;
    size_t words = SET_WORDS(c->core->choices[a->choice].member_count);
    uint64_t *set = arena_array(c->arena, words, sizeof *set);
    for (size_t w = 0; w < words; w++)
        set[w] = a->set[w] | b->set[w];
    Term *together = set_term(c, a->parts[0], a->choice, set);
    *joined = negated ? unary(c, TERM_NOT, "not", (Text){NULL, 0}, together) : together;
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
            for (uint32_t j = 0; j < count && !is_joined && !part->can_fault; j++)
                if ((parts[j]->kind == TERM_NOT) == (kind == TERM_AND) && !parts[j]->can_fault)
                    is_joined = join_sets(c, parts[j], part, &parts[j]);
            if (!is_joined)
                parts[count++] = part;
        }
    }
    count = settle_order(parts, count);
    if (count == 0)
        return boolean_term(c, kind == TERM_AND);
    return count == 1 ? parts[0] : node(c, kind, kind == TERM_AND ? "and" : "or", (Text){NULL, 0}, parts, count);
}

static Term *less(Canonical *c, Term *a, Term *b, bool or_equal)
{
    if (!or_equal && b->kind == TERM_DAY && b->day > INT32_MIN)
        return less(c, a, day_term(c, b->day - 1), true);
    if (!or_equal && a->kind == TERM_DAY && a->day < INT32_MAX)
        return less(c, day_term(c, a->day + 1), b, true);
    return binary(c, or_equal ? TERM_LESS_EQUAL : TERM_LESS, or_equal ? "le" : "lt", (Text){NULL, 0}, a, b);
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
    case TERM_MULTIPLY: break;
    }
    return unary(c, TERM_NOT, "not", (Text){NULL, 0}, a);
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
    sort_terms(parts, count);
    if (!number_equal(factor, NUMBER_ONE)) {
        memmove(parts + 1, parts, count * sizeof *parts);
        parts[0] = number_term(c, factor);
        count++;
    }
    return count == 1 ? parts[0] : node(c, TERM_MULTIPLY, "mul", (Text){NULL, 0}, parts, count);
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
    sort_terms(parts, count);
    return count == 1 ? parts[0] : node(c, TERM_ADD, "add", (Text){NULL, 0}, parts, count);
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
    bool turned;
    if (!divide_out(c, &a, &b, &turned))
        (void)divide_out(c, &b, &a, &turned);
    bool in_order = by_digest(&a, &b) <= 0;
    return binary(c, TERM_EQUAL, "eq", (Text){NULL, 0}, in_order ? a : b, in_order ? b : a);
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

static Term *if_term(Canonical *c, Term *condition, Term *yes, Term *no)
{
    if (condition->kind == TERM_BOOLEAN)
        return condition->day != 0 ? yes : no;
    if (by_digest(&yes, &no) == 0 && !condition->can_fault)
        return yes;
    Term *other = negate(c, condition);
    bool swap = by_digest(&other, &condition) < 0;
    Term **parts = list_of(c, 3);
    parts[0] = swap ? other : condition;
    parts[1] = swap ? no : yes;
    parts[2] = swap ? yes : no;
    return node(c, TERM_OTHER, "if", (Text){NULL, 0}, parts, 3);
}

/* ---- names ---- */

static Term *variable_term(Canonical *c, const Variable *variable)
{
    for (const Meant *m = c->meant; m != NULL; m = m->outer)
        if (m->variable == variable)
            return m->term;
    if (variable->value == NULL) /* not within reach: known by its name at least */
        return node(c, TERM_OTHER, "free", variable->name, NULL, 0);
    Term *term = make(c, variable->value);
    Meant *known = arena_alloc(c->arena, sizeof *known);
    *known = (Meant){variable, term, c->meant};
    c->meant = known;
    return term;
}

static Term *call(Canonical *c, const Expr *e)
{
    const Instance *instance = e->instance;
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
    return node(c, TERM_OTHER, "element", (Text){(const char *)&depth, sizeof depth}, NULL, 0);
}

static Term *aggregate(Canonical *c, const Expr *e)
{
    static const char *const WORDS[] = {"?", "sum", "count", "least", "greatest", "all", "any", "first", "last"};
    Term **parts = list_of(c, 3);
    uint32_t count = 0;
    Term *nothing = node(c, TERM_OTHER, "none", (Text){NULL, 0}, NULL, 0);
    parts[count++] = e->a ? make(c, e->a) : nothing;
    const Meant *outer = c->meant;
    Meant element = {e->variable, element_term(c, c->depth++), outer};
    if (e->variable != NULL)
        c->meant = &element;
    parts[count++] = e->b ? make(c, e->b) : nothing;
    parts[count++] = e->c ? make(c, e->c) : nothing;
    c->meant = outer;
    c->depth--;
    StringBuilder word;
    builder_init(&word, c->arena);
    builder_text(&word, text_from_cstring(WORDS[e->aggregate]));
    builder_char(&word, ' ');
    builder_text(&word, e->index != BD_NONE ? c->core->lists[e->index].name : TEXT("days"));
    Term *term = node(c, TERM_OTHER, "aggregate", builder_result(&word), parts, count);
    term->can_fault = true; /* too many days, or no record */
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

static Text unit_name(const Core *core, Type type)
{
    bool has = (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE) && type.unit < core->unit_count;
    return has ? core->units[type.unit].name : (Text){"", 0};
}

/* What tells this node from another of its kind. */
static Text own_words(Canonical *c, const Expr *e)
{
    const Core *core = c->core;
    StringBuilder out;
    builder_init(&out, c->arena);
    switch ((int)e->op) { /* most nodes are told by their parts */
    case EXPR_TEXT: return e->text;
    case EXPR_MEMBER:
        builder_text(&out, core->choices[e->type.choice].name);
        builder_char(&out, '.');
        builder_text(&out, core->choices[e->type.choice].members[e->integer].name);
        break;
    case EXPR_COLUMN:
    case EXPR_FIELD: return core->columns[e->index].name;
    case EXPR_READING: return core->readings[e->index].name;
    case EXPR_NATIVE: return e->instance->definition->name;
    case EXPR_TABLE: return core->tables[e->index].name;
    case EXPR_VOLUME:
    case EXPR_GRANTED:
    case EXPR_TARIFF: return unit_name(core, e->type);
    case EXPR_ROUND:
        builder_int64(&out, (int64_t)e->mode);
        builder_char(&out, ' ');
        number_append_fraction(&out, e->number);
        break;
    case EXPR_DATE_ADD: return unit_name(core, e->b->type);
    case EXPR_SPAN_FROM:
    case EXPR_SPAN_AFTER: return unit_name(core, e->a->type);
    case EXPR_DATE_PART:
    case EXPR_CALENDAR_SPAN: builder_uint64(&out, e->index); break;
    case EXPR_PERIOD:
        if (core->calendars[e->index].table != BD_NONE)
            return core->tables[core->calendars[e->index].table].name;
        builder_int64(&out, core->calendars[e->index].length_days);
        builder_char(&out, ' ');
        builder_int64(&out, core->calendars[e->index].anchor);
        break;
    case EXPR_COUNTER_SUM:
    case EXPR_COUNTER_DAYS:
    case EXPR_COUNTER_RUN:
        builder_text(&out, core->counters[e->index].name);
        builder_char(&out, ' ');
        builder_text(&out, unit_name(core, e->type));
        break;
    default: break;
    }
    return out.size > 0 ? builder_result(&out) : (Text){"", 0};
}

static bool faults(const Expr *e)
{
    switch ((int)e->op) { /* the others are total */
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

static Term *plain(Canonical *c, const Expr *e)
{
    assert(WORDS[e->op] != NULL);
    Term **parts = list_of(c, 3 + e->arg_count);
    uint32_t count = 0;
    Term *nothing = node(c, TERM_OTHER, "none", (Text){NULL, 0}, NULL, 0);
    if (e->a != NULL || e->b != NULL || e->c != NULL) {
        parts[count++] = e->a ? make(c, e->a) : nothing;
        parts[count++] = e->b ? make(c, e->b) : nothing;
        parts[count++] = e->c ? make(c, e->c) : nothing;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        parts[count++] = make(c, e->args[i]);
    if (e->op == EXPR_LEAST || e->op == EXPR_GREATEST)
        sort_terms(parts, count);
    Term *term = node(c, TERM_OTHER, WORDS[e->op], own_words(c, e), parts, count);
    term->is_day = e->type.kind == TYPE_DATE || e->type.kind == TYPE_MONTH || e->type.kind == TYPE_YEAR;
    term->can_fault = term->can_fault || faults(e);
    return term;
}

static Term *divide(Canonical *c, const Expr *e)
{
    Term *a = make(c, e->a), *b = make(c, e->b);
    Number inverse;
    if (b->kind == TERM_NUMBER && number_div(c->arena, NUMBER_ONE, b->number, &inverse) == BD_OK)
        return scaled(c, a, inverse);
    Term *term = binary(c, TERM_OTHER, "div", (Text){NULL, 0}, a, b);
    term->can_fault = true;
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

static Term *make(Canonical *c, const Expr *e)
{
    Term *parts[2];
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
    case EXPR_NOT: return negate(c, make(c, e->a));
    case EXPR_IF: {
        Term *condition = make(c, e->a), *yes = make(c, e->b);
        return if_term(c, condition, yes, make(c, e->c));
    }
    case EXPR_IN_SET: return set_term(c, make(c, e->a), e->a->type.choice, e->set);
    case EXPR_AGGREGATE: return aggregate(c, e);
    default: return plain(c, e);
    }
}

/* ---- entry ---- */

Canonical *canonical_new(const Core *core)
{
    Canonical *canonical = arena_alloc(core->arena, sizeof *canonical);
    *canonical = (Canonical){.core = core, .arena = core->arena};
    sha256_init(&canonical->empty);
    sha256_ask(&canonical->empty);
    return canonical;
}

Digest canonical_digest(Canonical *canonical, const Expr *expr, Variable *const *inputs, uint32_t input_count)
{
    if (expr == NULL)
        return canonical_bytes(canonical, "nothing", NULL, 0);
    ArenaMark mark = arena_mark(canonical->arena);
    canonical->meant = NULL;
    for (uint32_t i = 0; i < input_count; i++) {
        Meant *made = arena_alloc(canonical->arena, sizeof *made);
        Term *term = node(canonical, TERM_OTHER, "input", (Text){(const char *)&i, sizeof i}, NULL, 0);
        *made = (Meant){inputs[i], term, canonical->meant};
        canonical->meant = made;
    }
    Digest digest = make(canonical, expr)->digest;
    arena_rewind(canonical->arena, mark);
    return digest;
}
