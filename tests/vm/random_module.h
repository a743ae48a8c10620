/* random_module.h - random modules that the verifier accepts, and random lines for them.
 *
 * One frame of columns, lists, tables and rules, and in it a random straight-line program over all opcodes. The
 * generator knows the rules of opcodes.def, so every module loads; what the values do is left to chance, extremes
 * included.
 */
#ifndef BEDING_TESTS_VM_RANDOM_MODULE_H
#define BEDING_TESTS_VM_RANDOM_MODULE_H

#include "vm/core/round.h"
#include "vm/fixture.h"

enum {
    COLUMNS = 12,
    LIST_COLUMNS = 5,
    VALUES_MAX = 400,
    DENSE = 0,
    DENSE_INT = 1,
    SPARSE = 2,
    RULES = 70,
    READINGS = 3,
    LIST_MAXIMUM = 6
};

typedef struct Generator {
    Build build;
    Random random;
    Value values[VALUES_MAX];
    uint32_t count;
    uint16_t list_domain, days_domain, inner_domain;
    bool is_open[4];
    uint32_t roundings, sets, brackets, periods;
    uint32_t next_rule;
    bool with_natives;
} Generator;

static inline void add_frame_columns(Build *b)
{
    add_column(b, "b0", BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1, false);
    add_column(b, "b1", BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1, true);
    add_column(b, "i0", BD_KIND_INT, BD_MEANS_NUMBER, 1, false);
    add_column(b, "d0", BD_KIND_INT, BD_MEANS_DATE, 1, false);
    add_column(b, "d1", BD_KIND_INT, BD_MEANS_DATE, 1, true);
    add_column(b, "c0", BD_KIND_INT, BD_MEANS_NUMBER, 1, false);
    add_column(b, "s0", BD_KIND_SCALED, BD_MEANS_MONEY, 100, false);
    add_column(b, "s1", BD_KIND_SCALED, BD_MEANS_NUMBER, 1000, false);
    add_column(b, "s2", BD_KIND_SCALED, BD_MEANS_NUMBER, 1, false);
    add_column(b, "s3", BD_KIND_SCALED, BD_MEANS_MONEY, 100, true);
    add_column(b, "t0", BD_KIND_TEXT, BD_MEANS_TEXT, 1, false);
    add_column(b, "t1", BD_KIND_TEXT, BD_MEANS_TEXT, 1, true);
    const struct {
        const char *name;
        uint32_t kind, meaning;
        int64_t denominator;
    } list[LIST_COLUMNS] = {
        {"lb", BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1}, {"li", BD_KIND_INT, BD_MEANS_NUMBER, 1},
        {"ld", BD_KIND_INT, BD_MEANS_DATE, 1},     {"ls", BD_KIND_SCALED, BD_MEANS_MONEY, 100},
        {"lt", BD_KIND_TEXT, BD_MEANS_TEXT, 1},
    };
    for (int i = 0; i < LIST_COLUMNS; i++) {
        ColumnRecord record = column_record(b, list[i].name, list[i].kind, list[i].meaning, list[i].denominator);
        record.list = 0;
        record.flags = i == 3 ? COLUMN_OPTIONAL : 0;
        writer_add_COLUMNS(&b->writer, record);
    }
    writer_add_LISTS(&b->writer,
                     (ListRecord){text_of(b, "stukken"), text_of(b, "client"), LIST_MAXIMUM, COLUMNS, LIST_COLUMNS, 0});
}

static inline void add_dimension(Build *b, const char *name, uint32_t kind, uint32_t meaning, uint32_t size)
{
    writer_add_DIMENSIONS(&b->writer,
                          (DimensionRecord){text_of(b, name), (uint8_t)kind, (uint8_t)meaning, 0, BD_NONE, size});
}

/* Two dense tables of 2 versions, 3 and 4 members, some cells absent; and an extern one keyed by text, number, boolean
** and integer. */
static inline void add_frame_tables(Build *b, Random *random)
{
    ModuleWriter *w = &b->writer;
    uint64_t bits = 0;
    for (int i = 0; i < 48; i++) {
        writer_add_CELLS(w, i < 24 ? (int64_t)pick(random, 100000) : (int64_t)pick(random, 30) - 5);
        bits |= (uint64_t)(pick(random, 6) != 0) << i;
    }
    writer_add_CELL_BITS(w, bits);
    writer_add_VERSIONS(w, (VersionRecord){BD_DATE_MIN, 18000, BD_NONE, BD_NONE});
    writer_add_VERSIONS(w, (VersionRecord){18010, 19000, BD_NONE, BD_NONE});
    add_dimension(b, "k", BD_KIND_INT, BD_MEANS_NUMBER, 3);
    add_dimension(b, "l", BD_KIND_INT, BD_MEANS_NUMBER, 4);
    add_dimension(b, "t", BD_KIND_TEXT, BD_MEANS_TEXT, 0);
    add_dimension(b, "s", BD_KIND_SCALED, BD_MEANS_NUMBER, 0);
    add_dimension(b, "b", BD_KIND_BOOL, BD_MEANS_BOOLEAN, 0);
    add_dimension(b, "i", BD_KIND_INT, BD_MEANS_NUMBER, 0);
    TableRecord table = {.name = text_of(b, "bedragen"),
                         .label = text_of(b, ""),
                         .kind = BD_KIND_SCALED,
                         .meaning = BD_MEANS_MONEY,
                         .unit = BD_NONE,
                         .choice = BD_NONE,
                         .product = BD_NONE,
                         .denominator = 100,
                         .dimensions = 2,
                         .versions = 2,
                         .cells = 24,
                         .citation = BD_NONE,
                         .place = BD_NONE};
    writer_add_TABLES(w, table);
    table.name = text_of(b, "aantallen");
    table.kind = BD_KIND_INT;
    table.meaning = BD_MEANS_NUMBER;
    table.denominator = 1;
    table.first_cell = 24;
    writer_add_TABLES(w, table);
    table = (TableRecord){.name = text_of(b, "prijzen"),
                          .label = text_of(b, ""),
                          .kind = BD_KIND_SCALED,
                          .meaning = BD_MEANS_MONEY,
                          .flags = TABLE_EXTERN | TABLE_OPTIONAL,
                          .unit = BD_NONE,
                          .choice = BD_NONE,
                          .product = BD_NONE,
                          .denominator = 100,
                          .first_dimension = 2,
                          .dimensions = 4,
                          .citation = BD_NONE,
                          .place = BD_NONE};
    writer_add_TABLES(w, table);
}

static inline void add_frame_pools(Generator *g)
{
    Build *b = &g->build;
    ModuleWriter *w = &b->writer;
    static const int64_t steps[][2] = {{1, 100}, {1, 1}, {5, 1}, {1, 20}, {3, 10}, {5000000, 1}};
    for (uint32_t mode = 0; mode < ROUND_MODE_COUNT; mode++) {
        for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++)
            writer_add_ROUNDINGS(w, (RoundingRecord){mode, 0, steps[i][0], steps[i][1]});
    }
    g->roundings = writer_count(w, SECTION_ROUNDINGS);
    writer_add_SET_WORDS(w, UINT64_C(0x5A));
    writer_add_SET_WORDS(w, UINT64_C(1) << 63 | 1);
    writer_add_SETS(w, (SetRecord){0, 2});
    writer_add_SETS(w, (SetRecord){0, 1});
    writer_add_SETS(w, (SetRecord){2, 0});
    g->sets = 3;
    uint32_t first = writer_count(w, SECTION_CELLS);
    static const int64_t bounds[] = {-500, 0, 1, 99, 100, 4000, 100000};
    for (unsigned i = 0; i < 7; i++)
        writer_add_CELLS(w, bounds[i]);
    writer_add_BRACKETS(w, (BracketRecord){first, 7});
    writer_add_BRACKETS(w, (BracketRecord){first + 2, 1});
    writer_add_BRACKETS(w, (BracketRecord){first, 0});
    g->brackets = 3;
    g->periods = writer_count(w, SECTION_CONSTANTS);
    add_constant(b, 0, 28, 18260);
    add_constant(b, 0, 7, -3);
    add_constant(b, 0, 1, 0);
    for (uint32_t i = 0; i < RULES; i++)
        add_rule(b, "r");
    for (int i = 0; i < 5; i++)
        add_site(b, i < 2 ? "geen_cel" : "niet_heel");
    for (int i = 0; i < 3; i++)
        writer_add_MEMBERS(w, (MemberRecord){text_of(b, i == 0 ? "a" : i == 1 ? "b" : "c"), {0, 0}});
    writer_add_CHOICES(w, (ChoiceRecord){text_of(b, "lezing"), 0, 3, 0, 0});
    for (uint32_t i = 0; i < READINGS; i++)
        writer_add_READINGS(
            w, (ReadingRecord){.name = text_of(b, "lezing"), .chosen = i, .citation = BD_NONE, .place = BD_NONE});
    if (g->with_natives) {
        writer_add_NATIVES(w, (NativeRecord){text_of(b, "verschil"), text_of(b, "i(dd)")});
        writer_add_NATIVES(w, (NativeRecord){text_of(b, "deel"), text_of(b, "n(nn)")});
        writer_add_NATIVES(w, (NativeRecord){text_of(b, "kort"), text_of(b, "b(t)")});
    }
}

/* ---- Choosing operands ---- */

static inline Value *find_value(Generator *g, uint32_t kind, uint32_t domain)
{
    uint32_t start = pick(&g->random, g->count);
    for (uint32_t i = 0; i < g->count; i++) {
        Value *value = &g->values[(start + i) % g->count];
        if (value->kind == kind && value->domain == domain)
            return value;
    }
    return NULL;
}

static inline Value keep(Generator *g, Value value)
{
    if (value.kind != 0 && g->count < VALUES_MAX)
        g->values[g->count++] = value;
    return value;
}

static inline int64_t any_int64(Random *random)
{
    if (random->is_calm)
        return (int64_t)pick(random, 2000) - 200;
    switch (pick(random, 8)) {
    case 0: return (int64_t)next_random(random);
    case 1: return INT64_MAX - (int64_t)pick(random, 3);
    case 2: return INT64_MIN + (int64_t)pick(random, 3);
    case 3: return 0;
    default: return (int64_t)(next_random(random) >> (24 + pick(random, 39))) * (pick(random, 4) == 0 ? -1 : 1);
    }
}

static inline int32_t any_int32(Random *random)
{
    if (random->is_calm)
        return (int32_t)pick(random, 3);
    switch (pick(random, 8)) {
    case 0: return (int32_t)(uint32_t)next_random(random);
    case 1: return pick(random, 2) ? INT32_MAX : INT32_MIN;
    case 2: return 17500 + (int32_t)pick(random, 2000);
    default: return (int32_t)pick(random, 6) - 1;
    }
}

static inline int32_t any_date(Random *random)
{
    if (random->is_calm)
        return 17900 + (int32_t)pick(random, 50);
    if (pick(random, 24) == 0)
        return pick(random, 2) ? BD_DATE_MAX - (int32_t)pick(random, 400) : BD_DATE_MIN + (int32_t)pick(random, 400);
    return pick(random, 40) == 0 ? any_int32(random) : 17900 + (int32_t)pick(random, 500);
}

static inline Value make_value(Generator *g, uint32_t kind, uint32_t domain)
{
    Build *b = &g->build;
    static const int64_t denominators[] = {1, 100, 1000};
    if (domain == 0 && pick(&g->random, 3) != 0) {
        uint32_t start = pick(&g->random, COLUMNS);
        for (uint32_t i = 0; i < COLUMNS; i++) {
            uint32_t column = (start + i) % COLUMNS;
            if (writer_at_COLUMNS(&b->writer, column)->kind == kind)
                return keep(g, load(b, column, 0));
        }
    }
    if (domain == g->list_domain) {
        for (uint32_t i = 0; i < LIST_COLUMNS; i++) {
            if (writer_at_COLUMNS(&b->writer, COLUMNS + i)->kind == kind)
                return keep(g, load(b, COLUMNS + i, domain));
        }
    }
    switch (kind) {
    case BD_KIND_BOOL: return keep(g, constant(b, kind, domain, pick(&g->random, 2), 1));
    case BD_KIND_INT: return keep(g, constant(b, kind, domain, any_int32(&g->random), 1));
    case BD_KIND_SCALED:
        return keep(g, constant(b, kind, domain, any_int64(&g->random), denominators[pick(&g->random, 3)]));
    case BD_KIND_RATIO: {
        static const int64_t ratios[][2] = {
            {0, 1}, {1, 3}, {-7, 2}, {INT64_MAX, 2}, {1, INT64_MAX}, {INT64_MIN + 1, 5}, {355, 113}};
        uint32_t i = g->random.is_calm ? 1 + pick(&g->random, 2) : pick(&g->random, 7);
        return keep(g, constant(b, kind, domain, ratios[i][0], ratios[i][1]));
    }
    default: {
        static const char *const texts[] = {"", "a", "02A06", "\xC3\xA9"};
        uint32_t index = writer_add_CONSTANTS(
            &b->writer, (ConstantRecord){.kind = BD_KIND_TEXT, .text = text_of(b, texts[pick(&g->random, 4)])});
        return keep(g, emit(b, OP_CONST, BD_KIND_TEXT, domain, 1, (Emit){.imm = index}));
    }
    }
}

static inline Value some(Generator *g, uint32_t kind, uint32_t domain)
{
    Value *found = pick(&g->random, 4) == 0 || g->count == 0 ? NULL : find_value(g, kind, domain);
    return found ? *found : make_value(g, kind, domain);
}

/* Another number with the same denominator. */
static inline Value some_scaled(Generator *g, Value like)
{
    for (int i = 0; i < 4; i++) {
        Value *found = find_value(g, BD_KIND_SCALED, like.domain);
        if (found && found->denominator == like.denominator)
            return *found;
    }
    return keep(g, constant(&g->build, BD_KIND_SCALED, like.domain, any_int64(&g->random), like.denominator));
}

static inline Value some_like(Generator *g, Value like)
{
    return like.kind == BD_KIND_SCALED ? some_scaled(g, like) : some(g, like.kind, like.domain);
}

static inline Value some_guard(Generator *g, uint32_t domain)
{
    return pick(&g->random, 2) ? no_value : some(g, BD_KIND_BOOL, domain);
}

/* ---- Emitting one random instruction ---- */

static inline uint16_t parent_of(const Generator *g, uint32_t domain)
{
    return domain == g->inner_domain ? g->list_domain : 0;
}

static inline Value scaled_of(Generator *g, uint32_t domain)
{
    Value value = some(g, BD_KIND_SCALED, domain);
    return value.denominator > 1000000 ? make_value(g, BD_KIND_SCALED, domain) : value;
}

static inline uint32_t some_kind(Generator *g)
{
    return BD_KIND_BOOL + pick(&g->random, 5);
}

static inline void emit_number(Generator *g, Opcode op, uint32_t domain, Emit e)
{
    Build *b = &g->build;
    const OpInfo *info = op_info(op);
    e.a = scaled_of(g, domain);
    int64_t denominator = e.a.denominator;
    uint32_t kind = BD_KIND_SCALED;
    switch ((int)op) {
    case OP_SCALE:
    case OP_DIV_CONST:
        e.imm = 1 + pick(&g->random, 12);
        denominator *= e.imm;
        break;
    case OP_MUL:
        e.b = scaled_of(g, domain);
        denominator *= e.b.denominator;
        break;
    case OP_ROUND:
        e.imm = pick(&g->random, g->roundings);
        denominator = 100;
        break;
    case OP_WIDEN:
    case OP_TO_INT:
    case OP_WHOLE: break;
    default: e.b = some_scaled(g, e.a); break;
    }
    if (info->dst == OPERAND_B)
        kind = BD_KIND_BOOL;
    else if (info->dst == OPERAND_I)
        kind = BD_KIND_INT;
    else if (info->dst == OPERAND_N)
        kind = BD_KIND_RATIO;
    keep(g, emit(b, op, kind, domain, kind == BD_KIND_SCALED ? denominator : 1, e));
}

/* Instructions whose operands and result have the kinds that their row states, and no more to it. */
static inline void emit_plain(Generator *g, Opcode op, uint32_t domain, Emit e)
{
    static const uint8_t kinds[] = {[OPERAND_B] = BD_KIND_BOOL,
                                    [OPERAND_I] = BD_KIND_INT,
                                    [OPERAND_S] = BD_KIND_SCALED,
                                    [OPERAND_N] = BD_KIND_RATIO,
                                    [OPERAND_T] = BD_KIND_TEXT};
    const OpInfo *info = op_info(op);
    if (info->a != OPERAND_NONE)
        e.a = some(g, kinds[info->a], domain);
    if (info->b != OPERAND_NONE)
        e.b = some(g, kinds[info->b], domain);
    if (info->c == OPERAND_G)
        e.c = some_guard(g, domain);
    int64_t denominator = op == OP_TO_SCALED ? 1 : info->dst == OPERAND_S ? 100 : 1;
    keep(g, emit(&g->build, op, kinds[info->dst], domain, denominator, e));
}

static inline void emit_table(Generator *g, Opcode op, uint32_t domain, Emit e)
{
    Build *b = &g->build;
    switch ((int)op) {
    case OP_CELL:
        e.imm = pick(&g->random, 2) ? DENSE : DENSE_INT;
        e.a = some(g, BD_KIND_INT, domain);
        e.c = some_guard(g, domain);
        keep(g, emit(b, op, e.imm == DENSE ? BD_KIND_SCALED : BD_KIND_INT, domain, e.imm == DENSE ? 100 : 1, e));
        break;
    case OP_STEP: {
        static const uint32_t kinds[] = {BD_KIND_TEXT, BD_KIND_SCALED, BD_KIND_BOOL, BD_KIND_INT};
        Value node = keep(g, constant(b, BD_KIND_INT, domain, 0, 1));
        uint32_t levels = 1 + pick(&g->random, 4);
        for (uint32_t level = 0; level < levels; level++) {
            Emit step = {.a = node, .b = some(g, kinds[level], domain), .imm = SPARSE << 4 | level};
            node = keep(g, emit(b, OP_STEP, BD_KIND_INT, domain, 1, step));
        }
        if (levels == 4)
            keep(g, emit(b, OP_STEP_DATE, BD_KIND_INT, domain, 1,
                         (Emit){.a = node, .b = some(g, BD_KIND_INT, domain), .imm = SPARSE << 4 | 4}));
        break;
    }
    case OP_EXT_CELL:
        e.imm = SPARSE;
        e.a = some(g, BD_KIND_INT, domain);
        e.c = some_guard(g, domain);
        keep(g, emit(b, op, BD_KIND_SCALED, domain, 100, e));
        break;
    default:
        e.imm = op == OP_INDEX     ? 1 + pick(&g->random, 5)
                : op == OP_BRACKET ? pick(&g->random, g->brackets)
                                   : pick(&g->random, 2);
        emit_plain(g, op, domain, e);
        break;
    }
}

/* Opens a domain, if it is not open and its parent is. */
static inline void emit_open(Generator *g, uint32_t domain)
{
    uint16_t parent = parent_of(g, domain);
    if (g->is_open[domain] || !g->is_open[parent])
        return;
    if (domain == g->list_domain)
        emit(&g->build, OP_OPEN_LIST, 0, 0, 1, (Emit){.imm = domain});
    else
        emit(&g->build, OP_OPEN_DAYS, 0, 0, 1,
             (Emit){.a = some(g, BD_KIND_INT, parent), .b = some(g, BD_KIND_INT, parent), .imm = domain, .site = 1});
    g->is_open[domain] = true;
}

static inline void emit_gather(Generator *g, Opcode op, Emit e)
{
    uint32_t domain = 1 + pick(&g->random, 3);
    uint16_t parent = parent_of(g, domain);
    uint32_t kind = BD_KIND_SCALED;
    emit_open(g, domain);
    if (!g->is_open[domain])
        return;
    e.imm = domain;
    if (op == OP_DAY) {
        if (domain != g->list_domain)
            keep(g, emit(&g->build, op, BD_KIND_INT, domain, 1, e));
        return;
    }
    if (op == OP_EXPAND) {
        e.a = some(g, some_kind(g), parent);
        keep(g, emit(&g->build, op, e.a.kind, domain, e.a.denominator, e));
        return;
    }
    e.b = some(g, BD_KIND_BOOL, domain);
    if (op == OP_ANY_OF || op == OP_COUNT) {
        keep(g, emit(&g->build, op, op == OP_ANY_OF ? BD_KIND_BOOL : BD_KIND_SCALED, parent, 1, e));
        return;
    }
    if (op == OP_SUM_N)
        kind = BD_KIND_RATIO;
    else if (op == OP_LEAST || op == OP_GREATEST)
        kind = BD_KIND_INT + pick(&g->random, 3);
    else if (op != OP_SUM)
        kind = some_kind(g);
    e.a = some(g, kind, domain);
    keep(g, emit(&g->build, op, kind, parent, e.a.denominator, e));
}

static inline void emit_call(Generator *g, uint32_t domain, Emit e)
{
    static const uint32_t results[] = {BD_KIND_INT, BD_KIND_RATIO, BD_KIND_BOOL};
    ModuleWriter *w = &g->build.writer;
    uint32_t native = pick(&g->random, 3);
    uint32_t first = writer_count(w, SECTION_CALL_ARGS);
    if (!g->with_natives)
        return;
    Value args[2] = {some(g,
                          native == 0   ? BD_KIND_INT
                          : native == 1 ? BD_KIND_RATIO
                                        : BD_KIND_TEXT,
                          domain),
                     some(g, native == 0 ? BD_KIND_INT : BD_KIND_SCALED, domain)};
    for (uint32_t i = 0; i < (native == 2 ? 1u : 2u); i++)
        writer_add_CALL_ARGS(w, args[i].slot);
    e.imm = writer_add_CALLS(w, (CallRecord){native, first, native == 2 ? 1 : 2});
    e.c = some_guard(g, domain);
    keep(g, emit(&g->build, OP_CALL, results[native], domain, 1, e));
}

static inline void emit_random(Generator *g)
{
    Opcode op = (Opcode)pick(&g->random, OP_COUNT_);
    uint32_t domain = pick(&g->random, 3) == 0 ? pick(&g->random, 4) : 0;
    Emit e = {.site = op_info(op)->has_site ? pick(&g->random, 5) : 0};
    if (!g->is_open[domain])
        domain = 0;
    switch ((int)op) {
    case OP_LOAD:
    case OP_CONST: make_value(g, some_kind(g), domain); break;
    case OP_PRESENT:
        if (domain == 0)
            keep(g, emit(&g->build, op, BD_KIND_BOOL, 0, 1, (Emit){.imm = pick(&g->random, COLUMNS)}));
        else if (domain == g->list_domain)
            keep(g, emit(&g->build, op, BD_KIND_BOOL, domain, 1, (Emit){.imm = COLUMNS + 3}));
        break;
    case OP_SCALE:
    case OP_WIDEN:
    case OP_TO_INT:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX:
    case OP_DIV_CONST:
    case OP_ROUND:
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_WHOLE: emit_number(g, op, domain, e); break;
    case OP_ROUND_N:
        e.imm = pick(&g->random, g->roundings);
        emit_plain(g, op, domain, e);
        break;
    case OP_IN:
        e.imm = pick(&g->random, g->sets);
        emit_plain(g, op, domain, e);
        break;
    case OP_DATE_PART:
        e.imm = PART_YEAR + pick(&g->random, PART_COUNT - PART_YEAR);
        emit_plain(g, op, domain, e);
        break;
    case OP_PERIOD:
        e.imm = g->periods + pick(&g->random, 3);
        emit_plain(g, op, domain, e);
        break;
    case OP_READING:
        e.imm = pick(&g->random, READINGS);
        emit_plain(g, op, domain, e);
        break;
    case OP_SELECT: {
        Value chosen = some(g, some_kind(g), domain);
        e.a = some(g, BD_KIND_BOOL, domain);
        e.b = chosen;
        e.c = some_like(g, chosen);
        keep(g, emit(&g->build, op, chosen.kind, domain, chosen.denominator, e));
        break;
    }
    case OP_INDEX:
    case OP_VERSION:
    case OP_BRACKET:
    case OP_CELL:
    case OP_HAS_CELL:
    case OP_STEP:
    case OP_EXT_CELL: emit_table(g, op, domain, e); break;
    case OP_DAY:
    case OP_EXPAND:
    case OP_COUNT:
    case OP_ANY_OF:
    case OP_SUM:
    case OP_SUM_N:
    case OP_LEAST:
    case OP_GREATEST:
    case OP_FIRST:
    case OP_LAST: emit_gather(g, op, e); break;
    case OP_CALL: emit_call(g, domain, e); break;
    case OP_FAIL:
        if (pick(&g->random, 8) == 0)
            emit(&g->build, op, 0, 0, 1, (Emit){.a = some(g, BD_KIND_BOOL, domain), .site = 2});
        break;
    case OP_OUT_RULE:
        emit(&g->build, op, 0, 0, 1, (Emit){.a = some(g, BD_KIND_BOOL, 0), .imm = g->next_rule++ % RULES});
        break;
    case OP_OPEN_LIST:
    case OP_OPEN_DAYS: emit_open(g, 1 + pick(&g->random, 3)); break;
    case OP_STEP_DATE:
    case OP_OUT_DECISION:
    case OP_OUT_AMOUNT:
    case OP_OUT_VALUE: break;
    default:
        if (op < OP_COUNTER_SUM || op > OP_OUT_COUNTER)
            emit_plain(g, op, domain, e);
    }
}

/* Some value as the amount, so that wrong numbers show; a decision from a comparison. */
static inline void emit_results(Generator *g)
{
    Build *b = &g->build;
    Value from = some(g, pick(&g->random, 3) == 0 ? BD_KIND_RATIO : BD_KIND_SCALED, 0);
    Emit round = {.a = from, .imm = pick(&g->random, g->roundings)};
    Value amount = emit(b, from.kind == BD_KIND_RATIO ? OP_ROUND_N : OP_ROUND, BD_KIND_SCALED, 0, 100, round);
    for (int i = 0; i < 4; i++) {
        Value mask = some(g, BD_KIND_BOOL, 0);
        emit(b, OP_OUT_RULE, 0, 0, 1, (Emit){.a = mask, .imm = g->next_rule++ % RULES});
    }
    Value left = some(g, BD_KIND_INT, 0), right = some(g, BD_KIND_INT, 0);
    Value less = emit(b, OP_LT_I, BD_KIND_BOOL, 0, 1, (Emit){.a = left, .b = right});
    emit(b, OP_OUT_RULE, 0, 0, 1, (Emit){.a = less, .imm = g->next_rule++ % RULES});
    Value approve = constant(b, BD_KIND_INT, 0, BD_APPROVED, 1),
          other = constant(b, BD_KIND_INT, 0, 1 + pick(&g->random, 2), 1);
    Value mask = some(g, BD_KIND_BOOL, 0);
    Value decision = emit(b, OP_SELECT, BD_KIND_INT, 0, 1, (Emit){.a = mask, .b = approve, .c = other});
    emit(b, OP_OUT_DECISION, 0, 0, 1, (Emit){.a = decision});
    emit(b, OP_OUT_AMOUNT, 0, 0, 1, (Emit){.a = amount});
}

/* Compacts the slots: each instruction takes the lowest slot that is free, operands included that end here (the hardest
** case). */
static inline void reuse_slots(Build *b)
{
    uint32_t first = b->program.first_instruction, end = writer_count(&b->writer, SECTION_CODE);
    uint32_t *last = calloc(65536, sizeof *last);
    uint16_t *renamed = calloc(65536, sizeof *renamed);
    bool *taken = calloc(65536, sizeof *taken);
    for (uint32_t i = first; i < end; i++) {
        const Instruction *in = writer_at_CODE(&b->writer, i);
        last[in->a] = last[in->b] = last[in->c] = i;
        for (uint32_t k = 0; in->op == OP_CALL && k < writer_at_CALLS(&b->writer, in->imm)->args; k++)
            last[*writer_at_CALL_ARGS(&b->writer, writer_at_CALLS(&b->writer, in->imm)->first_arg + k)] = i;
    }
    for (uint32_t i = first; i < end; i++) {
        Instruction *in = writer_at_CODE(&b->writer, i);
        uint16_t *operands[] = {&in->a, &in->b, &in->c};
        uint16_t old_dst = in->dst, olds[3] = {in->a, in->b, in->c};
        for (int k = 0; k < 3; k++) {
            if (olds[k] != NO_SLOT)
                *operands[k] = renamed[olds[k]];
        }
        for (uint32_t k = 0; in->op == OP_CALL && k < writer_at_CALLS(&b->writer, in->imm)->args; k++) {
            uint16_t *arg = writer_at_CALL_ARGS(&b->writer, writer_at_CALLS(&b->writer, in->imm)->first_arg + k);
            uint16_t old = *arg;
            *arg = renamed[old];
            if (last[old] == i)
                taken[renamed[old]] = false;
        }
        for (int k = 0; k < 3; k++) {
            if (olds[k] != NO_SLOT && last[olds[k]] == i)
                taken[*operands[k]] = false;
        }
        if (old_dst != NO_SLOT) {
            uint16_t slot = 0;
            while (taken[slot])
                slot++;
            in->dst = renamed[old_dst] = slot;
            taken[slot] = last[old_dst] > i;
        }
    }
    free(last);
    free(renamed);
    free(taken);
}

/* A module; its bytes are malloc'ed. */
static inline void *random_module(uint64_t seed, uint32_t length, bool with_natives, size_t *size)
{
    Generator *g = calloc(1, sizeof *g);
    g->random.state = seed;
    g->random.is_calm = seed % 4 != 0;
    g->with_natives = with_natives;
    build_init(&g->build);
    begin_program(&g->build, "regels", BD_PROGRAM_LINES);
    add_frame_columns(&g->build);
    add_frame_tables(&g->build, &g->random);
    add_frame_pools(g);
    g->list_domain = add_domain(&g->build, DOMAIN_LIST, 0, 0, LIST_MAXIMUM);
    g->days_domain = add_domain(&g->build, DOMAIN_DAYS, 0, BD_NONE, 366);
    g->inner_domain = add_domain(&g->build, DOMAIN_DAYS, 1, BD_NONE, 31);
    g->is_open[0] = true;
    make_value(g, BD_KIND_BOOL, 0);
    for (uint32_t i = 0; i < length && g->count + 16 < VALUES_MAX; i++)
        emit_random(g);
    emit_results(g);
    mark_places(&g->build, seed);
    if (seed % 2 == 0)
        reuse_slots(&g->build);
    end_program(&g->build);
    void *bytes = build_bytes(&g->build, size);
    build_free(&g->build);
    free(g);
    return bytes;
}

/* ---- Random lines ---- */

enum { ROWS_MAX = 64, RECORDS_MAX = ROWS_MAX * LIST_MAXIMUM };

typedef struct Lines {
    uint8_t b[2][ROWS_MAX];
    int32_t i[4][ROWS_MAX];
    int64_t s[4][ROWS_MAX];
    bd_text t[2][ROWS_MAX];
    uint8_t present[COLUMNS][ROWS_MAX];
    uint32_t offsets[ROWS_MAX + 1];
    uint8_t lb[RECORDS_MAX];
    int32_t li[2][RECORDS_MAX];
    int64_t ls[RECORDS_MAX];
    uint8_t ls_present[RECORDS_MAX];
    bd_text lt[RECORDS_MAX];
    bd_column_data columns[COLUMNS], list_columns[LIST_COLUMNS];
    bd_list_data list;
    bd_exact_cell exact[ROWS_MAX];
    bd_batch batch;
    uint8_t decision[ROWS_MAX];
    int64_t cents[ROWS_MAX];
    uint64_t reasons[ROWS_MAX][2];
    uint32_t fault[ROWS_MAX];
    bd_decisions decisions;
} Lines;

static inline bd_text any_text(Random *random)
{
    static const char *const texts[] = {"", "a", "02A06", "\xC3\xA9", "aa"};
    return text_from_cstring(texts[pick(random, 5)]);
}

static inline void fill_row(Lines *l, Random *random, uint32_t row)
{
    l->b[0][row] = (uint8_t)pick(random, 2);
    l->b[1][row] = (uint8_t)pick(random, 3);
    l->i[0][row] = any_int32(random);
    l->i[1][row] = any_date(random);
    l->i[2][row] = any_date(random);
    l->i[3][row] = (int32_t)pick(random, 5) - 1;
    for (int k = 0; k < 4; k++)
        l->s[k][row] =
            !random->is_calm && pick(random, 12) == 0 ? any_int64(random) : (int64_t)pick(random, 40000) - 2000;
    l->t[0][row] = any_text(random);
    l->t[1][row] = any_text(random);
    for (int k = 0; k < COLUMNS; k++)
        l->present[k][row] = (uint8_t)(pick(random, 4) != 0);
    uint32_t at = l->offsets[row], count = pick(random, 3) ? pick(random, LIST_MAXIMUM + 1) : 0;
    for (uint32_t k = at; k < at + count; k++) {
        l->lb[k] = (uint8_t)pick(random, 2);
        l->li[0][k] = any_int32(random);
        l->li[1][k] = any_date(random);
        l->ls[k] = !random->is_calm && pick(random, 12) == 0 ? any_int64(random) : (int64_t)pick(random, 4000);
        l->ls_present[k] = (uint8_t)pick(random, 2);
        l->lt[k] = any_text(random);
    }
    l->offsets[row + 1] = at + count;
    if (!random->is_calm && pick(random, 10) == 0) {
        static const char *const decimals[] = {"0.001", "-12.3456789", "99999999999999999999999.5", "7"};
        l->exact[l->batch.exact_count++] =
            (bd_exact_cell){row, 6 + pick(random, 4), text_from_cstring(decimals[pick(random, 4)])};
    }
}

static inline Lines *random_lines(Random *random, uint32_t rows)
{
    Lines *l = calloc(1, sizeof *l);
    const void *values[COLUMNS] = {l->b[0], l->b[1], l->i[0], l->i[1], l->i[2], l->i[3],
                                   l->s[0], l->s[1], l->s[2], l->s[3], l->t[0], l->t[1]};
    for (uint32_t i = 0; i < rows; i++)
        fill_row(l, random, i);
    for (int i = 0; i < COLUMNS; i++)
        l->columns[i] = (bd_column_data){values[i], l->present[i]};
    l->list_columns[0] = (bd_column_data){l->lb, NULL};
    l->list_columns[1] = (bd_column_data){l->li[0], NULL};
    l->list_columns[2] = (bd_column_data){l->li[1], NULL};
    l->list_columns[3] = (bd_column_data){l->ls, l->ls_present};
    l->list_columns[4] = (bd_column_data){l->lt, NULL};
    l->list = (bd_list_data){l->offsets, l->list_columns};
    l->batch.rows = rows;
    l->batch.columns = l->columns;
    l->batch.exact = l->exact;
    l->batch.lists = &l->list;
    l->decisions = (bd_decisions){l->decision, l->cents, &l->reasons[0][0], l->fault, NULL, NULL};
    return l;
}

/* ---- The natives, and rows for the extern table ---- */

static inline int native_difference(int32_t from, int32_t to, int32_t *out)
{
    return __builtin_sub_overflow(to, from, out);
}

static inline int native_share(int64_t an, int64_t ad, int64_t bn, int64_t bd, int64_t out[2])
{
    (void)bd;
    out[0] = an / 2 + bn % 7;
    out[1] = ad > 3 ? ad / 3 : 1;
    return bn % 5 == 0;
}

static inline int native_short(const char *data, size_t size, bool *out)
{
    (void)data;
    *out = size < 2;
    return 0;
}

static inline bd_status prepare_session(bd_session *session, bool with_natives, bd_error *error)
{
    static const char *const rows[][5] = {{"a", "1", "ja", "1", "12.50"},  {"a", "1", "ja", "2", "13"},
                                          {"", "0", "nee", "0", "0.125"},  {"02A06", "-20", "ja", "3", "99.99"},
                                          {"a", "0.01", "nee", "-1", "1"}, {"\xC3\xA9", "1/3", "ja", "1", "2"}};
    bd_status status = BD_OK;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0] && status == BD_OK; i++) {
        bd_text keys[4];
        for (int k = 0; k < 4; k++)
            keys[k] = text_from_cstring(rows[i][k]);
        status = bd_session_table_row(session, SPARSE, 17950 + (int32_t)i * 100, keys, 4, text_from_cstring(rows[i][4]),
                                      error);
    }
    if (with_natives && status == BD_OK)
        status =
            bd_session_bind_native(session, TEXT("verschil"), TEXT("i(dd)"), (void (*)(void))native_difference, error);
    if (with_natives && status == BD_OK)
        status = bd_session_bind_native(session, TEXT("deel"), TEXT("n(nn)"), (void (*)(void))native_share, error);
    if (with_natives && status == BD_OK)
        status = bd_session_bind_native(session, TEXT("kort"), TEXT("b(t)"), (void (*)(void))native_short, error);
    return status == BD_OK ? bd_session_prepare(session, error) : status;
}

#endif
