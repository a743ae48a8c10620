/* ir.h: typed, straight-line code in single-assignment form, and its builder.
**
** Job: the last form before the module. ir_from_core.c builds it, ir.c keeps it in normal form, ir_print.c shows it, module_from_ir.c
** allocates slots and writes it. An IrValue is the index of the instruction that defines it.
**
** The builder does on the way in what other compilers do in passes: it settles denominators (so that sums meet on one denominator and
** numbers whose denominator would outgrow IR_DENOMINATOR_MAX become exact ratios), folds constants with vm/core's own arithmetic, and
** gives equal instructions one value (hash-consing; instructions that can fault only when they have the same guard). Invariant: every
** instruction obeys its row in vm/opcodes.def, so verify.c accepts what module_from_ir.c writes.
*/
#ifndef BEDING_IR_H
#define BEDING_IR_H

#include "lang/diag.h"
#include "vm/core/arena.h"
#include "vm/core/number.h"
#include "vm/core/round.h"
#include "vm/module.h"

typedef uint32_t IrValue;
#define IR_NONE UINT32_MAX
#define IR_DENOMINATOR_MAX INT64_C(1000000000000) /* 10^12: leaves 9.2 million for the value itself; beyond, ratios */

typedef struct IrType {
    bd_kind kind;        /* BD_KIND_RATIO for exact ratios */
    uint16_t domain;     /* 0 = lines or the call */
    int64_t denominator; /* SCALED; else 1 */
} IrType;

typedef struct IrInstruction {
    Opcode op;
    IrType type;
    IrValue a, b, c;  /* c: third operand or guard */
    uint32_t imm;     /* index or count as opcodes.def says; RULE, COLUMN ... indexes are the compiler's */
    uint32_t place;   /* into Ir.places, BD_NONE */
    uint32_t site;    /* into Ir.sites, BD_NONE */
    bool is_constant; /* OP_CONST: constant holds the value */
    bool may_fault;   /* it or something it was computed from has a site */
    Number constant;  /* S and N: the true value; I and B: integer */
    Text text;        /* T constants */
    IrValue *args;    /* CALL */
    uint32_t arg_count;
} IrInstruction;

typedef struct IrDomain {
    uint16_t kind, parent;
    uint32_t list, maximum;
    bool is_open;
    IrValue opened_by;
} IrDomain;
typedef struct IrSite {
    Text code;
    uint32_t place, rule;
} IrSite;
typedef struct IrPlace { /* becomes a PlaceRecord */
    Span span;
    Text label;
    uint32_t rule, citation;
    uint8_t step, meaning;
    uint32_t unit, choice;
} IrPlace;

/* One program under construction. Owned by the compile arena. */
typedef struct Ir {
    Arena *arena;
    Diags *diags;
    IrInstruction *code;
    uint32_t count, capacity;
    IrDomain *domains;
    uint32_t domain_count, domain_capacity;
    uint32_t *table;
    uint32_t table_size; /* hash-consing */
    struct IrShared *shared;
    uint32_t place;   /* given to the next instructions */
    uint32_t rule;    /* the rule under construction, BD_NONE */
    uint32_t maximum; /* how many instructions it may have */
    bool failed;      /* too many instructions: reported once, unless diags is NULL */
} Ir;

/* A hash table of indexes into a pool. */
typedef struct IrIndex {
    uint32_t *slots;
    uint32_t size;
} IrIndex;

/* What all programs of a module share: sites, places, roundings, sets, brackets, citations are in one numbering. */
typedef struct IrShared {
    Arena *arena;
    IrSite *sites;
    uint32_t site_count, site_capacity; /* site 0 is "getalgrens", made by ir_shared_init */
    IrPlace *places;
    uint32_t place_count, place_capacity;
    RoundingRecord *roundings;
    uint32_t rounding_count, rounding_capacity;
    uint64_t **sets;
    uint32_t *set_words;
    uint32_t set_count, set_capacity;
    struct IrBrackets {
        int64_t *bounds;
        uint32_t count;
    } * brackets;
    uint32_t bracket_count, bracket_capacity;
    struct IrPeriod {
        int32_t length, anchor;
    } * periods;
    uint32_t period_count, period_capacity; /* imm of OP_PERIOD until written */
    IrIndex site_index, place_index;        /* to find equal ones */
} IrShared;

void ir_shared_init(IrShared *shared, Arena *arena);
void ir_init(Ir *ir, IrShared *shared, Diags *diags);

uint32_t ir_add_place(Ir *ir, const IrPlace *place);
uint32_t ir_add_site(Ir *ir, const char *code, uint32_t place); /* uses ir->rule */
uint16_t ir_add_domain(Ir *ir, uint16_t kind, uint16_t parent, uint32_t list, uint32_t maximum);

/* Constants. */
IrValue ir_bool(Ir *ir, bool value, uint16_t domain);
IrValue ir_int(Ir *ir, int32_t value, uint16_t domain);
IrValue ir_number(Ir *ir, Number value,
                  uint16_t domain); /* SCALED where its denominator is <= IR_DENOMINATOR_MAX, else RATIO */
IrValue ir_text(Ir *ir, Text value, uint16_t domain);

/* Reading. */
IrValue ir_load(Ir *ir, uint32_t column, IrType type);
IrValue ir_present(Ir *ir, uint32_t column, uint16_t domain);
IrValue ir_reading(Ir *ir, uint32_t reading, uint16_t domain); /* INT: the member of the reading's choice */

/* Numbers: operands SCALED or RATIO in any mixture; the builder rescales or widens. */
IrValue ir_add(Ir *ir, IrValue a, IrValue b);
IrValue ir_sub(Ir *ir, IrValue a, IrValue b);
IrValue ir_mul(Ir *ir, IrValue a, IrValue b);
IrValue ir_div(Ir *ir, IrValue a, IrValue b, IrValue guard,
               uint32_t site); /* by a constant: exact without a ratio where possible */
IrValue ir_min(Ir *ir, IrValue a, IrValue b);
IrValue ir_max(Ir *ir, IrValue a, IrValue b);
IrValue ir_neg(Ir *ir, IrValue a);
IrValue ir_round(Ir *ir, IrValue a, RoundMode mode, Number step);
IrValue ir_whole(Ir *ir, IrValue a); /* BOOL */
IrValue ir_to_number(Ir *ir, IrValue integer);
IrValue ir_to_int(Ir *ir, IrValue number, uint32_t site);
IrValue ir_scaled_to(Ir *ir, IrValue a,
                     int64_t denominator); /* a SCALED with exactly this denominator; a's must divide it */

typedef enum IrCompare { IR_EQ, IR_NE, IR_LT, IR_LE, IR_GT, IR_GE } IrCompare;
IrValue ir_compare(Ir *ir, IrCompare how, IrValue a,
                   IrValue b); /* BOOL (EQ/NE only), INT, numbers, TEXT (EQ/NE only) */
IrValue ir_in(Ir *ir, IrValue member, const uint64_t *words, uint32_t word_count);

IrValue ir_not(Ir *ir, IrValue a);
IrValue ir_and(Ir *ir, IrValue a, IrValue b); /* simplifies with constants and equal operands */
IrValue ir_or(Ir *ir, IrValue a, IrValue b);
IrValue ir_select(Ir *ir, IrValue condition, IrValue yes,
                  IrValue no); /* any one kind; numbers meet on one denominator */

/* Integers and dates. guard: IR_NONE = always. */
IrValue ir_int_op(Ir *ir, Opcode op, IrValue a, IrValue b, IrValue guard,
                  uint32_t site); /* ADD_I SUB_I MIN_I MAX_I ADD_DAYS ADD_MONTHS SPAN_END */
IrValue ir_date_part(Ir *ir, DatePart part, IrValue date);
IrValue ir_period(Ir *ir, IrValue date, int32_t length, int32_t anchor);

/* Tables. */
IrValue ir_index(Ir *ir, IrValue index, IrValue key, uint32_t size, IrValue guard, uint32_t site);
IrValue ir_version(Ir *ir, uint32_t table, IrValue date, IrValue guard, uint32_t site);
IrValue ir_bracket(Ir *ir, IrValue value, int64_t denominator, const int64_t *bounds,
                   uint32_t count); /* rescales value */
IrValue ir_cell(Ir *ir, uint32_t table, IrType type, IrValue index, IrValue guard, uint32_t site);
IrValue ir_has_cell(Ir *ir, uint32_t table, IrValue index);
IrValue ir_step(Ir *ir, uint32_t table, uint32_t level, IrValue node, IrValue key,
                bool is_validity); /* node IR_NONE at the root */
IrValue ir_extern_cell(Ir *ir, uint32_t table, IrType type, IrValue node, IrValue guard, uint32_t site);

/* Domains. */
void ir_open_list(Ir *ir, uint16_t domain);
void ir_open_days(Ir *ir, uint16_t domain, IrValue from, IrValue to, uint32_t site);
IrValue ir_day(Ir *ir, uint16_t domain);
IrValue ir_expand(Ir *ir, uint16_t domain, IrValue parent_value); /* through all levels between */
IrValue ir_reduce(Ir *ir, Opcode op, uint16_t domain, IrValue value, IrValue mask,
                  uint32_t site); /* value IR_NONE for COUNT, ANY_OF */

IrValue ir_call(Ir *ir, uint32_t native, IrType type, const IrValue *args, uint32_t count, IrValue guard,
                uint32_t site);

/* Counters: a read over the days from a to b, or of the run before day a (b IR_NONE). The type gives kind and denominator. */
IrValue ir_counter(Ir *ir, Opcode op, uint32_t counter, int64_t denominator, IrValue a, IrValue b, IrValue guard);
/* What the line adds where mask holds: see OUT_COUNTER. */
void ir_out_counter(Ir *ir, uint32_t counter, IrValue value, IrValue mask, IrValue day);

/* Results. */
void ir_fail(Ir *ir, IrValue mask, uint32_t site);
void ir_out(Ir *ir, Opcode op, IrValue a, IrValue b, uint32_t imm);

/* Drops what no result needs, keeping order. */
void ir_prune(Ir *ir);

const IrInstruction *ir_at(const Ir *ir, IrValue value);
bool ir_is_true(const Ir *ir, IrValue value); /* the constant ja */
bool ir_is_false(const Ir *ir, IrValue value);

/* Static upper bound of lane-instructions for one line: row costs times the product of the maxima of the domains. UINT64_MAX on overflow. */
uint64_t ir_cost(const Ir *ir);

/* Prints the program as text, one instruction a line: "%12 scaled/100 = mul %3 %7   ; bedrag.bdg:41". */
void ir_print(const Ir *ir, StringBuilder *out);

#endif
