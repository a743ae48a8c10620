/* test_ir.c: the IR builder: what it prints for small programs.
 *
 * One case is a function that builds a program and the text that ir_print must give after ir_prune; a change of the
 * builder shows as a changed listing. What a listing does not show is in test_ir_rules.c; programs are run in
 * test_ir_run.c.
 */
#include "unit/check.h"
#include "unit/ir_fixture.h"
#include "vm/core/date.h"

/* ---- Programs ---- */

static void add_meets(Ir *ir)
{
    IrValue a = cents(ir, 0);
    IrValue b = ir_load(ir, 1, VOLUME);
    out(ir, ir_add(ir, a, b));
}

static void add_constant(Ir *ir)
{
    IrValue a = cents(ir, 0);
    out(ir, ir_add(ir, a, number(ir, 5, 1)));
}

static void add_wide(Ir *ir)
{
    IrValue a = ir_load(ir, 0, (IrType){BD_KIND_SCALED, 0, 999999999989});
    IrValue b = cents(ir, 1);
    out(ir, ir_add(ir, a, b));
}

static void mul_then_round(Ir *ir)
{
    IrValue a = cents(ir, 0);
    IrValue b = ir_load(ir, 1, VOLUME);
    ir_out(ir, OP_OUT_AMOUNT, ir_round(ir, ir_mul(ir, a, b), ROUND_HALF_AWAY, ratio(1, 100)), IR_NONE, 0);
}

static void mul_percent(Ir *ir)
{
    IrValue a = cents(ir, 0);
    out(ir, ir_mul(ir, a, number(ir, 1, 20)));
}

static void mul_factor(Ir *ir)
{
    IrValue a = cents(ir, 0);
    out(ir, ir_mul(ir, number(ir, 21, 20), a));
}

static void mul_outgrows(Ir *ir)
{
    IrType small = {BD_KIND_SCALED, 0, 1000000};
    IrValue a = ir_load(ir, 0, small);
    IrValue b = ir_load(ir, 1, small);
    IrValue square = ir_mul(ir, a, b);
    out(ir, ir_mul(ir, square, cents(ir, 2)));
}

static void divide(Ir *ir, int64_t numerator, int64_t denominator)
{
    IrValue a = cents(ir, 0);
    IrValue b = number(ir, numerator, denominator);
    out(ir, ir_div(ir, a, b, IR_NONE, ir_add_site(ir, "deling_door_nul", BD_NONE)));
}

static void div_constant(Ir *ir)
{
    divide(ir, 7, 3);
}

static void div_negative(Ir *ir)
{
    divide(ir, -4, 1);
}

static void div_large(Ir *ir)
{
    divide(ir, 7000000000, 1);
}

static void div_huge(Ir *ir)
{
    divide(ir, 999999999989, 1);
}

static void div_zero(Ir *ir)
{
    divide(ir, 0, 1);
}

static void div_guarded(Ir *ir)
{
    out(ir, quotient(ir, flag(ir, 2)));
}

static void negate(Ir *ir)
{
    out(ir, ir_neg(ir, cents(ir, 0)));
}

static void scale_far(Ir *ir)
{
    out(ir, ir_scaled_to(ir, ir_load(ir, 0, (IrType){BD_KIND_SCALED, 0, 1}), INT64_C(100000000000)));
}

static void round_ratio(Ir *ir)
{
    out(ir, ir_round(ir, quotient(ir, IR_NONE), ROUND_UP, ratio(1, 4)));
}

static void round_odd_step(Ir *ir)
{
    out(ir, ir_round(ir, cents(ir, 0), ROUND_DOWN, ratio(1, 10000000000000)));
}

static void whole_ratio(Ir *ir)
{
    out(ir, ir_whole(ir, quotient(ir, IR_NONE)));
}

static void ratio_to_int(Ir *ir)
{
    out(ir, ir_to_int(ir, ir_load(ir, 0, RATIO), 0));
}

static void fold_numbers(Ir *ir)
{
    IrValue two = ir_add(ir, decimal(ir, "1.25"), decimal(ir, "0.75"));
    IrValue six = ir_sub(ir, number(ir, 10, 1), number(ir, 4, 1));
    IrValue value = ir_mul(ir, two, six);
    value =
        ir_max(ir, ir_min(ir, value, number(ir, 20, 1)), ir_div(ir, number(ir, 1, 1), number(ir, 3, 1), IR_NONE, 0));
    out(ir, ir_round(ir, ir_neg(ir, value), ROUND_HALF_EVEN, ratio(5, 1)));
}

static void fold_keeps_overflow(Ir *ir)
{
    out(ir, ir_mul(ir, number(ir, INT64_MAX, 1), number(ir, INT64_MAX, 1)));
}

static void big_literal(Ir *ir)
{
    out(ir, decimal(ir, "123456789012345678901234567890"));
}

static void compare_numbers(Ir *ir)
{
    IrValue amount = cents(ir, 0);
    IrValue less = ir_compare(ir, IR_LT, amount, number(ir, 10, 1));
    IrValue more = ir_compare(ir, IR_GE, amount, quotient(ir, IR_NONE));
    out(ir, ir_and(ir, less, more));
}

static void compare_others(Ir *ir)
{
    IrValue choice = integer(ir, 0);
    IrValue member = ir_compare(ir, IR_NE, choice, ir_int(ir, 3, 0));
    IrValue text = ir_load(ir, 1, TEXTUAL);
    IrValue name = ir_compare(ir, IR_EQ, text, ir_text(ir, TEXT("é\"x"), 0));
    out(ir, ir_compare(ir, IR_EQ, member, name));
}

static void compare_known(Ir *ir)
{
    IrValue same = ir_compare(ir, IR_LE, cents(ir, 0), cents(ir, 0));
    IrValue less = ir_compare(ir, IR_LT, number(ir, 1, 3), number(ir, 1, 2));
    IrValue words = ir_compare(ir, IR_NE, ir_text(ir, TEXT("a"), 0), ir_text(ir, TEXT("b"), 0));
    IrValue truth = ir_compare(ir, IR_EQ, flag(ir, 1), ir_bool(ir, true, 0));
    out(ir, ir_and(ir, ir_and(ir, same, less), ir_and(ir, words, truth)));
}

static void sets(Ir *ir)
{
    const uint64_t words[2] = {UINT64_C(1) << 3 | UINT64_C(1) << 63, 1};
    IrValue in = ir_in(ir, integer(ir, 0), words, 2);
    CHECK(ir_is_true(ir, ir_in(ir, ir_int(ir, 64, 0), words, 2)), "64 is in the set");
    CHECK(ir_is_false(ir, ir_in(ir, ir_int(ir, 65, 0), words, 2)), "65 is not");
    CHECK(ir_is_false(ir, ir_in(ir, ir_int(ir, -1, 0), words, 2)), "-1 is not");
    CHECK(ir_in(ir, integer(ir, 0), words, 2) == in && ir->shared->set_count == 1, "one set");
    out(ir, in);
}

static void select_numbers(Ir *ir)
{
    IrValue condition = ir_not(ir, flag(ir, 0));
    IrValue yes = cents(ir, 1);
    out(ir, ir_select(ir, condition, yes, number(ir, 1, 3)));
}

static void select_booleans(Ir *ir)
{
    IrValue a = flag(ir, 0);
    IrValue b = flag(ir, 1);
    IrValue c = flag(ir, 2);
    IrValue yes = ir_bool(ir, true, 0);
    IrValue no = ir_bool(ir, false, 0);
    CHECK(ir_select(ir, a, yes, no) == a, "a choice of ja and nee");
    CHECK(ir_select(ir, a, no, yes) == ir_not(ir, a), "a choice of nee and ja");
    IrValue or_b = ir_select(ir, a, yes, b);
    IrValue and_c = ir_select(ir, a, no, c);
    out(ir, ir_or(ir, or_b, and_c));
}

static void dates(Ir *ir)
{
    uint32_t site = ir_add_site(ir, "datumgrens", BD_NONE);
    IrValue begin = ir_date_part(ir, PART_MONTH_START, integer(ir, 0));
    IrValue always = ir_bool(ir, true, 0);
    IrValue later = ir_int_op(ir, OP_ADD_MONTHS, begin, ir_int(ir, 12, 0), always, site);
    IrValue period = ir_period(ir, later, 28, 4);
    out(ir, ir_int_op(ir, OP_MAX_I, period, ir_int(ir, 0, 0), IR_NONE, site));
}

static void fold_dates(Ir *ir)
{
    IrValue day = ir_int(ir, 18262, 0); /* 2020-01-01, a Wednesday */
    IrValue end = ir_int_op(ir, OP_SPAN_END, day, ir_int(ir, 3, 0), IR_NONE, 0);
    CHECK(ir_at(ir, end)->constant.num == 18352, "to 2020-03-31");
    CHECK(ir_at(ir, ir_date_part(ir, PART_WEEKDAY, day))->constant.num == 3, "a Wednesday");
    CHECK(ir_at(ir, ir_date_part(ir, PART_FROM_YEAR, ir_int(ir, 2020, 0)))->constant.num == 18262, "1 January");
    CHECK(ir_at(ir, ir_date_part(ir, PART_FROM_MONTH, ir_int(ir, 2020 * 12, 0)))->constant.num == 18262, "1 January");
    CHECK(ir_at(ir, ir_period(ir, day, 28, 18263))->constant.num == 18263 - 28, "the period before the anchor");
    CHECK(ir_at(ir, ir_date_part(ir, PART_FROM_YEAR, ir_int(ir, 10000, 0)))->op == OP_DATE_PART, "no year 10000");
    CHECK(ir_at(ir, ir_int_op(ir, OP_ADD_DAYS, ir_int(ir, DATE_MAX, 0), ir_int(ir, 1, 0), IR_NONE, 0))->op ==
              OP_ADD_DAYS,
          "no next day");
    CHECK(ir_at(ir, ir_int_op(ir, OP_SUB_I, ir_int(ir, INT32_MIN, 0), ir_int(ir, 1, 0), IR_NONE, 0))->op == OP_SUB_I,
          "no less");
    out(ir, end);
}

static void cells(Ir *ir)
{
    uint32_t site = ir_add_site(ir, "geen_cel", BD_NONE);
    IrValue guard = flag(ir, 3);
    IrValue version = ir_version(ir, 2, integer(ir, 0), guard, site);
    IrValue index = ir_index(ir, version, integer(ir, 1), 5, guard, site);
    IrValue cell = ir_cell(ir, 2, CENTS, index, guard, site);
    IrValue has_cell = ir_has_cell(ir, 2, index);
    out(ir, ir_select(ir, has_cell, cell, number(ir, 0, 1)));
}

static void fold_index(Ir *ir)
{
    IrValue two = ir_int(ir, 2, 0);
    IrValue index = ir_index(ir, two, ir_int(ir, 3, 0), 5, IR_NONE, 0);
    CHECK(ir_at(ir, index)->constant.num == 13, "2 * 5 + 3");
    out(ir, ir_index(ir, two, ir_int(ir, 5, 0), 5, IR_NONE, 0));
}

static void externs(Ir *ir)
{
    uint32_t site = ir_add_site(ir, "geen_cel", BD_NONE);
    IrValue node = ir_step(ir, 3, 0, IR_NONE, ir_load(ir, 0, TEXTUAL), false);
    node = ir_step(ir, 3, 1, node, integer(ir, 1), true);
    out(ir, ir_extern_cell(ir, 3, (IrType){BD_KIND_SCALED, 0, 10000}, node, IR_NONE, site));
}

static void brackets(Ir *ir)
{
    const int64_t bounds[3] = {100, 250, 400};
    out(ir, ir_bracket(ir, ir_load(ir, 0, VOLUME), 100, bounds, 3));
}

static void brackets_of_constant(Ir *ir)
{
    const int64_t bounds[3] = {100, 250, 400};
    CHECK(ir_at(ir, ir_bracket(ir, number(ir, 5, 2), 100, bounds, 3))->constant.num == 1, "2.50 is in the second");
    CHECK(ir_at(ir, ir_bracket(ir, number(ir, 9, 2), 100, bounds, 3))->constant.num == 3, "4.50 is beyond all");
    out(ir, ir_bracket(ir, ir_load(ir, 0, RATIO), 100, bounds, 2));
}

static void lists(Ir *ir)
{
    uint16_t list = ir_add_domain(ir, DOMAIN_LIST, 0, 1, 50);
    uint16_t unused = ir_add_domain(ir, DOMAIN_LIST, 0, 2, 50);
    uint16_t days = ir_add_domain(ir, DOMAIN_DAYS, list, BD_NONE, 366);
    uint32_t site = ir_add_site(ir, "te_veel_dagen", BD_NONE);
    ir_open_list(ir, unused);
    ir_open_list(ir, list);
    IrValue from = ir_load(ir, 2, in_domain(INTEGER, list));
    ir_open_days(ir, days, from, integer(ir, 0), site);
    IrValue day = ir_day(ir, days);
    IrValue is_on = ir_compare(ir, IR_LE, day, integer(ir, 1));
    IrValue count = ir_reduce(ir, OP_COUNT, days, IR_NONE, is_on, BD_NONE);
    IrValue volume = ir_mul(ir, count, ir_load(ir, 3, in_domain(CENTS, list)));
    out(ir, ir_reduce(ir, OP_SUM, list, volume, flag(ir, 4), BD_NONE));
}

static void empty_aggregates(Ir *ir)
{
    uint16_t list = ir_add_domain(ir, DOMAIN_LIST, 0, 1, 50);
    uint16_t days = ir_add_domain(ir, DOMAIN_DAYS, 0, BD_NONE, 366);
    uint32_t site = ir_add_site(ir, "te_veel_dagen", BD_NONE);
    ir_open_list(ir, list);
    IrValue from = integer(ir, 0);
    ir_open_days(ir, days, from, integer(ir, 1), site);
    IrValue none = ir_bool(ir, false, 0);
    IrValue sum = ir_reduce(ir, OP_SUM, list, ir_load(ir, 3, in_domain(CENTS, list)), none, BD_NONE);
    CHECK(ir_at(ir, sum)->is_constant, "a sum over no record");
    CHECK(ir_is_false(ir, ir_reduce(ir, OP_ANY_OF, list, IR_NONE, none, BD_NONE)), "no record");
    out(ir, ir_add(ir, sum, ir_reduce(ir, OP_COUNT, days, IR_NONE, none, BD_NONE))); /* the days may be too many */
}

static void natives(Ir *ir)
{
    IrValue args[2] = {integer(ir, 0), IR_NONE};
    args[1] = flag(ir, 1);
    IrValue first = ir_call(ir, 7, INTEGER, args, 2, IR_NONE, 0);
    args[0] = integer(ir, 0);
    CHECK(ir_call(ir, 7, INTEGER, args, 2, IR_NONE, 0) == first, "an equal call is one call");
    CHECK(ir_call(ir, 8, INTEGER, args, 2, IR_NONE, 0) != first, "another native is another call");
    out(ir, first);
}

static void results(Ir *ir)
{
    IrPlace place = {.label = TEXT("bedrag ten hoogste\nvijf"),
                     .rule = BD_NONE,
                     .citation = BD_NONE,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
    ir_fail(ir, ir_bool(ir, false, 0), 0);
    ir_fail(ir, flag(ir, 0), ir_add_site(ir, "conflict", BD_NONE));
    ir_out(ir, OP_OUT_RULE, flag(ir, 1), IR_NONE, 4);
    ir_out(ir, OP_OUT_DECISION, ir_int(ir, BD_REJECTED, 0), IR_NONE, 0);
    ir->place = ir_add_place(ir, &place);
    IrValue amount = ir_load(ir, 2, (IrType){BD_KIND_SCALED, 0, 1});
    ir_out(ir, OP_OUT_AMOUNT, ir_min(ir, amount, number(ir, 5, 1)), IR_NONE, 0);
}

typedef struct Case {
    const char *name;
    void (*build)(Ir *ir);
    const char *expected;
} Case;

#define CASE(name, expected)  \
    {                         \
#name, name, expected \
    }

/* clang-format off */
static const Case cases[] = {
    CASE(add_meets,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/1000 = load column 1\n"
        "%2 scaled/1000 = scale %0 #10\n"
        "%3 scaled/1000 = add %2 %1\n"
        "%4 out_value %3 output 0\n"),
    CASE(add_constant,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/100 = const 5\n"
        "%2 scaled/100 = add %0 %1\n"
        "%3 out_value %2 output 0\n"),
    CASE(add_wide,
        "%0 scaled/999999999989 = load column 0\n"
        "%1 scaled/100 = load column 1\n"
        "%2 ratio = widen %0\n"
        "%3 ratio = widen %1\n"
        "%4 ratio = add_n %2 %3\n"
        "%5 out_value %4 output 0\n"),
    CASE(mul_then_round,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/1000 = load column 1\n"
        "%2 scaled/100000 = mul %0 %1\n"
        "%3 scaled/100 = round %2 half_away 1/100\n"
        "%4 out_amount %3\n"),
    CASE(mul_percent,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/2000 = div_const %0 #20\n"
        "%2 out_value %1 output 0\n"),
    CASE(mul_factor,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/20 = const 1.05\n"
        "%2 scaled/2000 = mul %1 %0\n"
        "%3 out_value %2 output 0\n"),
    CASE(mul_outgrows,
        "%0 scaled/1000000 = load column 0\n"
        "%1 scaled/1000000 = load column 1\n"
        "%2 scaled/1000000000000 = mul %0 %1\n"
        "%3 scaled/100 = load column 2\n"
        "%4 ratio = widen %2\n"
        "%5 ratio = widen %3\n"
        "%6 ratio = mul_n %4 %5\n"
        "%7 out_value %6 output 0\n"),
    CASE(div_constant,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/7 = const 3/7\n"
        "%2 scaled/700 = mul %0 %1\n"
        "%3 out_value %2 output 0\n"),
    CASE(div_negative,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/4 = const -0.25\n"
        "%2 scaled/400 = mul %0 %1\n"
        "%3 out_value %2 output 0\n"),
    CASE(div_large,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/7000000000 = const 1/7000000000\n"
        "%2 scaled/700000000000 = mul %0 %1\n"
        "%3 out_value %2 output 0\n"),
    CASE(div_huge,
        "%0 scaled/100 = load column 0\n"
        "%1 ratio = widen %0\n"
        "%2 ratio = const 1/999999999989\n"
        "%3 ratio = mul_n %1 %2\n"
        "%4 out_value %3 output 0\n"),
    CASE(div_zero,
        "%0 scaled/100 = load column 0\n"
        "%1 ratio = widen %0\n"
        "%2 ratio = const 0\n"
        "%3 ratio = div_n %1 %2 !1\n"
        "%4 out_value %3 output 0\n"),
    CASE(div_guarded,
        "%0 bool = load column 2\n"
        "%1 scaled/100 = load column 0\n"
        "%2 scaled/100 = load column 1\n"
        "%3 ratio = widen %1\n"
        "%4 ratio = widen %2\n"
        "%5 ratio = div_n %3 %4 if %0 !1\n"
        "%6 out_value %5 output 0\n"),
    CASE(negate,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/100 = const 0\n"
        "%2 scaled/100 = sub %1 %0\n"
        "%3 out_value %2 output 0\n"),
    CASE(scale_far,
        "%0 scaled/1 = load column 0\n"
        "%1 scaled/100000000000 = const 1\n"
        "%2 scaled/100000000000 = mul %0 %1\n"
        "%3 out_value %2 output 0\n"),
    CASE(round_ratio,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/100 = load column 1\n"
        "%2 ratio = widen %0\n"
        "%3 ratio = widen %1\n"
        "%4 ratio = div_n %2 %3 !1\n"
        "%5 scaled/4 = round_n %4 up 1/4\n"
        "%6 out_value %5 output 0\n"),
    CASE(round_odd_step,
        "%0 scaled/100 = load column 0\n"
        "%1 ratio = const 0.0000000000001\n"
        "%2 scaled/1 = const 10000000000000\n"
        "%3 scaled/100 = mul %0 %2\n"
        "%4 scaled/1 = round %3 down 1/1\n"
        "%5 ratio = widen %4\n"
        "%6 ratio = mul_n %5 %1\n"
        "%7 out_value %6 output 0\n"),
    CASE(whole_ratio,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/100 = load column 1\n"
        "%2 ratio = widen %0\n"
        "%3 ratio = widen %1\n"
        "%4 ratio = div_n %2 %3 !1\n"
        "%5 scaled/1 = round_n %4 down 1/1\n"
        "%6 ratio = widen %5\n"
        "%7 bool = eq_n %4 %6\n"
        "%8 out_value %7 output 0\n"),
    CASE(ratio_to_int,
        "%0 ratio = load column 0\n"
        "%1 scaled/2 = const 0.5\n"
        "%2 scaled/1 = round_n %0 down 1/1\n"
        "%3 ratio = widen %2\n"
        "%4 bool = eq_n %0 %3\n"
        "%5 scaled/2 = scale %2 #2\n"
        "%6 scaled/2 = select %4 %5 %1\n"
        "%7 int = to_int %6 !0\n"
        "%8 out_value %7 output 0\n"),
    CASE(fold_numbers,
        "%0 scaled/1 = const -10\n"
        "%1 out_value %0 output 0\n"),
    CASE(fold_keeps_overflow,
        "%0 scaled/1 = const 9223372036854775807\n"
        "%1 scaled/1 = mul %0 %0\n"
        "%2 out_value %1 output 0\n"),
    CASE(big_literal,
        "%0 ratio = const 123456789012\n"
        "%1 ratio = const 1000000000000000000\n"
        "%2 ratio = const 345678901234567890\n"
        "%3 ratio = mul_n %0 %1\n"
        "%4 ratio = add_n %3 %2\n"
        "%5 out_value %4 output 0\n"),
    CASE(compare_numbers,
        "%0 scaled/100 = load column 0\n"
        "%1 scaled/100 = const 10\n"
        "%2 bool = lt %0 %1\n"
        "%3 scaled/100 = load column 1\n"
        "%4 ratio = widen %0\n"
        "%5 ratio = widen %3\n"
        "%6 ratio = div_n %4 %5 !1\n"
        "%7 bool = le_n %6 %4\n"
        "%8 bool = and %2 %7\n"
        "%9 out_value %8 output 0\n"),
    CASE(compare_others,
        "%0 int = load column 0\n"
        "%1 int = const 3\n"
        "%2 bool = eq_i %0 %1\n"
        "%3 text = load column 1\n"
        "%4 text = const \"é\\\"x\"\n"
        "%5 bool = eq_t %3 %4\n"
        "%6 bool = not %5\n"
        "%7 bool = select %2 %6 %5\n"
        "%8 out_value %7 output 0\n"),
    CASE(compare_known,
        "%0 bool = load column 1\n"
        "%1 out_value %0 output 0\n"),
    CASE(sets,
        "%0 int = load column 0\n"
        "%1 bool = in %0 {3 63 64}\n"
        "%2 out_value %1 output 0\n"),
    CASE(select_numbers,
        "%0 bool = load column 0\n"
        "%1 scaled/100 = load column 1\n"
        "%2 scaled/300 = const 1/3\n"
        "%3 scaled/300 = scale %1 #3\n"
        "%4 scaled/300 = select %0 %2 %3\n"
        "%5 out_value %4 output 0\n"),
    CASE(select_booleans,
        "%0 bool = load column 0\n"
        "%1 bool = load column 1\n"
        "%2 bool = load column 2\n"
        "%3 bool = not %0\n"
        "%4 bool = or %0 %1\n"
        "%5 bool = and %3 %2\n"
        "%6 bool = or %4 %5\n"
        "%7 out_value %6 output 0\n"),
    CASE(dates,
        "%0 int = load column 0\n"
        "%1 int = date_part %0 part 6\n"
        "%2 int = const 12\n"
        "%3 int = add_months %1 %2 !1\n"
        "%4 int = period %3 of 28 from 4\n"
        "%5 int = const 0\n"
        "%6 int = max_i %4 %5\n"
        "%7 out_value %6 output 0\n"),
    CASE(fold_dates,
        "%0 int = const 18352\n"
        "%1 out_value %0 output 0\n"),
    CASE(cells,
        "%0 bool = load column 3\n"
        "%1 int = load column 0\n"
        "%2 int = version %1 if %0 table 2 !1\n"
        "%3 int = load column 1\n"
        "%4 int = index %2 %3 if %0 #5 !1\n"
        "%5 scaled/100 = cell %4 if %0 table 2 !1\n"
        "%6 bool = has_cell %4 table 2\n"
        "%7 scaled/100 = const 0\n"
        "%8 scaled/100 = select %6 %5 %7\n"
        "%9 out_value %8 output 0\n"),
    CASE(fold_index,
        "%0 int = const 2\n"
        "%1 int = const 5\n"
        "%2 int = index %0 %1 #5 !0\n"
        "%3 out_value %2 output 0\n"),
    CASE(externs,
        "%0 text = load column 0\n"
        "%1 int = const 0\n"
        "%2 int = step %1 %0 table 3 level 0\n"
        "%3 int = load column 1\n"
        "%4 int = step_date %2 %3 table 3 level 1\n"
        "%5 scaled/10000 = ext_cell %4 table 3 !1\n"
        "%6 out_value %5 output 0\n"),
    CASE(brackets,
        "%0 scaled/1000 = load column 0\n"
        "%1 int = bracket %0 [1000 2500 4000]\n"
        "%2 out_value %1 output 0\n"),
    CASE(brackets_of_constant,
        "%0 int = const 2\n"
        "%1 int = const 1\n"
        "%2 int = const 0\n"
        "%3 ratio = load column 0\n"
        "%4 ratio = const 2.5\n"
        "%5 bool = le_n %3 %4\n"
        "%6 int = select %5 %1 %0\n"
        "%7 ratio = const 1\n"
        "%8 bool = le_n %3 %7\n"
        "%9 int = select %8 %2 %6\n"
        "%10 out_value %9 output 0\n"),
    CASE(lists,
        "domain 1 list 1 in 0 max 50\n"
        "domain 2 days in 1 max 366\n"
        "%0 open_list domain 1\n"
        "%1 int@1 = load column 2\n"
        "%2 int = load column 0\n"
        "%3 int@1 = expand %2 domain 1\n"
        "%4 open_days %1 %3 domain 2 !1\n"
        "%5 int@2 = day domain 2\n"
        "%6 int = load column 1\n"
        "%7 int@1 = expand %6 domain 1\n"
        "%8 int@2 = expand %7 domain 2\n"
        "%9 bool@2 = le_i %5 %8\n"
        "%10 scaled/1@1 = count %9 domain 2\n"
        "%11 scaled/100@1 = load column 3\n"
        "%12 scaled/100@1 = mul %10 %11\n"
        "%13 bool = load column 4\n"
        "%14 bool@1 = expand %13 domain 1\n"
        "%15 scaled/100 = sum %12 %14 domain 1\n"
        "%16 out_value %15 output 0\n"),
    CASE(empty_aggregates,
        "domain 1 days in 0 max 366\n"
        "%0 int = load column 0\n"
        "%1 int = load column 1\n"
        "%2 open_days %0 %1 domain 1 !1\n"
        "%3 bool@1 = const false\n"
        "%4 scaled/1 = count %3 domain 1\n"
        "%5 out_value %4 output 0\n"),
    CASE(natives,
        "%0 int = load column 0\n"
        "%1 bool = load column 1\n"
        "%2 int = call %0 %1 native 7 !0\n"
        "%3 out_value %2 output 0\n"),
    CASE(results,
        "%0 bool = load column 0\n"
        "%1 fail %0 !1\n"
        "%2 bool = load column 1\n"
        "%3 out_rule %2 rule 4\n"
        "%4 int = const 1\n"
        "%5 out_decision %4\n"
        "%6 scaled/1 = load column 2  ; bedrag ten hoogste\n"
        "%7 scaled/1 = const 5  ; bedrag ten hoogste\n"
        "%8 scaled/1 = min %6 %7  ; bedrag ten hoogste\n"
        "%9 scaled/100 = scale %8 #100\n"
        "%10 out_amount %9  ; bedrag ten hoogste\n"),
};
/* clang-format on */

static void check_case(const Case *c)
{
    Fixture f;
    start(&f);
    c->build(&f.ir);
    ir_prune(&f.ir);
    StringBuilder printed;
    builder_init(&printed, &f.arena);
    ir_print(&f.ir, &printed);
    Text text = builder_result(&printed);
    CHECK(text_equal(text, text_from_cstring(c->expected)), "%s gives\n%.*s", c->name, (int)text.size, text.data);
    stop(&f);
}

int main(void)
{
    check_group("listings");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i]);
    }
    return check_done();
}
