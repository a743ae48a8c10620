/* site_index.c: the overview of a site, and the page with its search index; see site.h. */
#include "compiler/cli/site.h"

enum { ABOUT_MAX = 600 };

/* ---- The overview ---- */

static Text valid_text(const Site *site)
{
    StringBuilder out;
    Validity valid = site->core->validity;
    Holes holes = {.a = site_date_text(site->cli, valid.from), .b = site_date_text(site->cli, valid.to)};
    builder_init(&out, &site->cli->arena);
    if (valid.from == BD_DATE_MIN && valid.to == BD_DATE_MAX)
        return (Text){NULL, 0};
    if (valid.from == BD_DATE_MIN)
        holes.a = holes.b;
    message_append(site->cli, &out,
                   valid.from == BD_DATE_MIN ? MSG_SITE_VALID_TO
                   : valid.to == BD_DATE_MAX ? MSG_SITE_VALID_FROM
                                             : MSG_SITE_VALID_BETWEEN,
                   holes);
    return builder_result(&out);
}

static void append_facts(const Site *site, StringBuilder *out)
{
    html_raw(out, "<dl class=\"facts\">\n");
    html_fact(out, message_pattern(site->cli, MSG_SITE_VERSION), site->core->version);
    html_fact(out, message_pattern(site->cli, MSG_SITE_VALID), valid_text(site));
    html_fact(out, message_pattern(site->cli, MSG_SITE_STANDARD), site->core->standard);
    html_raw(out, "</dl>\n");
}

static void append_figure(const Site *site, StringBuilder *out, size_t count, Message label, Message file,
                          const char *anchor)
{
    if (count == 0)
        return;
    html_raw(out, "<div><dt><a href=\"");
    html_text(out, message_pattern(site->cli, file));
    html_raw(out, anchor);
    html_raw(out, "\">");
    html_text(out, message_pattern(site->cli, label));
    html_raw(out, "</a></dt><dd>");
    builder_uint64(out, count);
    html_raw(out, "</dd></div>\n");
}

static void append_figures(const Site *site, StringBuilder *out)
{
    html_element(out, "h2 class=\"visually-hidden\"", message_pattern(site->cli, MSG_SITE_IN_FIGURES));
    html_raw(out, "<dl class=\"figures\">\n");
    append_figure(site, out, site->core->product_count, MSG_SITE_PRODUCTS, MSG_SITE_FILE_TARIFFS, "");
    append_figure(site, out, site_count(site, AST_RULE), MSG_SITE_RULES, MSG_SITE_FILE_REGISTER, "#regel");
    append_figure(site, out, site_count(site, AST_OBLIGATION), MSG_SITE_DUTIES, MSG_SITE_FILE_CALENDAR, "");
    append_figure(site, out, site_count(site, AST_READING), MSG_SITE_OPEN, MSG_SITE_FILE_QUESTIONS, "#lezingen");
    append_figure(site, out, site_count(site, AST_JUDGEMENT), MSG_SITE_JUDGED, MSG_SITE_FILE_QUESTIONS, "#oordelen");
    append_figure(site, out, site_count(site, AST_SCENARIO), MSG_SITE_SCENARIOS, MSG_SITE_FILE_REGISTER, "#voorbeeld");
    html_raw(out, "</dl>\n");
}

static void append_contents(const Site *site, StringBuilder *out)
{
    html_element(out, "h2", message_pattern(site->cli, MSG_SITE_TEXTS));
    html_raw(out, "\n<ul>\n");
    for (size_t i = 0; i < site->text_count; i++) {
        const SiteText *text = &site->texts[i];
        html_raw(out, "<li><a href=\"");
        html_text(out, text->file);
        html_raw(out, "\">");
        html_text(out, text->title);
        html_raw(out, "</a></li>\n");
    }
    html_raw(out, "</ul>\n");
}

static void append_parties(const Site *site, StringBuilder *out)
{
    if (site->core->party_count == 0)
        return;
    html_element(out, "h2", message_pattern(site->cli, MSG_SITE_PARTIES));
    html_raw(out, "\n<dl class=\"facts\">\n");
    for (uint32_t i = 0; i < site->core->party_count; i++) {
        const Party *party = &site->core->parties[i];
        html_fact(out, party->role.size > 0 ? party->role : party->name,
                  party->title.size > 0 ? party->title : party->name);
    }
    html_raw(out, "</dl>\n");
}

static void append_documents(const Site *site, StringBuilder *out)
{
    if (site->core->document_count == 0)
        return;
    html_element(out, "h2", message_pattern(site->cli, MSG_SITE_DOCUMENTS));
    html_raw(out, "\n<dl class=\"facts\">\n");
    for (uint32_t i = 0; i < site->core->document_count; i++) {
        const Document *document = &site->core->documents[i];
        StringBuilder rank;
        builder_init(&rank, out->arena);
        if (document->rank > 0) {
            builder_text(&rank, message_pattern(site->cli, MSG_SITE_RANK));
            builder_char(&rank, ' ');
            builder_uint64(&rank, document->rank);
        }
        html_fact(out, rank.size > 0 ? builder_result(&rank) : message_pattern(site->cli, MSG_SITE_NO_RANK),
                  document->title.size > 0 ? document->title : document->name);
    }
    html_raw(out, "</dl>\n");
}

static void append_questions(const Site *site, StringBuilder *out)
{
    if (site_count(site, AST_READING) == 0)
        return;
    html_element(out, "h2", message_pattern(site->cli, MSG_SITE_QUESTIONS));
    html_raw(out, "\n<ul>\n");
    for (size_t i = 0; i < site->item_count; i++) {
        const Ast *node = site->items[i].node;
        if (node->kind != AST_READING)
            continue;
        Text question = site_text_of(node->a);
        html_raw(out, "<li>");
        site_link(out, &site->items[i], question.size > 0 ? question : node->text);
        html_raw(out, "</li>\n");
    }
    html_raw(out, "</ul>\n");
}

void site_index_page(const Site *site, StringBuilder *out)
{
    site_begin(site, out, MSG_SITE_FILE_INDEX, MSG_SITE_INDEX, MSG_SITE_NO_LEAD);
    append_facts(site, out);
    append_figures(site, out);
    html_raw(out, "<div class=\"notice\">");
    html_element(out, "p", message_pattern(site->cli, MSG_SITE_DISCLAIMER));
    html_raw(out, "</div>\n");
    append_contents(site, out);
    append_parties(site, out);
    append_documents(site, out);
    append_questions(site, out);
    site_end(site, out);
}

/* ---- Search ---- */

typedef struct Entry {
    Text name, kind, href, text;
} Entry;

typedef struct Entries {
    const Site *site;
    Entry *items;
    size_t count, capacity;
} Entries;

static void add_entry(Entries *entries, Entry entry)
{
    entries->items = arena_grow(&entries->site->cli->arena, entries->items, entries->count, &entries->capacity,
                                sizeof *entries->items);
    entries->items[entries->count++] = entry;
}

/* All texts between quotation marks in an item: its label, reason, sources, quotes. */
static Text texts_of(const Site *site, const SiteItem *item)
{
    StringBuilder out;
    const Source *source = site->loaded->compilation.sources.items[item->node->span.file];
    Text code = source_slice(source, item->node->span);
    bool is_inside = false;
    builder_init(&out, &site->cli->arena);
    for (size_t i = 0; i < code.size && out.size < ABOUT_MAX; i++) {
        if (code.data[i] == '"') {
            is_inside = !is_inside;
            if (!is_inside)
                builder_char(&out, ' ');
        } else if (code.data[i] == '\n') {
            is_inside = false;
        } else if (is_inside) {
            builder_char(&out, code.data[i]);
        }
    }
    while (out.size > 0 && ((unsigned char)out.data[out.size - 1] & 0xC0) == 0x80)
        out.size--; /* no half letter at the end */
    if (out.size > 0 && (unsigned char)out.data[out.size - 1] >= 0xC0)
        out.size--;
    return builder_result(&out);
}

static Entries find_entries(const Site *site)
{
    Entries entries = {.site = site};
    for (size_t i = 0; i < site->text_count; i++) {
        const SiteText *text = &site->texts[i];
        for (size_t j = 0; j < text->prose.count; j++) {
            StringBuilder href;
            builder_init(&href, &site->cli->arena);
            builder_text(&href, text->file);
            if (text->prose.headings[j].level > 1) {
                builder_char(&href, '#');
                builder_text(&href, text->prose.headings[j].id);
            }
            add_entry(&entries, (Entry){text->prose.headings[j].text, message_pattern(site->cli, MSG_SITE_SECTION),
                                        builder_result(&href), markdown_below(&text->prose, j)});
        }
    }
    for (size_t i = 0; i < site->item_count; i++) {
        const SiteItem *item = &site->items[i];
        add_entry(&entries, (Entry){item->node->text, site_kind(site, item->node), item->href, texts_of(site, item)});
    }
    return entries;
}

/* A JSON string that may stand in <script>: no "<" that could close it. */
static void append_json(StringBuilder *out, const char *name, Text text)
{
    StringBuilder string;
    builder_init(&string, out->arena);
    builder_json_string(&string, text);
    html_raw(out, name);
    for (size_t i = 0; i < string.size; i++) {
        if (string.data[i] == '<')
            html_raw(out, "\\u003c");
        else
            builder_char(out, string.data[i]);
    }
}

static void append_index(const Entries *entries, StringBuilder *out)
{
    html_raw(out, "<script type=\"application/json\" id=\"search-index\">[\n");
    for (size_t i = 0; i < entries->count; i++) {
        append_json(out, "{\"n\":", entries->items[i].name);
        append_json(out, ",\"k\":", entries->items[i].kind);
        append_json(out, ",\"u\":", entries->items[i].href);
        append_json(out, ",\"t\":", entries->items[i].text);
        html_raw(out, i + 1 < entries->count ? "},\n" : "}\n");
    }
    html_raw(out, "]</script>\n");
}

/* Stable by name; a merge sort from the bottom up, since there are a few thousand. */
static void sort_entries(const Entries *entries)
{
    Entry *from = entries->items, *to = arena_array(&entries->site->cli->arena, entries->count + 1, sizeof *to);
    for (size_t width = 1; width < entries->count; width *= 2) {
        for (size_t low = 0; low < entries->count; low += 2 * width) {
            size_t middle = low + width < entries->count ? low + width : entries->count;
            size_t high = low + 2 * width < entries->count ? low + 2 * width : entries->count;
            size_t left = low, right = middle;
            for (size_t i = low; i < high; i++) {
                bool takes_left =
                    left < middle && (right >= high || text_compare(from[left].name, from[right].name) <= 0);
                to[i] = from[takes_left ? left++ : right++];
            }
        }
        Entry *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < entries->count; i++)
        entries->items[i] = from[i];
}

void site_search_page(const Site *site, StringBuilder *out)
{
    Entries entries = find_entries(site);
    site_begin(site, out, MSG_SITE_FILE_SEARCH, MSG_SITE_SEARCH, MSG_SITE_SEARCH_LEAD);
    html_raw(out, "<p id=\"search-said\" class=\"quiet\" role=\"status\" aria-live=\"polite\" data-none=\"");
    html_text(out, message_pattern(site->cli, MSG_SITE_FOUND_NONE));
    html_raw(out, "\" data-one=\"");
    html_text(out, message_pattern(site->cli, MSG_SITE_FOUND_ONE));
    html_raw(out, "\" data-many=\"");
    html_text(out, message_pattern(site->cli, MSG_SITE_FOUND_MANY));
    html_raw(out, "\"></p>\n<ul id=\"search-results\" class=\"results\"></ul>\n");
    append_index(&entries, out);
    sort_entries(&entries);
    html_raw(out, "<section id=\"search-all\" aria-labelledby=\"all-items\">\n");
    html_element(out, "h2 id=\"all-items\"", message_pattern(site->cli, MSG_SITE_ALL_ITEMS));
    html_raw(out, "\n<ul class=\"columns\">\n");
    for (size_t i = 0; i < entries.count; i++) {
        const Entry *entry = &entries.items[i];
        html_raw(out, "<li><a href=\"");
        html_text(out, entry->href);
        html_raw(out, "\">");
        html_text(out, entry->name);
        html_raw(out, "</a> <span class=\"quiet\">");
        html_text(out, entry->kind);
        html_raw(out, "</span></li>\n");
    }
    html_raw(out, "</ul>\n</section>\n");
    site_end(site, out);
}
