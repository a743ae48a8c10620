/* line.c: see line.h.
**
** The layout gives each instruction a fresh register, so that a register is written by one instruction only: what constants, readings and
** columns wrote stays where it is, and instructions may change places as long as each comes after those it reads. verify.c has proved that
** every operand was written before it is read.
*/
#include "line.h"

#include <string.h>

#include "calendar.h"
#include "core/limits.h"
#include "core/round.h"
#include "lookup.h"

enum { LINE_MAX_OPS = 4096 }; /* sorting them takes the square of that; agreements have some hundreds */

typedef void ColumnFunction(ColumnOp *op);

static ColumnFunction *const column_functions[OP_COUNT_] = {
#define OP(name, dst, a, b, c, imm, site, cost, meaning) [OP_##name] = column_##name,
#include "opcodes.def"
#undef OP
};

/* ---- Laying out ---- */

typedef struct Layout {
    LineProgram *line;
    const bd_module *module;
    const ProgramRecord *program;
    uint16_t *slots; /* per slot of the program: the register that has its content now */
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

static uint16_t new_register(LineProgram *line)
{
    return (uint16_t)line->register_count++;
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
static uint16_t column_register(Layout *layout, uint16_t *registers, const Instruction *in)
{
    LineProgram *line = layout->line;
    uint16_t *at = &registers[in->imm - layout->program->first_column];
    if (*at == NO_SLOT) {
        *at = new_register(line);
        line->registers[*at].text = (bd_text){"", 0};
        if (layout->module->COLUMNS[in->imm].kind != BD_KIND_TEXT || registers == line->presences)
            memset(&line->registers[*at], 0, sizeof line->registers[*at]);
    }
    return *at;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* As for columns: rounding x / d to multiples of p / q, with a result of denominator D, is round(x q / (d p)) p (D / q). False when one of the three
** constants does not fit; then the column function does it. */
static bool set_rounding(const Layout *layout, const Instruction *in, int64_t denominator, LineOp *op)
{
    const RoundingRecord *rounding = &layout->module->ROUNDINGS[in->imm];
    int64_t p = rounding->step_numerator, q = rounding->step_denominator;
    int64_t common = greatest_common_divisor(q, denominator);
    op->imm = rounding->mode;
    op->x = q / common;
    return !__builtin_mul_overflow(denominator / common, p, &op->y) &&
           !__builtin_mul_overflow(p, layout->module->TYPES[in->type].denominator / q, &op->z);
}

/* NOT, AND and OR are one operation, ((a ^ x) & (b ^ x)) ^ z, so that they share runs. */
static void set_logic(LineOp *op, int64_t x)
{
    op->op = OP_AND;
    op->x = op->z = x;
}

static void set_table(const Layout *layout, LineOp *op)
{
    const TableRecord *table = &layout->module->TABLES[op->imm];
    op->at = layout->module->CELLS + table->first_cell;
    op->x = table->first_cell;
    op->y = table->cells;
}

typedef struct SlotTypes {
    const TypeRecord **of; /* per slot: the type of its content now */
} SlotTypes;

static const TypeRecord *type_of(SlotTypes types, uint16_t slot)
{
    return slot == NO_SLOT ? NULL : types.of[slot];
}

static void *register_at(LineProgram *line, uint16_t at)
{
    return at == NO_SLOT ? NULL : &line->registers[at];
}

/* The instruction as its column function takes it, with one lane. */
static ColumnOp *make_column_op(const Layout *layout, SlotTypes types, const Instruction *in, const LineOp *op,
                                Arena *arena)
{
    LineProgram *line = layout->line;
    ColumnOp *column = arena_alloc(arena, sizeof *column);
    *column = (ColumnOp){.run = &line->run,
                         .in = in,
                         .type = in->dst == NO_SLOT ? NULL : &layout->module->TYPES[in->type],
                         .a_type = type_of(types, in->a),
                         .b_type = type_of(types, in->b),
                         .c_type = type_of(types, in->c),
                         .a = register_at(line, op->a),
                         .b = register_at(line, op->b),
                         .c = register_at(line, op->c),
                         .dst = register_at(line, op->dst),
                         .bad = &line->bad,
                         .lanes = 1};
    return column;
}

/* What an instruction needs beside its operands. False when it has no case in line_run. */
static bool settle_op(const Layout *layout, const Instruction *in, SlotTypes types, LineOp *op)
{
    const bd_module *module = layout->module;
    switch (op->op) {
    case OP_IN: op->at = &module->SETS[in->imm]; return true;
    case OP_CELL:
    case OP_HAS_CELL: set_table(layout, op); return true;
    case OP_VERSION: op->at = &module->TABLES[in->imm]; return true;
    case OP_BRACKET: op->at = &module->BRACKETS[in->imm]; return true;
    case OP_PERIOD: op->at = &module->CONSTANTS[in->imm]; return true;
    case OP_WHOLE: op->x = types.of[in->a]->denominator; return true;
    case OP_ROUND: return set_rounding(layout, in, types.of[in->a]->denominator, op);
    case OP_AND: set_logic(op, 0); return true;
    case OP_OR: set_logic(op, 1); return true;
    case OP_NOT:
        op->b = op->a;
        set_logic(op, 0);
        op->z = 1;
        return true;
    case OP_SELECT: return op->kind == BD_KIND_BOOL || op->kind == BD_KIND_INT || op->kind == BD_KIND_SCALED;
    case OP_SCALE:
    case OP_TO_SCALED:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX:
    case OP_EQ_I:
    case OP_LT_I:
    case OP_LE_I:
    case OP_EQ:
    case OP_LT:
    case OP_LE:
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
    case OP_FAIL:
    case OP_OUT_RULE:
    case OP_OUT_DECISION:
    case OP_OUT_AMOUNT: return true;
    default: return false;
    }
}

static uint16_t operand(const Layout *layout, uint16_t slot)
{
    return slot == NO_SLOT ? NO_SLOT : layout->slots[slot];
}

/* Carries out what needs no line; false when the instruction is to be run for each. */
static bool is_settled(Layout *layout, const Instruction *in)
{
    LineProgram *line = layout->line;
    uint16_t at;
    switch (in->op) {
    case OP_LOAD: at = column_register(layout, line->values, in); break;
    case OP_PRESENT: at = column_register(layout, line->presences, in); break;
    case OP_CONST:
        at = new_register(line);
        set_constant(layout, in, &line->registers[at]);
        break;
    case OP_READING:
        at = new_register(line);
        line->registers[at].integer = line->session->readings[in->imm];
        break;
    case OP_DIV_CONST: at = layout->slots[in->a]; break; /* only the denominator changes */
    default: return false;
    }
    layout->slots[in->dst] = at;
    return true;
}

static void add_op(Layout *layout, const Instruction *in, SlotTypes types, Arena *arena)
{
    LineProgram *line = layout->line;
    LineOp *op = &line->code[line->count++];
    *op = (LineOp){.op = in->op,
                   .dst = in->dst == NO_SLOT ? NO_SLOT : new_register(line),
                   .a = operand(layout, in->a),
                   .b = operand(layout, in->b),
                   .c = operand(layout, in->c),
                   .kind = in->dst == NO_SLOT ? 0 : layout->module->TYPES[in->type].kind,
                   .imm = in->imm};
    if (!settle_op(layout, in, types, op)) {
        op->at = make_column_op(layout, types, in, op, arena);
        op->op = OP_COUNT_;
    }
    if (in->dst != NO_SLOT)
        layout->slots[in->dst] = op->dst;
}

static void lay_out(Layout *layout, SlotTypes types, Arena *arena)
{
    const Instruction *code = layout->module->CODE + layout->program->first_instruction;
    for (uint32_t i = 0; i < layout->program->instructions; i++) {
        if (!is_settled(layout, &code[i]))
            add_op(layout, &code[i], types, arena);
        if (code[i].dst != NO_SLOT)
            types.of[code[i].dst] = &layout->module->TYPES[code[i].type];
    }
}

/* ---- Sorting into runs ---- */

typedef struct Sorting {
    const LineOp *code; /* as the program has it */
    uint32_t count;
    bool *is_done;  /* per instruction */
    bool *is_ready; /* per register: written */
    LineProgram *line;
} Sorting;

static bool can_run(const Sorting *sorting, const LineOp *op)
{
    const bool *is_ready = sorting->is_ready;
    return (op->a == NO_SLOT || is_ready[op->a]) && (op->b == NO_SLOT || is_ready[op->b]) &&
           (op->c == NO_SLOT || is_ready[op->c]);
}

/* The operation of which most instructions can run now. */
static uint32_t most_ready(const Sorting *sorting)
{
    uint32_t ready[OP_COUNT_ + 1] = {0}, best = 0;
    for (uint32_t i = 0; i < sorting->count; i++) {
        if (!sorting->is_done[i] && can_run(sorting, &sorting->code[i]))
            ready[sorting->code[i].op]++;
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
    *run = (LineRun){op, 0};
    for (uint32_t i = 0; i < sorting->count; i++) {
        const LineOp *candidate = &sorting->code[i];
        if (sorting->is_done[i] || candidate->op != op || !can_run(sorting, candidate))
            continue;
        line->code[line->count++] = *candidate;
        run->count++;
        sorting->is_done[i] = true;
        if (candidate->dst != NO_SLOT)
            sorting->is_ready[candidate->dst] = true;
    }
}

static void sort_into_runs(LineProgram *line, Arena *arena)
{
    Sorting sorting = {.code = line->code, .count = line->count, .line = line};
    sorting.is_done = arena_array(arena, line->count + 1u, sizeof(bool));
    sorting.is_ready = arena_array(arena, line->register_count + 1u, sizeof(bool));
    for (uint32_t i = 0; i < line->register_count; i++)
        sorting.is_ready[i] = true;
    for (uint32_t i = 0; i < line->count; i++) {
        if (line->code[i].dst != NO_SLOT)
            sorting.is_ready[line->code[i].dst] = false;
    }
    line->code = arena_array(arena, line->count + 1u, sizeof *line->code);
    line->runs = arena_array(arena, line->count + 1u, sizeof *line->runs);
    line->count = 0;
    while (line->count < sorting.count)
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

LineProgram *line_prepare(bd_session *session, Arena *arena)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = module_fast_program(module);
    if (session->rounds || !is_of_lines(module, program))
        return NULL;
    LineProgram *line = arena_alloc(arena, sizeof *line);
    *line = (LineProgram){.session = session, .cost = program->instructions};
    line->run = (Columns){.session = session, .module = module, .program = program, .rows = 1};
    line->code = arena_array(arena, program->instructions + 1u, sizeof *line->code);
    line->registers = arena_array(arena, program->instructions + 2u * program->columns + 1, sizeof *line->registers);
    line->values = arena_array(arena, program->columns + 1u, sizeof *line->values);
    line->presences = arena_array(arena, program->columns + 1u, sizeof *line->presences);
    for (uint32_t i = 0; i < program->columns; i++)
        line->values[i] = line->presences[i] = NO_SLOT;
    Layout layout = {line, module, program, arena_array(arena, program->slots + 1u, sizeof *layout.slots)};
    SlotTypes types = {arena_array(arena, program->slots + 1u, sizeof *types.of)};
    lay_out(&layout, types, arena);
    sort_into_runs(line, arena);
    return line;
}

/* ---- Running ---- */

static bool run_as_column(LineProgram *line, const LineOp *op)
{
    ColumnOp column = *(const ColumnOp *)op->at;
    line->bad = 0;
    column_functions[column.in->op](&column);
    return line->bad == 0;
}

static bool is_in(const bd_module *module, const SetRecord *set, int32_t member)
{
    uint32_t word = (uint32_t)member / 64;
    return member >= 0 && word < set->words &&
           (module->SET_WORDS[set->first_word + word] >> ((uint32_t)member % 64) & 1);
}

static bool has_cell(const bd_module *module, const LineOp *op, int32_t index)
{
    if (index < 0 || index >= op->y)
        return false;
    uint32_t bit = (uint32_t)op->x + (uint32_t)index;
    return module->CELL_BITS[bit / 64] >> (bit % 64) & 1;
}

static bool read_cell(const bd_module *module, const LineOp *op, int32_t index, Register *out)
{
    if (!has_cell(module, op, index))
        return false;
    int64_t value = ((const int64_t *)op->at)[index];
    if (op->kind == BD_KIND_SCALED) {
        out->scaled = value;
        return true;
    }
    out->integer = (int32_t)value;
    return value >= INT32_MIN && value <= INT32_MAX;
}

static bool period_start(const ConstantRecord *period, int32_t date, int32_t *out)
{
    return calendar_period(date, period->numerator, period->denominator, out);
}

static bool round_number(const LineOp *op, int64_t value, int64_t *out)
{
    int64_t scaled;
    return !__builtin_mul_overflow(value, op->x, &scaled) &&
           !__builtin_mul_overflow(int64_round_div(scaled, op->y, (RoundMode)op->imm), op->z, out);
}

static bool is_guarded(const LineOp *op, const Register *r)
{
    return op->c == NO_SLOT || r[op->c].boolean != 0;
}

/* One run: the statement for each of its instructions. */
#define RUN(statement)               \
    for (; op < end; op++) {         \
        Register *out = &r[op->dst]; \
        statement;                   \
    }                                \
    break

#define PUT(field, value) RUN(out->field = (value))
/* The value goes to *out; false leaves the line to others. */
#define TRY(call) RUN(if (!(call)) return false)
/* The same, but an instruction whose guard is false gives 0 and no fault. */
#define TRY_GUARDED(call) RUN(out->scaled = 0; if (is_guarded(op, r) && !(call)) return false)

#define A(field) r[op->a].field
#define B(field) r[op->b].field
#define C(field) r[op->c].field

/* Instructions without dst. False as above. */
static bool run_result(const LineOp *op, const LineOp *end, const Register *r, LineResult *result)
{
    for (; op < end; op++) {
        switch (op->op) {
        case OP_OUT_RULE: result->reasons[op->imm / 64] |= (uint64_t)A(boolean) << op->imm % 64; break;
        case OP_OUT_DECISION:
            if (A(integer) < BD_APPROVED || A(integer) > BD_SUSPENDED)
                return false;
            result->decision = (bd_decision)A(integer);
            break;
        case OP_OUT_AMOUNT:
            if (A(scaled) == INT64_MIN)
                return false;
            result->cents = A(scaled);
            break;
        default: /* FAIL */
            if (A(boolean) != 0)
                return false;
            break;
        }
    }
    return true;
}

static bool run_code(LineProgram *line, LineResult *result)
{
    const bd_module *module = line->session->module;
    Register *r = line->registers;
    const LineOp *op = line->code;
    for (const LineRun *run = line->runs, *last = run + line->run_count; run < last; run++) {
        const LineOp *end = op + run->count;
        switch (run->op) {
        case OP_AND: PUT(boolean, (uint8_t)(((A(boolean) ^ op->x) & (B(boolean) ^ op->x)) ^ op->z));
        case OP_SELECT:
            PUT(scaled, A(boolean) ? B(scaled) : C(scaled)); /* of narrower kinds: their bytes among the eight */
        case OP_EQ_I: PUT(boolean, A(integer) == B(integer));
        case OP_LT_I: PUT(boolean, A(integer) < B(integer));
        case OP_LE_I: PUT(boolean, A(integer) <= B(integer));
        case OP_EQ: PUT(boolean, A(scaled) == B(scaled));
        case OP_LT: PUT(boolean, A(scaled) < B(scaled));
        case OP_LE: PUT(boolean, A(scaled) <= B(scaled));
        case OP_EQ_T: PUT(boolean, text_equal(A(text), B(text)));
        case OP_IN: PUT(boolean, is_in(module, op->at, A(integer)));
        case OP_HAS_CELL: PUT(boolean, has_cell(module, op, A(integer)));
        case OP_WHOLE: PUT(boolean, A(scaled) % op->x == 0);
        case OP_TO_SCALED: PUT(scaled, A(integer));
        case OP_MIN: PUT(scaled, A(scaled) < B(scaled) ? A(scaled) : B(scaled));
        case OP_MAX: PUT(scaled, A(scaled) > B(scaled) ? A(scaled) : B(scaled));
        case OP_MIN_I: PUT(integer, A(integer) < B(integer) ? A(integer) : B(integer));
        case OP_MAX_I: PUT(integer, A(integer) > B(integer) ? A(integer) : B(integer));
        case OP_BRACKET: PUT(integer, lookup_bracket(module, op->at, A(scaled)));
        case OP_SCALE: TRY(!__builtin_mul_overflow(A(scaled), (int64_t)op->imm, &out->scaled));
        case OP_ADD: TRY(!__builtin_add_overflow(A(scaled), B(scaled), &out->scaled));
        case OP_SUB: TRY(!__builtin_sub_overflow(A(scaled), B(scaled), &out->scaled));
        case OP_MUL: TRY(!__builtin_mul_overflow(A(scaled), B(scaled), &out->scaled));
        case OP_ROUND: TRY(round_number(op, A(scaled), &out->scaled));
        case OP_ADD_I: TRY(!__builtin_add_overflow(A(integer), B(integer), &out->integer));
        case OP_SUB_I: TRY(!__builtin_sub_overflow(A(integer), B(integer), &out->integer));
        case OP_DATE_PART: TRY(calendar_part((DatePart)op->imm, A(integer), &out->integer));
        case OP_PERIOD: TRY(period_start(op->at, A(integer), &out->integer));
        case OP_ADD_DAYS: TRY_GUARDED(calendar_add_days(A(integer), B(integer), &out->integer));
        case OP_ADD_MONTHS: TRY_GUARDED(calendar_add_months(A(integer), B(integer), &out->integer));
        case OP_SPAN_END: TRY_GUARDED(calendar_span_end(A(integer), B(integer), &out->integer));
        case OP_INDEX: TRY_GUARDED(lookup_index(A(integer), op->imm, B(integer), &out->integer));
        case OP_VERSION: TRY_GUARDED(lookup_version(module, op->at, A(integer), &out->integer));
        case OP_CELL: TRY_GUARDED(read_cell(module, op, A(integer), out));
        case OP_FAIL:
        case OP_OUT_RULE:
        case OP_OUT_DECISION:
        case OP_OUT_AMOUNT:
            if (!run_result(op, end, r, result))
                return false;
            op = end;
            break;
        default:
            for (; op < end; op++) {
                if (!run_as_column(line, op))
                    return false;
            }
            break;
        }
    }
    return true;
}

bool line_run(LineProgram *line, LineResult *result)
{
    uint32_t words = bd_module_reason_words(line->session->module);
    session_spend(line->session, line->cost);
    for (uint32_t i = 0; i < words; i++)
        result->reasons[i] = 0;
    result->decision = BD_APPROVED;
    result->cents = 0;
    if (!run_code(line, result))
        return false;
    if (result->decision != BD_APPROVED)
        result->cents = 0;
    return true;
}
