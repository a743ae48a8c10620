/* ir_random.h - random expressions over the columns of a line and of its records, and what they are worth.
 *
 * For test_ir_run.c: the expressions themselves, the rows, and the reference, which walks an expression with vm/core's
 * exact numbers and knows nothing of denominators, domains, guards or slots.
 */
#ifndef BEDING_TESTS_IR_RANDOM_H
#define BEDING_TESTS_IR_RANDOM_H

#include "compiler/ir.h"
#include "vm/core/date.h"

/* ---- Columns: the line's first, then those of the list ---- */

enum { LINE_COLUMNS = 11, ALL_COLUMNS = 14, ROWS = 12, RECORDS = 4, ALL_RECORDS = ROWS * RECORDS };

typedef struct ColumnShape {
    bd_kind kind;
    bd_meaning meaning;
    int64_t denominator;
} ColumnShape;

static const ColumnShape shapes[ALL_COLUMNS] = {
    {BD_KIND_SCALED, BD_MEANS_NUMBER, 1},    {BD_KIND_SCALED, BD_MEANS_NUMBER, 100},
    {BD_KIND_SCALED, BD_MEANS_NUMBER, 1000}, {BD_KIND_SCALED, BD_MEANS_NUMBER, 300},
    {BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1},     {BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1},
    {BD_KIND_INT, BD_MEANS_NUMBER, 1},       {BD_KIND_INT, BD_MEANS_NUMBER, 1},
    {BD_KIND_INT, BD_MEANS_DATE, 1},         {BD_KIND_INT, BD_MEANS_DATE, 1},
    {BD_KIND_TEXT, BD_MEANS_TEXT, 1},        {BD_KIND_SCALED, BD_MEANS_NUMBER, 100},
    {BD_KIND_BOOL, BD_MEANS_BOOLEAN, 1},     {BD_KIND_INT, BD_MEANS_DATE, 1},
};

typedef struct Batch {
    int64_t scaled[ALL_COLUMNS][ALL_RECORDS];
    int32_t ints[ALL_COLUMNS][ALL_RECORDS];
    uint8_t bools[ALL_COLUMNS][ALL_RECORDS];
    bd_text texts[ROWS];
    uint32_t offsets[ROWS + 1];
    bd_exact_cell exact[ROWS];
    Number exact_values[ROWS];
    size_t exact_count;
} Batch;

/* ---- Chance ---- */

static uint64_t state;

static uint64_t chance(uint64_t below)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % below;
}

static int64_t between(int64_t low, int64_t high)
{
    return low + (int64_t)chance((uint64_t)(high - low) + 1);
}

static int64_t random_integer(void)
{
    switch (chance(8)) {
    case 0: return between(-2, 2);
    case 1: return INT64_MAX - between(0, 3);
    case 2: return -INT64_MAX + between(0, 3);
    case 3: return between(-INT64_C(1000000000000), INT64_C(1000000000000));
    default: return between(-100000, 100000);
    }
}

/* ---- Expressions ---- */

typedef enum Kind { NUM, BOOL, INTEGRAL, DATE, KINDS } Kind;

typedef enum Form {
    CONSTANT,
    COLUMN,
    DAY, /* leaves */
    ADD,
    SUB,
    MUL,
    DIV,
    MIN,
    MAX,
    NEG,
    ROUND,
    TO_NUMBER, /* numbers */
    SUM,
    COUNT,
    LEAST,
    GREATEST,
    FIRST,
    LAST,
    COUNT_DAYS,
    NOT,
    AND,
    OR,
    COMPARE,
    COMPARE_INT,
    COMPARE_BOOL,
    TEXT_IS,
    IN,
    WHOLE,
    ANY, /* booleans */
    ADD_INT,
    SUB_INT,
    MIN_INT,
    MAX_INT,
    PART,
    TO_INT,
    BRACKET,
    INDEX, /* integers */
    ADD_DAYS,
    ADD_MONTHS,
    SPAN_END,
    DATE_PART,
    PERIOD, /* dates */
    CHOOSE
} Form;

/* Where an expression can be evaluated: on the line, on a record, on a day of the line or of a record. */
typedef enum Level { LINE, RECORD, LINE_DAY, RECORD_DAY } Level;

typedef struct Node {
    Kind kind;
    Form form;
    Level level;
    struct Node *a, *b, *c;
    uint32_t column;
    int64_t p, q; /* constants, sizes, modes */
} Node;

typedef struct Maker {
    Arena *arena;
    Node *made[KINDS][64]; /* line expressions, to be used again */
    uint32_t made_count[KINDS];
} Maker;

static Node *make(Maker *m, Kind kind, Level level, int depth);

static Level level_below(Level level)
{
    return level == LINE ? LINE_DAY : RECORD_DAY;
}

static Node *leaf(Maker *m, Kind kind, Level level)
{
    static const uint32_t line[KINDS][4] = {{0, 1, 2, 3}, {4, 5, 4, 5}, {6, 7, 6, 7}, {8, 9, 8, 9}};
    static const uint32_t record[KINDS] = {11, 12, 6, 13};
    Node *n = arena_alloc(m->arena, sizeof *n);
    *n = (Node){.kind = kind, .form = COLUMN, .level = level, .column = line[kind][chance(4)]};
    if (level >= LINE_DAY && kind == DATE && chance(2) == 0) {
        n->form = DAY;
        return n;
    }
    if (chance(4) == 0) {
        n->form = CONSTANT;
        n->p = kind == NUM    ? between(-30, 30)
               : kind == DATE ? between(-20000, 40000)
               : kind == BOOL ? between(0, 1)
                              : between(-5, 9);
        n->q = kind == NUM && chance(2) == 0 ? between(1, 12) : 1;
        n->p = kind == NUM && chance(20) == 0 ? random_integer() : n->p;
        return n;
    }
    if ((level == RECORD || level == RECORD_DAY) && kind != INTEGRAL && chance(4) != 0) {
        n->column = record[kind];
        n->level = RECORD;
    } else {
        n->level = LINE;
    }
    return n;
}

/* A node whose operands are of one kind and on its own level. */
static void operands(Maker *m, Node *n, Kind kind, int count, int depth)
{
    n->a = make(m, kind, n->level, depth - 1);
    n->b = count > 1 ? make(m, kind, n->level, depth - 1) : NULL;
    n->c = NULL;
}

static void make_aggregate(Maker *m, Node *n, int depth)
{
    static const Form forms[] = {SUM, SUM, COUNT, LEAST, GREATEST, FIRST, LAST};
    n->form = forms[chance(7)];
    n->a = make(m, NUM, RECORD, depth - 1);
    n->b = make(m, BOOL, RECORD, depth - 1);
}

static void make_days(Maker *m, Node *n, int depth)
{
    n->form = COUNT_DAYS;
    n->a = make(m, DATE, n->level, depth - 1);
    n->b = make(m, BOOL, level_below(n->level), depth - 1);
    n->p = between(-2, chance(20) == 0 ? 400 : 12);
}

static void make_number(Maker *m, Node *n, int depth)
{
    static const Form forms[] = {ADD, SUB, MUL, DIV, MIN, MAX, ADD, MUL, DIV};
    uint64_t which = chance(14);
    if (which < 9) {
        n->form = forms[which];
        operands(m, n, NUM, 2, depth);
    } else if (which == 9) {
        n->form = chance(3) == 0 ? NEG : ROUND;
        operands(m, n, NUM, 1, depth);
        n->p = between(0, ROUND_MODE_COUNT - 1);
        n->q = between(0, 4);
    } else if (which == 10) {
        n->form = TO_NUMBER;
        operands(m, n, INTEGRAL, 1, depth);
    } else if (which < 13 && n->level == LINE) {
        make_aggregate(m, n, depth);
    } else if (n->level <= RECORD) {
        make_days(m, n, depth);
    } else {
        *n = *leaf(m, NUM, n->level);
    }
}

static void make_boolean(Maker *m, Node *n, int depth)
{
    static const Form forms[] = {AND, OR, COMPARE, COMPARE, COMPARE_INT, COMPARE_BOOL, NOT, IN, WHOLE, TEXT_IS, ANY};
    n->form = forms[chance(n->level == LINE ? 11 : 10)];
    n->p = between(0, 5);
    if (n->form == AND || n->form == OR || n->form == COMPARE_BOOL || n->form == NOT) {
        operands(m, n, BOOL, n->form == NOT ? 1 : 2, depth);
        n->p &= 1;
    } else if (n->form == COMPARE || n->form == WHOLE) {
        operands(m, n, NUM, n->form == WHOLE ? 1 : 2, depth);
    } else if (n->form == COMPARE_INT) {
        operands(m, n, chance(2) == 0 ? INTEGRAL : DATE, 2, depth);
    } else if (n->form == IN) {
        operands(m, n, INTEGRAL, 1, depth);
        n->p = between(0, 4095);
    } else if (n->form == ANY) {
        n->b = make(m, BOOL, RECORD, depth - 1);
    }
}

static void make_integer(Maker *m, Node *n, int depth)
{
    static const DatePart parts[] = {PART_YEAR,        PART_MONTH,    PART_DAY,     PART_WEEKDAY,
                                     PART_MONTH_INDEX, PART_ISO_WEEK, PART_ISO_YEAR};
    static const Form forms[] = {ADD_INT, SUB_INT, MIN_INT, MAX_INT, PART, TO_INT, BRACKET, INDEX};
    n->form = forms[chance(8)];
    if (n->form == PART) {
        operands(m, n, DATE, 1, depth);
        n->p = parts[chance(7)];
    } else if (n->form == TO_INT || n->form == BRACKET) {
        operands(m, n, NUM, 1, depth);
    } else {
        operands(m, n, INTEGRAL, n->form == INDEX ? 1 : 2, depth);
        n->p = between(0, 3);
    }
}

static void make_date(Maker *m, Node *n, int depth)
{
    static const DatePart parts[] = {PART_MONTH_START, PART_MONTH_END, PART_QUARTER_START, PART_QUARTER_END,
                                     PART_YEAR_START,  PART_YEAR_END,  PART_WEEK_START};
    static const Form forms[] = {ADD_DAYS, ADD_MONTHS, SPAN_END, DATE_PART, PERIOD};
    n->form = forms[chance(5)];
    operands(m, n, DATE, 1, depth);
    n->p = n->form == DATE_PART ? (int64_t)parts[chance(7)] : n->form == SPAN_END ? between(0, 30) : between(-30, 30);
}

static Node *make(Maker *m, Kind kind, Level level, int depth)
{
    if (level != LINE && chance(4) == 0) {
        level = LINE;
    }
    uint32_t *count = &m->made_count[kind];
    if (level == LINE && *count > 0 && chance(6) == 0) {
        return m->made[kind][chance(*count)];
    }
    if (depth <= 0) {
        return leaf(m, kind, level);
    }
    Node *n = arena_alloc(m->arena, sizeof *n);
    *n = (Node){.kind = kind, .level = level};
    if (chance(8) == 0) {
        n->form = CHOOSE;
        n->a = make(m, BOOL, level, depth - 1);
        n->b = make(m, kind, level, depth - 1);
        n->c = make(m, kind, level, depth - 1);
    } else if (kind == NUM) {
        make_number(m, n, depth);
    } else if (kind == BOOL) {
        make_boolean(m, n, depth);
    } else if (kind == INTEGRAL) {
        make_integer(m, n, depth);
    } else {
        make_date(m, n, depth);
    }
    if (level == LINE && *count < 64) {
        m->made[kind][(*count)++] = n;
    }
    return n;
}

static Number step_of(int64_t which)
{
    static const int64_t steps[5][2] = {{1, 100}, {1, 1}, {5, 1}, {1, 3}, {1, 10000000000000}};
    return (Number){steps[which][0], steps[which][1], NULL};
}

static const int64_t bounds[4] = {-500, 0, 1250, 100000};

/* ---- The reference ---- */

typedef struct Value {
    bool fault;
    Number number;
    int64_t whole; /* BOOL, INTEGRAL, DATE */
} Value;

typedef struct Point {
    Arena *arena;
    const Batch *batch;
    uint32_t row, record;
    int64_t day;
} Point;

static Value evaluate(const Node *n, const Point *at);

static Value faulty(void)
{
    return (Value){.fault = true};
}

static Value of_whole(int64_t whole)
{
    return (Value){.whole = whole};
}

static Value of_int32(int64_t whole)
{
    return whole < INT32_MIN || whole > INT32_MAX ? faulty() : of_whole(whole);
}

static Value read_column(const Node *n, const Point *at)
{
    const Batch *batch = at->batch;
    uint32_t lane = n->column < LINE_COLUMNS ? at->row : at->record;
    Value value = {.whole = shapes[n->column].kind == BD_KIND_BOOL ? batch->bools[n->column][lane]
                                                                   : batch->ints[n->column][lane]};
    if (shapes[n->column].kind == BD_KIND_SCALED) {
        (void)number_from_scaled(at->arena, batch->scaled[n->column][lane], shapes[n->column].denominator,
                                 &value.number);
    }
    for (size_t i = 0; i < batch->exact_count; i++) {
        if (batch->exact[i].row == at->row && batch->exact[i].column == n->column) {
            value.number = batch->exact_values[i];
        }
    }
    return value;
}

static Value constant_value(const Node *n, const Point *at)
{
    Value value = {.whole = n->p};
    if (n->kind == NUM) {
        (void)number_from_ratio(at->arena, n->p, n->q, &value.number);
    }
    return value;
}

static Value arithmetic(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    Value b = n->b == NULL ? (Value){.number = NUMBER_ZERO} : evaluate(n->b, at);
    if (a.fault || b.fault) {
        return faulty();
    }
    Value r = {0};
    bd_status status = BD_OK;
    if (n->form == ADD) {
        status = number_add(at->arena, a.number, b.number, &r.number);
    } else if (n->form == SUB) {
        status = number_sub(at->arena, a.number, b.number, &r.number);
    } else if (n->form == MUL) {
        status = number_mul(at->arena, a.number, b.number, &r.number);
    } else if (n->form == DIV) {
        status = number_div(at->arena, a.number, b.number, &r.number);
    } else if (n->form == NEG) {
        status = number_neg(at->arena, a.number, &r.number);
    } else if (n->form == ROUND) {
        status = number_round(at->arena, a.number, (RoundMode)n->p, step_of(n->q), &r.number);
    } else {
        r.number = n->form == MIN ? number_min(a.number, b.number) : number_max(a.number, b.number);
    }
    return status == BD_OK ? r : faulty();
}

/* Takes one more record's value into an aggregate. */
static void take(const Node *n, Value value, bool is_first, Arena *arena, Value *result)
{
    if (n->form == SUM || n->form == COUNT) {
        (void)number_add(arena, result->number, value.number, &result->number);
    } else if (is_first) {
        *result = value;
    } else if (n->form == LEAST) {
        result->number = number_min(result->number, value.number);
    } else {
        result->number = number_max(result->number, value.number);
    }
}

/* All aggregates over the records of the row. A first, a last or any record is looked for from its own end, and what
 * lies behind it does not count, nor its faults. */
static Value aggregate(const Node *n, const Point *at)
{
    Value result = {.number = NUMBER_ZERO, .fault = n->form >= LEAST && n->form <= LAST};
    Point point = *at;
    uint32_t begin = at->batch->offsets[at->row];
    uint32_t end = at->batch->offsets[at->row + 1];
    bool is_first = true;
    for (uint32_t i = 0; i < end - begin; i++) {
        point.record = n->form == LAST ? end - 1 - i : begin + i;
        Value mask = evaluate(n->b, &point);
        if (mask.fault) {
            return faulty();
        }
        if (mask.whole == 0) {
            continue;
        }
        if (n->form == ANY) {
            return of_whole(1);
        }
        Value value = n->form == COUNT ? (Value){.number = NUMBER_ONE} : evaluate(n->a, &point);
        if (value.fault || n->form == FIRST || n->form == LAST) {
            return value;
        }
        take(n, value, is_first, at->arena, &result);
        is_first = false;
    }
    return n->form == ANY ? of_whole(0) : result;
}

static Value count_days(const Node *n, const Point *at)
{
    Value from = evaluate(n->a, at);
    if (from.fault || n->p + 1 > 366 || !date_is_valid(from.whole + n->p)) {
        return faulty();
    }
    Point point = *at;
    int64_t count = 0;
    for (point.day = from.whole; point.day <= from.whole + n->p; point.day++) {
        Value mask = evaluate(n->b, &point);
        if (mask.fault) {
            return faulty();
        }
        count += mask.whole;
    }
    return (Value){.number = {count, 1, NULL}};
}

static bool order_holds(IrCompare how, int order)
{
    static const int8_t holds[6][3] = {{0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}};
    return holds[how][order + 1] != 0;
}

static Value compare_values(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    Value b = evaluate(n->b, at);
    if (a.fault || b.fault) {
        return faulty();
    }
    int order = n->form == COMPARE ? number_compare(a.number, b.number) : (a.whole > b.whole) - (a.whole < b.whole);
    return of_whole(order_holds((IrCompare)n->p, order));
}

static Value logic(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    if (a.fault || n->form == NOT) {
        return a.fault ? a : of_whole(!a.whole);
    }
    return (a.whole != 0) == (n->form == OR) ? a : evaluate(n->b, at);
}

static Value find_bracket(Number number, Arena *arena)
{
    int64_t index = 0;
    while (index < 4) {
        Number bound = NUMBER_ZERO;
        (void)number_from_scaled(arena, bounds[index], 100, &bound);
        if (number_compare(number, bound) <= 0) {
            break;
        }
        index++;
    }
    return of_whole(index);
}

static Value from_number(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    if (a.fault) {
        return a;
    }
    if (n->form == WHOLE) {
        return of_whole(number_is_whole(a.number));
    }
    if (n->form == BRACKET) {
        return find_bracket(a.number, at->arena);
    }
    bool fits = a.number.big == NULL && number_is_whole(a.number);
    return fits ? of_int32(a.number.num) : faulty();
}

static Value of_integers(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    Value b = n->b == NULL ? of_whole(0) : evaluate(n->b, at);
    if (a.fault || b.fault) {
        return faulty();
    }
    if (n->form == ADD_INT || n->form == SUB_INT) {
        return of_int32(n->form == ADD_INT ? a.whole + b.whole : a.whole - b.whole);
    }
    if (n->form == INDEX) {
        return a.whole >= 0 && a.whole < 6 ? of_whole(n->p * 6 + a.whole) : faulty();
    }
    if (n->form == IN) {
        return of_whole(a.whole >= 0 && a.whole < 64 && (n->p >> a.whole & 1) != 0);
    }
    return (a.whole < b.whole) == (n->form == MIN_INT) ? a : b;
}

static Value of_date_node(const Node *n, const Point *at)
{
    Value a = evaluate(n->a, at);
    if (a.fault) {
        return a;
    }
    Date date = (Date)a.whole;
    Date result = 0;
    if (n->form == ADD_DAYS || n->form == ADD_MONTHS || n->form == SPAN_END) {
        bd_status status = n->form == ADD_DAYS     ? date_add_days(date, n->p, &result)
                           : n->form == ADD_MONTHS ? date_add_months(date, n->p, &result)
                                                   : date_span_end_months(date, n->p, &result);
        return status == BD_OK ? of_whole(result) : faulty();
    }
    if (n->form == PERIOD) {
        int64_t into = (date - (n->p + 30000)) % 28;
        return of_whole(date - (into < 0 ? into + 28 : into));
    }
    static int32_t (*const parts[PART_COUNT])(Date) = {
        [PART_YEAR] = date_year,
        [PART_MONTH] = date_month,
        [PART_DAY] = date_day,
        [PART_WEEKDAY] = date_weekday,
        [PART_MONTH_INDEX] = month_from_date,
        [PART_MONTH_START] = date_month_begin,
        [PART_MONTH_END] = date_month_end,
        [PART_QUARTER_START] = date_quarter_begin,
        [PART_QUARTER_END] = date_quarter_end,
        [PART_YEAR_START] = date_year_begin,
        [PART_YEAR_END] = date_year_end,
        [PART_WEEK_START] = date_week_begin,
        [PART_ISO_WEEK] = date_iso_week,
        [PART_ISO_YEAR] = date_iso_year,
    };
    return of_whole(parts[n->p](date));
}

/* clang-format off */
static Value evaluate(const Node *n, const Point *at)
{
    switch (n->form) {
    case CONSTANT: return constant_value(n, at);
    case COLUMN: return read_column(n, at);
    case DAY: return of_whole(at->day);
    case ADD: case SUB: case MUL: case DIV: case MIN: case MAX: case NEG: case ROUND: return arithmetic(n, at);
    case TO_NUMBER: {
        Value a = evaluate(n->a, at);
        a.number = (Number){a.whole, 1, NULL};
        return a;
    }
    case SUM: case COUNT: case LEAST: case GREATEST: case FIRST: case LAST: case ANY: return aggregate(n, at);
    case COUNT_DAYS: return count_days(n, at);
    case NOT: case AND: case OR: return logic(n, at);
    case COMPARE: case COMPARE_INT: case COMPARE_BOOL: return compare_values(n, at);
    case TEXT_IS: return of_whole(text_equal(at->batch->texts[at->row], TEXT("zin")));
    case WHOLE: case TO_INT: case BRACKET: return from_number(n, at);
    case IN: case ADD_INT: case SUB_INT: case MIN_INT: case MAX_INT: case INDEX: return of_integers(n, at);
    case PART: case ADD_DAYS: case ADD_MONTHS: case SPAN_END: case DATE_PART: case PERIOD: return of_date_node(n, at);
    case CHOOSE: {
        Value condition = evaluate(n->a, at);
        return condition.fault ? condition : evaluate(condition.whole != 0 ? n->b : n->c, at);
    }
    }
    return faulty();
}
/* clang-format on */

#endif
