/* line_layout.c: the lines program as registers and runs; see line.h.
**
** The layout gives each instruction a fresh register, so that a register is written by one instruction only: what constants, readings and
** columns wrote stays where it is, and instructions may change places as long as each comes after those it reads. verify.c has proved that
** every operand was written before it is read.
*/
#include "line.h"

enum {
    LINE_MAX_OPS = 4096, /* sorting them takes the square of that; agreements have some hundreds */
    LINE_MAX_REGISTERS = NO_SLOT / sizeof(Register) - 1 /* an operand is 16 bits wide */
};

/* ---- Laying out ---- */

/* Where the content of a slot stands, and whether its opposite stands there. */
typedef struct Place {
    uint16_t at;
    bool is_not;
} Place;

typedef struct Layout {
    LineProgram *line;
    const bd_module *module;
    const ProgramRecord *program;
    Place *places;            /* per slot of the program */
    const TypeRecord **types; /* per slot: of its content now */
    Arena *arena;
} Layout;

/* Instructions that need lanes, counters or the slots themselves. */
static bool is_for_columns(uint16_t op)
{
    switch (op) {
    case OP_DAY:
    case OP_OPEN_LIST:
    case OP_OPEN_DAYS:
    case OP_EXPAND:
    case OP_COUNT:
    case OP_ANY_OF:
    case OP_SUM:
    case OP_SUM_N:
    case OP_LEAST:
    case OP_GREATEST:
    case OP_FIRST:
    case OP_LAST:
    case OP_CALL:
    case OP_COUNTER_SUM:
    case OP_COUNTER_DAYS:
    case OP_COUNTER_RUN:
    case OP_OUT_COUNTER:
    case OP_OUT_VALUE: return true;
    default: return false;
    }
}

/* The place of a new register; when there are too many, one that exists, and line_prepare gives up. */
static uint16_t new_register(LineProgram *line)
{
    uint32_t at = line->register_count++;
    return (uint16_t)((at <= LINE_MAX_REGISTERS ? at : 0) * sizeof(Register));
}

static Register *register_at(const LineProgram *line, uint16_t at)
{
    return (Register *)((char *)line->registers + at);
}

static void set_constant(const Layout *layout, const Instruction *in, Register *out)
{
    const ConstantRecord *constant = &layout->module->CONSTANTS[in->imm];
    switch (constant->kind) {
    case BD_KIND_BOOL: out->boolean = constant->numerator != 0; break;
    case BD_KIND_INT: out->integer = (int32_t)constant->numerator; break;
    case BD_KIND_SCALED: out->scaled = constant->numerator; break;
    case BD_KIND_RATIO: out->ratio = (Ratio){constant->numerator, constant->denominator}; break;
    default: out->text = module_text(layout->module, constant->text); break;
    }
}

/* The register of a column, one for all the instructions that read it. An optional one that is never bound reads as 0 and not present. */
static uint16_t column_register(Layout *layout, Register **registers, const Instruction *in)
{
    LineProgram *line = layout->line;
    Register **at = &registers[in->imm - layout->program->first_column];
    if (*at == line->registers) {
        *at = register_at(line, new_register(line));
        if (layout->module->COLUMNS[in->imm].kind == BD_KIND_TEXT && registers == line->values)
            (*at)->text = (bd_text){"", 0};
    }
    return (uint16_t)((char *)*at - (char *)line->registers);
}

static LineOp *add_op(Layout *layout, uint16_t op, uint16_t dst)
{
    LineOp *added = &layout->line->code[layout->line->count++];
    *added = (LineOp){.op = op, .dst = dst, .a = NO_SLOT, .b = NO_SLOT, .c = NO_SLOT};
    return added;
}

/* The register that has what a slot says; where its opposite stands, it is turned over first. */
static uint16_t plain(Layout *layout, uint16_t slot)
{
    if (slot == NO_SLOT)
        return NO_SLOT;
    Place *place = &layout->places[slot];
    if (place->is_not) {
        LineOp *turn = add_op(layout, OP_AND, new_register(layout->line));
        turn->a = turn->b = place->at;
        turn->result_not = 1;
        *place = (Place){turn->dst, false};
    }
    return place->at;
}

/* The register of a boolean, and whether its opposite stands there. */
static uint16_t as_it_stands(const Layout *layout, uint16_t slot, uint8_t *is_not)
{
    *is_not = layout->places[slot].is_not;
    return layout->places[slot].at;
}

static void set_bits(LineOp *op, const uint64_t *words, uint32_t first, uint32_t count)
{
    op->op = OP_HAS_CELL;
    op->at = words;
    op->x = first;
    op->count = count;
}

/* Cells are found with their bits. */
static void set_cells(const Layout *layout, LineOp *op)
{
    const TableRecord *table = &layout->module->TABLES[op->imm];
    op->at = layout->module->CELLS + table->first_cell;
    op->x = table->first_cell;
    op->count = table->cells;
}

/* False when a constant of the rounding does not fit; then the column function does it. */
static bool set_rounding(const Layout *layout, const Instruction *in, LineOp *op)
{
    const RoundingRecord *rounding = &layout->module->ROUNDINGS[in->imm];
    LineRounding *constants = arena_alloc(layout->arena, sizeof *constants);
    op->at = constants;
    constants->mode = (RoundMode)rounding->mode;
    return column_rounding_constants(rounding, layout->types[in->a]->denominator,
                                     layout->module->TYPES[in->type].denominator, &constants->multiplier,
                                     &constants->divisor, &constants->result);
}

/* The multiplication that SCALE is. */
static void set_scale(Layout *layout, LineOp *op)
{
    op->op = OP_MUL;
    op->b = new_register(layout->line);
    register_at(layout->line, op->b)->scaled = (int64_t)op->imm;
}

static const TypeRecord *type_of(const Layout *layout, uint16_t slot)
{
    return slot == NO_SLOT ? NULL : layout->types[slot];
}

static void *operand_at(const LineProgram *line, uint16_t at)
{
    return at == NO_SLOT ? NULL : register_at(line, at);
}

/* The instruction as its column function takes it, with one lane. */
static void set_column_op(const Layout *layout, const Instruction *in, LineOp *op)
{
    LineProgram *line = layout->line;
    ColumnOp *column = arena_alloc(layout->arena, sizeof *column);
    *column = (ColumnOp){.run = &line->run,
                         .in = in,
                         .type = in->dst == NO_SLOT ? NULL : &layout->module->TYPES[in->type],
                         .a_type = type_of(layout, in->a),
                         .b_type = type_of(layout, in->b),
                         .c_type = type_of(layout, in->c),
                         .a = operand_at(line, op->a),
                         .b = operand_at(line, op->b),
                         .c = operand_at(line, op->c),
                         .dst = operand_at(line, op->dst),
                         .bad = &line->bad,
                         .lanes = 1};
    op->op = OP_COUNT_;
    op->at = column;
}

/* What an instruction needs beside its operands. False when it has no case in run_code. */
static bool settle_op(Layout *layout, const Instruction *in, LineOp *op)
{
    const bd_module *module = layout->module;
    switch (op->op) {
    case OP_IN:
        set_bits(op, module->SET_WORDS + module->SETS[in->imm].first_word, 0, 64 * module->SETS[in->imm].words);
        return true;
    case OP_HAS_CELL:
        set_bits(op, module->CELL_BITS, module->TABLES[in->imm].first_cell, module->TABLES[in->imm].cells);
        return true;
    case OP_CELL: set_cells(layout, op); return true;
    case OP_VERSION: op->at = &module->TABLES[in->imm]; return true;
    case OP_BRACKET: op->at = &module->BRACKETS[in->imm]; return true;
    case OP_PERIOD: op->at = &module->CONSTANTS[in->imm]; return true;
    case OP_WHOLE: op->x = layout->types[in->a]->denominator; return true;
    case OP_ROUND: return set_rounding(layout, in, op);
    case OP_SCALE: set_scale(layout, op); return true;
    case OP_TO_SCALED:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX:
    case OP_EQ_I:
    case OP_LT_I:
    case OP_EQ:
    case OP_LT:
    case OP_EQ_T:
    case OP_ADD_I:
    case OP_SUB_I:
    case OP_MIN_I:
    case OP_MAX_I:
    case OP_ADD_DAYS:
    case OP_ADD_MONTHS:
    case OP_SPAN_END:
    case OP_DATE_PART:
    case OP_INDEX:
    case OP_OUT_DECISION:
    case OP_OUT_AMOUNT: return true;
    default: return false;
    }
}

/* Carries out what needs no line; false when the instruction is to be run for each. */
static bool is_settled(Layout *layout, const Instruction *in)
{
    LineProgram *line = layout->line;
    Place place = {0, false};
    switch (in->op) {
    case OP_LOAD: place.at = column_register(layout, line->values, in); break;
    case OP_PRESENT: place.at = column_register(layout, line->presences, in); break;
    case OP_CONST:
        place.at = new_register(line);
        set_constant(layout, in, register_at(line, place.at));
        break;
    case OP_READING:
        place.at = new_register(line);
        register_at(line, place.at)->integer = line->session->readings[in->imm];
        break;
    case OP_DIV_CONST: place = layout->places[in->a]; break; /* only the denominator changes */
    case OP_NOT: place = (Place){layout->places[in->a].at, !layout->places[in->a].is_not}; break;
    default: return false;
    }
    layout->places[in->dst] = place;
    return true;
}

static void add_logic(Layout *layout, const Instruction *in, uint16_t dst)
{
    const uint8_t is_or = in->op == OP_OR; /* a or b is not (not a and not b) */
    LineOp *op = add_op(layout, OP_AND, dst);
    op->a = as_it_stands(layout, in->a, &op->a_not);
    op->b = as_it_stands(layout, in->b, &op->b_not);
    op->a_not ^= is_or;
    op->b_not ^= is_or;
    op->result_not = is_or;
}

/* a <= b is not b < a. */
static void add_at_most(Layout *layout, const Instruction *in, uint16_t dst)
{
    LineOp *op = add_op(layout, in->op == OP_LE ? OP_LT : OP_LT_I, dst);
    op->a = plain(layout, in->b);
    op->b = plain(layout, in->a);
}

static void add_select(Layout *layout, const Instruction *in, uint16_t dst)
{
    uint8_t is_not;
    uint16_t condition = as_it_stands(layout, in->a, &is_not), b = plain(layout, in->b), c = plain(layout, in->c);
    LineOp *op = add_op(layout, OP_SELECT, dst);
    op->a = condition;
    op->b = is_not ? c : b;
    op->c = is_not ? b : c;
}

static void add_any(Layout *layout, const Instruction *in, uint16_t dst)
{
    uint16_t a = plain(layout, in->a), b = plain(layout, in->b), c = plain(layout, in->c);
    LineOp *op = add_op(layout, in->op, dst);
    op->a = a;
    op->b = b;
    op->c = c;
    op->kind = in->dst == NO_SLOT ? 0 : (uint8_t)layout->module->TYPES[in->type].kind;
    op->imm = in->imm;
    if (!settle_op(layout, in, op))
        set_column_op(layout, in, op);
}

static bool is_narrow(const Layout *layout, const Instruction *in)
{
    const uint16_t kind = layout->module->TYPES[in->type].kind;
    return kind == BD_KIND_BOOL || kind == BD_KIND_INT || kind == BD_KIND_SCALED;
}

static void add_instruction(Layout *layout, const Instruction *in)
{
    const Place place = {in->dst == NO_SLOT ? NO_SLOT : new_register(layout->line),
                         in->op == OP_LE || in->op == OP_LE_I};
    LineOp *op;
    switch (in->op) {
    case OP_AND:
    case OP_OR: add_logic(layout, in, place.at); break;
    case OP_LE:
    case OP_LE_I: add_at_most(layout, in, place.at); break;
    case OP_FAIL:
    case OP_OUT_RULE:
        op = add_op(layout, in->op, NO_SLOT);
        op->a = as_it_stands(layout, in->a, &op->a_not);
        op->imm = in->imm;
        break;
    default:
        if (in->op == OP_SELECT && is_narrow(layout, in))
            add_select(layout, in, place.at);
        else
            add_any(layout, in, place.at);
        break;
    }
    if (in->dst != NO_SLOT)
        layout->places[in->dst] = place;
}

static void lay_out(Layout *layout)
{
    const Instruction *code = layout->module->CODE + layout->program->first_instruction;
    for (uint32_t i = 0; i < layout->program->instructions; i++) {
        if (!is_settled(layout, &code[i]))
            add_instruction(layout, &code[i]);
        if (code[i].dst != NO_SLOT)
            layout->types[code[i].dst] = &layout->module->TYPES[code[i].type];
    }
}

/* ---- Sorting into runs ---- */

typedef struct Sorting {
    LineProgram *line;
    LineOp *left; /* what is not yet in a run, as the program has it */
    uint32_t count;
    bool *is_ready; /* per register: written */
} Sorting;

static bool is_written(const Sorting *sorting, uint16_t at)
{
    return at == NO_SLOT || sorting->is_ready[at / sizeof(Register)];
}

static bool can_run(const Sorting *sorting, const LineOp *op)
{
    return is_written(sorting, op->a) && is_written(sorting, op->b) && is_written(sorting, op->c);
}

/* The operation of which most instructions can run now; one without dst only when no other is left, so that results come last. */
static uint32_t most_ready(const Sorting *sorting)
{
    uint32_t ready[OP_COUNT_ + 1] = {0}, best = 0;
    for (uint32_t i = 0; i < sorting->count; i++) {
        const LineOp *op = &sorting->left[i];
        if (can_run(sorting, op))
            ready[op->op] += op->dst == NO_SLOT ? 1 : LINE_MAX_OPS;
    }
    for (uint32_t op = 1; op <= OP_COUNT_; op++)
        best = ready[op] > ready[best] ? op : best;
    return best;
}

/* All of an operation that can run, those included that only wait for others of the same run. */
static void add_run(Sorting *sorting, uint32_t op)
{
    LineProgram *line = sorting->line;
    LineRun *run = &line->runs[line->run_count++];
    uint32_t left = 0;
    *run = (LineRun){op, 0};
    for (uint32_t i = 0; i < sorting->count; i++) {
        const LineOp *candidate = &sorting->left[i];
        if (candidate->op != op || !can_run(sorting, candidate)) {
            sorting->left[left++] = *candidate;
            continue;
        }
        line->code[line->count++] = *candidate;
        run->count++;
        if (candidate->dst != NO_SLOT)
            sorting->is_ready[candidate->dst / sizeof(Register)] = true;
    }
    sorting->count = left;
}

static void sort_into_runs(LineProgram *line, Arena *arena, Arena *scratch)
{
    Sorting sorting = {.line = line, .left = line->code, .count = line->count};
    sorting.is_ready = arena_array(scratch, line->register_count, sizeof(bool));
    for (uint32_t i = 0; i < line->register_count; i++)
        sorting.is_ready[i] = true;
    for (uint32_t i = 0; i < line->count; i++) {
        if (line->code[i].dst != NO_SLOT)
            sorting.is_ready[line->code[i].dst / sizeof(Register)] = false;
    }
    line->code = arena_array(arena, line->count + 1u, sizeof *line->code);
    line->runs = arena_array(arena, line->count + 1u, sizeof *line->runs);
    line->count = 0;
    while (sorting.count > 0)
        add_run(&sorting, most_ready(&sorting));
}

static bool is_of_lines(const bd_module *module, const ProgramRecord *program)
{
    const Instruction *code = module->CODE + program->first_instruction;
    if (program->instructions > LINE_MAX_OPS || program->columns > LINE_MAX_OPS)
        return false;
    for (uint32_t i = 0; i < program->instructions; i++) {
        if (is_for_columns(code[i].op))
            return false;
    }
    return true;
}

/* Each instruction has a result, and perhaps a constant of its own or an operand turned over. */
static uint32_t most_registers(const ProgramRecord *program)
{
    uint32_t most = 3 * program->instructions + 2 * program->columns + 1;
    return most < LINE_MAX_REGISTERS + 1 ? most : LINE_MAX_REGISTERS + 1;
}

/* Which columns are read, by either register. */
static void list_columns(Layout *layout)
{
    LineProgram *line = layout->line;
    line->columns = arena_array(layout->arena, layout->program->columns + 1u, sizeof *line->columns);
    for (uint32_t i = 0; i < layout->program->columns; i++) {
        const ColumnRecord *record = &layout->module->COLUMNS[layout->program->first_column + i];
        if (line->values[i] == line->registers && line->presences[i] == line->registers)
            continue;
        line->columns[line->column_count++] =
            (LineColumn){i, record->kind, (record->flags & COLUMN_OPTIONAL) != 0, line->values[i], line->presences[i]};
    }
}

static LineProgram *make_line(bd_session *session, Arena *arena, Arena *scratch)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = module_fast_program(module);
    LineProgram *line = arena_alloc(arena, sizeof *line);
    *line = (LineProgram){
        .session = session, .cost = program->instructions, .reason_words = bd_module_reason_words(module)};
    line->run = (Columns){.session = session, .module = module, .program = program, .rows = 1};
    line->code = arena_array(scratch, 2 * program->instructions + 1u, sizeof *line->code); /* each with a plain() */
    line->registers = arena_array(arena, most_registers(program), sizeof *line->registers);
    line->values = arena_array(arena, program->columns + 1u, sizeof *line->values);
    line->presences = arena_array(arena, program->columns + 1u, sizeof *line->presences);
    line->register_count = 1; /* the one that nobody reads */
    for (uint32_t i = 0; i < program->columns; i++)
        line->values[i] = line->presences[i] = line->registers;
    Layout layout = {line,
                     module,
                     program,
                     arena_array(scratch, program->slots + 1u, sizeof *layout.places),
                     arena_array(scratch, program->slots + 1u, sizeof *layout.types),
                     arena};
    lay_out(&layout);
    if (line->register_count > LINE_MAX_REGISTERS + 1)
        return NULL;
    list_columns(&layout);
    sort_into_runs(line, arena, scratch);
    return line;
}

LineProgram *line_prepared(bd_session *session)
{
    if (!session->is_laid_out) {
        if (!session->rounds && is_of_lines(session->module, module_fast_program(session->module)))
            session->line = make_line(session, &session->lines, &session->exact);
        arena_free(&session->exact);
        session->is_laid_out = true;
    }
    return session->line;
}
