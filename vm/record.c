/* record.c: runs the lines program over a chunk by the column evaluator and keeps the values of every instruction.
**
** Each instruction is given a buffer of its own as the spare one, so nothing is overwritten; the session's slots are put aside meanwhile. What an
** OUT_ instruction says is its operand, which is kept already. Telling is in record_tell.c.
*/
#include "record.h"

#include <string.h>

#include "core/limits.h"
#include "exact.h"
#include "judge.h"
#include "op.h"
#include "rounds.h"
#include "value.h"

enum {
    CHUNK_VALUES = 64 * 1024, /* fewer lines of a long program, so that the values stay in the cache */
    FEWEST_ROWS = 16
};

/* ---- What the program is ---- */

static bool opens_domain(const RecordOp *op)
{
    return op->in->op == OP_OPEN_LIST || op->in->op == OP_OPEN_DAYS;
}

static bool is_result(const RecordOp *op)
{
    return op->in->op == OP_OUT_RULE || op->in->op == OP_OUT_DECISION || op->in->op == OP_OUT_AMOUNT;
}

static bool is_control_of_lines(const RecordOp *op)
{
    return op->is_control && op->domain == 0;
}

static bool is_control_inside(const RecordOp *op)
{
    return op->is_control && op->domain != 0;
}

static bool is_aggregate(const RecordOp *op)
{
    return op_info(op->in->op)->b == OPERAND_DB;
}

static bool copies_a_value(const RecordOp *op)
{
    return op->in->op == OP_EXPAND || op->in->op == OP_FIRST || op->in->op == OP_LAST || is_result(op);
}

/* Which instruction's values decide what this one rests on, or whether it counts; BD_NONE. */
static uint32_t control_of(const RecordOp *op)
{
    if (op->in->op == OP_SELECT || op->in->op == OP_AND || op->in->op == OP_OR)
        return op->operands[0];
    if (is_aggregate(op))
        return op->operands[1];
    return op_info(op->in->op)->c == OPERAND_G ? op->operands[2] : BD_NONE;
}

/* The domain in which an instruction works; as verify.c has it. */
static uint16_t domain_of(const Record *record, const bd_module *module, const RecordOp *op)
{
    if (op->in->dst != NO_SLOT)
        return module->TYPES[op->in->type].domain;
    if (opens_domain(op))
        return module->DOMAINS[module->PROGRAMS[0].first_domain + op->in->imm].parent;
    return op->in->op == OP_FAIL ? record->ops[op->operands[0]].domain : 0;
}

static void add_control(Record *record, uint32_t op)
{
    if (op != BD_NONE && !record->ops[op].is_constant)
        record->ops[op].is_control = true;
}

static RecordHow how_to_tell(uint32_t kind, uint32_t meaning)
{
    switch (kind) {
    case BD_KIND_BOOL: return TELL_BOOLEAN;
    case BD_KIND_TEXT: return TELL_TEXT;
    case BD_KIND_INT: return value_is_number(value_meaning(kind, meaning)) ? TELL_NUMBER : TELL_INTEGER;
    default: return TELL_NUMBER;
    }
}

/* What a step of the instruction shows. */
static void find_shown(const Record *record, const bd_module *module, RecordOp *op)
{
    const PlaceRecord *place = op->in->place == BD_NONE ? NULL : &module->SOURCE_MAP[op->in->place];
    if (op->in->dst != NO_SLOT)
        op->shown = &module->TYPES[op->in->type];
    else if (op->operands[0] != BD_NONE)
        op->shown = record->ops[op->operands[0]].shown;
    op->is_optional = op->in->op == OP_LOAD && (module->COLUMNS[op->in->imm].flags & COLUMN_OPTIONAL) != 0;
    if (op->shown == NULL || place == NULL || place->step == 0 || op->is_constant)
        return;
    op->how = (uint8_t)how_to_tell(op->shown->kind, place->meaning);
    bool is_money = place->meaning == BD_MEANS_MONEY || place->meaning == BD_MEANS_RATE;
    op->form = scaled_text(op->shown->kind == BD_KIND_SCALED ? op->shown->denominator : 1,
                           is_money && op->shown->kind != BD_KIND_INT ? 2 : 0);
}

static uint32_t defined_by(const uint32_t *definitions, uint16_t slot)
{
    return slot == NO_SLOT ? BD_NONE : definitions[slot];
}

static void settle_op(Record *record, const bd_module *module, RecordOp *op)
{
    op->domain = domain_of(record, module, op);
    op->is_constant = op->domain == 0 && (op->in->op == OP_CONST || op->in->op == OP_READING);
    bool is_guarded = op_info(op->in->op)->c == OPERAND_G && op->operands[2] != BD_NONE;
    bool is_copy_unused = op->operands[0] != BD_NONE && record->ops[op->operands[0]].may_be_unused;
    op->may_be_unused = is_guarded || (copies_a_value(op) && is_copy_unused);
    /* Which of its records counts depends on more than bits. */
    if ((op->in->op == OP_LEAST || op->in->op == OP_GREATEST) && is_copy_unused)
        record->is_exact = true;
    find_shown(record, module, op);
    add_control(record, control_of(op));
}

/* The instructions of a sort. */
static uint32_t *list_ops(bd_session *session, const Record *record, bool (*is_wanted)(const RecordOp *),
                          uint32_t *count)
{
    uint32_t *list = arena_array(&session->columns, record->op_count + 1u, sizeof *list);
    *count = 0;
    for (uint32_t i = 0; i < record->op_count; i++)
        if (is_wanted(&record->ops[i]))
            list[(*count)++] = i;
    return list;
}

static void read_program(bd_session *session, Record *record)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = &module->PROGRAMS[0];
    uint32_t *definitions = arena_array(&session->columns, program->slots + 1u, sizeof *definitions);
    record->op_count = program->instructions;
    record->ops = arena_array(&session->columns, record->op_count + 1u, sizeof *record->ops);
    record->columns = arena_array(&session->columns, record->op_count + 1u, sizeof *record->columns);
    for (uint32_t i = 0; i < record->op_count; i++) {
        const Instruction *in = &module->CODE[program->first_instruction + i];
        RecordOp *op = &record->ops[i];
        *op = (RecordOp){.in = in,
                         .operands = {defined_by(definitions, in->a), defined_by(definitions, in->b),
                                      defined_by(definitions, in->c)}};
        settle_op(record, module, op);
        if (op->shown)
            record->columns[i] =
                (bd_record_column){.kind = (bd_kind)op->shown->kind, .denominator = op->shown->denominator};
        if (in->dst != NO_SLOT)
            definitions[in->dst] = i;
    }
    record->line_controls = list_ops(session, record, is_control_of_lines, &record->line_control_count);
    record->inner_controls = list_ops(session, record, is_control_inside, &record->inner_control_count);
    record->openings = list_ops(session, record, opens_domain, &record->opening_count);
    record->results = list_ops(session, record, is_result, &record->result_count);
}

Record *record_make(bd_session *session)
{
    const bd_module *module = session->module;
    Arena *arena = &session->columns;
    Record *record = arena_alloc(arena, sizeof *record);
    record->is_exact = session->rounds != NULL;
    record->buckets = arena_array(arena, RECORD_BUCKETS, sizeof *record->buckets);
    record->reasons = arena_array(arena, bd_module_reason_words(module), sizeof *record->reasons);
    read_program(session, record);
    uint32_t rows = CHUNK_VALUES / (record->op_count + 1);
    record->most_rows = rows > RECORD_ROWS ? RECORD_ROWS : rows < FEWEST_ROWS ? FEWEST_ROWS : rows;
    record->plane_count = (record->line_control_count + 7) / 8;
    record->planes = arena_array(arena, record->plane_count + 1u, sizeof *record->planes);
    record->first_lane = arena_array(arena, module->PROGRAMS[0].domains, sizeof *record->first_lane);
    record->end_lane = arena_array(arena, module->PROGRAMS[0].domains, sizeof *record->end_lane);
    return record;
}

void record_begin(Record *record, size_t first)
{
    record->view = (bd_record){.first_row = first, .forms = record->forms, .columns = record->columns};
    record->next_row = first;
    record->next_exact = 0;
}

/* ---- A chunk ---- */

/* The column evaluator's state of the session and that of the record change places. */
static void exchange(bd_session *session, Record *record)
{
    Slot *slots = session->slots, spare = session->spare;
    Lanes *domains = session->domains;
    uint8_t *redo = session->redo;
    session->slots = record->slots, session->spare = record->spare;
    session->domains = record->domains, session->redo = record->redo;
    record->slots = slots, record->spare = spare;
    record->domains = domains, record->redo = redo;
}

/* Room for the values of lines. The odd cache line keeps the values of one line, a column each, out of each other's places in the cache. */
static void reserve(bd_session *session, RecordOp *op)
{
    enum { CACHE_LINE = 64 };
    op->capacity = session->record->most_rows * column_value_size(op->shown->kind) + CACHE_LINE;
    op->buffer = arena_alloc(&session->columns, op->capacity);
}

static const uint8_t *presence(const Columns *run, const RecordOp *op)
{
    uint32_t first = run->program->first_column;
    const uint8_t *present =
        op->is_optional && op->domain == 0 ? run->batch->columns[op->in->imm - first].present : NULL;
    return present ? present + run->first_row : NULL;
}

static void run_op(Columns *run, RecordOp *op, bd_record_column *column)
{
    bd_session *session = run->session;
    const Instruction *in = op->in;
    if (in->dst != NO_SLOT && op->domain == 0 && !op->buffer)
        reserve(session, op);
    session->spare = (Slot){.buffer = op->buffer, .capacity = op->capacity};
    columns_instruction(run, in);
    if (in->dst == NO_SLOT)
        return;
    Slot *slot = &session->slots[in->dst];
    const Slot *own = slot->data == slot->buffer ? slot : &session->spare; /* else it is the host's memory */
    op->buffer = own->buffer;
    op->capacity = own->capacity;
    column->values = slot->data;
    column->present = presence(run, op);
    op->filled = op->is_constant ? run->rows : 0;
    slot->buffer = NULL; /* belongs to the record, and is not to become a spare one */
    slot->capacity = 0;
}

/* A constant that stands there from an earlier chunk. */
static void use_again(Columns *run, const RecordOp *op, const void *values)
{
    Slot *slot = &run->session->slots[op->in->dst];
    session_spend(run->session, run->rows);
    slot->data = values;
    slot->type = op->shown;
}

/* A result that only the exact evaluator can judge. */
static void mark_result(Columns *run, const RecordOp *op, const void *values)
{
    uint8_t *redo = run->session->redo;
    session_spend(run->session, run->rows);
    for (uint32_t i = 0; op->in->op == OP_OUT_DECISION && i < run->rows; i++)
        redo[i] |= ((const int32_t *)values)[i] < BD_APPROVED || ((const int32_t *)values)[i] > BD_SUSPENDED;
    for (uint32_t i = 0; op->in->op == OP_OUT_AMOUNT && i < run->rows; i++)
        redo[i] |= ((const int64_t *)values)[i] == INT64_MIN;
}

static bool run_code(Columns *run, Record *record)
{
    columns_open_chunk(run);
    for (uint32_t i = 0; i < record->op_count; i++) {
        RecordOp *op = &record->ops[i];
        if (is_result(op)) {
            record->columns[i].values = record->columns[op->operands[0]].values;
            mark_result(run, op, record->columns[i].values);
        } else if (op->is_constant && op->filled >= run->rows) {
            use_again(run, op, record->columns[i].values);
        } else {
            run_op(run, op, &record->columns[i]);
        }
        if (run->has_too_many_lanes)
            return false;
    }
    return true;
}

static void mark_exact_cells(const bd_session *session, Record *record, uint32_t rows)
{
    const bd_batch *batch = &record->batch;
    const size_t first = record->view.first_row;
    for (; record->next_exact < batch->exact_count && batch->exact[record->next_exact].row < first + rows;
         record->next_exact++) {
        if (batch->exact[record->next_exact].row >= first)
            record->redo[batch->exact[record->next_exact].row - first] = 1;
    }
    if (batch->exact_record_count > 0)
        judge_mark_records(session->module, batch, first, rows, record->redo);
}

static void fill_planes(Record *record, uint32_t rows)
{
    memset(record->planes, 0, record->plane_count * sizeof *record->planes);
    for (uint32_t i = 0; i < record->line_control_count; i++) {
        const uint8_t *restrict bits = record->columns[record->line_controls[i]].values;
        uint8_t *restrict plane = record->planes[i / 8];
        const unsigned shift = i % 8;
        for (uint32_t row = 0; row < rows; row++)
            plane[row] |= (uint8_t)(bits[row] << shift);
    }
}

static bool run_rows(bd_session *session, Record *record, uint32_t rows)
{
    Columns run = {.session = session,
                   .module = session->module,
                   .program = &session->module->PROGRAMS[0],
                   .batch = &record->batch,
                   .first_row = record->view.first_row,
                   .rows = rows};
    exchange(session, record);
    bool fits = run_code(&run, record);
    exchange(session, record);
    return fits;
}

bool record_run(bd_session *session)
{
    Record *record = session->record;
    size_t left = record->batch.rows - record->next_row;
    uint32_t rows = left < record->most_rows ? (uint32_t)left : record->most_rows;
    record->view.first_row = record->next_row;
    record->view.rows = 0;
    if (rows == 0)
        return false;
    memo_trim(&session->memo);
    while (!record->is_exact && !run_rows(session, record, rows))
        rows /= 2;
    if (!record->is_exact) {
        mark_exact_cells(session, record, rows);
        fill_planes(record, rows);
        record_find_shapes(session, rows);
    }
    record->view.rows = rows;
    record->next_row += rows;
    return true;
}
