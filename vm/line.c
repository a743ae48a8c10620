/* line.c: running what line_layout.c laid out; see line.h. */
#include "line.h"

#include "calendar.h"
#include "core/round.h"
#include "lookup.h"

typedef void ColumnFunction(ColumnOp *op);

static ColumnFunction *const column_functions[OP_COUNT_] = {
#define OP(name, dst, a, b, c, imm, site, cost, meaning) [OP_##name] = column_##name,
#include "opcodes.def"
#undef OP
};

static bool run_as_column(LineProgram *line, const LineOp *op)
{
    ColumnOp column = *(const ColumnOp *)op->at;
    line->bad = 0;
    column_functions[column.in->op](&column);
    return line->bad == 0;
}

static bool has_bit(const uint64_t *words, const LineOp *op, int32_t index)
{
    uint64_t bit = (uint64_t)op->x + (uint64_t)index;
    return (uint32_t)index < op->count && (words[bit / 64] >> (bit % 64) & 1);
}

static bool read_cell(const uint64_t *bits, const LineOp *op, int32_t index, Register *out)
{
    if (!has_bit(bits, op, index))
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

static bool round_number(const LineRounding *by, int64_t value, int64_t *out)
{
    int64_t scaled;
    return !__builtin_mul_overflow(value, by->multiplier, &scaled) &&
           !__builtin_mul_overflow(int64_round_div(scaled, by->divisor, by->mode), by->result, out);
}

typedef struct Result {
    bd_decision decision;
    int64_t cents;
    uint64_t *reasons;
} Result;

static bool put_decision(int32_t decision, Result *result)
{
    result->decision = (bd_decision)decision;
    return decision >= BD_APPROVED && decision <= BD_SUSPENDED;
}

static bool put_amount(int64_t cents, Result *result)
{
    result->cents = cents;
    return cents != INT64_MIN;
}

#define AT(type, offset, field) (((type *)(r + (offset)))->field)
#define A(field) AT(const Register, op->a, field)
#define B(field) AT(const Register, op->b, field)
#define C(field) AT(const Register, op->c, field)
#define OUT (*(Register *)(r + op->dst))

/* One run: the statement for each of its instructions. */
#define RUN(statement)     \
    for (; op < end; op++) \
        statement;         \
    break

#define PUT(field, value) RUN(OUT.field = (value))
/* False leaves the line to others. */
#define TRY(call) RUN(if (!(call)) return false)
/* The same, but an instruction whose guard is false gives 0 and no fault. */
#define TRY_GUARDED(call) RUN(if (op->c != NO_SLOT && !C(boolean)) OUT.scaled = 0; else if (!(call)) return false)

static bool run_code(LineProgram *line, Result *result)
{
    const bd_module *module = line->session->module;
    char *r = (char *)line->registers;
    const LineOp *op = line->code;
    for (const LineRun *run = line->runs, *last = run + line->run_count; run < last; run++) {
        const LineOp *end = op + run->count;
        switch (run->op) {
        case OP_AND: PUT(boolean, (uint8_t)(((A(boolean) ^ op->a_not) & (B(boolean) ^ op->b_not)) ^ op->result_not));
        case OP_SELECT:
            PUT(scaled, A(boolean) ? B(scaled) : C(scaled)); /* of narrower kinds: their bytes among the eight */
        case OP_EQ_I: PUT(boolean, A(integer) == B(integer));
        case OP_LT_I: PUT(boolean, A(integer) < B(integer));
        case OP_EQ: PUT(boolean, A(scaled) == B(scaled));
        case OP_LT: PUT(boolean, A(scaled) < B(scaled));
        case OP_EQ_T: PUT(boolean, text_equal(A(text), B(text)));
        case OP_HAS_CELL: PUT(boolean, has_bit(op->at, op, A(integer)));
        case OP_WHOLE: PUT(boolean, A(scaled) % op->x == 0);
        case OP_TO_SCALED: PUT(scaled, A(integer));
        case OP_MIN: PUT(scaled, A(scaled) < B(scaled) ? A(scaled) : B(scaled));
        case OP_MAX: PUT(scaled, A(scaled) > B(scaled) ? A(scaled) : B(scaled));
        case OP_MIN_I: PUT(integer, A(integer) < B(integer) ? A(integer) : B(integer));
        case OP_MAX_I: PUT(integer, A(integer) > B(integer) ? A(integer) : B(integer));
        case OP_BRACKET: PUT(integer, lookup_bracket(module, op->at, A(scaled)));
        case OP_ADD: TRY(!__builtin_add_overflow(A(scaled), B(scaled), &OUT.scaled));
        case OP_SUB: TRY(!__builtin_sub_overflow(A(scaled), B(scaled), &OUT.scaled));
        case OP_MUL: TRY(!__builtin_mul_overflow(A(scaled), B(scaled), &OUT.scaled));
        case OP_ROUND: TRY(round_number(op->at, A(scaled), &OUT.scaled));
        case OP_ADD_I: TRY(!__builtin_add_overflow(A(integer), B(integer), &OUT.integer));
        case OP_SUB_I: TRY(!__builtin_sub_overflow(A(integer), B(integer), &OUT.integer));
        case OP_DATE_PART: TRY(calendar_part((DatePart)op->imm, A(integer), &OUT.integer));
        case OP_PERIOD: TRY(period_start(op->at, A(integer), &OUT.integer));
        case OP_ADD_DAYS: TRY_GUARDED(calendar_add_days(A(integer), B(integer), &OUT.integer));
        case OP_ADD_MONTHS: TRY_GUARDED(calendar_add_months(A(integer), B(integer), &OUT.integer));
        case OP_SPAN_END: TRY_GUARDED(calendar_span_end(A(integer), B(integer), &OUT.integer));
        case OP_INDEX: TRY_GUARDED(lookup_index(A(integer), op->imm, B(integer), &OUT.integer));
        case OP_VERSION: TRY_GUARDED(lookup_version(module, op->at, A(integer), &OUT.integer));
        case OP_CELL: TRY_GUARDED(read_cell(module->CELL_BITS, op, A(integer), &OUT));
        case OP_FAIL: TRY(A(boolean) == op->a_not);
        case OP_OUT_RULE: RUN(result->reasons[op->imm / 64] |= (uint64_t)(A(boolean) ^ op->a_not) << op->imm % 64);
        case OP_OUT_DECISION: TRY(put_decision(A(integer), result));
        case OP_OUT_AMOUNT: TRY(put_amount(A(scaled), result));
        default: TRY(run_as_column(line, op));
        }
    }
    return true;
}

bool line_run(LineProgram *line, const bd_decisions *out, size_t at)
{
    Result result = {BD_APPROVED, 0, out->reasons + at * line->reason_words};
    session_spend(line->session, line->cost);
    for (uint32_t i = 0; i < line->reason_words; i++)
        result.reasons[i] = 0;
    if (!run_code(line, &result))
        return false;
    out->decision[at] = (uint8_t)result.decision;
    out->cents[at] = result.decision == BD_APPROVED ? result.cents : 0;
    out->fault[at] = BD_NONE;
    if (out->settled)
        out->settled[at] = BD_SETTLED_BY_RULES;
    if (out->repeated)
        out->repeated[at] = 0;
    return true;
}

static void load(const LineColumn *column, const void *values, size_t row)
{
    Register *value = column->value;
    switch (column->kind) {
    case BD_KIND_BOOL: value->boolean = ((const uint8_t *)values)[row] != 0; break;
    case BD_KIND_INT: value->integer = ((const int32_t *)values)[row]; break;
    case BD_KIND_SCALED: value->scaled = ((const int64_t *)values)[row]; break;
    default: value->text = ((const bd_text *)values)[row]; break;
    }
}

static void load_absent(const LineColumn *column)
{
    if (column->kind == BD_KIND_TEXT)
        column->value->text = (bd_text){"", 0};
    else
        column->value->scaled = 0;
}

void line_forget(LineProgram *line, const void *reader)
{
    for (uint32_t i = 0; i < line->column_count; i++) {
        load_absent(&line->columns[i]);
        line->columns[i].present->boolean = 0;
    }
    line->reader = reader;
}

bool line_decide(LineProgram *line, const bd_batch *batch, size_t row, const bd_decisions *out)
{
    for (const LineColumn *column = line->columns, *end = column + line->column_count; column < end; column++) {
        const bd_column_data *data = &batch->columns[column->at];
        const bool is_present = !column->is_optional || !data->present || data->present[row] != 0;
        if (is_present)
            load(column, data->values, row);
        else
            load_absent(column);
        column->present->boolean = is_present;
    }
    line->reader = NULL;
    return line_run(line, out, row);
}
