/* in_order.h: a file of lines put in decision order, for sessions in which lines influence each other.
**
** Job: look whether the lines stand in order (dagtekening, gemeente, aanbieder, declaratienummer, regelnummer) and whether there are
** credits among them; where they do not, write them in order to a temporary file that remembers where each line stood.
*/
#ifndef BEDING_CLI_IN_ORDER_H
#define BEDING_CLI_IN_ORDER_H

#include "beding.h"
#include "compiler/cli/rows.h"

/* Columns of the temporary file: the line's number in the input, and the line of the file it began on. */
#define IN_ORDER_NUMBER TEXT("#nummer")
#define IN_ORDER_LINE TEXT("#regel")

typedef struct InOrder {
    const char *path; /* of the input; NULL: in_order_open was not called */
    RowReader *
        opened; /* what to read instead, a sorted file or standard input as it comes, the caller's to close; else NULL */
    bool is_sorted;       /* it is a temporary file without a name, CSV with commas */
    bool is_json;         /* the input was */
    bool has_credits;     /* a line with debet_credit C */
    bool has_all_columns; /* those that tell the order; otherwise nothing was looked at */
    bool
        is_hoped; /* nobody looked: the lines are taken to be in order and without credits until a message says otherwise */
} InOrder;

/* Looks at a file of lines; sorts it if it must be. `must`: the session decides in order; otherwise that depends on there being credits, and
** a file without the column debet_credit is not looked at. `hopes`: a file, not standard input, that would be looked at is not: the caller
** finds out while it decides, and calls again without hope where it must. Standard input is always copied. EXIT_GOOD, or what to end with. */
ExitStatus in_order_open(InOrder *order, Cli *cli, const bd_module *module, const char *path, char separator, bool must,
                         bool hopes);

#endif
