/* report.h: a report as blocks, written as plain text, as Markdown or as an HTML page.
**
** Job: whoever reports says once what is in it: headings, sentences, tables, bars. The three forms hold the same words and figures. What stands
** between ` and ` is code in Markdown and HTML. Texts are kept, not copied, and must live as long as the report.
*/
#ifndef BEDING_CLI_REPORT_H
#define BEDING_CLI_REPORT_H

#include "compiler/cli/messages.h"

enum { REPORT_COLUMNS = 8 };

typedef enum ReportKind {
    REPORT_HEADING,
    REPORT_TEXT,
    REPORT_NOTICE, /* a sentence that must not be missed */
    REPORT_LIST,   /* lines of text, one item each */
    REPORT_TABLE,
    REPORT_FIGURES /* the few that matter, in HTML only: cells are label, figure, label, figure … */
} ReportKind;

typedef struct ReportBlock {
    ReportKind kind;
    unsigned level; /* of a heading: 2 and on */
    Text text;      /* of a table: its caption, read aloud and shown in HTML */
    uint32_t columns;
    const char *align; /* per column 'l' or 'r' */
    Text *cells;       /* row by row, the heading first */
    size_t cell_count, cell_capacity;
    bool has_total; /* the last row is that of the sum */
    int64_t *bars;  /* per row, the heading's first, what its bar shows in HTML; NULL: no bars */
    size_t bar_count, bar_capacity;
    bool has_loss_tone; /* above zero is what somebody pays */
    struct ReportBlock *next;
} ReportBlock;

typedef struct Report {
    Arena *arena;
    Text title, lead;
    ReportBlock *first, *last;
} Report;

void report_init(Report *report, Arena *arena, Text title, Text lead);
void report_heading(Report *report, unsigned level, Text text);
void report_text(Report *report, Text text);
void report_notice(Report *report, Text text);
/* Items, line by line. */
void report_list(Report *report, Text lines);

/* Opens a table; align has one letter a column, 'l' or 'r', at most REPORT_COLUMNS. Cells follow, those of the heading first. */
void report_table(Report *report, Text caption, const char *align);
void report_cell(Report *report, Text text);
/* Opens the figures; report_cell gives them. */
void report_figures(Report *report);
/* The bar of the row whose cells come next; all rows of a table have one or none has. REPORT_NO_BAR: an empty place. */
#define REPORT_NO_BAR INT64_MIN
void report_bar(Report *report, int64_t value);
/* Marks the row that comes next as the sum of those above it; it is the last. */
void report_total(Report *report);

Text report_as_text(const Report *report);
Text report_as_markdown(const Report *report);
/* A page on its own; name: what stands in its banner, foot: at its foot. */
Text report_as_html(const Cli *cli, const Report *report, Text name, Text foot);

#endif
