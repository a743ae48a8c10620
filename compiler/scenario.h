/* scenario.h: the contract's own tests (`voorbeeld`), resolved and typed.
**
** Job: scenario.c turns each `voorbeeld` of the tree into facts by column name and expectations by rule name; the test command feeds
** the facts to the VM as it would feed declaration lines, and compares. Facts not stated are absent, never defaulted.
** Everything here lives in the compile arena.
*/
#ifndef BEDING_SCENARIO_H
#define BEDING_SCENARIO_H

#include "lang/diag.h"
#include "vm/include/beding.h"

struct Ast;
struct Core;

typedef struct ScenarioFact {
    Text
        column; /* as in bd_column_info.name; "toewijzing" and the like become presence of the group through their columns */
    bd_value value; /* numbers exact, in the unit written: value.unit; the runner converts to the column's */
    Span span;
} ScenarioFact;

typedef struct ScenarioRecord { /* one record of a list: `afwezigheid (van 2020-01-01, …)` */
    Text list;
    ScenarioFact *facts;
    uint32_t fact_count;
} ScenarioRecord;

typedef struct ScenarioLine {
    ScenarioFact *facts;
    uint32_t fact_count;
    ScenarioRecord *records;
    uint32_t record_count;
} ScenarioLine;

typedef struct ScenarioRow { /* `tabel naam[sleutel, …] = waarde` */
    Text table;
    Text *keys;
    uint32_t key_count;
    Text value;   /* exact decimal */
    int32_t from; /* of a calendar: the start itself; else BD_DATE_MIN */
    Span span;
} ScenarioRow;

typedef struct ScenarioReading { /* `lezing Y = b` */
    Text name, alternative;
    Span span;
} ScenarioReading;

typedef enum ExpectKind {
    EXPECT_APPROVED = 1, /* amount given, or not (has_value false) */
    EXPECT_REJECTED,     /* names: the failing rules, exactly this set */
    EXPECT_SUSPENDED,    /* names: the rules that hold it up */
    EXPECT_FAULT,        /* text: the fault's code */
    EXPECT_CAPPED,       /* names: caps that bound, for an approved line */
    EXPECT_GRANTED,      /* volume granted, value with unit */
    EXPECT_TARIFF,       /* the contract's tariff of the line */
    EXPECT_CALL          /* name: callable "definitie.x"; facts: its inputs; value: its result `output`, or a fault */
} ExpectKind;

typedef struct Expectation {
    ExpectKind kind;
    uint32_t line; /* which line of the scenario, from 0 */
    Text *names;
    uint32_t name_count;
    bool has_value;
    bool
        is_factor; /* a decimal that an index factor is compared with as far as it is written, and at least four decimals */
    bd_value value;
    Text text;
    Text output; /* CALL: which of several results; empty: the only one */
    bool faults; /* CALL: there is no result */
    ScenarioFact *facts;
    uint32_t fact_count;
    Span span;
} Expectation;

typedef struct Scenario {
    Text name;
    Span span;
    ScenarioLine *lines;
    ScenarioLine *earlier; /* lines granted before: their volume, or amount, is what was granted */
    uint32_t earlier_count;
    uint32_t line_count; /* at least 1; what callables read of the line they find in the first */
    ScenarioRow *rows;
    uint32_t row_count;
    ScenarioReading *readings;
    uint32_t reading_count;
    Expectation *expectations;
    uint32_t expectation_count;
    bool has_as_of;
    int32_t as_of;
} Scenario;

/* Every `voorbeeld` of the tree, in source order, resolved against a checked core. Reports E08xx, and E03xx for unknown names.
** *out lives in core->arena. */
void scenarios_from_ast(struct Core *core, const struct Ast *items, Scenario **out, uint32_t *count);

#endif
