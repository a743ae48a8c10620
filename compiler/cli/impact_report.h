/* impact_report.h: what was counted, told: as blocks of a report, and as JSON (schema beding.impact/1). */
#ifndef BEDING_CLI_IMPACT_REPORT_H
#define BEDING_CLI_IMPACT_REPORT_H

#include "compiler/cli/impact_change.h"
#include "compiler/cli/report.h"

/* One side as it is named to the reader. */
typedef struct ImpactName {
    Text path;
    const bd_module *module;
    const bd_session *session; /* for its readings */
} ImpactName;

typedef struct ImpactView {
    Cli *cli;
    const Impact *impact;
    const ImpactCause *total;
    const ImpactChanges *changes;
    ImpactName before, after;
    Text lines_file;
    uint64_t repeated;                     /* lines that the ledger had, with the decision of then on both sides */
    bool has_dimension[IMPACT_DIMENSIONS]; /* the file has the column */
} ImpactView;

/* One row of a breakdown. */
typedef struct ImpactRow {
    Text name;
    uint32_t value; /* 0: all others */
    const ImpactSums *sums;
} ImpactRow;

/* The values of a dimension that occur, months by name and the others by how much they move; in *out, of `arena`. Returns how many. */
uint32_t impact_sorted_values(const Impact *impact, const ImpactCause *cause, ImpactDimension dimension, Arena *arena,
                              ImpactRow **out);

/* The element in words: "`te_laat` keurt nu af". */
void impact_append_element(const Cli *cli, StringBuilder *out, const ImpactElement *element);

/* The whole cause in words. */
Text impact_cause_text(const Cli *cli, Arena *arena, const ImpactCause *cause);

/* A difference with its sign: "+ € 12,00". */
void impact_append_difference(const Cli *cli, StringBuilder *out, int64_t cents);

void impact_report(const ImpactView *view, Report *report);
Text impact_json(const ImpactView *view);

#endif
