/* scenario_checker.h: the state of checking one scenario, and the comparing that lines and callables share. Not for others. */
#ifndef BEDING_CLI_SCENARIO_CHECKER_H
#define BEDING_CLI_SCENARIO_CHECKER_H

#include "compiler/cli/scenario_check.h"
#include "compiler/scenario.h"

typedef struct Checker {
    Cli *cli;
    Arena *arena;
    const Loaded *loaded;
    bd_session *session;
    bd_ledger ledger; /* methods NULL: lines do not influence each other */
    Text settled;     /* what settled the line before the rules could; empty: nothing */
    const Scenario *scenario;
    Coverage *coverage;
    StringBuilder problem;
    bool has_failed;
} Checker;

/* The scenario fails with a sentence. */
void checker_fail(Checker *checker, Text text);

/* The scenario fails with what was expected and what came out. */
void checker_fail_values(Checker *checker, Text expected, Text actual);

/* Fails unless two values are equal, units converted. */
void checker_check_value(Checker *checker, const bd_value *expected, const bd_value *actual);

/* Evaluates the callable of an expectation and compares its result. */
void checker_check_call(Checker *checker, const Expectation *expected);

#endif
