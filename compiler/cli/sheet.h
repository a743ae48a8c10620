/* sheet.h: what is told of one decision, as text for a terminal or as a part of an HTML page.
**
** Job: headings, labelled facts, rows and steps come in the order in which they are read; the sheet writes them in its form. So both forms
** say the same.
*/
#ifndef BEDING_CLI_SHEET_H
#define BEDING_CLI_SHEET_H

#include "compiler/cli/story.h"

typedef struct Sheet {
    Cli *cli;
    StringBuilder *out;
    bool is_html;
    bool in_section, in_facts; /* what is open in HTML */
    Text heading;              /* the last one, which tables below it are called by */
} Sheet;

/* Starts a part under a heading. */
void sheet_heading(Sheet *sheet, Text heading);

/* "    bron       Bijlage 2, 5.1"; nothing when the text is empty. */
void sheet_fact(Sheet *sheet, Text label, Text text);

/* A sentence of its own. */
void sheet_line(Sheet *sheet, Text text);

/* The marked steps of a story, under a word such as "want" (may be empty), `indent` columns in. */
void sheet_steps(Sheet *sheet, const Story *story, Text word, size_t indent);

/* A list of names with what is said of each: a text, and parts below it. */
typedef struct SheetRow {
    Text name, text;
    const char *tone; /* a class of page.css for the HTML tag, or NULL */
    const Text *parts;
    size_t part_count;
} SheetRow;
void sheet_rows(Sheet *sheet, const SheetRow *rows, size_t count);

/* Lines of text that were made elsewhere, each indented by `indent`: in HTML a <pre>. */
void sheet_lines(Sheet *sheet, Text lines);

/* Closes what is open; before the page ends. */
void sheet_end(Sheet *sheet);

#endif
