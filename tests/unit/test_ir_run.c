/* test_ir_run.c: random expressions, built through the IR builder and run, against their own evaluation.
 *
 * Each round makes one agreement of two expressions over the columns below: an amount and a condition. The builder
 * folds, shares, rescales and prunes; the module is written, loaded and run over rows with extremes. The reference
 * walks the expression itself with vm/core's exact numbers and knows nothing of denominators, domains, guards or slots.
 * Both must give the same decisions.
 *
 * Arguments: seed, rounds.
 */
#include "compiler/module_from_ir.h"
#include "unit/check.h"
#include "unit/ir_fixture.h"
#include "unit/ir_random.h"

/* ---- Through the builder ---- */

typedef struct Frame {
    uint16_t domain;
    IrValue guard;
} Frame;

typedef struct Builder {
    Ir *ir;
    Frame frames[4]; /* per level */
    uint16_t list;
    uint32_t site;
} Builder;

static IrValue build(Builder *b, const Node *n);

/* Under one more condition, on the node's own level. */
static IrValue build_under(Builder *b, const Node *n, Level level, IrValue condition)
{
    IrValue outer = b->frames[level].guard;
    b->frames[level].guard = outer == IR_NONE ? condition : ir_and(b->ir, outer, condition);
    IrValue made = build(b, n);
    b->frames[level].guard = outer;
    return made;
}

static IrValue build_aggregate(Builder *b, const Node *n)
{
    static const Opcode opcodes[] = {OP_SUM, OP_COUNT, OP_LEAST, OP_GREATEST, OP_FIRST, OP_LAST};
    Frame outer = b->frames[RECORD]; /* an aggregate of the line may stand within another one */
    b->frames[RECORD] = (Frame){b->list, b->frames[LINE].guard};
    IrValue mask = build(b, n->b);
    bool has_value = n->form != COUNT && n->form != ANY;
    IrValue value = has_value ? build_under(b, n->a, RECORD, mask) : IR_NONE;
    b->frames[RECORD] = outer;
    return ir_reduce(b->ir, n->form == ANY ? OP_ANY_OF : opcodes[n->form - SUM], b->list, value, mask, b->site);
}

static IrValue build_days(Builder *b, const Node *n)
{
    const Frame *frame = &b->frames[n->level];
    IrValue from = build(b, n->a);
    IrValue to = ir_int_op(b->ir, OP_ADD_DAYS, from, ir_int(b->ir, (int32_t)n->p, 0), frame->guard, b->site);
    uint16_t days = ir_add_domain(b->ir, DOMAIN_DAYS, frame->domain, BD_NONE, 366);
    ir_open_days(b->ir, days, from, to, b->site);
    Frame outer = b->frames[level_below(n->level)];
    b->frames[level_below(n->level)] = (Frame){days, frame->guard};
    IrValue mask = build(b, n->b);
    b->frames[level_below(n->level)] = outer;
    return ir_reduce(b->ir, OP_COUNT, days, IR_NONE, mask, BD_NONE);
}

static IrValue build_number(Builder *b, const Node *n)
{
    IrValue x = build(b, n->a);
    if (n->form == ROUND) {
        return ir_round(b->ir, x, (RoundMode)n->p, step_of(n->q));
    }
    if (n->form == NEG) {
        return ir_neg(b->ir, x);
    }
    IrValue y = build(b, n->b);
    if (n->form == DIV) {
        return ir_div(b->ir, x, y, b->frames[n->level].guard, b->site);
    }
    static IrValue (*const makers[])(Ir *, IrValue, IrValue) = {
        [ADD] = ir_add, [SUB] = ir_sub, [MUL] = ir_mul, [MIN] = ir_min, [MAX] = ir_max};
    return makers[n->form](b->ir, x, y);
}

static IrValue build_logic(Builder *b, const Node *n)
{
    IrValue x = build(b, n->a);
    if (n->form == NOT) {
        return ir_not(b->ir, x);
    }
    bool is_and = n->form == AND;
    IrValue y = build_under(b, n->b, n->level, is_and ? x : ir_not(b->ir, x));
    return is_and ? ir_and(b->ir, x, y) : ir_or(b->ir, x, y);
}

static IrValue build_integers(Builder *b, const Node *n)
{
    static const Opcode opcodes[] = {OP_ADD_I, OP_SUB_I, OP_MIN_I, OP_MAX_I};
    IrValue x = build(b, n->a);
    IrValue y = build(b, n->b);
    return ir_int_op(b->ir, opcodes[n->form - ADD_INT], x, y, b->frames[n->level].guard, b->site);
}

static IrValue build_dates(Builder *b, const Node *n)
{
    static const Opcode opcodes[] = {OP_ADD_DAYS, OP_ADD_MONTHS, OP_SPAN_END};
    IrValue x = build(b, n->a);
    IrValue by = ir_int(b->ir, (int32_t)n->p, 0);
    return ir_int_op(b->ir, opcodes[n->form - ADD_DAYS], x, by, b->frames[n->level].guard, b->site);
}

static IrValue build_choice(Builder *b, const Node *n)
{
    IrValue condition = build(b, n->a);
    IrValue yes = build_under(b, n->b, n->level, condition);
    IrValue no = build_under(b, n->c, n->level, ir_not(b->ir, condition));
    return ir_select(b->ir, condition, yes, no);
}

static IrValue build_comparison(Builder *b, const Node *n)
{
    IrValue x = build(b, n->a);
    IrValue y = build(b, n->b);
    return ir_compare(b->ir, (IrCompare)n->p, x, y);
}

static IrValue build_constant(Builder *b, const Node *n)
{
    uint16_t domain = b->frames[n->level].domain;
    if (n->kind == NUM) {
        Number value = NUMBER_ZERO;
        (void)number_from_ratio(b->ir->arena, n->p, n->q, &value);
        return ir_number(b->ir, value, domain);
    }
    return n->kind == BOOL ? ir_bool(b->ir, n->p != 0, domain) : ir_int(b->ir, (int32_t)n->p, domain);
}

static IrValue build_column(Builder *b, uint32_t column)
{
    uint16_t domain = column < LINE_COLUMNS ? 0 : b->list;
    return ir_load(b->ir, column, (IrType){shapes[column].kind, domain, shapes[column].denominator});
}

/* clang-format off */
static IrValue build(Builder *b, const Node *n)
{
    uint64_t members = (uint64_t)n->p;
    switch (n->form) {
    case CONSTANT: return build_constant(b, n);
    case COLUMN: return build_column(b, n->column);
    case DAY: return ir_day(b->ir, b->frames[n->level].domain);
    case ADD: case SUB: case MUL: case DIV: case MIN: case MAX: case NEG: case ROUND: return build_number(b, n);
    case TO_NUMBER: return ir_to_number(b->ir, build(b, n->a));
    case SUM: case COUNT: case LEAST: case GREATEST: case FIRST: case LAST: case ANY: return build_aggregate(b, n);
    case COUNT_DAYS: return build_days(b, n);
    case NOT: case AND: case OR: return build_logic(b, n);
    case COMPARE: case COMPARE_INT: case COMPARE_BOOL: return build_comparison(b, n);
    case TEXT_IS: return ir_compare(b->ir, IR_EQ, build_column(b, 10), ir_text(b->ir, TEXT("zin"), 0));
    case WHOLE: return ir_whole(b->ir, build(b, n->a));
    case TO_INT: return ir_to_int(b->ir, build(b, n->a), b->site);
    case BRACKET: return ir_bracket(b->ir, build(b, n->a), 100, bounds, 4);
    case IN: return ir_in(b->ir, build(b, n->a), &members, 1);
    case ADD_INT: case SUB_INT: case MIN_INT: case MAX_INT: return build_integers(b, n);
    case INDEX: {
        IrValue key = build(b, n->a);
        return ir_index(b->ir, ir_int(b->ir, (int32_t)n->p, 0), key, 6, b->frames[n->level].guard, b->site);
    }
    case PART: case DATE_PART: return ir_date_part(b->ir, (DatePart)n->p, build(b, n->a));
    case PERIOD: return ir_period(b->ir, build(b, n->a), 28, (int32_t)n->p + 30000);
    case ADD_DAYS: case ADD_MONTHS: case SPAN_END: return build_dates(b, n);
    case CHOOSE: return build_choice(b, n);
    }
    return IR_NONE;
}
/* clang-format on */

/* ---- The module ---- */

/* An amount beyond this is no amount; the decision's cents are 64 bits. */
static const Number ceiling = {INT64_C(10000000000000), 1, NULL};

static void build_program(Ir *ir, const Node *amount, const Node *condition)
{
    Builder b = {.ir = ir, .frames = {{0, IR_NONE}, {0, IR_NONE}, {0, IR_NONE}, {0, IR_NONE}}};
    b.site = ir_add_site(ir, "fout", BD_NONE);
    b.list = ir_add_domain(ir, DOMAIN_LIST, 0, 0, RECORDS);
    ir_open_list(ir, b.list);
    IrValue value = build(&b, amount);
    IrValue high = ir_number(ir, ceiling, 0);
    IrValue fits = ir_compare(ir, IR_LT, value, high);
    fits = ir_and(ir, fits, ir_compare(ir, IR_LT, ir_neg(ir, high), value));
    IrValue clipped = ir_select(ir, fits, value, ir_number(ir, NUMBER_ZERO, 0));
    ir_out(ir, OP_OUT_RULE, build(&b, condition), IR_NONE, 0);
    ir_out(ir, OP_OUT_DECISION, ir_int(ir, BD_APPROVED, 0), IR_NONE, 0);
    ir_out(ir, OP_OUT_AMOUNT, ir_round(ir, clipped, ROUND_HALF_AWAY, (Number){1, 100, NULL}), IR_NONE, 0);
    ir_prune(ir);
}

static void write_frame(ModuleWriter *writer)
{
    (void)writer_add_INFO(writer, (InfoRecord){.valid_from = BD_DATE_MIN, .valid_to = BD_DATE_MAX});
    (void)writer_add_CHOICES(writer, (ChoiceRecord){.name = writer_text(writer, TEXT("producten"))});
    (void)writer_add_CHOICES(writer, (ChoiceRecord){.name = writer_text(writer, TEXT("eenheden"))});
    for (uint32_t i = 0; i < ALL_COLUMNS; i++) {
        ColumnRecord column = {
            .kind = (uint8_t)shapes[i].kind,
            .meaning = (uint8_t)shapes[i].meaning,
            .unit = BD_NONE,
            .choice = BD_NONE,
            .list = i < LINE_COLUMNS ? BD_NONE : 0,
            .denominator = shapes[i].denominator,
        };
        (void)writer_add_COLUMNS(writer, column);
    }
    ListRecord list = {.maximum = RECORDS, .first_column = LINE_COLUMNS, .columns = ALL_COLUMNS - LINE_COLUMNS};
    (void)writer_add_LISTS(writer, list);
    RuleRecord rule = {.effect = BD_EFFECT_REJECT, .citation = BD_NONE, .place = BD_NONE, .document = BD_NONE};
    rule.exception_to = BD_NONE;
    rule.valid_from = BD_DATE_MIN;
    rule.valid_to = BD_DATE_MAX;
    (void)writer_add_RULES(writer, rule);
}

static const void *write_module(Fixture *f, size_t *size)
{
    ModuleWriter writer;
    writer_init(&writer, &f->arena);
    write_frame(&writer);
    ModuleProgram program = {.kind = BD_PROGRAM_LINES, .columns = LINE_COLUMNS, .ir = &f->ir, .citation = BD_NONE};
    Sources none = {0};
    module_write_programs(&writer, &program, 1, &f->shared, &none);
    const void *bytes = NULL;
    CHECK(writer_finish(&writer, &bytes, size) == BD_OK, "the module is not written");
    return bytes;
}

/* ---- Rows ---- */

static int64_t random_value(const ColumnShape *shape)
{
    if (shape->kind == BD_KIND_SCALED) {
        return random_integer();
    }
    if (shape->kind == BD_KIND_BOOL) {
        return between(0, 1);
    }
    if (shape->meaning == BD_MEANS_DATE) {
        return between(-25000, 45000);
    }
    return chance(12) == 0 ? INT32_MAX - between(0, 1) : between(-6, 9);
}

static void fill_rows(Batch *batch, Arena *arena)
{
    for (uint32_t column = 0; column < ALL_COLUMNS; column++) {
        for (uint32_t lane = 0; lane < ALL_RECORDS; lane++) {
            int64_t value = random_value(&shapes[column]);
            batch->scaled[column][lane] = value;
            batch->ints[column][lane] = shapes[column].kind == BD_KIND_INT ? (int32_t)value : 0;
            batch->bools[column][lane] = shapes[column].kind == BD_KIND_BOOL && value != 0;
        }
    }
    batch->offsets[0] = 0;
    batch->exact_count = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        batch->texts[row] = chance(2) == 0 ? TEXT("zin") : TEXT("zijn");
        batch->offsets[row + 1] = batch->offsets[row] + (uint32_t)chance(RECORDS + 1);
        if (chance(8) == 0) {
            Text decimal_text = chance(2) == 0 ? TEXT("12.34567") : TEXT("99999999999999999999999");
            (void)number_from_decimal_text(arena, decimal_text, &batch->exact_values[batch->exact_count]);
            batch->exact[batch->exact_count++] =
                (bd_exact_cell){.row = row, .column = (uint32_t)chance(4), .decimal = decimal_text};
        }
    }
}

static const void *column_values(const Batch *batch, uint32_t column)
{
    if (shapes[column].kind == BD_KIND_TEXT) {
        return batch->texts;
    }
    if (shapes[column].kind == BD_KIND_BOOL) {
        return batch->bools[column];
    }
    return shapes[column].kind == BD_KIND_INT ? (const void *)batch->ints[column] : (const void *)batch->scaled[column];
}

/* ---- Both ---- */

typedef struct Decisions {
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
} Decisions;

static void expect(const Node *amount, const Node *condition, const Batch *batch, Arena *arena, Decisions *out)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        Point at = {.arena = arena, .batch = batch, .row = row};
        Value a = evaluate(amount, &at);
        Value c = evaluate(condition, &at);
        Number cents = NUMBER_ZERO;
        Number low = {-ceiling.num, 1, NULL};
        if (!a.fault && number_compare(a.number, ceiling) < 0 && number_compare(low, a.number) < 0) {
            (void)number_round(arena, a.number, ROUND_HALF_AWAY, (Number){1, 100, NULL}, &cents);
        }
        bool exact = false;
        bool fault = a.fault || c.fault;
        out->decision[row] = fault ? BD_FAULTED : BD_APPROVED;
        out->reasons[row] = !fault && c.whole != 0;
        out->cents[row] = 0;
        if (!fault) {
            (void)number_to_scaled_int64(cents, 100, &out->cents[row], &exact);
        }
    }
}

static bool run(const void *bytes, size_t size, const Batch *batch, Decisions *out)
{
    bd_error error = {.message = ""};
    bd_module *module = NULL;
    if (!CHECK(bd_module_load(bytes, size, NULL, &module, &error) == BD_OK, "not loaded: %s", error.message)) {
        return false;
    }
    bd_column_data columns[ALL_COLUMNS] = {{0}};
    for (uint32_t i = 0; i < ALL_COLUMNS; i++) {
        columns[i].values = column_values(batch, i);
    }
    bd_list_data list = {.offsets = batch->offsets, .columns = columns + LINE_COLUMNS};
    bd_batch rows = {
        .rows = ROWS, .columns = columns, .exact = batch->exact, .exact_count = batch->exact_count, .lists = &list};
    bd_decisions decisions = {out->decision, out->cents, out->reasons, out->fault, NULL, NULL};
    bd_session *session = NULL;
    bool good = CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "no session: %s", error.message) &&
                CHECK(bd_session_prepare(session, &error) == BD_OK, "not prepared: %s", error.message) &&
                CHECK(bd_session_decide(session, &rows, &decisions, &error) == BD_OK, "not decided: %s", error.message);
    bd_session_free(session);
    bd_module_free(module);
    return good;
}

static void show(Ir *ir, uint64_t round)
{
    StringBuilder printed;
    builder_init(&printed, ir->arena);
    ir_print(ir, &printed);
    Text text = builder_result(&printed);
    printf("# round %llu\n%.*s", (unsigned long long)round, (int)text.size, text.data);
}

static uint32_t check_round(uint64_t seed)
{
    Fixture f;
    start(&f);
    state = seed;
    Maker maker = {.arena = &f.arena};
    Node *amount = make(&maker, NUM, LINE, 4);
    Node *condition = make(&maker, BOOL, LINE, 4);
    Batch *batch = arena_alloc(&f.arena, sizeof *batch);
    fill_rows(batch, &f.arena);
    build_program(&f.ir, amount, condition);
    size_t size = 0;
    const void *bytes = write_module(&f, &size);
    Decisions wanted = {0};
    Decisions found = {0};
    expect(amount, condition, batch, &f.arena, &wanted);
    uint32_t faults = 0;
    bool same = run(bytes, size, batch, &found);
    for (uint32_t row = 0; same && row < ROWS; row++) {
        same = CHECK(found.decision[row] == wanted.decision[row] && found.cents[row] == wanted.cents[row] &&
                         found.reasons[row] == wanted.reasons[row],
                     "row %u: decision %d, %lld cents, reasons %d; wanted %d, %lld, %d", row, found.decision[row],
                     (long long)found.cents[row], (int)found.reasons[row], wanted.decision[row],
                     (long long)wanted.cents[row], (int)wanted.reasons[row]);
        faults += wanted.decision[row] == BD_FAULTED;
    }
    if (!same) {
        show(&f.ir, seed);
    }
    stop(&f);
    return faults;
}

int main(int count, char **arguments)
{
    uint64_t first = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    uint64_t rounds = count > 2 ? strtoull(arguments[2], NULL, 10) : 2000;
    uint64_t faults = 0;
    check_group("random programs");
    for (uint64_t i = 0; i < rounds && check_state.failures < 10; i++) {
        faults += check_round(first + i);
    }
    if (rounds >= 1000) {
        CHECK(faults > 0 && faults < rounds * ROWS * 3 / 4, "%llu faults in %llu rows", (unsigned long long)faults,
              (unsigned long long)(rounds * ROWS));
    }
    return check_done();
}
