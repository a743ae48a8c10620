/* impact_rows.h: the changed lines of `impact --out`, one row each, as CSV or JSON Lines, in the order in which they are decided. */
#ifndef BEDING_CLI_IMPACT_ROWS_H
#define BEDING_CLI_IMPACT_ROWS_H

#include "compiler/cli/impact.h"
#include "compiler/cli/output.h"

typedef struct ImpactRows {
    Cli *cli;
    Output out;
    bool is_json;
    char separator;
    Text *texts; /* of the causes, made once each */
} ImpactRows;

/* Opens the file; false after reporting. */
bool impact_rows_open(ImpactRows *rows, Cli *cli, const char *path, char separator);

/* Writes a changed line with its cause. */
void impact_rows_write(ImpactRows *rows, const Impact *impact, const ImpactLine *line, uint32_t cause);

#endif
