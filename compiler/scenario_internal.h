/* scenario_internal.h: what scenario.c and scenario_fact.c share. */
#ifndef BEDING_SCENARIO_INTERNAL_H
#define BEDING_SCENARIO_INTERNAL_H

#include "compiler/check.h"
#include "compiler/scenario.h"

/* Facts growing towards a ScenarioLine, a record or the inputs of a call. */
typedef struct FactList {
    ScenarioFact *items;
    uint32_t count;
    size_t capacity;
} FactList;

typedef struct RecordList {
    ScenarioRecord *items;
    uint32_t count;
    size_t capacity;
} RecordList;

/* A penalty, term or the like of which the scenario expects something: facts give its inputs. */
typedef struct ExpectedForm {
    const Form *form;
    FactList facts;
} ExpectedForm;

/* One scenario under construction. */
typedef struct Builder {
    Core *core;
    Scenario *scenario;
    ScenarioRow *rows;
    size_t row_capacity, reading_capacity;
    Expectation *expectations;
    size_t expectation_capacity;
    ExpectedForm *forms;
    uint32_t form_count;
    size_t form_capacity;
    bool without_rows; /* the rows of these facts were taken with an earlier line */
} Builder;

/* The facts of one `gegeven` added to a line; rows of tables and `peildatum` go to the scenario. */
void scenario_facts(Builder *builder, const Ast *facts, FactList *out, RecordList *records);

/* What an earlier line was granted: a volume with its unit, or an amount. */
void scenario_granted_fact(Builder *builder, const Ast *granted, FactList *out);
/* Adds the facts of `more` about columns of which nothing is said yet. */
void scenario_fill(Core *core, FactList *facts, const FactList *more);

/* A constant of the tree as a value for the VM: numbers as exact text in the unit as written. False after reporting. */
bool scenario_value(Core *core, const Ast *node, Type type, bd_value *out);

/* Adds a fact, reporting one of the same column. */
void scenario_add(Core *core, FactList *list, Text column, bd_value value, Span span);

/* scenario_form.c: the form that an outcome speaks of, and which of its results (empty: not said); NULL when it is none. */
const Form *scenario_form(const Core *core, const Ast *outcome, Text *output);
/* Notes the forms that a scenario expects something of, before its facts are read. */
void scenario_collect_forms(Builder *builder, const Ast *item);
/* Whether a fact gives an input of such a form; adds it there. */
bool scenario_form_fact(Builder *builder, const Ast *fact);
void scenario_expect_form(Builder *builder, const Ast *outcome, const Form *form, Text output, Expectation *out);

#endif
