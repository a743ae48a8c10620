/* site.c: what all pages of a site need: names, dates, sources, and where each item stands; see site.h. */
#include "compiler/cli/site.h"

#include <string.h>

#include "compiler/clauses_internal.h"
#include "lang/literate.h"
#include "vm/core/date.h"

/* ---- Kinds of items ---- */

static const struct {
    AstKind kind;
    Message one, many;
} KINDS[] = {
    {AST_PRODUCT, MSG_KIND_PRODUCT, MSG_KIND_PRODUCTS},
    {AST_TARIFF, MSG_KIND_TARIFF, MSG_KIND_TARIFFS},
    {AST_RULE, MSG_KIND_RULE, MSG_KIND_RULES},
    {AST_EXCEPTION, MSG_KIND_EXCEPTION, MSG_KIND_EXCEPTIONS},
    {AST_COUNTER, MSG_KIND_COUNTER, MSG_KIND_COUNTERS},
    {AST_DEFINITION, MSG_KIND_DEFINITION, MSG_KIND_DEFINITIONS},
    {AST_OBLIGATION, MSG_KIND_OBLIGATION, MSG_KIND_OBLIGATIONS},
    {AST_TERM, MSG_KIND_TERM, MSG_KIND_TERMS},
    {AST_PENALTY, MSG_KIND_PENALTY, MSG_KIND_PENALTIES},
    {AST_SUSPENSION, MSG_KIND_SUSPENSION, MSG_KIND_SUSPENSIONS},
    {AST_INPUT, MSG_KIND_INPUT, MSG_KIND_INPUTS},
    {AST_LIST, MSG_KIND_LIST, MSG_KIND_LISTS},
    {AST_CHOICE, MSG_KIND_CHOICE, MSG_KIND_CHOICES},
    {AST_UNIT, MSG_KIND_UNIT, MSG_KIND_UNITS},
    {AST_CALENDAR, MSG_KIND_CALENDAR, MSG_KIND_CALENDARS},
    {AST_TABLE, MSG_KIND_TABLE, MSG_KIND_TABLES},
    {AST_SERIES, MSG_KIND_SERIES, MSG_KIND_SERIES_MANY},
    {AST_INDEXATION, MSG_KIND_INDEXATION, MSG_KIND_INDEXATIONS},
    {AST_AMENDMENT, MSG_KIND_AMENDMENT, MSG_KIND_AMENDMENTS},
    {AST_ENDS_PRODUCT, MSG_KIND_ENDS, MSG_KIND_ENDS_MANY},
    {AST_READING, MSG_KIND_READING, MSG_KIND_READINGS},
    {AST_JUDGEMENT, MSG_KIND_JUDGEMENT, MSG_KIND_JUDGEMENTS},
    {AST_INEXPRESSIBLE, MSG_KIND_INEXPRESSIBLE, MSG_KIND_INEXPRESSIBLES},
    {AST_DOCUMENT, MSG_KIND_DOCUMENT, MSG_KIND_DOCUMENTS},
    {AST_PARTY, MSG_KIND_PARTY, MSG_KIND_PARTIES},
    {AST_SCENARIO, MSG_KIND_SCENARIO, MSG_KIND_SCENARIOS},
};

bool site_kind_at(size_t index, AstKind *kind, Message *one, Message *many)
{
    if (index >= sizeof KINDS / sizeof *KINDS)
        return false;
    *kind = KINDS[index].kind;
    *one = KINDS[index].one;
    *many = KINDS[index].many;
    return true;
}

/* The row of a kind, or NULL. */
static const Message *find_kind(AstKind kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (KINDS[i].kind == kind)
            return &KINDS[i].one;
    return NULL;
}

size_t site_count(const Site *site, AstKind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < site->item_count; i++)
        count += site->items[i].node->kind == kind;
    return count;
}

Text site_kind(const Site *site, const Ast *item)
{
    const Message *one = find_kind(item->kind);
    return one == NULL ? (Text){NULL, 0} : message_pattern(site->cli, *one);
}

Text site_text_of(const Ast *node)
{
    return node != NULL && node->kind == AST_TEXT ? node->text : (Text){NULL, 0};
}

Text site_about(const Ast *item)
{
    const Ast *reason = ast_clause(item, AST_REASON), *quote = ast_clause(item, AST_QUOTE);
    bool has_label_behind = item->kind == AST_PARTY || item->kind == AST_INPUT || item->kind == AST_JUDGEMENT;
    Text about = site_text_of(has_label_behind ? item->b : item->a);
    bool says_itself = item->kind != AST_READING && reason != NULL;
    if (about.size == 0 && says_itself)
        about = site_text_of(reason->a);
    if (about.size == 0 && item->doc.size > 0)
        about = item->doc;
    if (about.size == 0 && quote != NULL)
        about = site_text_of(quote->a);
    return about;
}

Text site_amendment(const Site *site, Text name)
{
    for (uint32_t i = 0; i < site->core->note_count; i++)
        if (site->core->notes[i].kind == BD_NOTE_AMENDMENT && text_equal(site->core->notes[i].name, name))
            return site->core->notes[i].text;
    return (Text){NULL, 0};
}

/* ---- Names, dates, sources ---- */

Text site_name(const Site *site)
{
    return site->core->title.size > 0 ? site->core->title : site->core->name;
}

void site_date(const Cli *cli, StringBuilder *out, int32_t day)
{
    if (day == BD_DATE_MIN || day == BD_DATE_MAX) {
        builder_text(out, message_pattern(cli, day == BD_DATE_MIN ? MSG_SITE_OPEN_BEGIN : MSG_SITE_OPEN_END));
        return;
    }
    DateParts parts = date_to_ymd(day);
    builder_int64(out, parts.day);
    builder_char(out, ' ');
    builder_text(out, message_pattern(cli, (Message)(MSG_SITE_MONTH_1 + parts.month - 1)));
    builder_char(out, ' ');
    builder_int64(out, parts.year);
}

Text site_date_text(Cli *cli, int32_t day)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    site_date(cli, &out, day);
    return builder_result(&out);
}

Text site_source(const Site *site, const Ast *item)
{
    const Ast *clause = ast_clause(item, AST_SOURCE);
    if (clause == NULL || clause->b == NULL)
        return clause == NULL ? (Text){NULL, 0} : site_text_of(clause->a);
    StringBuilder out;
    builder_init(&out, &site->cli->arena);
    builder_text(&out, clause->b->text);
    builder_text(&out, TEXT(", "));
    builder_text(&out, site_text_of(clause->a));
    return builder_result(&out);
}

/* ---- Items ---- */

static Text item_id(Site *site, const Ast *item, size_t nameless)
{
    StringBuilder id;
    builder_init(&id, &site->cli->arena);
    html_id(&id, ast_kind_name(item->kind));
    builder_char(&id, '-');
    if (item->kind == AST_INEXPRESSIBLE)
        builder_uint64(&id, nameless); /* it has a reason, and no name */
    else
        html_id(&id, item->text);
    size_t same = 1;
    for (size_t i = 0; i < site->item_count; i++) {
        const SiteItem *other = &site->items[i];
        same += other->node->kind == item->kind && text_equal(other->node->text, item->text) &&
                item->kind != AST_INEXPRESSIBLE;
    }
    if (same > 1) { /* a later version of the same */
        builder_text(&id, TEXT("--"));
        builder_uint64(&id, same);
    }
    return builder_result(&id);
}

static void add_item(Site *site, const Ast *item, const SiteText *text, size_t nameless)
{
    StringBuilder href;
    SiteItem made = {.node = item, .id = item_id(site, item, nameless)};
    builder_init(&href, &site->cli->arena);
    builder_text(&href, text->file);
    builder_char(&href, '#');
    builder_text(&href, made.id);
    made.href = builder_result(&href);
    site->items =
        arena_grow(&site->cli->arena, site->items, site->item_count, &site->item_capacity, sizeof *site->items);
    site->items[site->item_count++] = made;
}

/* Items of the tree, file by file in the order of the pages. */
static void find_items(Site *site)
{
    size_t nameless = 0;
    for (size_t i = 0; i < site->text_count; i++) {
        for (const Ast *item = site->loaded->compilation.tree->a; item != NULL; item = item->next) {
            bool is_ours = item->span.file == site->texts[i].source->file && find_kind(item->kind) != NULL;
            if (!is_ours)
                continue;
            nameless += item->kind == AST_INEXPRESSIBLE;
            add_item(site, item, &site->texts[i], nameless);
        }
    }
}

const SiteItem *site_item_at(const Site *site, Span span)
{
    for (size_t i = 0; i < site->item_count && span.end > span.begin; i++) {
        Span whole = site->items[i].node->span;
        if (whole.file == span.file && whole.begin <= span.begin && span.begin < whole.end)
            return &site->items[i];
    }
    return NULL;
}

void site_link(StringBuilder *out, const SiteItem *item, Text name)
{
    if (item == NULL) {
        html_text(out, name);
        return;
    }
    html_raw(out, "<a href=\"");
    html_text(out, item->href);
    html_raw(out, "\">");
    html_text(out, name);
    html_raw(out, "</a>");
}

/* ---- Texts ---- */

static Text base_name(Text path)
{
    size_t begin = path.size;
    while (begin > 0 && path.data[begin - 1] != '/')
        begin--;
    Text name = text_slice(path, begin, path.size);
    static const Text ENDINGS[] = {TEXT_INIT(".bdg.md"), TEXT_INIT(".bdg")};
    for (size_t i = 0; i < 2; i++) {
        size_t size = ENDINGS[i].size;
        if (name.size > size && text_equal(text_slice(name, name.size - size, name.size), ENDINGS[i]))
            return text_slice(name, 0, name.size - size);
    }
    return name;
}

/* "tekst-overeenkomst.html"; a number behind the name where two folders have a file of that name. */
static Text text_file(const Site *site, Text path)
{
    StringBuilder file;
    builder_init(&file, &site->cli->arena);
    builder_text(&file, message_pattern(site->cli, MSG_SITE_FILE_TEXT));
    html_id(&file, base_name(path));
    size_t same = 1;
    for (size_t i = 0; i < site->text_count; i++)
        same += text_equal(base_name(site->texts[i].source->name), base_name(path));
    if (same > 1) {
        builder_char(&file, '-');
        builder_uint64(&file, same);
    }
    builder_text(&file, TEXT(".html"));
    return builder_result(&file);
}

static ExitStatus find_texts(Site *site)
{
    const Sources *sources = &site->loaded->compilation.sources;
    site->texts = arena_array(&site->cli->arena, sources->count, sizeof *site->texts);
    for (uint32_t file = 0; file < sources->count; file++) {
        const Source *source = sources->items[file];
        if (clauses_is_library(sources, &(Ast){.span = {file, 0, 0}}))
            continue;
        SiteText *text = &site->texts[site->text_count];
        *text = (SiteText){.source = source, .file = text_file(site, source->name)};
        text->original = source->text;
        text->title = base_name(source->name);
        /* The compiler's copy has blanks for prose, byte for byte. */
        bool is_read = !literate_is_name(source->name) ||
                       (load_read_source(site->cli, source->name, &text->original.data, &text->original.size) &&
                        text->original.size == source->text.size);
        if (!is_read) {
            message_error(site->cli, MSG_SITE_CHANGED, (Holes){.a = source->name});
            return EXIT_FILE;
        }
        site->text_count++;
    }
    return EXIT_GOOD;
}

static void add_page(Site *site, Message file, Message label)
{
    site->links[site->link_count++] =
        (PageLink){message_pattern(site->cli, file), message_pattern(site->cli, label), false};
}

static void find_links(Site *site)
{
    add_page(site, MSG_SITE_FILE_INDEX, MSG_SITE_INDEX);
    site->links[site->link_count++] =
        (PageLink){site->texts[0].file, message_pattern(site->cli, MSG_SITE_TEXTS), false};
    add_page(site, MSG_SITE_FILE_TARIFFS, MSG_SITE_TARIFFS);
    add_page(site, MSG_SITE_FILE_QUESTIONS, MSG_SITE_QUESTIONS);
    add_page(site, MSG_SITE_FILE_REGISTER, MSG_SITE_REGISTER);
    add_page(site, MSG_SITE_FILE_CALENDAR, MSG_SITE_CALENDAR);
    add_page(site, MSG_SITE_FILE_SEARCH, MSG_SITE_SEARCH);
}

static ExitStatus find_dates(Site *site)
{
    if (!site->has_day) {
        site->day = site_last_price(site);
        if (site->day == BD_DATE_MIN)
            site->day = site->core->validity.from;
        if (site->day == BD_DATE_MIN)
            (void)date_from_ymd(2000, 1, 1, &site->day);
    }
    site->knows_day = true;
    site->due = arena_alloc(&site->cli->arena, sizeof *site->due);
    *site->due = (DueDates){.cli = site->cli, .module = site->loaded->module, .year = date_to_ymd(site->day).year};
    bd_module_describe(site->loaded->module, &site->due->info);
    return calendar_collect(site->due, site->session);
}

ExitStatus site_prepare(Site *site)
{
    ExitStatus status = find_texts(site);
    if (status != EXIT_GOOD)
        return status;
    find_items(site);
    find_links(site);
    for (size_t i = 0; i < site->text_count; i++)
        site_text_make(site, &site->texts[i]);
    return find_dates(site);
}

/* ---- The frame ---- */

void site_begin(const Site *site, StringBuilder *out, Message file, Message title, Message lead)
{
    PageLink links[SITE_LINKS_MAX];
    StringBuilder words;
    Text name = message_pattern(site->cli, file);
    memcpy(links, site->links, sizeof links);
    for (size_t i = 0; i < site->link_count; i++)
        links[i].is_current = text_equal(links[i].href, name);
    builder_init(&words, out->arena);
    message_append(site->cli, &words, lead, (Holes){.a = cli_number(site->cli, (uint64_t)site->due->year)});
    page_begin(site->cli, out,
               &(Page){.title = file == MSG_SITE_FILE_INDEX ? site_name(site) : message_pattern(site->cli, title),
                       .name = site_name(site),
                       .name_href = message_pattern(site->cli, MSG_SITE_FILE_INDEX),
                       .lead = builder_result(&words),
                       .links = links,
                       .link_count = site->link_count,
                       .search_href = message_pattern(site->cli, MSG_SITE_FILE_SEARCH),
                       .is_site = true});
}

void site_end(const Site *site, StringBuilder *out)
{
    StringBuilder hash, foot;
    builder_init(&hash, out->arena);
    builder_init(&foot, out->arena);
    builder_hex(&hash, site->due->info.sha256, sizeof site->due->info.sha256);
    Holes holes = {.a = site->core->version, .b = builder_result(&hash)};
    message_append(site->cli, &foot, holes.a.size > 0 ? MSG_SITE_FOOT : MSG_SITE_FOOT_PLAIN, holes);
    page_end(site->cli, out, builder_result(&foot));
}
