/* encode_op.c: instructions as terms; see encode.h. */
#include "compiler/solve/encode.h"
#include "vm/core/date.h"
#include "vm/core/round.h"
#include "vm/lookup.h"

enum { CELLS_AS_CHOICES = 64, DAYS_PER_WEEK = 7, MONTH_LEAST = 28, MONTH_MOST = 31, YEAR_MOST = 366 };

typedef struct Operation {
    Encoding *encoding;
    Z3_context z3;
    const GraphNode *node;
    Z3_ast args[ENCODE_MOST_ARGS];
    uint32_t count;
} Operation;

static EncodedResult plain(Z3_ast value)
{
    return (EncodedResult){value, NULL, false};
}

static Z3_ast negated(const Operation *op, Z3_ast a)
{
    return Z3.mk_not(op->z3, a);
}

static Z3_ast number(const Operation *op, int64_t value)
{
    return encode_int(op->encoding, value);
}

static Z3_ast ratio(const Operation *op, int64_t numerator, int64_t denominator)
{
    return encode_ratio(op->encoding, numerator, denominator);
}

static Z3_ast sum(const Operation *op, Z3_ast a, Z3_ast b)
{
    const Z3_ast both[2] = {a, b};
    return Z3.mk_add(op->z3, 2, both);
}

static Z3_ast difference(const Operation *op, Z3_ast a, Z3_ast b)
{
    const Z3_ast both[2] = {a, b};
    return Z3.mk_sub(op->z3, 2, both);
}

static Z3_ast product(const Operation *op, Z3_ast a, Z3_ast b)
{
    const Z3_ast both[2] = {a, b};
    return Z3.mk_mul(op->z3, 2, both);
}

static Z3_ast outside(const Operation *op, Z3_ast value, int64_t least, int64_t most)
{
    return negated(op, encode_within(op->encoding, value, least, most));
}

static Z3_ast no_date(const Operation *op, Z3_ast value)
{
    return outside(op, value, DATE_MIN, DATE_MAX);
}

/* ---- functions of which nothing is known but that equal arguments give equal results ---- */

/* One function for each instruction that says the same: arguments without a value (price lists) are part of its name. */
static Z3_func_decl function(const Operation *op, const char *prefix, Z3_sort range)
{
    StringBuilder name;
    builder_init(&name, op->encoding->arena);
    builder_text(&name, text_from_cstring(prefix));
    builder_uint64(&name, op->node->op);
    builder_char(&name, '.');
    builder_uint64(&name, op->node->content);
    for (uint32_t i = 0; i < op->node->args; i++) {
        uint32_t arg = graph_arg(op->encoding->graph, op->node, i);
        if (op->encoding->nodes[arg].value != NULL)
            continue;
        builder_char(&name, '.');
        builder_uint64(&name, arg);
    }
    Z3_sort domain[ENCODE_MOST_ARGS];
    for (uint32_t i = 0; i < op->count; i++)
        domain[i] = Z3.get_sort(op->z3, op->args[i]);
    return Z3.mk_func_decl(op->z3, Z3.mk_string_symbol(op->z3, encode_cstring(&name)), op->count, domain, range);
}

static Z3_ast applied(const Operation *op, const char *prefix, Z3_sort range)
{
    return Z3.mk_app(op->z3, function(op, prefix, range), op->count, op->args);
}

static EncodedResult unknown(const Operation *op)
{
    EncodedResult result = {applied(op, "f", encode_sort(op->encoding, (bd_kind)op->node->kind)), NULL, true};
    if (op->node->has_site)
        result.own_fault = applied(op, "x", op->encoding->boolean);
    return result;
}

/* ---- numbers ---- */

static bool is_numeral(const Operation *op, Z3_ast term)
{
    return Z3.get_ast_kind(op->z3, term) == Z3_NUMERAL_AST;
}

/* Products of two unknowns make a problem that need not be decidable, and whose cost Z3 does not count: they are functions like others. */
static EncodedResult multiplied(const Operation *op)
{
    if (is_numeral(op, op->args[0]) || is_numeral(op, op->args[1]))
        return plain(product(op, op->args[0], op->args[1]));
    return unknown(op);
}

static EncodedResult divided(const Operation *op)
{
    Z3_ast is_zero = Z3.mk_eq(op->z3, op->args[1], ratio(op, 0, 1));
    if (is_numeral(op, op->args[1]))
        return (EncodedResult){Z3.mk_div(op->z3, op->args[0], op->args[1]), is_zero, false};
    EncodedResult result = unknown(op);
    result.own_fault = is_zero;
    return result;
}

static Z3_ast to_number(const Operation *op, Z3_ast integer)
{
    return Z3.mk_int2real(op->z3, integer);
}

static Z3_ast floor_of(const Operation *op, Z3_ast value)
{
    return to_number(op, Z3.mk_real2int(op->z3, value));
}

static Z3_ast ceiling_of(const Operation *op, Z3_ast value)
{
    return Z3.mk_unary_minus(op->z3, floor_of(op, Z3.mk_unary_minus(op->z3, value)));
}

static Z3_ast half_even(const Operation *op, Z3_ast value)
{
    Z3_ast low = Z3.mk_real2int(op->z3, value), half = ratio(op, 1, 2);
    Z3_ast rest = difference(op, value, to_number(op, low));
    Z3_ast is_even = Z3.mk_eq(op->z3, Z3.mk_mod(op->z3, low, number(op, 2)), number(op, 0));
    Z3_ast goes_up = encode_or(op->encoding, Z3.mk_lt(op->z3, half, rest),
                               encode_and(op->encoding, Z3.mk_eq(op->z3, rest, half), negated(op, is_even)));
    return to_number(op, Z3.mk_ite(op->z3, goes_up, sum(op, low, number(op, 1)), low));
}

static Z3_ast to_whole(const Operation *op, Z3_ast value, RoundMode mode)
{
    Z3_ast is_negative = Z3.mk_lt(op->z3, value, ratio(op, 0, 1)), half = ratio(op, 1, 2);
    switch (mode) {
    case ROUND_HALF_AWAY:
        return Z3.mk_ite(op->z3, is_negative, ceiling_of(op, difference(op, value, half)),
                         floor_of(op, sum(op, value, half)));
    case ROUND_UP: return ceiling_of(op, value);
    case ROUND_DOWN: return floor_of(op, value);
    case ROUND_TO_ZERO: return Z3.mk_ite(op->z3, is_negative, ceiling_of(op, value), floor_of(op, value));
    case ROUND_AWAY_FROM_ZERO: return Z3.mk_ite(op->z3, is_negative, floor_of(op, value), ceiling_of(op, value));
    case ROUND_HALF_EVEN: break;
    }
    return half_even(op, value);
}

static EncodedResult rounded(const Operation *op)
{
    const RoundingRecord *rounding = &op->node->module->ROUNDINGS[op->node->imm];
    Z3_ast step = ratio(op, rounding->step_numerator, rounding->step_denominator);
    Z3_ast steps = product(op, op->args[0], ratio(op, rounding->step_denominator, rounding->step_numerator));
    return plain(product(op, to_whole(op, steps, (RoundMode)rounding->mode), step));
}

static EncodedResult to_integer(const Operation *op)
{
    Z3_ast integer = Z3.mk_real2int(op->z3, op->args[0]);
    Z3_ast splits = negated(op, Z3.mk_is_int(op->z3, op->args[0]));
    return (EncodedResult){integer, encode_or(op->encoding, splits, outside(op, integer, INT32_MIN, INT32_MAX)), false};
}

static EncodedResult least(const Operation *op, bool greatest)
{
    Z3_ast first = greatest ? Z3.mk_le(op->z3, op->args[1], op->args[0]) : Z3.mk_le(op->z3, op->args[0], op->args[1]);
    return plain(Z3.mk_ite(op->z3, first, op->args[0], op->args[1]));
}

/* ---- integers and days ---- */

static EncodedResult in_32_bits(const Operation *op, Z3_ast value)
{
    return (EncodedResult){value, outside(op, value, INT32_MIN, INT32_MAX), false};
}

static EncodedResult added_days(const Operation *op)
{
    Z3_ast made = sum(op, op->args[0], op->args[1]);
    return (EncodedResult){made, encode_or(op->encoding, no_date(op, op->args[0]), no_date(op, made)), false};
}

/* What holds of every date, so that models are not far from the truth; the rest is learnt. */
static void assert_near(const Operation *op, const EncodedResult *result, Z3_ast from, int64_t least_days,
                        int64_t most_days)
{
    Z3_ast near = encode_within(op->encoding, difference(op, result->value, from), least_days, most_days);
    encode_assert(op->encoding, encode_or(op->encoding, result->own_fault, near));
}

static EncodedResult added_months(const Operation *op, bool is_span)
{
    EncodedResult result = unknown(op);
    int64_t months;
    if (!Z3.get_numeral_int64(op->z3, op->args[1], &months) || months < -12000 || months > 12000)
        return result;
    int64_t low = months * (months >= 0 ? MONTH_LEAST : MONTH_MOST) - 1;
    int64_t high = months * (months >= 0 ? MONTH_MOST : MONTH_LEAST) + 3;
    assert_near(op, &result, op->args[0], low, high);
    Z3_ast is_date = encode_within(op->encoding, op->args[0], DATE_MIN, DATE_MAX);
    encode_assert(op->encoding, encode_or(op->encoding, is_date, result.own_fault));
    Z3_ast is_well_inside =
        encode_within(op->encoding, op->args[0], DATE_MIN - (low < 0 ? low : 0), DATE_MAX - (high > 0 ? high : 0));
    if (!is_span || months >= 0)
        encode_assert(op->encoding,
                      encode_or(op->encoding, negated(op, is_well_inside), negated(op, result.own_fault)));
    return result;
}

static Z3_ast days_since_monday(const Operation *op, Z3_ast date)
{
    enum { MONDAY = -3 }; /* 1969-12-29 */
    return Z3.mk_mod(op->z3, difference(op, date, number(op, MONDAY)), number(op, DAYS_PER_WEEK));
}

static EncodedResult part_of_date(const Operation *op)
{
    Z3_ast date = op->args[0];
    DatePart part = (DatePart)op->node->imm;
    EncodedResult result = unknown(op);
    result.own_fault = part == PART_FROM_MONTH  ? outside(op, date, MONTH_MIN, MONTH_MAX)
                       : part == PART_FROM_YEAR ? outside(op, date, 1, 9999)
                                                : no_date(op, date);
    switch (part) {
    case PART_WEEKDAY:
        return (EncodedResult){sum(op, days_since_monday(op, date), number(op, 1)), result.own_fault, false};
    case PART_WEEK_START: /* the calendar begins on a Monday */
        return (EncodedResult){difference(op, date, days_since_monday(op, date)), result.own_fault, false};
    case PART_MONTH_START: assert_near(op, &result, date, -(MONTH_MOST - 1), 0); break;
    case PART_MONTH_END: assert_near(op, &result, date, 0, MONTH_MOST - 1); break;
    case PART_QUARTER_START: assert_near(op, &result, date, -3 * MONTH_MOST, 0); break;
    case PART_QUARTER_END: assert_near(op, &result, date, 0, 3 * MONTH_MOST); break;
    case PART_YEAR_START: assert_near(op, &result, date, -YEAR_MOST, 0); break;
    case PART_YEAR_END: assert_near(op, &result, date, 0, YEAR_MOST); break;
    case PART_MONTH: assert_near(op, &result, number(op, 0), 1, 12); break;
    case PART_DAY: assert_near(op, &result, number(op, 0), 1, MONTH_MOST); break;
    case PART_YEAR:
    case PART_MONTH_INDEX:
    case PART_FROM_MONTH:
    case PART_FROM_YEAR:
    case PART_ISO_WEEK:
    case PART_ISO_YEAR:
    case PART_COUNT: break;
    }
    return result;
}

static EncodedResult period(const Operation *op)
{
    const ConstantRecord *record = &op->node->module->CONSTANTS[op->node->imm];
    Z3_ast distance = difference(op, op->args[0], number(op, record->denominator));
    Z3_ast first = difference(op, op->args[0], Z3.mk_mod(op->z3, distance, number(op, record->numerator)));
    return (EncodedResult){first, encode_or(op->encoding, no_date(op, op->args[0]), no_date(op, first)), false};
}

/* ---- sets and tables ---- */

static EncodedResult in_set(const Operation *op)
{
    const bd_module *module = op->node->module;
    const SetRecord *set = &module->SETS[op->node->imm];
    Z3_ast some = NULL;
    uint32_t count = set->words * 64;
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i;
        while (end < count && (module->SET_WORDS[set->first_word + end / 64] >> (end % 64) & 1))
            end++;
        if (end > i)
            some = encode_or(op->encoding, some, encode_within(op->encoding, op->args[0], i, (int64_t)end - 1));
        i = end + 1;
    }
    return plain(some == NULL ? Z3.mk_false(op->z3) : some);
}

static EncodedResult index_of(const Operation *op)
{
    Z3_ast value = sum(op, product(op, op->args[0], number(op, op->node->imm)), op->args[1]);
    Z3_ast no_key = outside(op, op->args[1], 0, (int64_t)op->node->imm - 1);
    return (EncodedResult){value, encode_or(op->encoding, no_key, outside(op, value, INT32_MIN, INT32_MAX)), false};
}

static EncodedResult version_of(const Operation *op)
{
    const TableRecord *table = &op->node->module->TABLES[op->node->imm];
    const VersionRecord *versions = op->node->module->VERSIONS + table->first_version;
    Z3_ast value = number(op, 0), some = NULL;
    for (uint32_t i = 0; i < table->versions; i++) {
        Z3_ast holds = encode_within(op->encoding, op->args[0], versions[i].from, versions[i].to);
        value = Z3.mk_ite(op->z3, holds, number(op, i), value);
        some = encode_or(op->encoding, some, holds);
    }
    return (EncodedResult){value, some == NULL ? Z3.mk_true(op->z3) : negated(op, some), false};
}

static EncodedResult bracket_of(const Operation *op)
{
    const BracketRecord *brackets = &op->node->module->BRACKETS[op->node->imm];
    Z3_ast value = number(op, brackets->count);
    for (uint32_t i = brackets->count; i > 0; i--) {
        Z3_ast bound = ratio(op, op->node->module->CELLS[brackets->first_cell + i - 1], op->node->denominator);
        value = Z3.mk_ite(op->z3, Z3.mk_le(op->z3, op->args[0], bound), number(op, (int64_t)i - 1), value);
    }
    return plain(value);
}

/* Where a table has cells, as stretches of its indexes. */
static Z3_ast has_cell(const Operation *op)
{
    const bd_module *module = op->node->module;
    const TableRecord *table = &module->TABLES[op->node->imm];
    Z3_ast some = NULL;
    for (uint32_t i = 0; i < table->cells;) {
        uint32_t end = i;
        while (end < table->cells && lookup_has_cell(module, table, (int32_t)end))
            end++;
        if (end > i)
            some = encode_or(op->encoding, some, encode_within(op->encoding, op->args[0], i, (int64_t)end - 1));
        i = end + 1;
    }
    return some == NULL ? Z3.mk_false(op->z3) : some;
}

static EncodedResult cell_of(const Operation *op)
{
    const bd_module *module = op->node->module;
    const TableRecord *table = &module->TABLES[op->node->imm];
    bool is_number = op->node->kind == BD_KIND_SCALED;
    EncodedResult result = unknown(op);
    result.own_fault = negated(op, has_cell(op));
    if (table->cells > CELLS_AS_CHOICES)
        return result;
    Z3_ast value = encode_zero(op->encoding, (bd_kind)op->node->kind);
    for (uint32_t i = 0; i < table->cells; i++) {
        int64_t cell = module->CELLS[table->first_cell + i];
        if (lookup_has_cell(module, table, (int32_t)i))
            value = Z3.mk_ite(op->z3, Z3.mk_eq(op->z3, op->args[0], number(op, i)),
                              is_number ? ratio(op, cell, table->denominator) : number(op, cell), value);
    }
    return (EncodedResult){value, result.own_fault, false};
}

static EncodedResult member_of(const Operation *op)
{
    Z3_ast value = number(op, -1);
    for (uint32_t i = 0; i < op->node->map->count; i++) {
        /* What the other numbering lacks gets a number of its own there. */
        uint32_t member = op->node->map->member[i];
        int64_t made = member == BD_NONE ? -2 - (int64_t)i : (int64_t)member;
        value = Z3.mk_ite(op->z3, Z3.mk_eq(op->z3, op->args[0], number(op, i)), number(op, made), value);
    }
    return plain(value);
}

/* ---- all of them ---- */

static EncodedResult table_operation(const Operation *op)
{
    bool by_name = op->encoding->graph->by_name;
    switch (op->node->op) {
    case OP_VERSION: return by_name ? unknown(op) : version_of(op);
    case OP_CELL: return by_name ? unknown(op) : cell_of(op);
    case OP_HAS_CELL: return by_name ? unknown(op) : plain(has_cell(op));
    case OP_BRACKET: return bracket_of(op);
    case OP_INDEX: return index_of(op);
    case OP_IN: return in_set(op);
    case NODE_MEMBER: return member_of(op);
    default: return unknown(op);
    }
}

static EncodedResult integer_operation(const Operation *op)
{
    Z3_ast a = op->args[0], b = op->args[1];
    switch (op->node->op) {
    case OP_ADD_I: return in_32_bits(op, sum(op, a, b));
    case OP_SUB_I: return in_32_bits(op, difference(op, a, b));
    case OP_MIN_I: return least(op, false);
    case OP_MAX_I: return least(op, true);
    case OP_ADD_DAYS: return added_days(op);
    case OP_ADD_MONTHS: return added_months(op, false);
    case OP_SPAN_END: return added_months(op, true);
    case OP_DATE_PART: return part_of_date(op);
    case OP_PERIOD: return period(op);
    default: return table_operation(op);
    }
}

static EncodedResult number_operation(const Operation *op)
{
    Z3_ast a = op->args[0], b = op->args[1];
    switch (op->node->op) {
    case OP_TO_SCALED: return plain(to_number(op, a));
    case OP_TO_INT: return to_integer(op);
    case OP_ADD: return plain(sum(op, a, b));
    case OP_SUB: return plain(difference(op, a, b));
    case OP_MUL: return multiplied(op);
    case OP_DIV_N: return divided(op);
    case OP_DIV_CONST: return plain(product(op, a, ratio(op, 1, op->node->imm)));
    case OP_MIN: return least(op, false);
    case OP_MAX: return least(op, true);
    case OP_ROUND: return rounded(op);
    case OP_WHOLE: return plain(Z3.mk_is_int(op->z3, a));
    default: return integer_operation(op);
    }
}

EncodedResult encode_operation(Encoding *encoding, uint32_t index)
{
    Operation op = {.encoding = encoding, .z3 = encoding->z3, .node = &encoding->graph->nodes[index]};
    op.count = encode_arguments(encoding, op.node, op.args);
    switch (op.node->op) {
    case OP_EQ:
    case OP_EQ_I:
    case OP_EQ_T: return plain(Z3.mk_eq(op.z3, op.args[0], op.args[1]));
    case OP_LT:
    case OP_LT_I: return plain(Z3.mk_lt(op.z3, op.args[0], op.args[1]));
    case OP_LE:
    case OP_LE_I: return plain(Z3.mk_le(op.z3, op.args[0], op.args[1]));
    case OP_NOT: return plain(negated(&op, op.args[0]));
    case OP_AND: return plain(encode_and(encoding, op.args[0], op.args[1]));
    case OP_OR: return plain(encode_or(encoding, op.args[0], op.args[1]));
    case OP_SELECT: return plain(Z3.mk_ite(op.z3, op.args[0], op.args[1], op.args[2]));
    default: return number_operation(&op);
    }
}
