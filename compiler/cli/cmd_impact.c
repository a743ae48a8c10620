/* cmd_impact.c: `beding impact`: decide a file of lines before and after a change, and report what changed.
**
** Job: open the two sides over the same lines, walk them row by row, give every pair of outcomes to the tally (impact.h), and print the report.
** Each side reads the file for itself, with the readers of `run`: what a version needs of a line is its own affair, and a column that only one
** of them reads is no trouble to the other. Rows meet by their place in the file; where lines influence each other in one of the versions, both
** decide in order.
*/
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/impact_report.h"
#include "compiler/cli/impact_rows.h"
#include "compiler/cli/impact_side.h"
#include "compiler/cli/impact_trace.h"
#include "compiler/cli/output.h"

typedef struct Comparison {
    Cli *cli;
    Impact impact;
    ImpactSide2 sides[2];
    const TypedColumn *extra[IMPACT_DIMENSIONS];
    ImpactRows rows;
    bool has_rows;
} Comparison;
