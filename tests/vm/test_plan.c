/* test_plan.c - plans against the column evaluator: the same answers on random programs, for every set of kernels.
 *
 * A session whose plans are off decides random lines; others, one per set of kernels that this processor has, decide them twice, so that the
 * first time gives a plan and the second uses it, and then other lines, partly within the ranges of the first and partly extremes. Last, each
 * kernel of one set is held against the portable one over random lanes.
 */
#include "vm/plan.h"
#include "vm/random_module.h"
#include "vm/session.h"

enum { BATCHES = 6, TABLES = 3 };

static const KernelTable *const tables[TABLES] = {&kernels_portable, &kernels_avx2, &kernels_avx512};
static unsigned by_plan, decided;

static bd_session *new_session(bd_module *module, bool with_natives, const KernelTable *table)
{
    bd_session *session = NULL;
    bd_error error = {0};
    CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "%s", error.message);
    CHECK(prepare_session(session, with_natives, &error) == BD_OK, "%s", error.message);
    session->plans->is_off = table == NULL;
    session->plans->kernels = table;
    session->plans->rows = UINT64_C(1) << 32; /* as after many lines */
    return session;
}

/* Batches 0 and 1 are the same lines, as are 2 and 3; the later the batch, the wilder its numbers. */
static Lines *lines_of(uint64_t seed, unsigned batch)
{
    Random random = {seed * 31 + batch / 2, batch < 4};
    uint32_t rows = 1 + pick(&random, ROWS_MAX);
    return random_lines(&random, seed % 5 == 0 ? ROWS_MAX : rows);
}

static void compare(const Lines *expected, const Lines *found, const char *name, uint64_t seed, unsigned batch)
{
    const size_t rows = expected->batch.rows;
    const bool same = memcmp(expected->decision, found->decision, rows) == 0 &&
                      memcmp(expected->cents, found->cents, rows * sizeof(int64_t)) == 0 &&
                      memcmp(expected->reasons, found->reasons, rows * sizeof expected->reasons[0]) == 0 &&
                      memcmp(expected->fault, found->fault, rows * sizeof(uint32_t)) == 0;
    CHECK(same, "seed %llu, batch %u, %s: other decisions than without a plan", (unsigned long long)seed, batch, name);
}

static void run_table(bd_module *module, bool with_natives, Lines *const *expected, const KernelTable *table,
                      uint64_t seed)
{
    bd_session *session = new_session(module, with_natives, table);
    bd_error error = {0};
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        Lines *lines = lines_of(seed, batch);
        uint64_t before = session->plans->chunks;
        CHECK(bd_session_decide(session, &lines->batch, &lines->decisions, &error) == BD_OK, "%s", error.message);
        by_plan += session->plans->chunks != before;
        decided++;
        compare(expected[batch], lines, table->name, seed, batch);
        free(lines);
    }
    bd_session_free(session);
}

static void run_seed(uint64_t seed, uint32_t length)
{
    const bool with_natives = seed % 3 == 0;
    size_t size;
    bd_error error = {0};
    void *bytes = random_module(seed, length, with_natives, &size);
    bd_module *module = load_module(bytes, size);
    if (!module) {
        free(bytes);
        return;
    }
    Lines *expected[BATCHES];
    bd_session *session = new_session(module, with_natives, NULL);
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        expected[batch] = lines_of(seed, batch);
        CHECK(bd_session_decide(session, &expected[batch]->batch, &expected[batch]->decisions, &error) == BD_OK, "%s",
              error.message);
    }
    bd_session_free(session);
    for (unsigned i = 0; i < TABLES; i++) {
        if (kernel_table_works(tables[i]))
            run_table(module, with_natives, expected, tables[i], seed);
    }
    for (unsigned batch = 0; batch < BATCHES; batch++)
        free(expected[batch]);
    bd_module_free(module);
    free(bytes);
}

/* ---- Kernels against kernels ---- */

enum { KERNEL_ROWS = 192, CELLS = 64 };

typedef struct Bench {
    uint8_t bytes[3][KERNEL_ROWS], flags[3][KERNEL_ROWS];
    int32_t narrow[3][KERNEL_ROWS], index[KERNEL_ROWS];
    int64_t wide[3][KERNEL_ROWS];
    union {
        uint8_t bytes[KERNEL_ROWS * 8];
        int64_t aligned;
    } out[TABLES];
    int64_t cells[CELLS];
} Bench;

/* What a kernel takes: lanes of 1, 4 or 8 bytes for a, b and c; 0: indexes into the cells; 2: booleans. */
typedef struct Takes {
    KernelId kernel;
    uint8_t a, b, c;
    bool small; /* numbers that cannot overflow a product */
} Takes;

#define OF_WIDTH(W, size)                                                                        \
    {KERNEL_ADD_VV_##W, size, size, 0, true}, {KERNEL_ADD_VX_##W, size, 0, 0, true},             \
        {KERNEL_SUB_VV_##W, size, size, 0, true}, {KERNEL_SUB_XV_##W, size, 0, 0, true},         \
        {KERNEL_MUL_VV_##W, size, size, 0, true}, {KERNEL_MUL_VX_##W, size, 0, 0, true},         \
        {KERNEL_MIN_VV_##W, size, size, 0, false}, {KERNEL_MAX_VV_##W, size, size, 0, false},    \
        {KERNEL_EQ_VV_##W, size, size, 0, false}, {KERNEL_EQ_VX_##W, size, 0, 0, false},         \
        {KERNEL_NE_VV_##W, size, size, 0, false}, {KERNEL_NE_VX_##W, size, 0, 0, false},         \
        {KERNEL_LT_VV_##W, size, size, 0, false}, {KERNEL_LE_VV_##W, size, size, 0, false},      \
        {KERNEL_LT_VX_##W, size, 0, 0, false}, {KERNEL_GT_VX_##W, size, 0, 0, false},            \
        {KERNEL_SELECT_VV_##W, 2, size, size, false}, {KERNEL_SELECT_VX_##W, 2, size, 0, false}, \
        {KERNEL_SELECT_XV_##W, 2, 0, size, false}, {KERNEL_SELECT_XX_##W, 2, 0, 0, false},       \
        {KERNEL_CHECK_##W, size, 0, 0, false}, {KERNEL_LOAD_MASKED_##W, size, 2, 0, false},      \
        {KERNEL_CELL_##W, 0, 0, 0, false},                                                       \
    {                                                                                            \
        KERNEL_OUT_AMOUNT_##W, size, 2, 0, false                                                 \
    }

static const Takes takes[] = {
    OF_WIDTH(32, 4),
    OF_WIDTH(64, 8),
    {KERNEL_MUL_WIDE_VV, 4, 4, 0, false},
    {KERNEL_MUL_WIDE_VX, 4, 0, 0, false},
    {KERNEL_WIDEN, 4, 0, 0, false},
    {KERNEL_NARROW, 8, 0, 0, true},
    {KERNEL_MUL_ADD, 4, 4, 0, true},
    {KERNEL_BITS, 0, 0, 0, false},
    {KERNEL_MEMBER, 0, 0, 0, false},
    {KERNEL_CELL_SMALL, 0, 0, 0, false},
    {KERNEL_CELL_MIDDLE, 0, 0, 0, false},
    {KERNEL_BITS_64, 0, 0, 0, false},
    {KERNEL_CELL_LARGE, 0, 0, 0, false},
    {KERNEL_CELL_LARGE_IF, 0, 2, 0, false},
    {KERNEL_MUL_DIVIDE, 4, 4, 0, true},
    {KERNEL_DIVIDE_WIDE, 8, 0, 0, true},
    {KERNEL_MUL_DIVIDE_WIDE, 4, 4, 0, true},
    {KERNEL_CELL_SMALL_IF, 0, 2, 0, false},
    {KERNEL_CELL_MIDDLE_IF, 0, 2, 0, false},
    {KERNEL_CELL_32_IF, 0, 2, 0, false},
    {KERNEL_EQ_MUL_VX, 4, 4, 0, true},
    {KERNEL_LT_MUL_VX, 4, 4, 0, true},
    {KERNEL_GT_MUL_VX, 4, 4, 0, true},
    {KERNEL_EQ_ADD_VX, 4, 4, 0, true},
    {KERNEL_LT_ADD_VX, 4, 4, 0, true},
    {KERNEL_GT_ADD_VX, 4, 4, 0, true},
    {KERNEL_EQ_MUL_VV, 4, 4, 4, true},
    {KERNEL_LT_MUL_VV, 4, 4, 4, true},
    {KERNEL_GT_MUL_VV, 4, 4, 4, true},
    {KERNEL_NOT, 2, 0, 0, false},
    {KERNEL_AND, 2, 2, 0, false},
    {KERNEL_OR, 2, 2, 0, false},
    {KERNEL_AND_NOT, 2, 2, 0, false},
    {KERNEL_OR_NOT, 2, 2, 0, false},
    {KERNEL_SELECT_8, 2, 2, 2, false},
    {KERNEL_LOAD_ALL_8, 1, 0, 0, false},
    {KERNEL_LOAD_8, 1, 0, 0, false},
    {KERNEL_LOAD_MASKED_8, 1, 2, 0, false},
    {KERNEL_LOAD_NARROW, 8, 0, 0, true},
    {KERNEL_LOAD_MASKED_NARROW, 8, 2, 0, true},
    {KERNEL_FAIL, 2, 0, 0, false},
    {KERNEL_RULE_FIRST, 2, 0, 0, false},
    {KERNEL_RULE_NEXT, 2, 0, 0, false},
    {KERNEL_OUT_REASONS, 1, 1, 0, false},
    {KERNEL_OUT_REASONS_OR, 1, 1, 0, false},
    {KERNEL_OUT_DECISION, 4, 0, 0, false},
    {KERNEL_OUT_DECISION_8, 2, 0, 0, false},
    {KERNEL_OUT_NO_FAULT, 4, 0, 0, false},
};

static void fill_bench(Bench *bench, Random *random, bool small, uint32_t most)
{
    for (uint32_t i = 0; i < KERNEL_ROWS; i++) {
        bench->index[i] = (int32_t)pick(random, most);
        for (int k = 0; k < 3; k++) {
            bench->bytes[k][i] = (uint8_t)pick(random, 4);
            bench->flags[k][i] = (uint8_t)pick(random, 2);
            bench->narrow[k][i] = small ? (int32_t)pick(random, 60000) - 30000 : any_int32(random);
            bench->wide[k][i] = small ? (int64_t)pick(random, 60000) - 30000 : any_int64(random);
            if (pick(random, 3) == 0) { /* equal operands, too */
                bench->narrow[k][i] = bench->narrow[0][i];
                bench->wide[k][i] = bench->wide[0][i];
            }
        }
    }
    for (uint32_t i = 0; i < CELLS; i++)
        bench->cells[i] = (int64_t)(next_random(random) >> 1);
}

static void *lanes_for(Bench *bench, uint8_t size, int place)
{
    switch (size) {
    case 1: return bench->bytes[place];
    case 2: return bench->flags[place];
    case 4: return bench->narrow[place];
    case 8: return bench->wide[place];
    default: return bench->index;
    }
}

static void run_kernel(Bench *bench, const Takes *kernel, Random *random)
{
    const bool is_large = kernel->kernel == KERNEL_CELL_LARGE || kernel->kernel == KERNEL_CELL_LARGE_IF;
    const bool is_wide = kernel->kernel == KERNEL_CELL_64 || kernel->kernel == KERNEL_BITS_64;
    const bool is_middle = kernel->kernel == KERNEL_CELL_MIDDLE || kernel->kernel == KERNEL_CELL_MIDDLE_IF;
    fill_bench(bench, random, kernel->small, is_large ? 128 : is_wide ? 64 : is_middle ? 32 : 8);
    Step step = {.dst = 0, .a = 1, .b = 2, .c = 3, .kernel = (uint16_t)kernel->kernel, .table = bench->cells};
    step.x = kernel->small ? (int64_t)pick(random, 60000) - 30000 : any_int32(random);
    step.y = any_int32(random);
    if (kernel->kernel == KERNEL_DIVIDE_WIDE || kernel->kernel == KERNEL_MUL_DIVIDE_WIDE)
        step.z = (int64_t)pick(random, 30) << 8 | pick(random, 30);
    if (kernel->kernel == KERNEL_MUL_DIVIDE)
        step.z = pick(random, 30);
    if (kernel->kernel == KERNEL_BITS_64)
        step.x = (int64_t)next_random(random);
    else if (kernel->a == 0)
        step.x = kernel->kernel == KERNEL_BITS ? (int64_t)(next_random(random) >> 32) : 0;
    if (kernel->kernel == KERNEL_RULE_FIRST || kernel->kernel == KERNEL_RULE_NEXT)
        step.x = pick(random, 8);
    if (kernel->kernel == KERNEL_OUT_REASONS || kernel->kernel == KERNEL_OUT_REASONS_OR) {
        step.x = pick(random, 4) * 16;
        step.y = 1;
    }
    uint32_t status[TABLES] = {0};
    for (unsigned t = 0; t < TABLES; t++) {
        if (!kernel_table_works(tables[t]))
            continue;
        void *data[] = {bench->out[t].bytes, lanes_for(bench, kernel->a, 0), lanes_for(bench, kernel->b, 1),
                        lanes_for(bench, kernel->c, 2)};
        memset(bench->out[t].bytes, 1, sizeof bench->out[t].bytes);
        status[t] = tables[t]->run[kernel->kernel](&step, data, KERNEL_ROWS);
        CHECK((status[t] != 0) == (status[0] != 0) &&
                  memcmp(bench->out[t].bytes, bench->out[0].bytes, sizeof bench->out[0].bytes) == 0,
              "kernel %d of %s gives other lanes than the portable one", (int)kernel->kernel, tables[t]->name);
    }
}

static int64_t round_by_kernel(const KernelTable *table, KernelId kernel, int32_t number, int64_t add, uint32_t magic,
                               uint32_t shift)
{
    int32_t in[KERNEL_LANES] = {0}, out[KERNEL_LANES];
    void *data[] = {out, in};
    in[KERNEL_LANES - 1] = number;
    const Step step = {.dst = 0, .a = 1, .x = add, .y = magic, .z = shift};
    table->run[kernel](&step, data, KERNEL_LANES);
    return out[KERNEL_LANES - 1];
}

/* Division by multiplication, at the numbers where it would go wrong first: around multiples of the divisor, and at the far end. */
static void run_divisions(Random *random)
{
    for (int n = 0; n < 4000; n++) {
        const int64_t divisor = 2 + (int64_t)(next_random(random) >> (33 + pick(random, 31)));
        uint32_t magic, shift;
        if (divisor > INT32_MAX)
            continue;
        plan_division(divisor, &magic, &shift);
        const int64_t multiple = (int64_t)pick(random, (uint32_t)(INT32_MAX / divisor) + 1) * divisor;
        const int64_t numbers[] = {multiple, multiple - 1, multiple + divisor - 1, INT32_MAX, INT32_MAX - 1, 0};
        for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            if (numbers[i] < 0 || numbers[i] > INT32_MAX)
                continue;
            const int32_t number = (int32_t)numbers[i];
            for (unsigned t = 0; t < TABLES; t++) {
                if (!kernel_table_works(tables[t]))
                    continue;
                CHECK(round_by_kernel(tables[t], KERNEL_DIVIDE, number, 0, magic, shift) == number / divisor,
                      "%d / %lld by %s", number, (long long)divisor, tables[t]->name);
                CHECK(round_by_kernel(tables[t], KERNEL_DIVIDE_SIGNED, -number, 0, magic, shift) == -(number / divisor),
                      "-%d / %lld by %s", number, (long long)divisor, tables[t]->name);
            }
        }
    }
}

int main(void)
{
    Random random = {7, false};
    Bench *bench = calloc(1, sizeof *bench);
    for (unsigned t = 0; t < TABLES; t++)
        printf("# %s: %s\n", tables[t]->name, kernel_table_works(tables[t]) ? "tried" : "not on this processor");
    check_group("kernels");
    for (int n = 0; n < 40; n++) {
        for (unsigned i = 0; i < sizeof takes / sizeof takes[0]; i++)
            run_kernel(bench, &takes[i], &random);
    }
    check_group("divisions");
    run_divisions(&random);
    check_group("short programs");
    for (uint64_t seed = 1; seed <= 400; seed++)
        run_seed(seed, 6 + (uint32_t)seed % 12);
    check_group("long programs");
    for (uint64_t seed = 5000; seed < 5060; seed++)
        run_seed(seed, 60);
    printf("# %u of %u batches by a plan\n", by_plan, decided);
    CHECK(by_plan * 4 > decided, "plans decide too little");
    free(bench);
    return check_done();
}
