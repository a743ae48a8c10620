/* markdown.h: the prose of a literate agreement as HTML.
**
** Job: the part of Markdown that agreements are written in: headings, paragraphs, lists, quotations, tables, fenced text, rules; and within a
** line code, strong, emphasis, links and line ends. Markup in the prose is text, so a page cannot be made to do what its author did not
** see. Written here rather than taken from a library because a site is to have the same bytes wherever it is made, and needs tables.
** Invariant: every byte of the prose reaches the page through html_text; nesting is bounded.
*/
#ifndef BEDING_CLI_MARKDOWN_H
#define BEDING_CLI_MARKDOWN_H

#include "vm/core/text.h"

typedef struct MarkdownHeading {
    unsigned level; /* 1 to 6 */
    Text id;        /* unique among those of one Markdown */
    Text text;      /* without its markup */
    size_t body;    /* offset in `plain` where what stands below it begins */
} MarkdownHeading;

typedef struct Markdown {
    struct Arena *arena;
    MarkdownHeading *headings; /* in the order of the text */
    size_t count, capacity;
    StringBuilder plain; /* all that was read, without markup: for a search index */
    bool hides_title;    /* a heading of level 1 is kept in `headings`, and not written: the page has it as its title */
} Markdown;

/* Memory of `arena`, whose landing must be set. */
void markdown_init(Markdown *markdown, struct Arena *arena);

/* Appends a stretch of prose as HTML; headings and plain text add up from call to call. */
void markdown_append(Markdown *markdown, StringBuilder *out, Text prose);

/* The plain text below a heading, up to the next heading or the end. */
Text markdown_below(const Markdown *markdown, size_t heading);

#endif
