/* explain.h: one decision being explained: what its parts share.
**
** Job: cmd_explain.c finds the line and has it decided and traced; explain_rules.c says of every rule what came of it; explain_told.c and
** explain_lists.c tell it as text or HTML, explain_json.c as JSON. The two traces are of the same line: before it counted, and as a line right behind it would see
** the counters.
*/
#ifndef BEDING_CLI_EXPLAIN_H
#define BEDING_CLI_EXPLAIN_H

#include "compiler/cli/line_input.h"
#include "compiler/cli/messages.h"
#include "compiler/cli/prices.h"
#include "compiler/cli/rule_scope.h"
#include "compiler/cli/sheet.h"

/* A counter that the line read. */
typedef struct CounterRead {
    Text label;             /* as the contract writes it: "etmalen over kalenderjaar" */
    uint32_t instruction;   /* of the read */
    bd_value before, after; /* texts in the arena of the run; after.present false: not known */
} CounterRead;

enum { EXPLAIN_DAYS = 3 };

typedef struct Explain {
    Cli *cli;
    LineInput input;
    Story story;
    Text line;
    StringBuilder out;
    bd_decisions results; /* of the rows decided last, where lines influence each other */
    Text settled;         /* what settled the line before the rules could; empty: nothing */
    Message settled_means;
    Text credit_of;          /* of a credit: the line that it takes back; else empty */
    bool is_not_computed;    /* the amount is not what the trace computes: a credit, or what the ledger had */
    bool is_repeated;        /* the ledger had it */
    bool is_cut;             /* the derivation is longer than the limit: there are its first steps */
    const RuleScope *scopes; /* per rule: what it is about */
    bd_value product, days[EXPLAIN_DAYS]; /* of the line, by which it is told whether a rule is about it */
    uint32_t *verdicts;                   /* per rule: the step that says whether it holds, or BD_NONE */
    uint32_t *lifted;                     /* per rule: of an exception, the rule that it took away; else BD_NONE */
    bool *looked_at;                      /* per reading: a rule or the amount rests on it */
    const TypedColumn *key; /* of the lines: those that differ in it see nothing of each other; NULL: there is none */
    Text key_text;          /* of the line */
    CounterRead *counters;
    size_t counter_count;
} Explain;

/* ---- What came of a rule (explain_rules.c) ---- */

typedef enum Outcome {
    OUTCOME_DECIDED,       /* it is a reason of the decision, or paid */
    OUTCOME_LIFTED_OTHER,  /* an exception that took a rule away */
    OUTCOME_LIFTED,        /* it would hold, but for an exception */
    OUTCOME_REPLACED,      /* a rule that departs from it, or an exception with an effect, took its place */
    OUTCOME_PRECEDED,      /* a payment: it holds, and the one that goes before it was taken */
    OUTCOME_HELD,          /* a payment: it would pay, but the line is held */
    OUTCOME_OVERRULED,     /* it holds and changed nothing: there was nothing to limit, or to take away */
    OUTCOME_NOT,           /* it does not hold */
    OUTCOME_OTHER_PRODUCT, /* it is not about this product */
    OUTCOME_OTHER_DAY,     /* it is not valid on the day it looks at */
    OUTCOME_JUDGED,        /* it would hold the line for a judgement, which was given or does not matter here */
    OUTCOME_NOT_REACHED,   /* the line was rejected, faulted, or the derivation ended, before it could do anything */
    OUTCOME_SILENT         /* not known: nothing of its own was computed */
} Outcome;

typedef struct Considered {
    bd_rule_info rule;
    uint32_t index;
    Outcome outcome;
    uint32_t
        other; /* the rule that took it away, replaced it or precedes it; of an exception: which it took away; else BD_NONE */
    uint32_t because; /* the step that says why it does not hold, or BD_NONE */
} Considered;

/* Finds what the rules are about, and explain->lifted; once, when the story is there. */
void explain_find_exceptions(Explain *explain, size_t row);

/* Finds explain->looked_at; once, when the story is there. */
void explain_find_readings(Explain *explain);

/* What came of the rule at an index; false past the last. */
bool explain_consider(const Explain *explain, uint32_t index, Considered *out);

/* The name of an outcome in JSON: "decided", "lifted" ... */
Text explain_outcome_name(Outcome outcome);

/* ---- What tells and writes (the rest) ---- */

/* A judgement of the agreement as the line has it; false past the last that is a column of the lines. */
typedef struct Judged {
    bd_note_info note;
    bd_value value; /* absent: nobody judged yet */
    bool is_told;   /* it was given, or the line waits for it */
} Judged;
bool explain_judgement(const Explain *explain, size_t row, uint32_t *index, Judged *out);

/* A cell of the line by its column's name; absent where there is none. */
bd_value explain_cell(const Explain *explain, size_t row, Text name);

/* The indexed price of the line; false without one. To be asked last: it takes the trace's place in the session. */
bool explain_price(const Explain *explain, size_t row, PriceSteps *prices, bd_index_info *index, int32_t *day);

/* Marks in the story what a rule was decided from, and what was known where a fault or the limit ended the derivation. */
void explain_mark_rule(Explain *explain, uint32_t index, const bd_rule_info *rule);
void explain_mark_reached(Explain *explain);

/* The exception at an index, if it took a rule away; marks what the two were decided from. */
bool explain_find_lifted(Explain *explain, uint32_t index, bd_rule_info *exception, bd_rule_info *taken);

/* A sentence of messages.def with its holes filled. */
Text explain_filled(const Explain *explain, Message message, Holes holes);

/* Append the judgements, the counters before and after, what came of every rule, and the readings (explain_lists.c). */
void explain_tell_judgements(const Explain *explain, Sheet *sheet, size_t row);
void explain_tell_counters(const Explain *explain, Sheet *sheet);
void explain_tell_rules(const Explain *explain, Sheet *sheet);
void explain_tell_readings(const Explain *explain, Sheet *sheet);

/* Append the whole explanation to explain->out. */
void explain_tell(Explain *explain, size_t row, bool is_html);
void explain_json(Explain *explain, size_t row);

#endif
