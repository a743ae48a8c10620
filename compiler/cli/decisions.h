/* decisions.h: what a run writes: one row per line, as CSV or JSON Lines, and what it counts.
**
** Job: declaratienummer, regelnummer, besluit, bedrag_toegekend, redenen, regels in the order of the input; and the summary, for people
** on stderr and as JSON in a file.
** Invariant: the texts of every rule are prepared once; a row allocates nothing.
*/
#ifndef BEDING_CLI_DECISIONS_H
#define BEDING_CLI_DECISIONS_H

#include "beding.h"
#include "compiler/cli/messages.h"
#include "compiler/cli/output.h"

typedef struct RuleText {
    Text name, reason_name; /* reason_name: the code of the standard, or the name */
    bool shows;             /* a rule that pays is no reason */
    uint64_t count;
} RuleText;

/* What stands behind the amount for one set of rules, `,redenen,regels` and a line feed, and how many lines ended so. */
enum { DECISION_TAILS = 256, DECISION_TAIL_WORDS = 4 };
typedef struct DecisionTail {
    uint64_t reasons[DECISION_TAIL_WORDS];
    char *text;
    uint32_t size; /* 0: empty */
    uint64_t lines;
} DecisionTail;

typedef struct Decisions {
    Cli *cli;
    const bd_module *module;
    const bd_session *session; /* for its readings */
    Output *out;
    bool is_json;
    char separator;
    RuleText *rules;
    uint32_t rule_count, words;
    uint64_t lines, approved, rejected, suspended, faulted, malformed, repeated;
    uint64_t outcomes[BD_FAULTED + 1]; /* of lines that are not in the counts above yet */
    uint64_t settled[BD_SETTLED_CREDITED + 1];
    int64_t approved_cents;
    DecisionTail *tails; /* DECISION_TAILS sets met lately; their lines are not in rules[].count yet */
    size_t longest_tail; /* with every rule in it */
    bool has_overflowed; /* approved_cents left 64 bits */
} Decisions;

/* One decided line. code: of a line that was malformed or faulted; else empty, and reasons holds the rules' bits. */
typedef struct DecidedLine {
    Text declaration, number;
    bd_decision decision;
    int64_t cents;
    const uint64_t *reasons;
    bd_settled settled;
    bool is_repeated; /* as a ledger had it */
    Text code;
} DecidedLine;

void decisions_init(Decisions *decisions, Cli *cli, const bd_module *module, const bd_session *session, Output *out,
                    bool is_json, char separator);

/* Writes the CSV header. */
void decisions_begin(Decisions *decisions);

void decisions_write(Decisions *decisions, const DecidedLine *line);

/* The lines of a batch, in arrays. */
typedef struct DecidedRows {
    const Text *declarations, *numbers;
    const uint8_t *bad; /* not 0: a malformed line */
    const bd_decisions *results;
} DecidedRows;

/* Writes what decisions_write would of rows `row` to `end`, up to the first that has anything unusual about it; returns that row. */
size_t decisions_write_plain(Decisions *decisions, const DecidedRows *rows, size_t row, size_t end);

/* Adds what another run of the same module has counted and settled. */
void decisions_add(Decisions *to, const Decisions *from);

/* Brings approved, rejected, suspended, faulted and rules[].count up to date; after the last line, before anything reads them. */
void decisions_settle(Decisions *decisions);

/* The summary for people. */
void decisions_print_summary(const Decisions *decisions);

struct RunProfile;

/* The summary as JSON (schema beding.summary/1). unknown: columns of the file that were not read; profile: NULL, or what was timed. */
Text decisions_json_summary(const Decisions *decisions, const Text *unknown, uint32_t unknown_count,
                            const struct RunProfile *profile);

/* "goedgekeurd", "afgekeurd", "aangehouden": the words of the output, whatever the language of the messages. */
Text decisions_word(bd_decision decision);

/* One cell of a CSV row, in quotation marks where it needs them. */
void decisions_cell(Output *out, Text cell);

#endif
