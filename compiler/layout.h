/* layout.h: what stands where in the module: columns, lists, tables, rules and programs by their module index.
**
** Job: the one place that numbers things; ir_from_core.c and module_from_core.c both read it. The lines program's columns come first,
** in core order, then the columns of the lists, then the inputs of the callables.
*/
#ifndef BEDING_LAYOUT_H
#define BEDING_LAYOUT_H

#include "compiler/core.h"
#include "vm/module.h"

/* A table the compiler makes itself, with one dimension: unit conversions, and what differs by product (fast_cells.c). */
typedef struct InternalTable {
    Text name;
    bd_kind kind;    /* SCALED or INT */
    uint32_t choice; /* whose members the dimension has; BD_NONE: an index made by the program */
    int64_t denominator;
    int64_t *cells;
    bool *present;
    uint32_t cell_count;
} InternalTable;

typedef struct ModuleColumn {
    uint32_t core_column; /* or BD_NONE: an input of a callable, below */
    Text name;
    Type type;
    bool optional; /* the cell may be empty */
    bool is_group;
    uint32_t list, program;
    int64_t denominator;
} ModuleColumn;

typedef struct ModuleRule {
    uint32_t core_rule; /* BD_NONE: a rule of the language */
    Text name, reason;
    bd_effect effect;
    uint32_t judgement; /* core column of the judgement for which the rule holds a line, or BD_NONE */
} ModuleRule;

typedef struct Callable {
    Text name; /* "definitie.x", "tarief.x" */
    Definition *definition;
    Instance *instance; /* of its latest version */
    Table *table;
    const Form *form;
    Type result;
    uint32_t first_column, columns;
    uint32_t date_column; /* module column "peildatum", or BD_NONE */
    uint32_t citation;
} Callable;

/* One variant of a counter. Its denominator is found by lowering what is counted: see ir_from_core.c. */
typedef struct ModuleCounter {
    uint32_t core_counter, variant;
    Text name;
    int64_t denominator; /* of what is counted */
    int64_t wanted;      /* what the last lowering found it should be; 0: it is no scaled number */
} ModuleCounter;

typedef struct Layout {
    Arena *arena;
    Core *core;
    ModuleColumn *columns;
    uint32_t column_count;
    size_t column_capacity;
    uint32_t line_columns; /* how many belong to the lines program */
    uint32_t *column_of;   /* core column -> module column, BD_NONE */
    uint32_t *list_of;     /* core list -> module list, BD_NONE */
    uint32_t list_count;
    uint32_t *table_of;         /* core table -> module table, BD_NONE */
    uint32_t table_count;       /* core tables in the module; internal ones follow */
    int64_t *table_denominator; /* per core table in the module */
    InternalTable *internal;
    uint32_t internal_count;
    size_t internal_capacity;
    uint32_t *conversion; /* unit class -> internal table of factors by unit member, BD_NONE until made */
    ModuleRule *rules;
    uint32_t rule_count;
    size_t rule_capacity;
    uint32_t *rule_of;                                           /* core rule -> module rule */
    uint32_t rule_unit, rule_validity, rule_part, rule_versions; /* the language's own, BD_NONE when they cannot hold */
    uint32_t *judgement_rule;                                    /* core column -> the rule `oordeel_NAAM`, BD_NONE */
    ModuleCounter *counters;
    uint32_t counter_count;
    uint32_t *counter_first; /* core counter -> module counter of its variant 0 */
    Callable *callables;
    uint32_t callable_count;
    size_t callable_capacity;
} Layout;

enum { CHOICE_PRODUCTS = 0, CHOICE_UNITS = 1 };

Layout *layout_make(Core *core);

/* A version of a definition as checked for calls from outside; NULL when there is none. */
Instance *layout_callable_instance(const Definition *definition, uint32_t version);

/* Stored integers per unit of value for a column of this type: cents for money, 1/10,000 for rates ... */
int64_t layout_denominator(Type type);
bd_kind layout_kind(TypeKind kind);
bd_meaning layout_meaning(TypeKind kind);

/* The least common multiple; 0 beyond what a cell can have. */
int64_t layout_common_denominator(int64_t a, int64_t b);

/* Module index of the factors into the unit of a class, by member of choice 1. */
uint32_t layout_conversion(Layout *layout, uint32_t unit_class);
/* Appends a table of the compiler's own and returns its module index. */
uint32_t layout_add_internal(Layout *layout, const InternalTable *table);
int64_t layout_table_denominator(const Layout *layout, uint32_t module_table);

#endif
