/* test_opcodes.c - each opcode by example: what it gives, and what it does with faults.
 *
 * A case is an expression over constants; its value becomes the amount of one line (integers as whole euros, booleans
 * as 1 or 0 euro). Both evaluators must give the expected cents, or the expected fault site. Expected values are
 * written out by hand from opcodes.def.
 */
#include "vm/fixture.h"

enum { FAULT = 5, OTHER = 6 }; /* sites */
#define FAULTS(site) (INT64_MIN + (site))

static Build *b;
static uint32_t table, sparse, bounds, member_set, period;
static uint16_t days, records;

static Value I(int64_t value)
{
    return constant(b, BD_KIND_INT, 0, value, 1);
}

static Value S(int64_t value, int64_t denominator)
{
    return constant(b, BD_KIND_SCALED, 0, value, denominator);
}

static Value N(int64_t numerator, int64_t denominator)
{
    return constant(b, BD_KIND_RATIO, 0, numerator, denominator);
}

static Value B(bool value)
{
    return constant(b, BD_KIND_BOOL, 0, value, 1);
}

static Value T(const char *text)
{
    uint32_t index = writer_add_CONSTANTS(&b->writer, (ConstantRecord){.kind = BD_KIND_TEXT, .text = text_of(b, text)});
    return emit(b, OP_CONST, BD_KIND_TEXT, 0, 1, (Emit){.imm = index});
}

static Value op(Opcode code, uint32_t kind, int64_t denominator, Value x, Value y, uint32_t imm)
{
    return emit(b, code, kind, x.domain, denominator,
                (Emit){.a = x, .b = y, .imm = imm, .site = op_info(code)->has_site ? FAULT : 0});
}

static Value truth(Opcode code, Value x, Value y)
{
    return op(code, BD_KIND_BOOL, 1, x, y, 0);
}

static Value integer(Opcode code, Value x, Value y, uint32_t imm)
{
    return op(code, BD_KIND_INT, 1, x, y, imm);
}

static Value scaled(Opcode code, int64_t denominator, Value x, Value y)
{
    return op(code, BD_KIND_SCALED, denominator, x, y, 0);
}

static Value ratio(Opcode code, Value x, Value y)
{
    return op(code, BD_KIND_RATIO, 1, x, y, 0);
}

static Value guarded(Opcode code, uint32_t kind, int64_t denominator, Value x, Value y, Value guard, uint32_t imm)
{
    return emit(b, code, kind, 0, denominator, (Emit){.a = x, .b = y, .c = guard, .imm = imm, .site = FAULT});
}

static Value choose(Value condition, Value yes, Value no)
{
    return emit(b, OP_SELECT, yes.kind, 0, yes.denominator, (Emit){.a = condition, .b = yes, .c = no});
}

static Value rounded(Value x, uint32_t mode, int64_t step, int64_t per)
{
    uint32_t rounding = writer_add_ROUNDINGS(&b->writer, (RoundingRecord){mode, 0, step, per});
    return op(x.kind == BD_KIND_RATIO ? OP_ROUND_N : OP_ROUND, BD_KIND_SCALED, 100, x, no_value, rounding);
}

/* A faulty value of a kind, at a site of its own. */
static Value faulty_int(void)
{
    return emit(b, OP_ADD_I, BD_KIND_INT, 0, 1, (Emit){.a = I(INT32_MAX), .b = I(1), .site = OTHER});
}

static Value faulty(void)
{
    return truth(OP_EQ_I, faulty_int(), I(0));
}

static Value open_days(int32_t from, int32_t to)
{
    Value first = I(from), last = I(to);
    emit(b, OP_OPEN_DAYS, 0, 0, 1, (Emit){.a = first, .b = last, .imm = days, .site = FAULT});
    return emit(b, OP_DAY, BD_KIND_INT, days, 1, (Emit){.imm = days});
}

static Value in_days(Value x)
{
    return emit(b, OP_EXPAND, x.kind, days, x.denominator, (Emit){.a = x, .imm = days});
}

static Value reduce(Opcode code, uint32_t kind, int64_t denominator, Value x, Value mask)
{
    return emit(b, code, kind, 0, denominator,
                (Emit){.a = x, .b = mask, .imm = days, .site = op_info(code)->has_site ? FAULT : 0});
}

static Value after(Value day, int32_t limit)
{
    return emit(b, OP_LT_I, BD_KIND_BOOL, days, 1, (Emit){.a = in_days(I(limit)), .b = day});
}

/* Overflow of 64 bits on the way, back within them at the end: only exact numbers carry it. */
static Value large(void)
{
    Value big = S(INT64_MAX, 1);
    return scaled(OP_SUB, 1, scaled(OP_ADD, 1, big, big), scaled(OP_ADD, 1, big, S(INT64_MAX - 7, 1)));
}

static Value step(Value node, Value key, uint32_t level)
{
    return integer(OP_STEP, node, key, sparse << 4 | level);
}

static Value price(const char *name, int32_t date)
{
    Value node = step(I(0), T(name), 0);
    Value entry = integer(OP_STEP_DATE, node, I(date), sparse << 4 | 1);
    return guarded(OP_EXT_CELL, BD_KIND_SCALED, 100, entry, no_value, no_value, sparse);
}

#define DAY_2020_01_31 18292
#define DAY_2020_02_29 18321

/* name, value, expected cents or FAULTS(site) */
#define CASES(X)                                                                                                \
    X(constant_scaled, S(250, 100), 250)                                                                        \
    X(scale, op(OP_SCALE, BD_KIND_SCALED, 300, S(250, 100), no_value, 3), 250)                                  \
    X(widen, ratio(OP_WIDEN, S(250, 100), no_value), 250)                                                       \
    X(to_int, integer(OP_TO_INT, S(700, 100), no_value, 0), 700)                                                \
    X(to_int_negative, integer(OP_TO_INT, S(-700, 100), no_value, 0), -700)                                     \
    X(to_int_fraction, integer(OP_TO_INT, S(701, 100), no_value, 0), FAULTS(FAULT))                             \
    X(to_int_wide, integer(OP_TO_INT, S(INT64_C(2147483648), 1), no_value, 0), FAULTS(FAULT))                   \
    X(add, scaled(OP_ADD, 100, S(1, 100), S(-3, 100)), -2)                                                      \
    X(sub, scaled(OP_SUB, 100, S(1, 100), S(-3, 100)), 4)                                                       \
    X(mul, scaled(OP_MUL, 1000, S(15, 10), S(-250, 100)), -375)                                                 \
    X(overflow_and_back, large(), 700)                                                                          \
    X(min, scaled(OP_MIN, 100, S(1, 100), S(-3, 100)), -3)                                                      \
    X(max, scaled(OP_MAX, 100, S(1, 100), S(-3, 100)), 1)                                                       \
    X(div_const, op(OP_DIV_CONST, BD_KIND_SCALED, 400, S(300, 100), no_value, 4), 75)                           \
    X(round_half_away, rounded(S(-25, 1000), 0, 1, 100), -3)                                                    \
    X(round_up, rounded(S(-25, 1000), 1, 1, 100), -2)                                                           \
    X(round_down, rounded(S(-25, 1000), 2, 1, 100), -3)                                                         \
    X(round_to_zero, rounded(S(-29, 1000), 3, 1, 100), -2)                                                      \
    X(round_from_zero, rounded(S(-21, 1000), 4, 1, 100), -3)                                                    \
    X(round_half_even, rounded(S(25, 1000), 5, 1, 100), 2)                                                      \
    X(round_five_euro, rounded(S(1260, 100), 0, 5, 1), 1500)                                                    \
    X(round_three_tenths, rounded(S(44, 100), 0, 3, 10), 30)                                                    \
    X(round_ratio, rounded(N(1, 3), 0, 1, 100), 33)                                                             \
    X(round_ratio_up, rounded(N(-1, 3), 1, 1, 20), -30)                                                         \
    X(add_n, ratio(OP_ADD_N, N(1, 3), N(1, 6)), 50)                                                             \
    X(sub_n, ratio(OP_SUB_N, N(1, 3), N(1, 12)), 25)                                                            \
    X(mul_n, ratio(OP_MUL_N, N(3, 4), N(-2, 3)), -50)                                                           \
    X(div_n, ratio(OP_DIV_N, N(3, 4), N(-3, 1)), -25)                                                           \
    X(div_n_zero, ratio(OP_DIV_N, N(3, 4), N(0, 1)), FAULTS(FAULT))                                             \
    X(div_n_off, guarded(OP_DIV_N, BD_KIND_RATIO, 1, N(3, 4), N(0, 1), B(false), 0), 0)                         \
    X(guard_fault, guarded(OP_DIV_N, BD_KIND_RATIO, 1, N(3, 4), N(1, 1), faulty(), 0), FAULTS(OTHER))           \
    X(min_n, ratio(OP_MIN_N, N(1, 2), N(3, 4)), 50)                                                             \
    X(max_n, ratio(OP_MAX_N, N(1, 2), N(3, 4)), 75)                                                             \
    X(eq_i, truth(OP_EQ_I, I(3), I(3)), 100)                                                                    \
    X(lt_i, truth(OP_LT_I, I(3), I(3)), 0)                                                                      \
    X(le_i, truth(OP_LE_I, I(3), I(3)), 100)                                                                    \
    X(eq, truth(OP_EQ, S(3, 100), S(4, 100)), 0)                                                                \
    X(lt, truth(OP_LT, S(3, 100), S(4, 100)), 100)                                                              \
    X(le, truth(OP_LE, S(4, 100), S(3, 100)), 0)                                                                \
    X(eq_n, truth(OP_EQ_N, N(1, 3), N(1, 3)), 100)                                                              \
    X(lt_n, truth(OP_LT_N, N(1, 3), N(1, 2)), 100)                                                              \
    X(le_n, truth(OP_LE_N, N(1, 2), N(1, 3)), 0)                                                                \
    X(eq_t, truth(OP_EQ_T, T("02A06"), T("02A06")), 100)                                                        \
    X(eq_t_not, truth(OP_EQ_T, T("02A06"), T("02A0")), 0)                                                       \
    X(in, op(OP_IN, BD_KIND_BOOL, 1, I(65), no_value, member_set), 100)                                         \
    X(in_not, op(OP_IN, BD_KIND_BOOL, 1, I(33), no_value, member_set), 0)                                       \
    X(in_negative, op(OP_IN, BD_KIND_BOOL, 1, I(-1), no_value, member_set), 0)                                  \
    X(in_far, op(OP_IN, BD_KIND_BOOL, 1, I(129), no_value, member_set), 0)                                      \
    X(whole, truth(OP_WHOLE, S(300, 100), no_value), 100)                                                       \
    X(whole_not, truth(OP_WHOLE, S(-301, 100), no_value), 0)                                                    \
    X(negation, truth(OP_NOT, B(false), no_value), 100)                                                         \
    X(and_both, truth(OP_AND, B(true), B(true)), 100)                                                           \
    X(and_false_fault, truth(OP_AND, B(false), faulty()), 0)                                                    \
    X(and_true_fault, truth(OP_AND, B(true), faulty()), FAULTS(OTHER))                                          \
    X(and_fault_false, truth(OP_AND, faulty(), B(false)), FAULTS(OTHER))                                        \
    X(or_true_fault, truth(OP_OR, B(true), faulty()), 100)                                                      \
    X(or_false_fault, truth(OP_OR, B(false), faulty()), FAULTS(OTHER))                                          \
    X(or_fault_true, truth(OP_OR, faulty(), B(true)), FAULTS(OTHER))                                            \
    X(select_yes, choose(B(true), I(1), faulty_int()), 100)                                                     \
    X(select_no, choose(B(false), faulty_int(), I(2)), 200)                                                     \
    X(select_taken, choose(B(true), faulty_int(), I(2)), FAULTS(OTHER))                                         \
    X(select_fault, choose(faulty(), I(1), I(1)), FAULTS(OTHER))                                                \
    X(first_fault, integer(OP_SUB_I, faulty_int(), integer(OP_TO_INT, S(1, 2), no_value, 0), 0), FAULTS(OTHER)) \
    X(add_i, integer(OP_ADD_I, I(3), I(-5), 0), -200)                                                           \
    X(add_i_far, integer(OP_ADD_I, I(INT32_MIN), I(-1), 0), FAULTS(FAULT))                                      \
    X(sub_i, integer(OP_SUB_I, I(3), I(-5), 0), 800)                                                            \
    X(sub_i_far, integer(OP_SUB_I, I(INT32_MIN), I(1), 0), FAULTS(FAULT))                                       \
    X(min_i, integer(OP_MIN_I, I(3), I(-5), 0), -500)                                                           \
    X(max_i, integer(OP_MAX_I, I(3), I(-5), 0), 300)                                                            \
    X(add_days, integer(OP_ADD_DAYS, I(10), I(-3), 0), 700)                                                     \
    X(add_days_far, integer(OP_ADD_DAYS, I(BD_DATE_MAX), I(1), 0), FAULTS(FAULT))                               \
    X(add_days_no_date, integer(OP_ADD_DAYS, I(INT32_MAX), I(-1), 0), FAULTS(FAULT))                            \
    X(add_months, integer(OP_ADD_MONTHS, I(DAY_2020_01_31), I(1), 0), DAY_2020_02_29 * 100)                     \
    X(add_months_far, integer(OP_ADD_MONTHS, I(BD_DATE_MIN), I(-1), 0), FAULTS(FAULT))                          \
    X(span_end, integer(OP_SPAN_END, I(DAY_2020_01_31), I(1), 0), DAY_2020_02_29 * 100)                         \
    X(span_end_whole, integer(OP_SPAN_END, I(18262), I(12), 0), 18627 * 100)                                    \
    X(span_end_empty, integer(OP_SPAN_END, I(18262), I(0), 0), 18261 * 100)                                     \
    X(span_end_negative, integer(OP_SPAN_END, I(18262), I(-1), 0), FAULTS(FAULT))                               \
    X(part_year, integer(OP_DATE_PART, I(18292), no_value, PART_YEAR), 2020 * 100)                              \
    X(part_month, integer(OP_DATE_PART, I(18292), no_value, PART_MONTH), 100)                                   \
    X(part_day, integer(OP_DATE_PART, I(18292), no_value, PART_DAY), 3100)                                      \
    X(part_weekday, integer(OP_DATE_PART, I(18292), no_value, PART_WEEKDAY), 500)                               \
    X(part_month_index, integer(OP_DATE_PART, I(18292), no_value, PART_MONTH_INDEX), 2424000)                   \
    X(part_month_start, integer(OP_DATE_PART, I(18292), no_value, PART_MONTH_START), 18262 * 100)               \
    X(part_month_end, integer(OP_DATE_PART, I(18293), no_value, PART_MONTH_END), 18321 * 100)                   \
    X(part_quarter_start, integer(OP_DATE_PART, I(18321), no_value, PART_QUARTER_START), 18262 * 100)           \
    X(part_quarter_end, integer(OP_DATE_PART, I(18321), no_value, PART_QUARTER_END), 18352 * 100)               \
    X(part_year_start, integer(OP_DATE_PART, I(18321), no_value, PART_YEAR_START), 18262 * 100)                 \
    X(part_year_end, integer(OP_DATE_PART, I(18321), no_value, PART_YEAR_END), 18627 * 100)                     \
    X(part_week_start, integer(OP_DATE_PART, I(18292), no_value, PART_WEEK_START), 18288 * 100)                 \
    X(part_from_month, integer(OP_DATE_PART, I(24240), no_value, PART_FROM_MONTH), 18262 * 100)                 \
    X(part_from_month_far, integer(OP_DATE_PART, I(11), no_value, PART_FROM_MONTH), FAULTS(0))                  \
    X(part_from_year, integer(OP_DATE_PART, I(2020), no_value, PART_FROM_YEAR), 18262 * 100)                    \
    X(part_from_year_far, integer(OP_DATE_PART, I(10000), no_value, PART_FROM_YEAR), FAULTS(0))                 \
    X(part_iso_week, integer(OP_DATE_PART, I(18260), no_value, PART_ISO_WEEK), 100)                             \
    X(part_iso_year, integer(OP_DATE_PART, I(18260), no_value, PART_ISO_YEAR), 202000)                          \
    X(part_no_date, integer(OP_DATE_PART, I(INT32_MIN), no_value, PART_YEAR), FAULTS(0))                        \
    X(period_first, integer(OP_PERIOD, I(18260), no_value, period), 18260 * 100)                                \
    X(period_last, integer(OP_PERIOD, I(18287), no_value, period), 18260 * 100)                                 \
    X(period_before, integer(OP_PERIOD, I(18259), no_value, period), 18232 * 100)                               \
    X(index, integer(OP_INDEX, I(2), I(1), 3), 700)                                                             \
    X(index_key_high, integer(OP_INDEX, I(2), I(3), 3), FAULTS(FAULT))                                          \
    X(index_key_low, integer(OP_INDEX, I(2), I(-1), 3), FAULTS(FAULT))                                          \
    X(index_far, integer(OP_INDEX, I(INT32_MAX), I(1), 3), FAULTS(FAULT))                                       \
    X(index_off, guarded(OP_INDEX, BD_KIND_INT, 1, I(2), I(9), B(false), 3), 0)                                 \
    X(version_first, integer(OP_VERSION, I(17500), no_value, table), 0)                                         \
    X(version_last_day, integer(OP_VERSION, I(18000), no_value, table), 0)                                      \
    X(version_gap, integer(OP_VERSION, I(18001), no_value, table), FAULTS(FAULT))                               \
    X(version_second, integer(OP_VERSION, I(18010), no_value, table), 100)                                      \
    X(version_before, integer(OP_VERSION, I(17499), no_value, table), FAULTS(FAULT))                            \
    X(version_after, integer(OP_VERSION, I(19001), no_value, table), FAULTS(FAULT))                             \
    X(bracket_low, integer(OP_BRACKET, S(-999, 100), no_value, bounds), 0)                                      \
    X(bracket_on, integer(OP_BRACKET, S(1000, 100), no_value, bounds), 0)                                       \
    X(bracket_above, integer(OP_BRACKET, S(1001, 100), no_value, bounds), 100)                                  \
    X(bracket_beyond, integer(OP_BRACKET, S(99999, 100), no_value, bounds), 200)                                \
    X(cell, guarded(OP_CELL, BD_KIND_SCALED, 100, I(1), no_value, no_value, table), 222)                        \
    X(cell_absent, guarded(OP_CELL, BD_KIND_SCALED, 100, I(2), no_value, no_value, table), FAULTS(FAULT))       \
    X(cell_far, guarded(OP_CELL, BD_KIND_SCALED, 100, I(4), no_value, no_value, table), FAULTS(FAULT))          \
    X(cell_negative, guarded(OP_CELL, BD_KIND_SCALED, 100, I(-1), no_value, no_value, table), FAULTS(FAULT))    \
    X(cell_off, guarded(OP_CELL, BD_KIND_SCALED, 100, I(-1), no_value, B(false), table), 0)                     \
    X(has_cell, op(OP_HAS_CELL, BD_KIND_BOOL, 1, I(3), no_value, table), 100)                                   \
    X(has_cell_absent, op(OP_HAS_CELL, BD_KIND_BOOL, 1, I(2), no_value, table), 0)                              \
    X(has_cell_far, op(OP_HAS_CELL, BD_KIND_BOOL, 1, I(INT32_MIN), no_value, table), 0)                         \
    X(extern_first, price("avond", 17000), 425)                                                                 \
    X(extern_day_before, price("avond", 17999), 425)                                                            \
    X(extern_second, price("avond", 18000), 500)                                                                \
    X(extern_early, price("avond", 16999), FAULTS(FAULT))                                                       \
    X(extern_no_key, price("nacht", 18000), FAULTS(FAULT))                                                      \
    X(extern_no_node, step(I(0), T("nacht"), 0), -100)                                                          \
    X(extern_from_none, step(I(-1), T("avond"), 0), -100)                                                       \
    X(count_days, (open_days(10, 14), reduce(OP_COUNT, BD_KIND_SCALED, 1, no_value, in_days(B(true)))), 500)    \
    X(count_no_days, (open_days(10, 9), reduce(OP_COUNT, BD_KIND_SCALED, 1, no_value, in_days(B(true)))), 0)    \
    X(count_year, (open_days(1, 366), reduce(OP_COUNT, BD_KIND_SCALED, 1, no_value, in_days(B(true)))), 36600)  \
    X(count_too_many, (open_days(0, 366), reduce(OP_COUNT, BD_KIND_SCALED, 1, no_value, in_days(B(true)))),     \
      FAULTS(FAULT))                                                                                            \
    X(any_of, reduce(OP_ANY_OF, BD_KIND_BOOL, 1, no_value, after(open_days(1, 5), 4)), 100)                     \
    X(any_of_none, reduce(OP_ANY_OF, BD_KIND_BOOL, 1, no_value, after(open_days(1, 5), 5)), 0)                  \
    X(sum, reduce_days(OP_SUM, false), 150)                                                                     \
    X(sum_n, reduce_days(OP_SUM_N, true), 150)                                                                  \
    X(least, reduce_day(OP_LEAST, 2), 300)                                                                      \
    X(greatest, reduce_day(OP_GREATEST, 2), 500)                                                                \
    X(first, reduce_day(OP_FIRST, 2), 300)                                                                      \
    X(last, reduce_day(OP_LAST, 2), 500)                                                                        \
    X(least_none, reduce_day(OP_LEAST, 9), FAULTS(FAULT))                                                       \
    X(greatest_none, reduce_day(OP_GREATEST, 9), FAULTS(FAULT))                                                 \
    X(first_none, reduce_day(OP_FIRST, 9), FAULTS(FAULT))                                                       \
    X(last_none, reduce_day(OP_LAST, 9), FAULTS(FAULT))                                                         \
    X(masked_fault, reduce_partly(4), 500)                                                                      \
    X(unmasked_fault, reduce_partly(3), FAULTS(OTHER))                                                          \
    X(list_none,                                                                                                \
      (emit(b, OP_OPEN_LIST, 0, 0, 1, (Emit){.imm = records}),                                                  \
       emit(b, OP_COUNT, BD_KIND_SCALED, 0, 1,                                                                  \
            (Emit){.b = constant(b, BD_KIND_BOOL, records, 1, 1), .imm = records})),                            \
      0)

/* Half a euro for each of the days 1 to 5 after the second. */
static Value reduce_days(Opcode code, bool is_ratio)
{
    Value mask = after(open_days(1, 5), 2);
    Value half = in_days(is_ratio ? N(1, 2) : S(50, 100));
    return reduce(code, is_ratio ? BD_KIND_RATIO : BD_KIND_SCALED, is_ratio ? 1 : 100, half, mask);
}

/* Over the days 1 to 5 after `limit`. */
static Value reduce_day(Opcode code, int32_t limit)
{
    Value day = open_days(1, 5);
    return reduce(code, BD_KIND_INT, 1, day, after(day, limit));
}

/* The greatest of days 1 to 5 after `limit`, where day 4 is a fault. */
static Value reduce_partly(int32_t limit)
{
    Value day = open_days(1, 5);
    Value is_four = emit(b, OP_EQ_I, BD_KIND_BOOL, days, 1, (Emit){.a = day, .b = in_days(I(4))});
    Value bad = in_days(faulty_int());
    Value value = emit(b, OP_SELECT, BD_KIND_INT, days, 1, (Emit){.a = is_four, .b = bad, .c = day});
    return reduce(OP_GREATEST, BD_KIND_INT, 1, value, after(day, limit));
}

static void build_frame(void)
{
    ModuleWriter *w = &b->writer;
    for (int i = 1; i < 8; i++)
        add_site(b, "proef");
    begin_program(b, "regels", BD_PROGRAM_LINES);
    writer_add_LISTS(w, (ListRecord){text_of(b, "leeg"), text_of(b, ""), 10, 0, 0, 0});
    days = add_domain(b, DOMAIN_DAYS, 0, BD_NONE, 366);
    records = add_domain(b, DOMAIN_LIST, 0, 0, 10);
    static const int64_t cells[] = {111, 222, 333, 444, 1000, 2000};
    for (int i = 0; i < 6; i++)
        writer_add_CELLS(w, cells[i]);
    writer_add_CELL_BITS(w, 11);
    bounds = writer_add_BRACKETS(w, (BracketRecord){4, 2});
    writer_add_VERSIONS(w, (VersionRecord){17500, 18000, BD_NONE, BD_NONE});
    writer_add_VERSIONS(w, (VersionRecord){18010, 19000, BD_NONE, BD_NONE});
    writer_add_DIMENSIONS(w, (DimensionRecord){text_of(b, "k"), BD_KIND_INT, BD_MEANS_NUMBER, 0, BD_NONE, 2});
    writer_add_DIMENSIONS(w, (DimensionRecord){text_of(b, "n"), BD_KIND_TEXT, BD_MEANS_TEXT, 0, BD_NONE, 0});
    table = writer_add_TABLES(w, (TableRecord){.kind = BD_KIND_SCALED,
                                               .meaning = BD_MEANS_MONEY,
                                               .unit = BD_NONE,
                                               .choice = BD_NONE,
                                               .product = BD_NONE,
                                               .denominator = 100,
                                               .dimensions = 1,
                                               .versions = 2,
                                               .cells = 4,
                                               .citation = BD_NONE,
                                               .place = BD_NONE});
    sparse = writer_add_TABLES(w, (TableRecord){.kind = BD_KIND_SCALED,
                                                .meaning = BD_MEANS_MONEY,
                                                .flags = TABLE_EXTERN,
                                                .unit = BD_NONE,
                                                .choice = BD_NONE,
                                                .product = BD_NONE,
                                                .denominator = 100,
                                                .first_dimension = 1,
                                                .dimensions = 1,
                                                .citation = BD_NONE,
                                                .place = BD_NONE});
    writer_add_SET_WORDS(w, 0);
    writer_add_SET_WORDS(w, 2);
    member_set = writer_add_SETS(w, (SetRecord){0, 2});
    period = add_constant(b, 0, 28, 18260);
}

/* The value as an amount in cents. */
static void emit_amount(Value value)
{
    Value amount = value;
    if (value.kind == BD_KIND_BOOL)
        amount = choose(value, S(100, 100), S(0, 100));
    if (value.kind == BD_KIND_INT)
        amount = emit(b, OP_SCALE, BD_KIND_SCALED, 0, 100,
                      (Emit){.a = scaled(OP_TO_SCALED, 1, value, no_value), .imm = 100});
    if (value.kind == BD_KIND_RATIO || (value.kind == BD_KIND_SCALED && value.denominator != 100))
        amount = rounded(value, 0, 1, 100);
    emit(b, OP_OUT_AMOUNT, 0, 0, 1, (Emit){.a = amount});
}

static void run_case(const char *name, Value (*make)(void), int64_t expected)
{
    static const uint32_t offsets[2] = {0, 0};
    Build build;
    size_t size;
    bd_session *session = NULL;
    bd_error error = {0};
    const bd_trace *trace = NULL;
    uint8_t decision = 9;
    int64_t cents = -1;
    uint64_t reasons = 0;
    uint32_t fault = 0;
    bd_list_data list = {offsets, NULL};
    bd_batch batch = {.rows = 1, .lists = &list};
    bd_decisions out = {&decision, &cents, &reasons, &fault, NULL, NULL};
    bd_text key = TEXT("avond");

    b = &build;
    build_init(b);
    build_frame();
    emit_amount(make());
    end_program(b);
    void *bytes = build_bytes(b, &size);
    bd_module *module = load_module(bytes, size);
    if (CHECK(module != NULL, "%s does not load", name)) {
        CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "%s", error.message);
        CHECK(bd_session_table_row(session, sparse, 18000, &key, 1, TEXT("5"), &error) == BD_OK, "%s", error.message);
        CHECK(bd_session_table_row(session, sparse, 17000, &key, 1, TEXT("4.25"), &error) == BD_OK, "%s",
              error.message);
        CHECK(bd_session_prepare(session, &error) == BD_OK, "%s", error.message);
        CHECK(bd_session_decide(session, &batch, &out, &error) == BD_OK, "%s: %s", name, error.message);
        CHECK(bd_session_trace(session, &batch, 0, &trace, &error) == BD_OK, "%s: %s", name, error.message);
        if (expected < INT64_MIN + 100) {
            uint32_t site = (uint32_t)(expected - INT64_MIN);
            CHECK(decision == BD_FAULTED && fault == site && cents == 0, "%s: %d %lld, fault %u", name, decision,
                  (long long)cents, fault);
            CHECK(trace->decision == BD_FAULTED && trace->fault == site, "%s, exactly: fault %u", name, trace->fault);
        } else {
            CHECK(decision == BD_APPROVED && cents == expected, "%s: %d %lld, fault %u", name, decision,
                  (long long)cents, fault);
            CHECK(trace->decision == BD_APPROVED && trace->cents == expected, "%s, exactly: %lld", name,
                  (long long)trace->cents);
        }
    }
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
    build_free(b);
}

#define MAKE_FUNCTION(name, value, expected) \
    static Value make_##name(void)           \
    {                                        \
        return value;                        \
    }
CASES(MAKE_FUNCTION)

int main(void)
{
    check_group("opcodes");
#define RUN_CASE(name, value, expected) run_case(#name, make_##name, expected);
    CASES(RUN_CASE)
    return check_done();
}
