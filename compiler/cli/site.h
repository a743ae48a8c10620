/* site.h: the static site of an agreement, page by page.
**
** Job: `beding doc` opens an agreement and asks each site_*.c for its page as a text; cmd_doc.c writes them. What stands on a page comes from
** the tree (names, places, citations), the core (tables) and a session (prices by index, due dates). Every item of the text has an id that
** does not depend on where it stands: kind and name, "regel-over_plafond".
** Invariant: the same files, options and language give the same bytes; no clock, no path of the machine.
*/
#ifndef BEDING_CLI_SITE_H
#define BEDING_CLI_SITE_H

#include "compiler/cli/calendar.h"
#include "compiler/cli/load.h"
#include "compiler/cli/markdown.h"
#include "compiler/cli/page.h"
#include "compiler/core.h"

enum { SITE_LINKS_MAX = 8 };

/* One source file as a page. */
typedef struct SiteText {
    const Source *source;
    Text original; /* as it stands on disk: the compiler's copy has its prose blanked */
    Text file;     /* "tekst-overeenkomst.html" */
    Text title;
    Text body; /* what stands in <main>, behind the title */
    Markdown prose;
} SiteText;

/* One item of the text: a rule, a tariff, a reading ... */
typedef struct SiteItem {
    const Ast *node;
    Text id, href;
} SiteItem;

typedef struct Site {
    Cli *cli;
    Loaded *loaded;
    const Core *core;
    bd_session *session;
    bool has_day;   /* --as-of was given */
    bool knows_day; /* `day` is settled */
    int32_t day;    /* --as-of; else the latest day from which a price is known */
    DueDates *due;
    SiteText *texts;
    size_t text_count;
    SiteItem *items; /* in the order of the text, files one after the other */
    size_t item_count, item_capacity;
    PageLink links[SITE_LINKS_MAX];
    size_t link_count;
} Site;

/* ---- site.c: what all pages need ---- */

/* Finds items and texts, and settles ids and files. EXIT_GOOD, or what to end with after reporting. */
ExitStatus site_prepare(Site *site);

/* The agreement's title, or its name where it has none. */
Text site_name(const Site *site);

/* Starts and ends a page; `file` is which of the links is current. */
void site_begin(const Site *site, StringBuilder *out, Message file, Message title, Message lead);
void site_end(const Site *site, StringBuilder *out);

/* "1 januari 2022"; an open end says so. */
void site_date(const Cli *cli, StringBuilder *out, int32_t day);
Text site_date_text(Cli *cli, int32_t day);

/* "Bijlage 2, 5.1"; empty when it cites nothing. */
Text site_source(const Site *site, const Ast *item);

/* What an item is called on pages, "Oordeel"; and in a few words what it is about: its title, question or reason. */
Text site_kind(const Site *site, const Ast *item);
Text site_about(const Ast *item);
/* A text of the agreement; empty where the node is none. */
Text site_text_of(const Ast *node);
/* From when an amendment is in force and for whom not: "vanaf 2021-01-01, tenzij opgezegd". */
Text site_amendment(const Site *site, Text name);

/* The item whose text begins in a span, or NULL. */
const SiteItem *site_item_at(const Site *site, Span span);

/* <a href="…">name</a> to an item; the name alone when item is NULL. */
void site_link(StringBuilder *out, const SiteItem *item, Text name);

/* The kinds of items that the site knows, in the order of its lists: the kind at an index and what one and many are called; false past the
** last. */
bool site_kind_at(size_t index, AstKind *kind, Message *one, Message *many);

/* How many items there are of a kind. */
size_t site_count(const Site *site, AstKind kind);

/* ---- The pages; each appends a whole one ---- */

void site_index_page(const Site *site, StringBuilder *out);
void site_text_page(const Site *site, const SiteText *text, StringBuilder *out);
void site_tariff_page(const Site *site, StringBuilder *out);
void site_questions_page(const Site *site, StringBuilder *out);
void site_register_page(const Site *site, StringBuilder *out);
void site_calendar_page(const Site *site, StringBuilder *out);
void site_search_page(const Site *site, StringBuilder *out);

/* site_text.c: fills body, title and prose of a text. */
void site_text_make(const Site *site, SiteText *text);

/* site_tariff.c: the latest day from which a price is known, of any tariff; BD_DATE_MIN without any. */
int32_t site_last_price(const Site *site);

#endif
