/* encode_learn.c: what functions that the module itself defines really give: months, large tables, products; see encode.h.
**
** A model may let `datum + 1 maand` be any day. What it really is for the day that the model chose is computed as the machine does, and asserted for
** as many days around it as have the same form: for a month, a quarter or a year of days; or for one cell. Of a product the plane is
** asserted that touches it where the model is.
*/
#include "compiler/solve/encode.h"

#include "vm/calendar.h"
#include "vm/core/date.h"
#include "vm/lookup.h"

typedef struct Lesson {
    Encoding *encoding;
    Z3_context z3;
    Z3_model model;
    const GraphNode *node;
    const EncodedNode *encoded;
    Z3_ast args[ENCODE_MOST_ARGS];
    int64_t values[2]; /* of the first two arguments in the model */
} Lesson;

static bool model_int(const Lesson *lesson, Z3_ast term, int64_t *out)
{
    Z3_ast value = NULL;
    return Z3.model_eval(lesson->z3, lesson->model, term, true, &value) && value != NULL &&
           Z3.get_ast_kind(lesson->z3, value) == Z3_NUMERAL_AST && Z3.get_numeral_int64(lesson->z3, value, out);
}

/* Whether the model holds to a fact already. */
static bool agrees(const Lesson *lesson, Z3_ast fact)
{
    Z3_ast value = NULL;
    return Z3.model_eval(lesson->z3, lesson->model, fact, true, &value) && value != NULL &&
           Z3.get_bool_value(lesson->z3, value) == Z3_L_TRUE;
}

static Z3_ast number(const Lesson *lesson, int64_t value)
{
    return encode_int(lesson->encoding, value);
}

static Z3_ast is_number(const Lesson *lesson, Z3_ast term, int64_t value)
{
    return Z3.mk_eq(lesson->z3, term, number(lesson, value));
}

static void note_pin(const Lesson *lesson, Z3_ast where)
{
    Encoding *encoding = lesson->encoding;
    if (encoding->pin_count < ENCODE_MOST_PINS)
        encoding->pins[encoding->pin_count++] = where;
}

/* Asserts the fact where the model does not hold to it, and notes where that is. */
static bool teach(const Lesson *lesson, Z3_ast where, Z3_ast fact)
{
    Encoding *encoding = lesson->encoding;
    Z3_ast all = Z3.mk_implies(lesson->z3, where, fact);
    if (agrees(lesson, all))
        return false;
    encode_assert(encoding, all);
    note_pin(lesson, where);
    return true;
}

/* ---- days ---- */

static Z3_ast plus(const Lesson *lesson, Z3_ast term, int64_t days)
{
    const Z3_ast both[2] = {term, number(lesson, days)};
    return Z3.mk_add(lesson->z3, 2, both);
}

/* From `first`, for the days of one month: the same day of the month that begins on `other`, or its last. before: the day before that. */
static Z3_ast same_day(const Lesson *lesson, int32_t first, int32_t other, bool before)
{
    int32_t length = date_month_end(other) - other + 1;
    Z3_ast moved = plus(lesson, lesson->args[0], (int64_t)other - first - (before ? 1 : 0));
    Z3_ast has_day = Z3.mk_lt(lesson->z3, lesson->args[0], number(lesson, (int64_t)first + length));
    return Z3.mk_ite(lesson->z3, has_day, moved, number(lesson, (int64_t)other + length - 1));
}

static bool learn_months(const Lesson *lesson)
{
    bool is_span = lesson->node->op == OP_SPAN_END;
    int64_t day = lesson->values[0], months = lesson->values[1];
    if (!date_is_valid(day) || months < INT32_MIN || months > INT32_MAX)
        return false;
    int32_t first = date_month_begin((int32_t)day), last = date_month_end((int32_t)day), made = 0, end = 0;
    bool fits =
        is_span
            ? calendar_span_end(first, (int32_t)months, &made) && calendar_span_end(last, (int32_t)months, &end)
            : calendar_add_months(first, (int32_t)months, &made) && calendar_add_months(last, (int32_t)months, &end);
    if (!fits)
        return false;
    int32_t other = is_span ? made + 1 : made;
    Z3_ast where = encode_and(lesson->encoding, encode_within(lesson->encoding, lesson->args[0], first, last),
                              is_number(lesson, lesson->args[1], months));
    Z3_ast value = Z3.mk_eq(lesson->z3, lesson->encoded->value, same_day(lesson, first, other, is_span));
    Z3_ast fault = Z3.mk_eq(lesson->z3, lesson->encoded->fault, number(lesson, 0));
    return teach(lesson, where, encode_and(lesson->encoding, value, fault));
}

/* The days around one that have the same part; false where it is told for the one value alone. */
static bool stretch(DatePart part, int32_t day, int32_t *first, int32_t *last)
{
    switch (part) {
    case PART_MONTH:
    case PART_MONTH_INDEX:
    case PART_MONTH_START:
    case PART_MONTH_END:
    case PART_DAY:
        *first = date_month_begin(day);
        *last = date_month_end(day);
        return true;
    case PART_QUARTER_START:
    case PART_QUARTER_END:
        *first = date_quarter_begin(day);
        *last = date_quarter_end(day);
        return true;
    case PART_YEAR:
    case PART_YEAR_START:
    case PART_YEAR_END:
        *first = date_year_begin(day);
        *last = date_year_end(day);
        return true;
    case PART_WEEKDAY:
    case PART_WEEK_START:
    case PART_ISO_WEEK:
    case PART_ISO_YEAR:
        *first = date_week_begin(day);
        *last = date_week_end(day);
        return true;
    case PART_FROM_MONTH:
    case PART_FROM_YEAR:
    case PART_COUNT: break;
    }
    return false;
}

static bool learn_part(const Lesson *lesson)
{
    DatePart part = (DatePart)lesson->node->imm;
    int64_t value = lesson->values[0];
    int32_t first, last, made;
    if (value < INT32_MIN || value > INT32_MAX || !calendar_part(part, (int32_t)value, &made))
        return false;
    first = last = (int32_t)value;
    (void)stretch(part, (int32_t)value, &first, &last);
    Z3_ast result = part == PART_DAY ? plus(lesson, lesson->args[0], 1 - (int64_t)first) : number(lesson, made);
    return teach(lesson, encode_within(lesson->encoding, lesson->args[0], first, last),
                 Z3.mk_eq(lesson->z3, lesson->encoded->value, result));
}

/* ---- cells ---- */

static bool learn_cell(const Lesson *lesson)
{
    const bd_module *module = lesson->node->module;
    const TableRecord *table = &module->TABLES[lesson->node->imm];
    int64_t index = lesson->values[0];
    if (lesson->encoding->graph->by_name || index < 0 || index >= table->cells ||
        !lookup_has_cell(module, table, (int32_t)index))
        return false;
    int64_t cell = module->CELLS[table->first_cell + (uint32_t)index];
    Z3_ast value = lesson->node->kind == BD_KIND_SCALED ? encode_ratio(lesson->encoding, cell, table->denominator)
                                                        : number(lesson, cell);
    return teach(lesson, is_number(lesson, lesson->args[0], index),
                 Z3.mk_eq(lesson->z3, lesson->encoded->value, value));
}

/* ---- products ---- */

/* What a number is in the model; NULL where it is long. Each plane would make the numbers of the next model about twice as long, and Z3 counts a step
** on long numbers as it does one on short ones: a few planes on it would not end. */
static Z3_ast model_number(const Lesson *lesson, Z3_ast term)
{
    Z3_ast value = NULL;
    int64_t numerator, denominator;
    if (!Z3.model_eval(lesson->z3, lesson->model, term, true, &value) || value == NULL ||
        Z3.get_ast_kind(lesson->z3, value) != Z3_NUMERAL_AST ||
        !Z3.get_numeral_rational_int64(lesson->z3, value, &numerator, &denominator))
        return NULL;
    return value;
}

static Z3_ast both_of(const Lesson *lesson, Z3_ast (*make)(Z3_context, Z3_ast, Z3_ast), Z3_ast a, Z3_ast b)
{
    return encode_and(lesson->encoding, make(lesson->z3, lesson->args[0], a), make(lesson->z3, lesson->args[1], b));
}

static Z3_ast crossed_of(const Lesson *lesson, Z3_ast a, Z3_ast b)
{
    return encode_and(lesson->encoding, Z3.mk_le(lesson->z3, lesson->args[0], a),
                      Z3.mk_ge(lesson->z3, lesson->args[1], b));
}

static Z3_ast times(const Lesson *lesson, Z3_ast a, Z3_ast b)
{
    const Z3_ast factors[2] = {a, b};
    return Z3.mk_mul(lesson->z3, 2, factors);
}

/* The plane that touches x × y where the model is, at (a, b): bx + ay - ab. The product lies above it where x and y are both greater than a and b, or both
** less, and below it elsewhere; where one of them is what it is in the model the product is on the plane. */
static bool learn_product(const Lesson *lesson)
{
    Z3_ast a = model_number(lesson, lesson->args[0]), b = model_number(lesson, lesson->args[1]);
    if (a == NULL || b == NULL)
        return false;
    const Z3_ast terms[2] = {times(lesson, b, lesson->args[0]), times(lesson, a, lesson->args[1])};
    const Z3_ast plane_terms[2] = {Z3.mk_add(lesson->z3, 2, terms), times(lesson, a, b)};
    Z3_ast plane = Z3.simplify(lesson->z3, Z3.mk_sub(lesson->z3, 2, plane_terms)), value = lesson->encoded->value;
    Z3_ast alike = encode_or(lesson->encoding, both_of(lesson, Z3.mk_ge, a, b), both_of(lesson, Z3.mk_le, a, b));
    Z3_ast other = encode_and(lesson->encoding, Z3.mk_ge(lesson->z3, lesson->args[0], a),
                              Z3.mk_le(lesson->z3, lesson->args[1], b));
    Z3_ast apart = encode_or(lesson->encoding, crossed_of(lesson, a, b), other);
    Z3_ast fact = encode_and(lesson->encoding, Z3.mk_implies(lesson->z3, alike, Z3.mk_ge(lesson->z3, value, plane)),
                             Z3.mk_implies(lesson->z3, apart, Z3.mk_le(lesson->z3, value, plane)));
    if (agrees(lesson, fact))
        return false;
    encode_assert(lesson->encoding, fact);
    /* What comes from a table has few values, what stands on the line has many: the first stays. */
    uint32_t first = graph_arg(lesson->encoding->graph, lesson->node, 0);
    int stays = lesson->encoding->graph->nodes[first].op == OP_LOAD;
    note_pin(lesson, Z3.mk_eq(lesson->z3, lesson->args[stays], stays ? b : a));
    return true;
}

static bool learn_quotient(const Lesson *lesson)
{
    Z3_ast value = model_number(lesson, lesson->args[1]), zero = encode_ratio(lesson->encoding, 0, 1);
    if (value == NULL || Z3.is_eq_ast(lesson->z3, value, zero))
        return false;
    Z3_ast is_it = Z3.mk_eq(lesson->z3, lesson->args[1], value);
    return teach(lesson, is_it,
                 Z3.mk_eq(lesson->z3, lesson->encoded->value, Z3.mk_div(lesson->z3, lesson->args[0], value)));
}

/* ---- a model ---- */

/* The integers that the first arguments have in the model; false when they are no integers. */
static bool read_values(Lesson *lesson, uint32_t args)
{
    for (uint32_t k = 0; k < args && k < 2; k++)
        if (Z3.get_sort(lesson->z3, lesson->args[k]) != lesson->encoding->integer ||
            !model_int(lesson, lesson->args[k], &lesson->values[k]))
            return false;
    return args > 0;
}

static bool learn_node(Lesson *lesson, uint32_t args)
{
    if (lesson->node->op == OP_MUL)
        return learn_product(lesson);
    if (lesson->node->op == OP_DIV_N)
        return learn_quotient(lesson);
    if (!read_values(lesson, args))
        return false;
    switch (lesson->node->op) {
    case OP_ADD_MONTHS:
    case OP_SPAN_END: return learn_months(lesson);
    case OP_DATE_PART: return learn_part(lesson);
    case OP_CELL: return learn_cell(lesson);
    default: return false; /* what the host, a list or a native gives is not known here */
    }
}

bool encode_learn(Encoding *encoding, Z3_model model, const uint32_t *roots, uint32_t count)
{
    const Graph *graph = encoding->graph;
    bool learnt = false;
    encoding->pin_count = 0;
    bool *reached = encoding->reached;
    encode_reach(graph, roots, count, reached);
    for (uint32_t i = 0; i < graph->count; i++) {
        if (!reached[i] || !encoding->nodes[i].is_function)
            continue;
        Lesson lesson = {.encoding = encoding,
                         .z3 = encoding->z3,
                         .model = model,
                         .node = &graph->nodes[i],
                         .encoded = &encoding->nodes[i]};
        uint32_t args = encode_arguments(encoding, lesson.node, lesson.args);
        learnt = learn_node(&lesson, args) || learnt;
    }
    return learnt;
}
