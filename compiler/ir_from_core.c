/* ir_from_core.c: one program per thing that a module can do.
**
** Job: deciding lines is decide.c's; here the callables get their inputs as bindings and their results as outputs. An interval is two
** results, its first and its last day.
*/
#include "compiler/ir_from_core.h"

#include "compiler/amendment.h"
#include "compiler/fast.h"
#include "compiler/lower.h"

enum { OUTPUTS_MAX = 2 };

static Ir *new_ir(Core *core, IrShared *shared, Diags *diags)
{
    Ir *ir = arena_alloc(core->arena, sizeof *ir);
    ir_init(ir, shared, diags);
    return ir;
}

/* ---- Inputs ---- */

static Lowered input(const Layout *layout, Ir *ir, uint32_t index)
{
    const ModuleColumn *column = &layout->columns[index];
    IrType type = {layout_kind(column->type.kind), 0, column->denominator};
    Lowered result = {ir_load(ir, index, type), IR_NONE, IR_NONE};
    if (column->optional)
        result.present = ir_present(ir, index, 0);
    return result;
}

static void bind_parameters(Lower *lower, const Callable *callable, const Instance *instance)
{
    uint32_t count = callable->definition->parameter_count;
    LowerBinding *bindings = arena_array(lower->core->arena, count, sizeof *bindings);
    for (uint32_t i = 0; i < count; i++) {
        Lowered value = input(lower->layout, lower->ir, callable->first_column + i);
        bindings[i] = (LowerBinding){instance->parameters[i], value, 0, lower->bindings};
        lower->bindings = &bindings[i];
    }
}

/* ---- Results ---- */

static ModuleOutput output_of(const Ir *ir, Text name, Type type, IrValue value, bool is_optional)
{
    return (ModuleOutput){
        .name = name,
        .type = ir_at(ir, value)->type,
        .unit = type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE ? type.unit : BD_NONE,
        .choice = type.kind == TYPE_CHOICE ? type.choice : BD_NONE,
        .meaning = layout_meaning(type.kind),
        .is_optional = is_optional,
    };
}

static void write_outputs(Ir *ir, ModuleProgram *program, Type type, Lowered result)
{
    ModuleOutput *outputs = arena_array(ir->arena, OUTPUTS_MAX, sizeof *outputs);
    bool is_optional = result.present != IR_NONE;
    bool is_interval = type.kind == TYPE_INTERVAL;
    outputs[0] = output_of(ir, is_interval ? TEXT("van") : TEXT(""), type, result.value, is_optional);
    ir_out(ir, OP_OUT_VALUE, result.value, result.present, 0);
    if (is_interval) {
        outputs[1] = output_of(ir, TEXT("tot_en_met"), type, result.second, is_optional);
        ir_out(ir, OP_OUT_VALUE, result.second, result.present, 1);
    }
    program->outputs = outputs;
    program->output_count = is_interval ? 2 : 1;
}

/* ---- Programs ---- */

static Lowered call_table(Lower *lower, const Callable *callable)
{
    const Table *table = callable->table;
    IrValue *keys = arena_array(lower->core->arena, table->dimension_count, sizeof *keys);
    Type *types = arena_array(lower->core->arena, table->dimension_count, sizeof *types);
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        keys[i] = input(lower->layout, lower->ir, callable->first_column + i).value;
        types[i] = table->dimensions[i].type;
    }
    IrPlace place = {.span = table->span,
                     .label = callable->name,
                     .rule = BD_NONE,
                     .citation = table->citation,
                     .step = BD_STEP_LOOKUP,
                     .meaning = (uint8_t)layout_meaning(table->type.kind),
                     .unit = table->type.unit,
                     .choice = table->type.choice};
    Lowered result = {IR_NONE, IR_NONE, IR_NONE};
    uint32_t place_index = ir_add_place(lower->ir, &place);
    result.value = lower_table_at(lower, table, keys, types, lower->reference, &result.present, place_index);
    if (!ir_at(lower->ir, result.value)->is_constant)
        lower->ir->code[result.value].place = place_index;
    return result;
}

static Lowered call_version(Lower *lower, const Callable *callable, uint32_t version)
{
    const Instance *instance = layout_callable_instance(callable->definition, version);
    lower->bindings = NULL;
    bind_parameters(lower, callable, instance);
    return lower_expression(lower, instance->body);
}

static IrValue choose(Ir *ir, IrValue condition, IrValue yes, IrValue no)
{
    return yes == IR_NONE || no == IR_NONE ? IR_NONE : ir_select(ir, condition, yes, no);
}

static Lowered choose_all(Ir *ir, IrValue condition, Lowered yes, Lowered no)
{
    IrValue always = ir_bool(ir, true, 0);
    Lowered result = {ir_select(ir, condition, yes.value, no.value), choose(ir, condition, yes.second, no.second),
                      IR_NONE};
    if (yes.present != IR_NONE || no.present != IR_NONE)
        result.present = ir_select(ir, condition, yes.present == IR_NONE ? always : yes.present,
                                   no.present == IR_NONE ? always : no.present);
    return result;
}

/* The latest version that has begun: its day has come, and its amendment holds. */
static Lowered call_amended(Lower *lower, const Callable *callable)
{
    Ir *ir = lower->ir;
    const Definition *definition = callable->definition;
    Lowered result = call_version(lower, callable, 0);
    for (uint32_t version = 1; version < definition->version_count; version++) {
        const DefinitionVersion *later = &definition->versions[version];
        IrValue begun = ir_compare(ir, IR_GE, lower->reference, ir_int(ir, later->validity.from, 0));
        const Expr *unless = amendment_unless(lower->core, later->amendment);
        if (unless) {
            lower->guard = begun;
            IrValue stays = lower_value(lower, unless);
            lower->guard = IR_NONE;
            begun = ir_and(ir, begun, ir_not(ir, stays));
        }
        result = choose_all(ir, begun, call_version(lower, callable, version), result);
    }
    return result;
}

/* Of several versions the one that holds on the reference date, as for a call within the contract. */
static Lowered call_definition(Lower *lower, const Callable *callable)
{
    Ir *ir = lower->ir;
    const Definition *definition = callable->definition;
    if (amendment_splits_definition(lower->core, definition))
        return call_amended(lower, callable);
    uint32_t version = definition->version_count - 1;
    Lowered result = call_version(lower, callable, version);
    while (version-- > 0) {
        Lowered earlier = call_version(lower, callable, version);
        int32_t next_start = definition->versions[version + 1].validity.from;
        IrValue before = ir_compare(ir, IR_LT, lower->reference, ir_int(ir, next_start, 0)),
                always = ir_bool(ir, true, 0);
        if (earlier.present != IR_NONE || result.present != IR_NONE)
            result.present = ir_select(ir, before, earlier.present == IR_NONE ? always : earlier.present,
                                       result.present == IR_NONE ? always : result.present);
        result.value = ir_select(ir, before, earlier.value, result.value);
        result.second = choose(ir, before, earlier.second, result.second);
    }
    return result;
}

/* ---- Forms ---- */

static void bind_inputs(Lower *lower, const Callable *callable)
{
    const Form *form = callable->form;
    LowerBinding *bindings = arena_array(lower->core->arena, form->input_count, sizeof *bindings);
    for (uint32_t i = 0; i < form->input_count; i++) {
        Lowered value = input(lower->layout, lower->ir, callable->first_column + i);
        bindings[i] = (LowerBinding){form->inputs[i], value, 0, lower->bindings};
        lower->bindings = &bindings[i];
    }
}

static void lower_demand(Lower *lower, const FormDemand *demand, uint32_t citation)
{
    IrPlace place = {.span = demand->span,
                     .label = demand->label,
                     .rule = BD_NONE,
                     .citation = citation,
                     .step = BD_STEP_FAULT,
                     .meaning = BD_MEANS_BOOLEAN,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
    IrValue broken = ir_not(lower->ir, lower_value(lower, demand->holds));
    uint32_t site = ir_add_site(lower->ir, demand->code, ir_add_place(lower->ir, &place));
    ir_fail(lower->ir, broken, site);
}

/* Demands first: what is not met faults the call, whatever the results are. */
static void lower_form(Lower *lower, const Callable *callable, ModuleProgram *program)
{
    Ir *ir = lower->ir;
    const Form *form = callable->form;
    bind_inputs(lower, callable);
    for (uint32_t i = 0; i < form->demand_count; i++)
        lower_demand(lower, &form->demands[i], callable->citation);
    ModuleOutput *outputs = arena_array(ir->arena, form->output_count, sizeof *outputs);
    for (uint32_t i = 0; i < form->output_count; i++) {
        const FormOutput *result = &form->outputs[i];
        IrValue present = result->present ? lower_value(lower, result->present) : IR_NONE;
        lower->guard = present;
        IrValue value = lower_value(lower, result->value);
        lower->guard = IR_NONE;
        outputs[i] = output_of(ir, result->name, result->value->type, value, present != IR_NONE);
        ir_out(ir, OP_OUT_VALUE, value, present, i);
    }
    program->outputs = outputs;
    program->output_count = form->output_count;
}

/* The latest day of the year that a definition goes by, on or before a date: of an indexation, the moment that counts on that date. */
static IrValue last_moment(Ir *ir, const Definition *definition, IrValue date)
{
    uint32_t site = ir_add_site(ir, "datumgrens", BD_NONE);
    IrValue year = ir_date_part(ir, PART_YEAR_START, date);
    IrValue months = ir_int(ir, definition->yearly_month - 1, 0), days = ir_int(ir, definition->yearly_day - 1, 0);
    IrValue month = ir_int_op(ir, OP_ADD_MONTHS, year, months, IR_NONE, site);
    IrValue moment = ir_int_op(ir, OP_ADD_DAYS, month, days, IR_NONE, site);
    IrValue twelve = ir_int(ir, -12, 0);
    IrValue earlier = ir_int_op(ir, OP_ADD_MONTHS, moment, twelve, IR_NONE, site);
    IrValue is_past = ir_compare(ir, IR_LE, moment, date);
    return ir_select(ir, is_past, moment, earlier);
}

static ModuleProgram lower_callable(Core *core, Layout *layout, const Callable *callable, IrShared *shared,
                                    Diags *diags)
{
    Ir *ir = new_ir(core, shared, diags);
    Lower lower = lower_new(core, layout, ir);
    lower.callable = callable;
    ModuleProgram program = {.name = callable->name,
                             .kind = callable->definition && callable->definition->is_step ? BD_PROGRAM_STEP
                                                                                           : BD_PROGRAM_CALL,
                             .first_column = callable->first_column,
                             .columns = callable->columns,
                             .ir = ir,
                             .citation = callable->citation};
    if (callable->date_column != BD_NONE)
        lower.reference = input(layout, ir, callable->date_column).value;
    if (callable->form) {
        lower_form(&lower, callable, &program);
        ir_prune(ir);
        return program;
    }
    if (callable->date_column != BD_NONE && callable->definition && callable->definition->yearly_month > 0)
        lower.reference = last_moment(ir, callable->definition, lower.reference);
    Lowered result = callable->table ? call_table(&lower, callable) : call_definition(&lower, callable);
    write_outputs(ir, &program, callable->result, result);
    ir_prune(ir);
    return program;
}

/* ---- Lines ---- */

static bool denominators_are_found(Layout *layout)
{
    bool found = true;
    for (uint32_t i = 0; i < layout->counter_count; i++)
        found = found && layout->counters[i].wanted == layout->counters[i].denominator;
    return found;
}

/* The next try's denominators. A sum that has none is reported, here or when trying does not end. */
static void adjust_denominators(Core *core, Layout *layout, bool is_last)
{
    for (uint32_t i = 0; i < layout->counter_count; i++) {
        ModuleCounter *made = &layout->counters[i];
        const Counter *counter = &core->counters[made->core_counter];
        if (made->wanted == 0 || (is_last && made->wanted != made->denominator))
            (void)diag_report(core->diags, DIAG_E0625, counter->node->b ? counter->node->b->span : counter->span,
                              counter->name, (Text){0}, (Text){0});
        else
            made->denominator = made->wanted;
    }
}

/* What a counter holds has the denominator of what is counted, which may depend on what it holds: `begrens volume tot 52 uur − T`. A few
** tries find one that fits, if there is one. */
static void lower_lines(Core *core, Layout *layout, IrShared *shared, Ir *lines)
{
    enum { TRIES = 4 };
    for (int i = 0; i < TRIES; i++) {
        ir_shared_init(shared, core->arena);
        ir_init(lines, shared, core->diags);
        decide_lines(core, layout, lines);
        if (denominators_are_found(layout))
            break;
        adjust_denominators(core, layout, i + 1 == TRIES);
        if (diag_has_errors(core->diags))
            return;
    }
    ir_prune(lines);
}

/* Another program over the columns of the lines. */
static ModuleProgram program_of_lines(const ModuleProgram *lines, Text name, bd_program_kind kind, Ir *ir)
{
    ModuleProgram program = *lines;
    ir_prune(ir);
    program.name = name;
    program.kind = kind;
    program.ir = ir;
    return program;
}

/* What a fast program that came to nothing left in the shared pools goes out again. */
static void add_fast(Core *core, Layout *layout, IrShared *shared, ModuleProgram *programs, uint32_t *count)
{
    Ir *fast = new_ir(core, shared, NULL);
    const uint32_t roundings = shared->rounding_count, sets = shared->set_count, brackets = shared->bracket_count;
    if (fast_from_lines(core, layout, programs[0].ir, fast)) {
        programs[(*count)++] = program_of_lines(&programs[0], TEXT("kolommen"), BD_PROGRAM_FAST, fast);
        return;
    }
    shared->rounding_count = roundings;
    shared->set_count = sets;
    shared->bracket_count = brackets;
}

ModuleProgram *ir_from_core(Core *core, Layout *layout, IrShared *shared, Diags *diags, uint32_t *count)
{
    ModuleProgram *programs = arena_array(core->arena, (size_t)layout->callable_count + 4, sizeof *programs);
    Ir *lines = new_ir(core, shared, diags);
    programs[0] = (ModuleProgram){.name = TEXT("regels"),
                                  .kind = BD_PROGRAM_LINES,
                                  .first_column = 0,
                                  .columns = layout->line_columns,
                                  .ir = lines,
                                  .citation = BD_NONE};
    lower_lines(core, layout, shared, lines);
    for (uint32_t i = 0; i < layout->callable_count; i++)
        programs[i + 1] = lower_callable(core, layout, &layout->callables[i], shared, diags);
    *count = layout->callable_count + 1;
    add_fast(core, layout, shared, programs, count);
    Ir *earlier = new_ir(core, shared, diags), *credits = new_ir(core, shared, diags);
    if (decide_earlier(core, layout, earlier))
        programs[(*count)++] = program_of_lines(&programs[0], TEXT("eerder"), BD_PROGRAM_EARLIER, earlier);
    if (decide_credits(core, layout, credits))
        programs[(*count)++] = program_of_lines(&programs[0], TEXT("credit"), BD_PROGRAM_CREDIT, credits);
    return programs;
}
