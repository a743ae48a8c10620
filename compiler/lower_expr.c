/* lower_expr.c: typed core expressions -> IR values.
**
** Job: the dispatcher and the plain families (literals, arithmetic, logic, names). Dates stand in lower_date.c, tables in
** lower_table.c, aggregates in lower_list.c. Checking is over: what is met here is well typed, and asserts say so.
** Every value that a reader would recognise gets a place, so that a trace can show it.
*/
#include <assert.h>
#include <string.h>

#include "compiler/lower.h"
#include "vm/core/limits.h"

enum { LABEL_MAX_BYTES = 4000 }; /* a trace shows conditions whole; beyond this it would be a page of its own */

static bd_step_kind step_of(const Expr *expr)
{
    /* Of what chooses a version only the day is a fact of the line. */
    if (expr->is_unwritten)
        return expr->op == EXPR_COLUMN || expr->op == EXPR_REFERENCE ? BD_STEP_INPUT : 0;
    switch (expr->op) {
    case EXPR_COLUMN:
    case EXPR_FIELD:
    case EXPR_READING:
    case EXPR_VOLUME: return BD_STEP_INPUT;
    case EXPR_TABLE:
    case EXPR_TARIFF: return BD_STEP_LOOKUP;
    case EXPR_ROUND: return BD_STEP_ROUNDING;
    case EXPR_COUNTER_SUM:
    case EXPR_COUNTER_DAYS:
    case EXPR_COUNTER_RUN: return BD_STEP_COUNTER;
    case EXPR_ERROR:
    case EXPR_BOOLEAN:
    case EXPR_NUMBER:
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_YEAR:
    case EXPR_TEXT:
    case EXPR_MEMBER:
    case EXPR_VARIABLE:
    case EXPR_INTERVAL:
    case EXPR_OP_COUNT: return 0;
    case EXPR_SCALE: return expr->a->type.kind == expr->type.kind ? BD_STEP_VALUE : 0;
    case EXPR_CALL:
    case EXPR_NATIVE:
    case EXPR_GRANTED:
    case EXPR_GRANTED_AMOUNT:
    case EXPR_COMPUTED:
    case EXPR_IS_CREDIT:
    case EXPR_REFERENCE:
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_NEGATE:
    case EXPR_LEAST:
    case EXPR_GREATEST:
    case EXPR_WHOLE:
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IF:
    case EXPR_PRESENT:
    case EXPR_IN_SET:
    case EXPR_DATE_ADD:
    case EXPR_DATE_PART:
    case EXPR_DAYS_BETWEEN:
    case EXPR_SPAN_FROM:
    case EXPR_SPAN_AFTER:
    case EXPR_PERIOD:
    case EXPR_CALENDAR_SPAN:
    case EXPR_BEGIN:
    case EXPR_END:
    case EXPR_INSIDE:
    case EXPR_OVERLAPS:
    case EXPR_INTERSECT:
    case EXPR_DAYS_IN:
    case EXPR_AGGREGATE: break;
    }
    return expr->type.kind == TYPE_BOOLEAN ? BD_STEP_CONDITION : BD_STEP_VALUE;
}

/* Words that stand in the text otherwise, or not at all. `x ontbreekt` is the negation of a presence: both have its span, and what the
** presence is called must be true of the presence, which other conditions may share. A conversion says the unit that it leads to. */
static Text text_with(const Lower *lower, const Expr *inner, Text between, Text word)
{
    StringBuilder out;
    builder_init(&out, lower->core->arena);
    builder_text(&out, sources_excerpt(lower->core->sources, inner->span, LABEL_MAX_BYTES, lower->core->arena));
    builder_text(&out, between);
    builder_text(&out, word);
    return builder_result(&out);
}

/* The column that a day is read from, where nobody wrote its name. */
static Text column_of(const Lower *lower, const Expr *expr)
{
    const IrInstruction *load = ir_at(lower->ir, lower->reference);
    return expr->op == EXPR_COLUMN ? lower->core->columns[expr->index].name
           : load->op == OP_LOAD   ? lower->layout->columns[load->imm].name
                                   : (Text){"", 0};
}

/* The words that were written; of an end of `productperiode`, which names two columns, the word for that column. */
static Text text_of(const Lower *lower, const Expr *expr)
{
    bool is_english = text_equal(lower->core->language, TEXT("en"));
    if (expr->op == EXPR_COLUMN && expr->index == COLUMN_BEGIN)
        return is_english ? TEXT("begin_date") : TEXT("begindatum");
    if (expr->op == EXPR_COLUMN && expr->index == COLUMN_END)
        return is_english ? TEXT("end_date") : TEXT("einddatum");
    if (expr->is_unwritten)
        return column_of(lower, expr);
    if (expr->op == EXPR_PRESENT)
        return text_with(lower, expr->a, TEXT(" "), is_english ? TEXT("is present") : TEXT("aanwezig"));
    if (expr->op == EXPR_SCALE && expr->a->type.kind == TYPE_QUANTITY && expr->type.kind == TYPE_QUANTITY)
        return text_with(lower, expr->a, TEXT(" in "), lower->core->units[expr->type.unit].plural);
    if (expr->op == EXPR_SCALE && expr->a->type.kind == TYPE_RATE && expr->type.kind == TYPE_RATE)
        return text_with(lower, expr->a, TEXT(" per "), lower->core->units[expr->type.unit].name);
    return sources_excerpt(lower->core->sources, expr->span, LABEL_MAX_BYTES, lower->core->arena);
}

static uint32_t place_called(Lower *lower, const Expr *expr, bd_step_kind step, Text label)
{
    IrPlace place = {
        .span = expr->span,
        .label = label,
        .rule = lower->rule,
        .citation = BD_NONE,
        .step = (uint8_t)step,
        .meaning = (uint8_t)layout_meaning(expr->type.kind),
        .unit = expr->type.kind == TYPE_QUANTITY || expr->type.kind == TYPE_RATE ? expr->type.unit : BD_NONE,
        .choice = expr->type.choice,
    };
    return ir_add_place(lower->ir, &place);
}

uint32_t lower_place(Lower *lower, const Expr *expr, bd_step_kind step)
{
    return place_called(lower, expr, step, text_of(lower, expr));
}

uint32_t lower_site(Lower *lower, const char *code, const Expr *expr)
{
    lower->ir->rule = lower->rule;
    return ir_add_site(lower->ir, code, lower_place(lower, expr, BD_STEP_FAULT));
}

/* Gives the instruction that made a value its place, unless a reader's expression claimed it already. */
static void mark_place(Lower *lower, IrValue value, const Expr *expr)
{
    bd_step_kind step = step_of(expr);
    if (step == 0 || value == IR_NONE || ir_at(lower->ir, value)->is_constant ||
        ir_at(lower->ir, value)->place != BD_NONE)
        return;
    lower->ir->code[value].place = lower_place(lower, expr, step);
}

/* An interval is shown by its ends, each under words that say which it is. */
static void mark_end(Lower *lower, IrValue value, const Expr *expr, Text words)
{
    if (value == IR_NONE || ir_at(lower->ir, value)->is_constant || ir_at(lower->ir, value)->place != BD_NONE)
        return;
    Text text = text_of(lower, expr);
    bool is_phrase = memchr(text.data, ' ', text.size) != NULL;
    StringBuilder label;
    builder_init(&label, lower->core->arena);
    builder_text(&label, words);
    builder_text(&label, is_phrase ? TEXT(" (") : TEXT(" "));
    builder_text(&label, text);
    builder_text(&label, is_phrase ? TEXT(")") : TEXT(""));
    lower->ir->code[value].place = place_called(lower, expr, BD_STEP_VALUE, builder_result(&label));
}

static void mark_ends(Lower *lower, const Lowered *ends, const Expr *expr)
{
    bool is_english = text_equal(lower->core->language, TEXT("en"));
    mark_end(lower, ends->value, expr, is_english ? TEXT("begin of") : TEXT("begin van"));
    mark_end(lower, ends->second, expr, is_english ? TEXT("end of") : TEXT("einde van"));
}

static Lowered plain(IrValue value)
{
    return (Lowered){value, IR_NONE, IR_NONE};
}

Lower lower_new(Core *core, Layout *layout, Ir *ir)
{
    return (Lower){.core = core,
                   .layout = layout,
                   .ir = ir,
                   .guard = IR_NONE,
                   .reference = IR_NONE,
                   .begin = IR_NONE,
                   .sound = IR_NONE,
                   .unit_class = BD_NONE,
                   .volume = IR_NONE,
                   .computed = IR_NONE,
                   .amount = IR_NONE,
                   .granted = IR_NONE,
                   .rule = BD_NONE};
}

IrValue lower_value(Lower *lower, const Expr *expr)
{
    return lower_expression(lower, expr).value;
}

/* ---- Names ---- */

static Lowered lower_variable(Lower *lower, const Expr *expr)
{
    for (const LowerBinding *binding = lower->bindings; binding; binding = binding->outer)
        if (binding->variable == expr->variable)
            return binding->value;
    assert(expr->variable->value != NULL); /* a `waar` name: lowered where it is used, shared by hash-consing */
    return lower_expression(lower, expr->variable->value);
}

static Lowered lower_call(Lower *lower, const Expr *expr)
{
    const Instance *instance = expr->instance;
    LowerBinding *outer = lower->bindings;
    LowerBinding *made = arena_array(lower->core->arena, expr->arg_count, sizeof(LowerBinding));
    for (uint32_t i = 0; i < expr->arg_count; i++)
        made[i] = (LowerBinding){instance->parameters[i], lower_expression(lower, expr->args[i]), lower->domain, NULL};
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        made[i].outer = i ? &made[i - 1] : outer;
        lower->bindings = &made[i];
    }
    Lowered result = lower_expression(lower, instance->body);
    lower->bindings = outer;
    return result;
}

/* A number comes back as an exact ratio. */
static IrValue lower_native(Lower *lower, const Expr *expr)
{
    IrValue *args = arena_array(lower->core->arena, expr->arg_count, sizeof *args);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        args[i] = lower_value(lower, expr->args[i]);
    bd_kind kind = layout_kind(expr->type.kind);
    IrType type = {kind == BD_KIND_SCALED ? BD_KIND_RATIO : kind, lower->domain, 1};
    uint32_t site = lower_site(lower, "functie", expr);
    return ir_call(lower->ir, expr->instance->definition->native, type, args, expr->arg_count, lower->guard, site);
}

Lowered lower_column(Lower *lower, uint32_t column, uint16_t domain)
{
    const Column *declared = &lower->core->columns[column];
    uint32_t index = lower->layout->column_of[column];
    assert(index != BD_NONE);
    IrType type = {declared->is_group ? BD_KIND_BOOL : layout_kind(declared->type.kind), domain,
                   lower->layout->columns[index].denominator};
    Lowered result = plain(ir_load(lower->ir, index, type));
    if (declared->is_group)
        result.present = result.value;
    else if (declared->type.optional)
        result.present = ir_present(lower->ir, index, domain);
    return result;
}

/* A volume is counted in the unit of its own `eenheid` column and asked for in the unit of the line's product. */
IrValue lower_in_product_unit(Lower *lower, IrValue amount, uint32_t unit_column, uint32_t unit_class, uint16_t domain,
                              IrValue guard)
{
    uint32_t table = layout_conversion(lower->layout, unit_class);
    const InternalTable *factors = &lower->layout->internal[table - lower->layout->table_count];
    bool is_trivial = factors->denominator == 1;
    for (uint32_t i = 0; i < factors->cell_count; i++)
        is_trivial = is_trivial && (!factors->present[i] || factors->cells[i] == 1);
    if (is_trivial && unit_column == COLUMN_UNIT)
        return amount; /* another unit on the line is rejected; an allocation's must fault */
    Lowered named = lower_column(lower, unit_column, domain);
    IrValue unit = named.value;
    if (named.present != IR_NONE) /* a volume without a unit fits no product */
        unit = ir_select(lower->ir, named.present, unit, ir_int(lower->ir, -1, domain));
    uint32_t rule = lower->rule;
    if (unit_column ==
        COLUMN_UNIT) { /* where the line's unit does not fit, it is rejected rather than faulted; all rules share this */
        guard = ir_has_cell(lower->ir, table, unit);
        lower->rule = BD_NONE;
    }
    const Column *column = &lower->core->columns[unit_column];
    Expr where = {.op = EXPR_COLUMN,
                  .type = {TYPE_CHOICE, BD_NONE, CHOICE_UNITS, BD_NONE, false, false},
                  .span = column->span.end > column->span.begin ? column->span : column->read_at};
    uint32_t site = lower_site(lower, "eenheid_past_niet", &where);
    lower->rule = rule;
    IrType type = {BD_KIND_SCALED, domain, factors->denominator};
    return ir_mul(lower->ir, amount, ir_cell(lower->ir, table, type, unit, guard, site));
}

static Lowered lower_line_column(Lower *lower, const Expr *expr)
{
    const Column *column = &lower->core->columns[expr->index];
    if (column->is_judgement || lower->callable)
        return lower_judgement(lower, expr);
    Lowered result = lower_column(lower, expr->index, 0);
    if (column->type.kind == TYPE_QUANTITY && column->type.unit == UNIT_OF_PRODUCT) {
        uint32_t unit = find_column(lower->core, BD_NONE, TEXT("toewijzing_eenheid"));
        result.value = lower_in_product_unit(lower, result.value, unit, expr->unit_class, 0,
                                             lower->domain == 0 ? lower->guard : IR_NONE);
    }
    return result;
}

IrValue lower_in_products(Lower *lower, const uint64_t *set)
{
    const Core *core = lower->core;
    uint32_t count = 0;
    for (uint32_t p = 0; p < core->product_count; p++)
        count += set_has(set, p);
    if (count == core->product_count)
        return ir_bool(lower->ir, true, 0);
    return ir_in(lower->ir, lower_column(lower, COLUMN_PRODUCT, 0).value, set,
                 (uint32_t)SET_WORDS(core->product_count));
}

/* The cell as it stands is the volume of several classes at once, each in its own unit: a trace must not show one's unit for another's. */
static IrValue volume_of_class(Lower *lower, IrValue cell, uint32_t unit_class)
{
    const Core *core = lower->core;
    if (core->class_count < 2)
        return cell;
    return ir_select(lower->ir, lower_in_products(lower, core->classes[unit_class].products), cell,
                     ir_number(lower->ir, NUMBER_ZERO, 0));
}

static IrValue lower_volume(Lower *lower, const Expr *expr)
{
    if (lower->volume != IR_NONE)
        return lower->volume;
    IrValue cell = lower_column(lower, COLUMN_VOLUME, 0).value;
    IrValue volume = lower_in_product_unit(lower, cell, COLUMN_UNIT, expr->unit_class, 0,
                                           lower->domain == 0 ? lower->guard : IR_NONE);
    return volume == cell ? volume_of_class(lower, cell, expr->unit_class) : volume;
}

static Lowered lower_field(Lower *lower, const Expr *expr)
{
    for (const LowerBinding *binding = lower->bindings; binding; binding = binding->outer)
        if (binding->variable == expr->a->variable)
            return lower_column(lower, expr->index, binding->domain);
    assert(false && "a record variable is always bound");
    return plain(IR_NONE);
}

/* ---- Logic: the right operand is only reached where the left one leaves the outcome open ---- */

static IrValue guarded(Lower *lower, IrValue condition, const Expr *expr)
{
    IrValue outer = lower->guard;
    lower->guard = outer == IR_NONE ? condition : ir_and(lower->ir, outer, condition);
    IrValue value = lower_value(lower, expr);
    lower->guard = outer;
    return value;
}

static Lowered lower_if(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    IrValue condition = lower_value(lower, expr->a), outer = lower->guard;
    lower->guard = outer == IR_NONE ? condition : ir_and(ir, outer, condition);
    Lowered yes = lower_expression(lower, expr->b);
    IrValue otherwise = ir_not(ir, condition);
    lower->guard = outer == IR_NONE ? otherwise : ir_and(ir, outer, otherwise);
    Lowered no = lower_expression(lower, expr->c);
    lower->guard = outer;
    Lowered result = {ir_select(ir, condition, yes.value, no.value), IR_NONE, IR_NONE};
    if (yes.second != IR_NONE)
        result.second = ir_select(ir, condition, yes.second, no.second);
    if (yes.present != IR_NONE || no.present != IR_NONE) {
        IrValue always = ir_bool(ir, true, lower->domain);
        result.present = ir_select(ir, condition, yes.present == IR_NONE ? always : yes.present,
                                   no.present == IR_NONE ? always : no.present);
    }
    return result;
}

static IrValue lower_present(Lower *lower, const Expr *expr)
{
    Lowered inner = lower_expression(lower, expr->a);
    return inner.present == IR_NONE ? ir_bool(lower->ir, true, lower->domain) : inner.present;
}

/* ---- Arithmetic ---- */

static IrValue lower_least(Lower *lower, const Expr *expr)
{
    bool is_date = layout_kind(expr->type.kind) == BD_KIND_INT;
    bool is_least = expr->op == EXPR_LEAST;
    IrValue result = lower_value(lower, expr->args[0]);
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        IrValue next = lower_value(lower, expr->args[i]);
        if (is_date)
            result = ir_int_op(lower->ir, is_least ? OP_MIN_I : OP_MAX_I, result, next, IR_NONE, BD_NONE);
        else
            result = is_least ? ir_min(lower->ir, result, next) : ir_max(lower->ir, result, next);
    }
    return result;
}

static IrValue lower_arithmetic(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    IrValue a = lower_value(lower, expr->a), b;
    switch ((int)expr->op) {
    case EXPR_ADD: return ir_add(ir, a, lower_value(lower, expr->b));
    case EXPR_SUBTRACT: return ir_sub(ir, a, lower_value(lower, expr->b));
    case EXPR_MULTIPLY: return ir_mul(ir, a, lower_value(lower, expr->b));
    case EXPR_DIVIDE:
        b = lower_value(lower, expr->b);
        return ir_div(ir, a, b, lower->guard, lower_site(lower, "deling_door_nul", expr));
    case EXPR_NEGATE: return ir_neg(ir, a);
    case EXPR_SCALE: return ir_mul(ir, a, ir_number(ir, expr->number, lower->domain));
    case EXPR_ROUND: return ir_round(ir, a, expr->mode, expr->number);
    default: assert(expr->op == EXPR_WHOLE); return ir_whole(ir, a);
    }
}

static Lowered lower_op(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    IrValue left;
    switch ((int)expr->op) {
    case EXPR_BOOLEAN: return plain(ir_bool(ir, expr->integer != 0, lower->domain));
    case EXPR_NUMBER: return plain(ir_number(ir, expr->number, lower->domain));
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_YEAR:
    case EXPR_MEMBER: return plain(ir_int(ir, expr->integer, lower->domain));
    case EXPR_TEXT: return plain(ir_text(ir, expr->text, lower->domain));
    case EXPR_COLUMN: return lower_line_column(lower, expr);
    case EXPR_READING: return plain(ir_reading(ir, expr->index, lower->domain));
    case EXPR_FIELD: return lower_field(lower, expr);
    case EXPR_VARIABLE: return lower_variable(lower, expr);
    case EXPR_CALL: return lower_call(lower, expr);
    case EXPR_NATIVE: return plain(lower_native(lower, expr));
    case EXPR_TABLE: return lower_table(lower, expr);
    case EXPR_TARIFF: return plain(lower_tariff(lower, expr));
    case EXPR_VOLUME: return plain(lower_volume(lower, expr));
    case EXPR_GRANTED: return plain(lower->granted != IR_NONE ? lower->granted : lower_volume(lower, expr));
    case EXPR_GRANTED_AMOUNT: assert(lower->amount != IR_NONE); return plain(lower->amount);
    case EXPR_COUNTER_SUM:
    case EXPR_COUNTER_DAYS:
    case EXPR_COUNTER_RUN: return plain(lower_counter(lower, expr));
    case EXPR_COMPUTED:
        assert(lower->computed != IR_NONE);
        lower_wait_too(lower, lower->computed_waits);
        return plain(lower->computed);
    case EXPR_IS_CREDIT: return plain(ir_bool(lower->ir, lower->is_credit, lower->domain));
    case EXPR_REFERENCE: return plain(lower->reference);
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_NEGATE:
    case EXPR_SCALE:
    case EXPR_ROUND:
    case EXPR_WHOLE: return plain(lower_arithmetic(lower, expr));
    case EXPR_LEAST:
    case EXPR_GREATEST: return plain(lower_least(lower, expr));
    case EXPR_COMPARE:
        left = lower_value(lower, expr->a);
        return plain(ir_compare(ir, (IrCompare)expr->compare, left, lower_value(lower, expr->b)));
    case EXPR_AND: left = lower_value(lower, expr->a); return plain(ir_and(ir, left, guarded(lower, left, expr->b)));
    case EXPR_OR:
        left = lower_value(lower, expr->a);
        return plain(ir_or(ir, left, guarded(lower, ir_not(ir, left), expr->b)));
    case EXPR_NOT: return plain(ir_not(ir, lower_value(lower, expr->a)));
    case EXPR_IF: return lower_if(lower, expr);
    case EXPR_PRESENT: return plain(lower_present(lower, expr));
    case EXPR_IN_SET:
        return plain(ir_in(ir, lower_value(lower, expr->a), expr->set,
                           (uint32_t)SET_WORDS(lower->core->choices[expr->a->type.choice].member_count)));
    case EXPR_AGGREGATE: return lower_aggregate(lower, expr);
    default: return lower_date(lower, expr);
    }
}

Lowered lower_expression(Lower *lower, const Expr *expr)
{
    Lowered result = lower_op(lower, expr);
    bool is_judgement = expr->op == EXPR_COLUMN && lower->core->columns[expr->index].is_judgement;
    if (is_judgement) /* the cell itself is shown, so that a missing one is seen to be missing */
        return result;
    if (expr->type.kind != TYPE_INTERVAL)
        mark_place(lower, result.value, expr);
    else if (expr->op != EXPR_INTERVAL &&
             expr->op != EXPR_VARIABLE) /* of a written interval the ends are expressions of their own */
        mark_ends(lower, &result, expr);
    return result;
}
