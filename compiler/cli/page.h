/* page.h: HTML pages in one look: the frame, escaped text, figures and charts.
**
** Job: what `beding doc` and the --html of `diff`, `impact` and `explain` are written with. A page is readable without JavaScript, prints
** well, loads nothing from elsewhere, and is light or dark as the reader wants (page/page.css, page/page.js). Its bytes depend on what is
** written only. A report carries its style within it and is one file; the pages of a site share theirs.
** Invariant: text that is not ours goes through html_text, also in attributes.
*/
#ifndef BEDING_CLI_PAGE_H
#define BEDING_CLI_PAGE_H

#include "compiler/cli/messages.h"

/* ---- Text ---- */

/* Appends text with &, <, > and " escaped; right in an element and in a quoted attribute. */
void html_text(StringBuilder *out, Text text);

/* Appends our own markup as it stands. */
void html_raw(StringBuilder *out, const char *markup);

/* Appends <tag>text</tag>; tag may carry attributes of ours: "td class=\"num\"". */
void html_element(StringBuilder *out, const char *tag, Text text);

/* The same with a sentence of messages.def in the language of the run. */
void html_message(const Cli *cli, StringBuilder *out, const char *tag, Message message, Holes holes);

/* <dt>label</dt><dd>text</dd>, for <dl class="facts"> and <dl class="figures"> rows; nothing when the text is empty. */
void html_fact(StringBuilder *out, Text label, Text text);

/* A name made fit for id="" and #links: ASCII letters, digits, - and _ stay, all else becomes -; never empty. */
void html_id(StringBuilder *out, Text name);

/* A wide table's frame: scrolls by itself and can be reached by keyboard. Between the two comes <table>…</table>. */
void html_open_scroll(StringBuilder *out, Text label);
void html_close_scroll(StringBuilder *out);

/* ---- The frame ---- */

typedef struct PageLink {
    Text href, label;
    bool is_current;
} PageLink;

typedef struct Page {
    Text title;            /* of this page; also its <h1> */
    Text name, name_href;  /* in the banner: the agreement or the command; href may be empty */
    Text lead;             /* a sentence below the title; may be empty */
    const PageLink *links; /* the pages of a site; NULL: a report on its own */
    size_t link_count;
    Text search_href; /* page with the search index, where the box in the banner leads; empty: no box */
    bool is_broad;    /* for text and rules side by side */
    bool is_site;     /* style and script stand beside the page as page.css and page.js; else within it */
    Text language;    /* of the contents where it is not that of the run ("nl", "en"); empty: the same */
} Page;

/* Everything up to the contents: <main> is open and holds the title and the lead. */
void page_begin(const Cli *cli, StringBuilder *out, const Page *page);

/* Closes the page, with a line at its foot (may be empty) and the version of beding. */
void page_end(const Cli *cli, StringBuilder *out, Text foot);

/* page.css or page.js, as a site holds them beside its pages; empty for another name. */
Text page_file(Text name);

/* ---- Charts ---- */

/* One row of a table with bars: what it is, its value in words, and its size. */
typedef struct ChartBar {
    Text label, shown;
    int64_t value; /* in any unit; below zero it points to the left */
} ChartBar;

/* A table of three columns: label, value, bar. All bars share one scale. Headings are those of the first two columns. */
void chart_bars(StringBuilder *out, Text caption, Text label_heading, Text value_heading, const ChartBar *bars,
                size_t count);

/* A stretch of days with one value: day numbers, the ends included. */
typedef struct ChartStretch {
    int32_t from, to;
    int64_t value; /* in cents */
} ChartStretch;

/* A line of a chart over time; stretches rising, with gaps where there is no value. */
typedef struct ChartLine {
    Text label;
    const ChartStretch *stretches;
    size_t count;
} ChartLine;

enum { CHART_LINES_MAX = 6 };

/* A chart of amounts that step from day to day: <figure> with a caption, the drawing, and a legend when there is more than one line.
** At most CHART_LINES_MAX lines; marked: a day that gets a mark of its own, or BD_DATE_MIN. Draws nothing when there is no stretch. */
void chart_steps(const Cli *cli, StringBuilder *out, Text caption, const ChartLine *lines, size_t count,
                 int32_t marked);

#endif
