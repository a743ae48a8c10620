/* reference_expr.c: plain recursion over the typed expressions, one line, exact numbers. See reference.h. */
#include <stdlib.h>
#include <string.h>

#include "compiler/ir.h"
#include "reference/reference_internal.h"

enum { LIMIT_BITS = 4096, LONGEST_DAYS = 366 }; /* language.md: numbers, and aggregates over days */

/* ---- Values ---- */

mpq_ptr ref_number(Context *c)
{
    PoolNode *node = malloc(sizeof *node);
    if (!node)
        abort();
    mpq_init(node->number);
    node->next = c->pool;
    c->pool = node;
    return node->number;
}

RefValue ref_fault(Context *c, RefFault fault)
{
    *c->faults |= UINT32_C(1) << fault;
    return (RefValue){.poison = true};
}

RefValue ref_integer(int64_t whole)
{
    return (RefValue){.present = true, .whole = whole, .last = whole};
}

RefValue ref_checked(Context *c, mpq_ptr number)
{
    mpq_canonicalize(number);
    if (mpz_sizeinbase(mpq_numref(number), 2) > LIMIT_BITS || mpz_sizeinbase(mpq_denref(number), 2) > LIMIT_BITS)
        return ref_fault(c, REF_NUMBER);
    return (RefValue){.present = true, .number = number};
}

void ref_from_number(Number number, mpq_t out)
{
    if (number.big == NULL) {
        mpq_set_si(out, (long)number.num, (unsigned long)number.den);
        return;
    }
    Arena arena; /* a constant of the text beyond 64 bits: through its written form */
    StringBuilder builder;
    arena_init(&arena, NULL);
    builder_init(&builder, &arena);
    number_append_fraction(&builder, number);
    builder_char(&builder, '\0');
    if (mpq_set_str(out, builder_result(&builder).data, 10) != 0)
        abort();
    arena_free(&arena);
}

bool ref_number_from_text(Text text, mpq_t value)
{
    mpz_t numerator, denominator;
    bool negative = text.size > 0 && text.data[0] == '-', point = false, digits = false;
    mpz_init(numerator);
    mpz_init_set_ui(denominator, 1);
    for (size_t i = negative; i < text.size; i++) {
        if (text.data[i] == '.' && !point && digits) {
            point = true;
            digits = false;
            continue;
        }
        digits = text.data[i] >= '0' && text.data[i] <= '9';
        if (!digits)
            break;
        mpz_mul_ui(numerator, numerator, 10);
        mpz_add_ui(numerator, numerator, (unsigned long)(text.data[i] - '0'));
        if (point)
            mpz_mul_ui(denominator, denominator, 10);
    }
    if (negative)
        mpz_neg(numerator, numerator);
    mpq_set_num(value, numerator);
    mpq_set_den(value, denominator);
    mpq_canonicalize(value);
    mpz_clear(numerator);
    mpz_clear(denominator);
    return digits;
}

/* ---- Facts ---- */

static RefValue of_cell(const RefCell *cell, Type type)
{
    RefValue value = {.present = cell->present, .whole = cell->integer, .last = cell->integer, .text = cell->text};
    bool is_number =
        type.kind == TYPE_NUMBER || type.kind == TYPE_MONEY || type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE;
    /* Never written through: values are made anew by every operation. */
    if (is_number)
        value.number = (mpq_ptr)(uintptr_t)(const void *)cell->number;
    return value;
}

/* What one unit is in another; false when they do not convert. */
bool ref_unit_factor(const Core *core, uint32_t from, uint32_t to, mpq_t factor)
{
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(factor, 1, 1);
    while (core->units[from].base != from) {
        ref_from_number(core->units[from].factor, one);
        mpq_mul(factor, factor, one);
        from = core->units[from].base;
    }
    while (core->units[to].base != to) {
        ref_from_number(core->units[to].factor, one);
        mpq_div(factor, factor, one);
        to = core->units[to].base;
    }
    mpq_clear(one);
    return from == to;
}

uint32_t ref_column(const Core *core, const char *name)
{
    for (uint32_t i = 0; i < core->column_count; i++)
        if (core->columns[i].list == BD_NONE && text_equal(core->columns[i].name, text_from_cstring(name)))
            return i;
    return BD_NONE;
}

/* A cell that no rule may find empty was found so where it is read. */
static RefValue demanded(Context *c, RefValue value, bool may_be_absent)
{
    return value.present || may_be_absent ? value : ref_fault(c, REF_CELL_MISSING);
}

static RefValue line_column(Context *c, const Expr *expr)
{
    const Column *column = &c->core->columns[expr->index];
    const RefCell *cell = &c->line->cells[expr->index];
    RefValue value =
        demanded(c, of_cell(cell, column->type), column->type.optional || column->is_group || column->group != BD_NONE);
    if (column->is_group) {
        value.present = cell->integer != 0;
        return value;
    }
    if (value.poison || !value.present || column->type.kind != TYPE_QUANTITY || column->type.unit != UNIT_OF_PRODUCT)
        return value;
    /* An allocation counts in its own unit. */
    uint32_t unit = ref_column(c->core, "toewijzing_eenheid");
    uint32_t product = (uint32_t)c->line->cells[COLUMN_PRODUCT].integer;
    mpq_ptr factor = ref_number(c);
    if (!c->line->cells[unit].present ||
        !ref_unit_factor(c->core, (uint32_t)c->line->cells[unit].integer, c->core->products[product].unit, factor))
        return ref_fault(c, REF_UNIT);
    mpq_mul(factor, factor, value.number);
    return ref_checked(c, factor);
}

static RefValue field(Context *c, const Expr *expr)
{
    RefValue record = ref_evaluate(c, expr->a);
    return record.poison ? record : of_cell(&record.record[expr->index], c->core->columns[expr->index].type);
}

static RefValue variable(Context *c, const Expr *expr)
{
    for (RefBinding *binding = c->bindings; binding; binding = binding->outer) {
        if (binding->variable != expr->variable)
            continue;
        if (binding->value.poison)
            *c->faults |= binding->faults;
        return binding->value;
    }
    return ref_evaluate(c, expr->variable->value);
}

/* A fault in an argument counts where the parameter is read; where it is not, the language leaves open whether it was evaluated. */
static RefValue call(Context *c, const Expr *expr)
{
    RefBinding *outer = c->bindings, *made = calloc(expr->arg_count + 1, sizeof *made);
    uint32_t *faults = c->faults;
    if (!made)
        abort();
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        made[i].variable = expr->instance->parameters[i];
        c->faults = &made[i].faults;
        made[i].value = ref_evaluate(c, expr->args[i]);
        *c->possible |= made[i].faults;
    }
    c->faults = faults;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        made[i].outer = c->bindings;
        c->bindings = &made[i];
    }
    RefValue result = ref_evaluate(c, expr->instance->body);
    c->bindings = outer;
    free(made);
    return result;
}

/* ---- Arithmetic ---- */

static void round_to(mpq_t value, RoundMode mode, const mpq_t step)
{
    mpz_t quotient, rest, twice;
    mpz_inits(quotient, rest, twice, NULL);
    mpq_div(value, value, step);
    mpz_fdiv_qr(quotient, rest, mpq_numref(value), mpq_denref(value));
    mpz_mul_ui(twice, rest, 2);
    int half = mpz_cmp(twice, mpq_denref(value)), sign = mpq_sgn(value);
    bool exact = mpz_sgn(rest) == 0, up = false;
    switch (mode) {
    case ROUND_HALF_AWAY: up = half > 0 || (half == 0 && sign > 0); break;
    case ROUND_UP: up = true; break;
    case ROUND_DOWN: break;
    case ROUND_TO_ZERO: up = sign < 0; break;
    case ROUND_AWAY_FROM_ZERO: up = sign > 0; break;
    case ROUND_HALF_EVEN: up = half > 0 || (half == 0 && mpz_odd_p(quotient)); break;
    }
    if (up && !exact)
        mpz_add_ui(quotient, quotient, 1);
    mpq_set_z(value, quotient);
    mpq_mul(value, value, step);
    mpz_clears(quotient, rest, twice, NULL);
}

static RefValue arithmetic(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a), b = expr->b ? ref_evaluate(c, expr->b) : a;
    if (a.poison || b.poison)
        return (RefValue){.poison = true};
    mpq_ptr result = ref_number(c), constant = ref_number(c);
    switch ((int)expr->op) {
    case EXPR_ADD: mpq_add(result, a.number, b.number); break;
    case EXPR_SUBTRACT: mpq_sub(result, a.number, b.number); break;
    case EXPR_MULTIPLY: mpq_mul(result, a.number, b.number); break;
    case EXPR_DIVIDE:
        if (mpq_sgn(b.number) == 0)
            return ref_fault(c, REF_DIVIDE);
        mpq_div(result, a.number, b.number);
        break;
    case EXPR_NEGATE: mpq_neg(result, a.number); break;
    case EXPR_SCALE:
        ref_from_number(expr->number, constant);
        mpq_mul(result, a.number, constant);
        break;
    default: /* EXPR_ROUND */
        ref_from_number(expr->number, constant);
        mpq_set(result, a.number);
        round_to(result, expr->mode, constant);
        break;
    }
    return ref_checked(c, result);
}

static bool is_number(Type type)
{
    return type.kind == TYPE_NUMBER || type.kind == TYPE_MONEY || type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE;
}

static int order(const RefValue *a, const RefValue *b, Type type)
{
    if (is_number(type))
        return mpq_cmp(a->number, b->number);
    if (type.kind == TYPE_TEXT)
        return !text_equal(a->text, b->text);
    return (a->whole > b->whole) - (a->whole < b->whole);
}

static RefValue least(Context *c, const Expr *expr)
{
    RefValue result = ref_evaluate(c, expr->args[0]);
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        RefValue next = ref_evaluate(c, expr->args[i]);
        if (result.poison || next.poison) {
            result.poison = true;
            continue;
        }
        int compared = order(&next, &result, expr->type);
        if (expr->op == EXPR_LEAST ? compared < 0 : compared > 0)
            result = next;
    }
    return result;
}

static RefValue compare(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a), b = ref_evaluate(c, expr->b);
    if (a.poison || b.poison)
        return (RefValue){.poison = true};
    int compared = order(&a, &b, expr->a->type);
    switch ((IrCompare)expr->compare) {
    case IR_EQ: return ref_integer(compared == 0);
    case IR_NE: return ref_integer(compared != 0);
    case IR_LT: return ref_integer(compared < 0);
    case IR_LE: return ref_integer(compared <= 0);
    case IR_GT: return ref_integer(compared > 0);
    case IR_GE: break;
    }
    return ref_integer(compared >= 0);
}

/* ---- Logic ---- */

static RefValue logic(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a);
    if (a.poison)
        return a;
    if (expr->op == EXPR_NOT)
        return ref_integer(a.whole == 0);
    if (expr->op == EXPR_IF)
        return ref_evaluate(c, a.whole ? expr->b : expr->c);
    if (expr->op == EXPR_AND ? a.whole == 0 : a.whole != 0)
        return a;
    return ref_evaluate(c, expr->b);
}

/* ---- Aggregates ---- */

typedef struct Tally {
    RefValue result;
    uint64_t count;
    bool any, all;
} Tally;

static void take(Context *c, const Expr *expr, Tally *tally)
{
    RefValue holds = expr->b ? ref_evaluate(c, expr->b) : ref_integer(1);
    if (holds.poison) {
        tally->result.poison = true;
        return;
    }
    tally->any = tally->any || holds.whole;
    tally->all = tally->all && holds.whole;
    if (!holds.whole)
        return;
    bool first = tally->count++ == 0;
    if (!expr->c)
        return;
    RefValue value = ref_evaluate(c, expr->c);
    if (value.poison || tally->result.poison) {
        tally->result.poison = true;
        return;
    }
    int compared = first ? 0 : order(&value, &tally->result, expr->c->type);
    if (expr->aggregate == AGGREGATE_SUM) {
        mpq_ptr sum = ref_number(c);
        mpq_add(sum, tally->result.number, value.number);
        tally->result = ref_checked(c, sum);
        return;
    }
    bool takes = first || expr->aggregate == AGGREGATE_LAST || (expr->aggregate == AGGREGATE_LEAST && compared < 0) ||
                 (expr->aggregate == AGGREGATE_GREATEST && compared > 0);
    if (takes)
        tally->result = value;
}

static RefValue finish(Context *c, const Expr *expr, Tally *tally)
{
    if (tally->result.poison)
        return tally->result;
    RefValue result = ref_integer(expr->aggregate == AGGREGATE_ANY ? tally->any : tally->all);
    switch (expr->aggregate) {
    case AGGREGATE_ANY:
    case AGGREGATE_ALL: return result;
    case AGGREGATE_COUNT:
        result.number = ref_number(c);
        mpq_set_ui(result.number, tally->count, 1);
        return result;
    case AGGREGATE_SUM: return tally->result;
    case AGGREGATE_LEAST:
    case AGGREGATE_GREATEST:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST: break;
    }
    return tally->count == 0 ? ref_fault(c, REF_EMPTY) : tally->result;
}

static RefValue aggregate(Context *c, const Expr *expr)
{
    Tally tally = {.result = {.present = true, .number = ref_number(c)}, .all = true};
    RefBinding binding = {expr->variable, {.present = true}, 0, c->bindings};
    RefValue span = {.present = true};
    if (expr->index == BD_NONE) {
        span = ref_evaluate(c, expr->a);
        if (span.poison)
            return span;
        if (span.last - span.whole + 1 > LONGEST_DAYS)
            return ref_fault(c, REF_DAYS);
    }
    c->bindings = &binding;
    if (expr->index == BD_NONE) {
        for (int64_t day = span.whole; day <= span.last; day++) {
            binding.value = ref_integer(day);
            take(c, expr, &tally);
        }
    } else {
        for (uint32_t i = 0; i < c->line->lists[expr->index].count; i++) {
            binding.value.record = c->line->lists[expr->index].records[i];
            take(c, expr, &tally);
        }
    }
    c->bindings = binding.outer;
    return finish(c, expr, &tally);
}

/* ---- The dispatcher ---- */

static RefValue in_set(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a);
    return a.poison ? a : ref_integer(set_has(expr->set, (uint32_t)a.whole));
}

static RefValue is_whole(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a);
    return a.poison ? a : ref_integer(mpz_cmp_ui(mpq_denref(a.number), 1) == 0);
}

static RefValue is_present(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a);
    return a.poison ? a : ref_integer(a.present);
}

static RefValue literal(Context *c, const Expr *expr)
{
    RefValue value = ref_integer(expr->integer);
    value.text = expr->text;
    if (expr->op != EXPR_NUMBER)
        return value;
    value.number = ref_number(c);
    ref_from_number(expr->number, value.number);
    return value;
}

RefValue ref_evaluate(Context *c, const Expr *expr)
{
    switch ((int)expr->op) {
    case EXPR_BOOLEAN:
    case EXPR_NUMBER:
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_YEAR:
    case EXPR_TEXT:
    case EXPR_MEMBER: return literal(c, expr);
    case EXPR_READING: return ref_integer(c->core->readings[expr->index].chosen); /* no session chose otherwise */
    case EXPR_COLUMN: return line_column(c, expr);
    case EXPR_FIELD: return field(c, expr);
    case EXPR_VARIABLE: return variable(c, expr);
    case EXPR_CALL: return call(c, expr);
    case EXPR_TABLE: return ref_table(c, expr);
    case EXPR_TARIFF: return ref_tariff(c);
    case EXPR_VOLUME:
    case EXPR_GRANTED:
        return c->volume ? (RefValue){.present = true, .number = c->volume} : ref_fault(c, REF_CELL_MISSING);
    case EXPR_COMPUTED: *c->faults |= c->computed_faults; return c->computed;
    case EXPR_IS_CREDIT: return (RefValue){.present = true};
    case EXPR_REFERENCE: return ref_integer(c->date);
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_NEGATE:
    case EXPR_SCALE:
    case EXPR_ROUND: return arithmetic(c, expr);
    case EXPR_LEAST:
    case EXPR_GREATEST: return least(c, expr);
    case EXPR_WHOLE: return is_whole(c, expr);
    case EXPR_COMPARE: return compare(c, expr);
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IF: return logic(c, expr);
    case EXPR_PRESENT: return is_present(c, expr);
    case EXPR_IN_SET: return in_set(c, expr);
    case EXPR_AGGREGATE: return aggregate(c, expr);
    default: return ref_date_expression(c, expr);
    }
}
