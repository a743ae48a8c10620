/* page.c: the frame of HTML pages and their text; see page.h. */
#include "compiler/cli/page.h"

#include <string.h>

#include "beding.h"
#include "stdlib/embedded.h"

/* Written by stdlib/embed.c from compiler/cli/page. */
extern const EmbeddedFile page_embedded[];
extern const size_t page_embedded_count;

void html_raw(StringBuilder *out, const char *markup)
{
    builder_text(out, text_from_cstring(markup));
}

void html_text(StringBuilder *out, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data[i]) {
        case '&': html_raw(out, "&amp;"); break;
        case '<': html_raw(out, "&lt;"); break;
        case '>': html_raw(out, "&gt;"); break;
        case '"': html_raw(out, "&quot;"); break;
        default: builder_char(out, text.data[i]);
        }
    }
}

void html_element(StringBuilder *out, const char *tag, Text text)
{
    size_t name = strcspn(tag, " ");
    builder_char(out, '<');
    html_raw(out, tag);
    builder_char(out, '>');
    html_text(out, text);
    html_raw(out, "</");
    builder_text(out, (Text){tag, name});
    builder_char(out, '>');
}

void html_message(const Cli *cli, StringBuilder *out, const char *tag, Message message, Holes holes)
{
    StringBuilder text;
    builder_init(&text, out->arena);
    message_append(cli, &text, message, holes);
    html_element(out, tag, builder_result(&text));
}

void html_fact(StringBuilder *out, Text label, Text text)
{
    if (text.size == 0)
        return;
    html_element(out, "dt", label);
    html_element(out, "dd", text);
    builder_char(out, '\n');
}

void html_id(StringBuilder *out, Text name)
{
    if (name.size == 0)
        builder_char(out, '-');
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        builder_char(out, stays ? c : '-');
    }
}

void html_open_scroll(StringBuilder *out, Text label)
{
    html_raw(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_text(out, label);
    html_raw(out, "\">\n");
}

void html_close_scroll(StringBuilder *out)
{
    html_raw(out, "</div>\n");
}

/* ---- The frame ---- */

Text page_file(Text name)
{
    for (size_t i = 0; i < page_embedded_count; i++) {
        Text path = page_embedded[i].path;
        if (text_equal(text_slice(path, strlen("page/"), path.size), name))
            return page_embedded[i].text;
    }
    return (Text){NULL, 0};
}

static void append_head(const Cli *cli, StringBuilder *out, const Page *page)
{
    html_raw(out, "<!DOCTYPE html>\n<html lang=\"");
    builder_text(out, message_pattern(cli, MSG_PAGE_LANG));
    html_raw(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    html_text(out, page->title);
    if (page->name.size > 0 && !text_equal(page->name, page->title)) {
        html_raw(out, " \u2013 ");
        html_text(out, page->name);
    }
    html_raw(out, "</title>\n");
    if (page->lead.size > 0) {
        html_raw(out, "<meta name=\"description\" content=\"");
        html_text(out, page->lead);
        html_raw(out, "\">\n");
    }
    if (page->is_site) {
        html_raw(out, "<link rel=\"stylesheet\" href=\"page.css\">\n<script src=\"page.js\"></script>\n");
    } else {
        html_raw(out, "<style>\n");
        builder_text(out, page_file(TEXT("page.css")));
        html_raw(out, "</style>\n<script>\n");
        builder_text(out, page_file(TEXT("page.js")));
        html_raw(out, "</script>\n");
    }
    html_raw(out, "<link rel=\"icon\" href=\"data:,\">\n</head>\n");
    html_raw(out, page->is_broad ? "<body class=\"broad\">\n" : "<body>\n");
}

static void append_search(const Cli *cli, StringBuilder *out, Text href)
{
    Text label = message_pattern(cli, MSG_PAGE_SEARCH_LABEL);
    html_raw(out, "<form role=\"search\" action=\"");
    html_text(out, href);
    html_raw(out, "\" method=\"get\"><input type=\"search\" name=\"q\" autocomplete=\"off\" aria-label=\"");
    html_text(out, label);
    html_raw(out, "\" placeholder=\"");
    html_text(out, label);
    html_raw(out, "\"> ");
    html_element(out, "button type=\"submit\"", message_pattern(cli, MSG_PAGE_SEARCH));
    html_raw(out, "</form>\n");
}

static void append_banner(const Cli *cli, StringBuilder *out, const Page *page)
{
    html_element(out, "a class=\"skip\" href=\"#content\"", message_pattern(cli, MSG_PAGE_SKIP));
    html_raw(out, "\n<header class=\"banner\"><div class=\"wide\">\n");
    if (page->name_href.size > 0) {
        html_raw(out, "<a class=\"name\" href=\"");
        html_text(out, page->name_href);
        html_raw(out, "\">");
        html_text(out, page->name);
        html_raw(out, "</a>\n");
    } else {
        html_element(out, "span class=\"name\"", page->name);
        builder_char(out, '\n');
    }
    if (page->search_href.size > 0)
        append_search(cli, out, page->search_href);
    html_element(out, "button type=\"button\" data-theme-button hidden aria-pressed=\"false\"",
                 message_pattern(cli, MSG_PAGE_DARK));
    html_raw(out, "\n</div></header>\n");
}

static void append_links(const Cli *cli, StringBuilder *out, const Page *page)
{
    if (page->link_count == 0)
        return;
    html_raw(out, "<nav class=\"site-nav\" aria-label=\"");
    html_text(out, message_pattern(cli, MSG_PAGE_PAGES));
    html_raw(out, "\"><ul class=\"wide\">\n");
    for (size_t i = 0; i < page->link_count; i++) {
        const PageLink *link = &page->links[i];
        html_raw(out, "<li><a href=\"");
        html_text(out, link->href);
        html_raw(out, link->is_current ? "\" aria-current=\"page\">" : "\">");
        html_text(out, link->label);
        html_raw(out, "</a></li>\n");
    }
    html_raw(out, "</ul></nav>\n");
}

void page_begin(const Cli *cli, StringBuilder *out, const Page *page)
{
    append_head(cli, out, page);
    append_banner(cli, out, page);
    append_links(cli, out, page);
    html_raw(out, "<main id=\"content\" class=\"wide\" tabindex=\"-1\"");
    if (page->language.size > 0 && !text_equal(page->language, message_pattern(cli, MSG_PAGE_LANG))) {
        html_raw(out, " lang=\"");
        html_text(out, page->language);
        builder_char(out, '"');
    }
    html_raw(out, ">\n");
    html_element(out, "h1", page->title);
    builder_char(out, '\n');
    if (page->lead.size > 0)
        html_element(out, "p class=\"lead\"", page->lead);
    builder_char(out, '\n');
}

void page_end(const Cli *cli, StringBuilder *out, Text foot)
{
    html_raw(out, "</main>\n<footer class=\"foot\"><div class=\"wide\">\n");
    if (foot.size > 0)
        html_element(out, "p", foot);
    html_message(cli, out, "p", MSG_PAGE_MADE_BY, (Holes){.a = text_from_cstring(bd_version())});
    html_raw(out, "\n</div></footer>\n</body>\n</html>\n");
}
