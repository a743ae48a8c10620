/* site_text.c: a source file as a page: prose and rules side by side.
**
** Job: a literate file is cut at its blocks: the prose before a block and the block stand next to each other. Of a plain file the `##` lines
** are the prose. Code is shown byte for byte, with its items marked so that links lead to them, and its words coloured: comments, texts,
** numbers, and keywords where nothing else can be meant.
*/
#include <string.h>

#include "compiler/cli/site.h"
#include "lang/literate.h"
#include "lang/token.h"

/* ---- Code ---- */

typedef struct Code {
    const Site *site;
    StringBuilder *out;
    Text text;       /* of the whole file */
    const Ast *open; /* the item whose <span> is open */
    size_t next;     /* the next item, of site->items */
    uint32_t file;
    Language language;
} Code;

static bool is_letter(char c)
{
    unsigned char u = (unsigned char)c;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || u >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_between_digits(char c)
{
    return c == '.' || c == ',' || c == '-';
}

/* Whether nothing but blanks stands before an offset on its line. */
static bool begins_line(Text text, size_t at)
{
    while (at > 0 && text.data[at - 1] == ' ')
        at--;
    return at == 0 || text.data[at - 1] == '\n';
}

/* The bytes of the keyword at an offset; 0 when a name may be meant. Of a phrase the whole phrase counts. */
static size_t keyword_size(const Code *code, size_t at, size_t word_end)
{
    bool is_first = begins_line(code->text, at);
    size_t found = 0;
    const Keyword *row;
    for (size_t i = 0; (row = token_keyword(i)) != NULL; i++) {
        Text spelling = text_from_cstring(row->spelling[code->language]);
        size_t plain = 0; /* up to a `~`, which stands for any word */
        while (plain < spelling.size && spelling.data[plain] != '~')
            plain++;
        while (plain > 0 && plain < spelling.size && spelling.data[plain - 1] == ' ')
            plain--;
        bool may_be = row->class == KEYWORD_RESERVED || (row->class == KEYWORD_BLOCK && is_first) ||
                      memchr(spelling.data, ' ', plain) != NULL;
        bool is_it = spelling.size > 0 && plain >= word_end - at &&
                     text_equal(text_slice(code->text, at, at + plain), text_slice(spelling, 0, plain)) &&
                     (at + plain == code->text.size || !is_letter(code->text.data[at + plain])) &&
                     (at + plain == code->text.size || !is_digit(code->text.data[at + plain]));
        if (is_it && may_be && plain > found)
            found = plain;
    }
    return found;
}

static void coloured(const Code *code, const char *class, size_t from, size_t to)
{
    html_raw(code->out, "<span class=\"");
    html_raw(code->out, class);
    html_raw(code->out, "\">");
    html_text(code->out, text_slice(code->text, from, to));
    html_raw(code->out, "</span>");
}

static size_t line_end(Text text, size_t at)
{
    const char *end = memchr(text.data + at, '\n', text.size - at);
    return end == NULL ? text.size : (size_t)(end - text.data);
}

/* The end of a text between quotation marks, which does not leave its line. */
static size_t quoted_end(Text text, size_t at)
{
    size_t end = line_end(text, at);
    for (size_t i = at + 1; i < end; i++) {
        if (text.data[i] != '"')
            continue;
        if (i + 1 < end && text.data[i + 1] == '"') {
            i++;
            continue;
        }
        return i + 1;
    }
    return end;
}

/* Numbers, dates, amounts: digits with the marks that stand between digits. */
static size_t number_end(Text text, size_t at)
{
    size_t i = at;
    if (text_has_prefix(text_slice(text, i, text.size), TEXT("\u20ac")))
        for (i += 3; i < text.size && text.data[i] == ' ';)
            i++;
    while (i < text.size && (is_digit(text.data[i]) ||
                             (i + 1 < text.size && is_between_digits(text.data[i]) && is_digit(text.data[i + 1]))))
        i++;
    return i;
}

/* One token from `at`; where it ends. */
static size_t append_token(const Code *code, size_t at)
{
    Text text = code->text, rest = text_slice(text, at, text.size);
    size_t end = at + 1;
    if (text_has_prefix(rest, TEXT("--")) || text_has_prefix(rest, TEXT("##"))) {
        end = line_end(text, at);
        coloured(code, "c", at, end);
    } else if (text.data[at] == '"') {
        end = quoted_end(text, at);
        coloured(code, "s", at, end);
    } else if (is_digit(text.data[at]) || text_has_prefix(rest, TEXT("\u20ac"))) {
        end = number_end(text, at);
        coloured(code, "n", at, end);
    } else if (is_letter(text.data[at])) {
        while (end < text.size && (is_letter(text.data[end]) || is_digit(text.data[end])))
            end++;
        size_t keyword = keyword_size(code, at, end);
        if (keyword > 0) {
            end = at + keyword;
            coloured(code, "k", at, end);
        } else {
            html_text(code->out, text_slice(text, at, end));
        }
    } else {
        html_text(code->out, text_slice(text, at, end));
    }
    return end;
}

static void close_item(Code *code)
{
    if (code->open != NULL)
        html_raw(code->out, "</span>");
    code->open = NULL;
}

/* Opens the <span> of the item that begins here. */
static void mark_item(Code *code, size_t at)
{
    const Site *site = code->site;
    if (code->open != NULL && at >= code->open->span.end)
        close_item(code);
    while (code->next < site->item_count) {
        const SiteItem *item = &site->items[code->next];
        if (item->node->span.file != code->file || item->node->span.begin < at) {
            if (item->node->span.file == code->file && item->node->span.begin < at)
                code->next++;
            else
                return;
            continue;
        }
        if (item->node->span.begin > at)
            return;
        close_item(code);
        html_raw(code->out, "<span class=\"def\" id=\"");
        html_text(code->out, item->id);
        html_raw(code->out, "\">");
        code->open = item->node;
        code->next++;
        return;
    }
}

static bool is_white(Text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != ' ' && text.data[i] != '\n' && text.data[i] != '\r' && text.data[i] != '\t')
            return false;
    return true;
}

/* The block [begin, end) of the file. */
static void append_code(Code *code, size_t begin, size_t end)
{
    while (end > begin && is_white(text_slice(code->text, end - 1, end)))
        end--;
    while (begin < end && is_white(text_slice(code->text, begin, line_end(code->text, begin))))
        begin = line_end(code->text, begin) + 1;
    html_raw(code->out, "<pre tabindex=\"0\" lang=\"zxx\"><code>");
    for (size_t at = begin; at < end;) {
        mark_item(code, at);
        at = append_token(code, at);
    }
    close_item(code);
    html_raw(code->out, "</code></pre>\n");
}

/* ---- Side by side ---- */

/* Prose with the code that goes with it. Prose that has a heading further down: only what stands below the last heading goes beside. */
static size_t last_heading(Text prose)
{
    size_t found = 0;
    for (size_t at = 0; at < prose.size; at = line_end(prose, at) + 1)
        if (prose.data[at] == '#')
            found = at;
    return found;
}

static void append_pair(SiteText *text, StringBuilder *out, Text prose, Code *code, size_t begin, size_t end)
{
    size_t beside = last_heading(prose);
    if (!is_white(text_slice(prose, 0, beside)))
        markdown_append(&text->prose, out, text_slice(prose, 0, beside));
    if (is_white(text_slice(code->text, begin, end))) {
        markdown_append(&text->prose, out, text_slice(prose, beside, prose.size));
        return;
    }
    bool is_alone = is_white(text_slice(prose, beside, prose.size));
    html_raw(out, is_alone ? "<div class=\"pair alone\">\n" : "<div class=\"pair\">\n<div class=\"prose\">");
    if (!is_alone)
        markdown_append(&text->prose, out, text_slice(prose, beside, prose.size));
    html_raw(out, is_alone ? "<div class=\"rules\">\n" : "</div>\n<div class=\"rules\">\n");
    append_code(code, begin, end);
    html_raw(out, "</div>\n</div>\n");
}

static void make_literate(SiteText *text, StringBuilder *out, Code *code)
{
    size_t at = 0;
    LiterateBlock block;
    while (literate_next(text->original, at, &block)) {
        append_pair(text, out, text_slice(text->original, at, block.open), code, block.begin, block.end);
        at = block.after;
    }
    if (!is_white(text_slice(text->original, at, text->original.size)))
        markdown_append(&text->prose, out, text_slice(text->original, at, text->original.size));
}

/* A run of `##` lines is the prose of what follows, up to the next run. */
static void make_plain(const Site *site, SiteText *text, StringBuilder *out, Code *code)
{
    Text all = text->original;
    size_t at = 0;
    while (at < all.size) {
        StringBuilder prose;
        builder_init(&prose, &site->cli->arena);
        while (at < all.size && text_has_prefix(text_slice(all, at, all.size), TEXT("##"))) {
            size_t end = line_end(all, at);
            builder_text(&prose, text_slice(all, all.data[at + 2 < end ? at + 2 : at] == ' ' ? at + 3 : at + 2, end));
            builder_char(&prose, '\n');
            at = end < all.size ? end + 1 : end;
        }
        size_t begin = at;
        while (at < all.size && !text_has_prefix(text_slice(all, at, all.size), TEXT("##")))
            at = line_end(all, at) < all.size ? line_end(all, at) + 1 : all.size;
        append_pair(text, out, builder_result(&prose), code, begin, at);
    }
}

void site_text_make(const Site *site, SiteText *text)
{
    StringBuilder out;
    Code code = {.site = site, .out = &out, .text = text->original, .file = text->source->file};
    code.language = text_equal(site->core->language, TEXT("en")) ? LANGUAGE_ENGLISH : LANGUAGE_DUTCH;
    while (code.next < site->item_count && site->items[code.next].node->span.file != code.file)
        code.next++;
    builder_init(&out, &site->cli->arena);
    markdown_init(&text->prose, &site->cli->arena);
    text->prose.hides_title = true;
    if (literate_is_name(text->source->name))
        make_literate(text, &out, &code);
    else
        make_plain(site, text, &out, &code);
    text->body = builder_result(&out);
    if (text->prose.count > 0 && text->prose.headings[0].level == 1)
        text->title = text->prose.headings[0].text;
    else if (text == site->texts) /* the file that states the agreement */
        text->title = site_name(site);
}

/* ---- The page ---- */

static void append_text_list(const Site *site, StringBuilder *out, const SiteText *current)
{
    for (size_t i = 0; i < site->text_count; i++) {
        const SiteText *text = &site->texts[i];
        html_raw(out, "<li><a href=\"");
        html_text(out, text->file);
        html_raw(out, text == current ? "\" aria-current=\"page\">" : "\">");
        html_text(out, text->title);
        html_raw(out, "</a>");
        if (text == current && text->prose.count > 1) {
            html_raw(out, "\n<ul>\n");
            for (size_t j = 0; j < text->prose.count; j++) {
                const MarkdownHeading *heading = &text->prose.headings[j];
                if (heading->level != 2)
                    continue;
                html_raw(out, "<li><a href=\"#");
                html_text(out, heading->id);
                html_raw(out, "\">");
                html_text(out, heading->text);
                html_raw(out, "</a></li>\n");
            }
            html_raw(out, "</ul>\n");
        }
        html_raw(out, "</li>\n");
    }
}

void site_text_page(const Site *site, const SiteText *text, StringBuilder *out)
{
    PageLink links[SITE_LINKS_MAX];
    memcpy(links, site->links, sizeof links);
    links[1].is_current = true; /* all texts stand behind one link of the banner */
    page_begin(site->cli, out,
               &(Page){.title = text->title,
                       .name = site_name(site),
                       .name_href = message_pattern(site->cli, MSG_SITE_FILE_INDEX),
                       .links = links,
                       .link_count = site->link_count,
                       .search_href = message_pattern(site->cli, MSG_SITE_FILE_SEARCH),
                       .is_site = true,
                       .is_broad = true,
                       .language = site->core->language});
    bool has_contents = site->text_count > 1 || text->prose.count > 1;
    html_raw(out, has_contents ? "<div class=\"with-contents\">\n<nav class=\"contents\" aria-label=\"" : "<div>\n");
    if (has_contents) {
        html_text(out, message_pattern(site->cli, MSG_SITE_CONTENTS));
        html_raw(out, "\"><ul>\n");
        append_text_list(site, out, text);
        html_raw(out, "</ul></nav>\n");
    }
    html_raw(out, "<div>\n");
    builder_text(out, text->body);
    html_raw(out, "</div>\n</div>\n");
    site_end(site, out);
}
