/* test_number.c - exact numbers: tables of operations, text in both directions, bounds, and failing memory. */
#include <string.h>

#include "check.h"
#include "counting_allocator.h"
#include "vm/core/limits.h"
#include "vm/core/number.h"

#define TWO_63 "9223372036854775808"
#define MAX_63 "9223372036854775807"

static Arena arena;

static Number parse(const char *text)
{
    Number result = NUMBER_ZERO;
    bd_status status = number_from_text(&arena, text_from_cstring(text), &result);

    CHECK(status == BD_OK, "cannot parse %s: %d", text, (int)status);
    return result;
}

static const char *print(Number a)
{
    StringBuilder builder;

    builder_init(&builder, &arena);
    number_append(&builder, a, 0);
    builder_char(&builder, '\0');
    return builder_result(&builder).data;
}

/* Results are compared as text and by number_equal with the parsed expectation, which also shows one canonical form. */
static void check_result(size_t i, const char *name, bd_status status, Number result, const char *expected)
{
    Number wanted;

    if (!CHECK(status == BD_OK, "case %zu %s: status %d", i, name, (int)status))
        return;
    wanted = parse(expected);
    CHECK(number_equal(result, wanted) && (result.big == NULL) == (wanted.big == NULL) &&
              number_hash(result) == number_hash(wanted) && strcmp(print(result), expected) == 0,
          "case %zu %s: %s, expected %s", i, name, print(result), expected);
}

static void test_arithmetic(void)
{
    static const struct {
        const char *a, *b, *sum, *difference, *product, *quotient;
    } cases[] = {
        {"0", "0", "0", "0", "0", NULL},
        {"0", "-3", "-3", "3", "0", "0"},
        {"1", "3", "4", "-2", "3", "1/3"},
        {"143.73", "28", "171.73", "115.73", "4024.44", "14373/2800"},
        {"1/3", "1/6", "0.5", "1/6", "1/18", "2"},
        {"-1/3", "1/3", "0", "-2/3", "-1/9", "-1"},
        {"5/6", "-7/10", "2/15", "23/15", "-7/12", "-25/21"},
        {"0.1", "0.2", "0.3", "-0.1", "0.02", "0.5"},
        {MAX_63, "1", TWO_63, "9223372036854775806", MAX_63, MAX_63},
        {TWO_63, "1", "9223372036854775809", MAX_63, TWO_63, TWO_63},
        {TWO_63, "-1", MAX_63, "9223372036854775809", "-" TWO_63, "-" TWO_63},
        {"-" TWO_63, "-" TWO_63, "-18446744073709551616", "0", "85070591730234615865843651857942052864", "1"},
        {"1/9223372036854775809", "1/9223372036854775809", "2/9223372036854775809", "0",
         "1/85070591730234615884290395931651604481", "1"},
        {"3000000000/7", "-3000000000/11", "12000000000/77", "54000000000/77", "-9000000000000000000/77", "-11/7"},
        {"4294967296", "4294967296", "8589934592", "0", "18446744073709551616", "1"},
        {"1/4294967291", "1/4294967279", "8589934570/18446743979220271189", "-12/18446743979220271189",
         "1/18446743979220271189", "4294967279/4294967291"},
    };

    check_group("add, sub, mul, div");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Number a = parse(cases[i].a), b = parse(cases[i].b), out = NUMBER_ZERO;
        bd_status status = number_add(&arena, a, b, &out);
        check_result(i, "add", status, out, cases[i].sum);
        status = number_sub(&arena, a, b, &out);
        check_result(i, "sub", status, out, cases[i].difference);
        status = number_mul(&arena, a, b, &out);
        check_result(i, "mul", status, out, cases[i].product);
        out = NUMBER_ONE;
        status = number_div(&arena, a, b, &out);
        if (cases[i].quotient != NULL)
            check_result(i, "div", status, out, cases[i].quotient);
        else
            CHECK(status == BD_DIVIDE && number_equal(out, NUMBER_ONE), "case %zu: status %d", i, (int)status);
        out = a; /* the result may replace an operand */
        status = number_add(&arena, out, b, &out);
        check_result(i, "add in place", status, out, cases[i].sum);
    }
}

static void test_single_operand(void)
{
    static const struct {
        const char *a, *neg, *abs, *floor, *ceil, *trunc;
        bool whole;
    } cases[] = {
        {"0", "0", "0", "0", "0", "0", true},
        {"7", "-7", "7", "7", "7", "7", true},
        {"2.5", "-2.5", "2.5", "2", "3", "2", false},
        {"-2.5", "2.5", "2.5", "-3", "-2", "-2", false},
        {"-1/3", "1/3", "1/3", "-1", "0", "0", false},
        {"1/3", "-1/3", "1/3", "0", "1", "0", false},
        {"-" TWO_63, TWO_63, TWO_63, "-" TWO_63, "-" TWO_63, "-" TWO_63, true},
        {"36893488147419103231/4", "-9223372036854775807.75", "9223372036854775807.75", MAX_63, TWO_63, MAX_63, false},
    };

    check_group("neg, abs, floor, ceil, trunc, is_whole");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Number a = parse(cases[i].a), out = NUMBER_ZERO;
        bd_status status = number_neg(&arena, a, &out);
        check_result(i, "neg", status, out, cases[i].neg);
        status = number_abs(&arena, a, &out);
        check_result(i, "abs", status, out, cases[i].abs);
        status = number_floor(&arena, a, &out);
        check_result(i, "floor", status, out, cases[i].floor);
        status = number_ceil(&arena, a, &out);
        check_result(i, "ceil", status, out, cases[i].ceil);
        status = number_trunc(&arena, a, &out);
        check_result(i, "trunc", status, out, cases[i].trunc);
        CHECK(number_is_whole(a) == cases[i].whole, "case %zu", i);
    }
}

static void test_order(void)
{
    static const char *const rising[] = {
        "-85070591730234615865843651857942052864",
        "-" TWO_63,
        "-" MAX_63,
        "-1",
        "-2/3",
        "-1/3",
        "-1/" TWO_63,
        "0",
        "1/" TWO_63,
        "1/3",
        "0.34",
        "2/3",
        "1",
        MAX_63,
        "36893488147419103231/4",
        TWO_63,
        "85070591730234615865843651857942052864",
    };
    const size_t count = sizeof rising / sizeof *rising;

    check_group("compare, min, max, equal");
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            Number a = parse(rising[i]), b = parse(rising[j]);
            CHECK(number_compare(a, b) == (i > j) - (i < j), "%s and %s", rising[i], rising[j]);
            CHECK(number_equal(a, b) == (i == j), "%s and %s", rising[i], rising[j]);
            CHECK(number_equal(number_min(a, b), i < j ? a : b), "least of %s and %s", rising[i], rising[j]);
            CHECK(number_equal(number_max(a, b), i > j ? a : b), "greatest of %s and %s", rising[i], rising[j]);
        }
    }
}

static void test_reading(void)
{
    static const struct {
        const char *text;
        bd_status status;
        const char *printed;
    } cases[] = {
        {"0", BD_OK, "0"},
        {"-0", BD_OK, "0"},
        {"-0.00", BD_OK, "0"},
        {"007", BD_OK, "7"},
        {"1.50", BD_OK, "1.5"},
        {"-143.73", BD_OK, "-143.73"},
        {"0.0001", BD_OK, "0.0001"},
        {"123456789012345678.5", BD_OK, "123456789012345678.5"},
        {"-0.00000000000000000000000000000000", BD_OK, "0"},
        {"0.12345678901234567890", BD_OK, "0.1234567890123456789"},
        {"-" TWO_63, BD_OK, "-" TWO_63},
        {"", BD_SYNTAX, NULL},
        {"-", BD_SYNTAX, NULL},
        {".5", BD_SYNTAX, NULL},
        {"5.", BD_SYNTAX, NULL},
        {"+5", BD_SYNTAX, NULL},
        {" 5", BD_SYNTAX, NULL},
        {"5 ", BD_SYNTAX, NULL},
        {"1,5", BD_SYNTAX, NULL},
        {"1e5", BD_SYNTAX, NULL},
        {"--5", BD_SYNTAX, NULL},
        {"1.2.3", BD_SYNTAX, NULL},
        {"0x10", BD_SYNTAX, NULL},
        {"1/3", BD_SYNTAX, NULL},
    };
    static const struct {
        const char *text;
        bd_status status;
        const char *printed;
    } ratios[] = {
        {"1/3", BD_OK, "1/3"},   {"-6/4", BD_OK, "-1.5"},  {"0/5", BD_OK, "0"},        {"-0/5", BD_OK, "0"},
        {"3/1", BD_OK, "3"},     {"1/0", BD_DIVIDE, NULL}, {"1/-3", BD_SYNTAX, NULL},  {"1.5/3", BD_SYNTAX, NULL},
        {"1/", BD_SYNTAX, NULL}, {"/3", BD_SYNTAX, NULL},  {"1/2/3", BD_SYNTAX, NULL}, {"1.5", BD_OK, "1.5"},
    };

    check_group("reading numbers");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Number out = NUMBER_ZERO;
        bd_status status = number_from_decimal_text(&arena, text_from_cstring(cases[i].text), &out);
        CHECK(status == cases[i].status, "%s: status %d", cases[i].text, (int)status);
        CHECK(status != BD_OK || strcmp(print(out), cases[i].printed) == 0, "%s: %s", cases[i].text, print(out));
    }
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        Number out = NUMBER_ZERO;
        bd_status status = number_from_text(&arena, text_from_cstring(ratios[i].text), &out);
        CHECK(status == ratios[i].status, "%s: status %d", ratios[i].text, (int)status);
        CHECK(status != BD_OK || strcmp(print(out), ratios[i].printed) == 0, "%s: %s", ratios[i].text, print(out));
    }
    CHECK(number_from_decimal_text(&arena, TEXT("1\0"), &(Number){0}) == BD_SYNTAX, "a NUL in the text");
}

static void test_writing(void)
{
    static const struct {
        const char *a;
        unsigned min_decimals, decimals;
        const char *decimal, *fraction;
    } cases[] = {
        {"0", 2, 0, "0.00", "0/1"},
        {"5", 0, 0, "5", "5/1"},
        {"5", 2, 0, "5.00", "5/1"},
        {"-143.7", 2, 1, "-143.70", "-1437/10"},
        {"0.005", 2, 3, "0.005", "1/200"},
        {"-1/1024", 0, 10, "-0.0009765625", "-1/1024"},
        {"1/3", 2, 0, NULL, "1/3"},
        {"1/" TWO_63, 0, 63, "0.000000000000000000108420217248550443400745280086994171142578125", "1/" TWO_63},
        {TWO_63, 1, 0, TWO_63 ".0", TWO_63 "/1"},
    };

    check_group("writing numbers");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Number a = parse(cases[i].a);
        StringBuilder decimal, fraction;
        unsigned decimals = 0;
        builder_init(&decimal, &arena);
        builder_init(&fraction, &arena);
        CHECK(number_is_decimal(a, &decimals) == (cases[i].decimal != NULL), "%s", cases[i].a);
        CHECK(decimals == cases[i].decimals, "%s: %u decimals", cases[i].a, decimals);
        CHECK(number_append_decimal(&decimal, a, cases[i].min_decimals) == (cases[i].decimal != NULL), "%s",
              cases[i].a);
        CHECK(text_equal(builder_result(&decimal), text_from_cstring(cases[i].decimal)), "%s: %.*s", cases[i].a,
              (int)decimal.size, decimal.data == NULL ? "" : decimal.data);
        number_append_fraction(&fraction, a);
        CHECK(text_equal(builder_result(&fraction), text_from_cstring(cases[i].fraction)), "%s: %.*s", cases[i].a,
              (int)fraction.size, fraction.data);
    }
}

static void test_machine_integers(void)
{
    static const struct {
        int64_t num, den;
        bd_status status;
        const char *printed;
    } ratios[] = {
        {4, 6, BD_OK, "2/3"},
        {4, -6, BD_OK, "-2/3"},
        {0, -5, BD_OK, "0"},
        {1, 0, BD_DIVIDE, NULL},
        {INT64_MIN, 1, BD_OK, "-" TWO_63},
        {INT64_MIN, -1, BD_OK, TWO_63},
        {INT64_MIN, INT64_MIN, BD_OK, "1"},
        {1, INT64_MIN, BD_OK, NULL},
        {INT64_MIN, 2, BD_OK, "-4611686018427387904"},
        {INT64_MAX, INT64_MAX, BD_OK, "1"},
    };
    static const struct {
        const char *a;
        int64_t den;
        bd_status status;
        int64_t value;
        bool exact;
    } scaled[] = {
        {"143.73", 100, BD_OK, 14373, true},
        {"-143.73", 100, BD_OK, -14373, true},
        {"1.239", 100, BD_OK, 123, false},
        {"-1.239", 100, BD_OK, -123, false},
        {"1/3", 3, BD_OK, 1, true},
        {MAX_63, 1, BD_OK, INT64_MAX, true},
        {"-" MAX_63, 1, BD_OK, -INT64_MAX, true},
        {TWO_63, 1, BD_RANGE, 0, false},
        {"92233720368547758.07", 100, BD_OK, INT64_MAX, true},
        {"92233720368547758.08", 100, BD_RANGE, 0, false},
        {"36893488147419103231/4", 1, BD_OK, INT64_MAX, false},
        {"1/" TWO_63, INT64_MAX, BD_OK, 0, false},
        {"3/" TWO_63, INT64_MAX, BD_OK, 2, false},
    };

    Number a = NUMBER_ZERO, copy = NUMBER_ZERO;

    check_group("from and to machine integers");
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        Number out = NUMBER_ONE;
        bd_status status = number_from_ratio(&arena, ratios[i].num, ratios[i].den, &out);
        CHECK(status == ratios[i].status, "case %zu: status %d", i, (int)status);
        CHECK(ratios[i].printed == NULL || strcmp(print(out), ratios[i].printed) == 0, "case %zu: %s", i, print(out));
    }
    CHECK(number_from_int64(&arena, -5, &a) == BD_OK && strcmp(print(a), "-5") == 0, "from_int64");
    CHECK(number_from_scaled(&arena, 14373, 100, &a) == BD_OK && strcmp(print(a), "143.73") == 0, "from_scaled");
    CHECK(number_copy(&arena, a, &copy) == BD_OK && number_equal(a, copy), "copy of a small number");
    CHECK(!number_is_set((Number){0}) && number_is_set(NUMBER_ZERO), "a zeroed Number is none");
    for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++) {
        int64_t value = 0;
        bool exact = false;
        bd_status status = number_to_scaled_int64(parse(scaled[i].a), scaled[i].den, &value, &exact);
        CHECK(status == scaled[i].status && value == scaled[i].value && exact == scaled[i].exact, "%s: %d, %lld, %d",
              scaled[i].a, (int)status, (long long)value, exact);
    }
}

static Number power_of_two(unsigned exponent)
{
    Number result = NUMBER_ONE;

    for (unsigned i = 0; i < exponent; i++)
        CHECK(number_add(&arena, result, result, &result) == BD_OK, "2^%u", i + 1);
    return result;
}

static void check_boundary(Number largest, Number half_range)
{
    Number out = NUMBER_ZERO, tiny = NUMBER_ZERO;

    CHECK(number_add(&arena, largest, NUMBER_ONE, &out) == BD_RANGE && number_is_zero(out), "one more");
    CHECK(number_sub(&arena, parse("-1"), largest, &out) == BD_RANGE, "one less");
    CHECK(number_mul(&arena, half_range, parse("2"), &out) == BD_RANGE, "a product of one bit more");
    CHECK(number_mul(&arena, largest, largest, &out) == BD_RANGE, "a square");
    CHECK(number_div(&arena, NUMBER_ONE, half_range, &tiny) == BD_OK, "the largest denominator");
    CHECK(number_mul(&arena, tiny, parse("0.5"), &out) == BD_RANGE, "a denominator of one bit more");
    CHECK(number_mul(&arena, tiny, half_range, &out) == BD_OK && number_equal(out, NUMBER_ONE), "factors cancel");
    CHECK(number_compare(largest, half_range) == 1 && number_compare(tiny, NUMBER_ZERO) == 1, "comparing never fails");
    CHECK(number_add(&arena, tiny, parse("2"), &out) == BD_RANGE, "a numerator of one bit more");
    CHECK(number_sub(&arena, NUMBER_ONE, tiny, &out) == BD_OK, "both at the limit");
}

static void test_bounds(void)
{
    Number half_range, less = NUMBER_ZERO, largest = NUMBER_ZERO, back = NUMBER_ZERO;
    StringBuilder builder;

    check_group("the limit of 4,096 bits");
    half_range = power_of_two(NUMBER_MAX_BITS - 1);
    CHECK(number_sub(&arena, half_range, NUMBER_ONE, &less) == BD_OK, "2^4095 - 1");
    CHECK(number_add(&arena, half_range, less, &largest) == BD_OK, "2^4096 - 1");
    check_boundary(largest, half_range);
    check_group("the longest decimals survive text");
    CHECK(number_div(&arena, less, half_range, &back) == BD_OK, "1 - 2^-4095");
    builder_init(&builder, &arena);
    number_append(&builder, back, 0);
    CHECK(builder.size == 4095 + 2, "%zu characters", builder.size);
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_OK && number_equal(less, back), "read back");
    CHECK(number_div(&arena, largest, half_range, &back) == BD_OK, "a numerator of 4096 bits");
    builder_init(&builder, &arena);
    number_append_fraction(&builder, back);
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_OK && number_equal(less, back), "fraction");
    builder_init(&builder, &arena);
    builder_repeat(&builder, '9', NUMBER_MAX_DIGITS);
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_RANGE, "many digits");
    builder_char(&builder, '9');
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_RANGE, "too many digits");
    builder_text(&builder, TEXT("/3"));
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_RANGE, "too many digits of a fraction");
    builder_init(&builder, &arena);
    builder_text(&builder, TEXT("0."));
    builder_repeat(&builder, '0', NUMBER_MAX_DIGITS - 1);
    CHECK(number_from_text(&arena, builder_result(&builder), &less) == BD_OK && number_is_zero(less), "many zeros");
}

/* A chain that needs big numbers at every step; returns the first status that is not BD_OK. */
static bd_status run_chain(Arena *scratch, Number *out)
{
    Number x = NUMBER_ZERO, factor = NUMBER_ZERO;
    bd_status status = number_from_decimal_text(scratch, TEXT("143.7312345678901234567890123456789"), &x);

    if (status == BD_OK)
        status = number_from_ratio(scratch, INT64_MIN, 9223372036854775783, &factor);
    for (int i = 0; i < 12 && status == BD_OK; i++) {
        status = number_mul(scratch, x, factor, &x);
        if (status == BD_OK)
            status = number_add(scratch, x, factor, &x);
        if (status == BD_OK)
            status = number_div(scratch, factor, x, &x);
        if (status == BD_OK)
            status = number_copy(scratch, x, out);
    }
    return status;
}

static void test_failing_memory(void)
{
    Number good = NUMBER_ZERO, out;
    bd_status status = run_chain(&arena, &good);

    check_group("memory that runs out is a status");
    CHECK(status == BD_OK, "status %d", (int)status);
    for (size_t limit = 1; limit < 200000; limit += limit / 3 + 50) {
        Counting counting = {0};
        bd_allocator allocator = counting_allocator(&counting);
        Arena scratch;
        arena_init(&scratch, &allocator);
        scratch.limit = limit;
        out = NUMBER_ZERO;
        status = run_chain(&scratch, &out);
        CHECK(status == BD_NOMEM || (status == BD_OK && number_equal(out, good)), "limit %zu: %d", limit, (int)status);
        arena_free(&scratch);
        CHECK(counting.live == 0, "%zu bytes left", counting.live);
    }
    CHECK(status == BD_OK, "the last limit suffices");
}

int main(void)
{
    arena_init(&arena, NULL);
    test_arithmetic();
    test_single_operand();
    test_order();
    test_reading();
    test_writing();
    test_machine_integers();
    test_bounds();
    test_failing_memory();
    arena_free(&arena);
    return check_done();
}
