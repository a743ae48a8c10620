/* reference_internal.h: what the files of the reference evaluator share. See reference.h. */
#ifndef BEDING_TESTS_REFERENCE_INTERNAL_H
#define BEDING_TESTS_REFERENCE_INTERNAL_H

#include "reference/reference.h"

/* A value; `poison` stands for one that faulted, and makes everything computed from it poison too. */
typedef struct RefValue {
    bool poison;
    bool present;
    mpq_ptr number; /* numbers, money, quantities, rates */
    int64_t whole;  /* booleans, dates, months, years, members; an interval's first day */
    int64_t last;   /* an interval's last day */
    Text text;
    const RefCell *record;
} RefValue;

typedef struct RefBinding {
    const Variable *variable;
    RefValue value;
    uint32_t faults;
    struct RefBinding *outer;
} RefBinding;
typedef struct PoolNode {
    mpq_t number;
    struct PoolNode *next;
} PoolNode;

typedef struct Context {
    const Reference *reference;
    const Core *core;
    const RefLine *line;
    PoolNode *pool; /* every number made for this line */
    RefBinding *bindings;
    uint32_t *faults;   /* where a fault is noted */
    uint32_t *possible; /* where one is noted of what need not have been evaluated */
    int64_t date;       /* the clause's reference date */
    mpq_ptr volume;     /* in the product's unit: claimed or granted; NULL when the unit does not fit */
    RefValue computed;  /* berekend_bedrag; its faults count where it is read */
    uint32_t computed_faults;
    uint64_t *tables_read; /* dated tables the payment reads, a bit set; NULL: not noted */
} Context;

mpq_ptr ref_number(Context *c);
RefValue ref_fault(Context *c, RefFault fault);
RefValue ref_integer(int64_t whole);
RefValue ref_evaluate(Context *c, const Expr *expr);
RefValue ref_date_expression(Context *c, const Expr *expr);
RefValue ref_table(Context *c, const Expr *expr);
RefValue ref_tariff(Context *c);
RefValue ref_checked(Context *c, mpq_ptr number); /* poison when beyond the number limit */
bool ref_unit_factor(const Core *core, uint32_t from, uint32_t to, mpq_t factor);
void ref_from_number(Number number, mpq_t out);
uint32_t ref_column(const Core *core, const char *name); /* of the line, or BD_NONE */

/* Dates: days since 1970-01-01, proleptic Gregorian. */
typedef struct Civil {
    int64_t year, month, day;
} Civil;
Civil ref_civil(int64_t day);
int64_t ref_day(int64_t year, int64_t month, int64_t day);
int64_t ref_month_length(int64_t year, int64_t month);
bool ref_is_date(int64_t day);

#endif
