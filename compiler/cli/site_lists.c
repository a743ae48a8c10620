/* site_lists.c: the pages that list: questions, register, calendar; see site.h. */
#include <string.h>

#include "compiler/cli/site.h"
#include "compiler/cli/values.h"

static void append_source(const Site *site, StringBuilder *out, const SiteItem *item, const char *tag)
{
    Text source = site_source(site, item->node);
    if (source.size > 0)
        html_element(out, tag, source);
}

static void open_section(const Site *site, StringBuilder *out, const char *id, Message title, size_t count)
{
    html_raw(out, "<section aria-labelledby=\"");
    html_raw(out, id);
    html_raw(out, "\">\n<h2 id=\"");
    html_raw(out, id);
    html_raw(out, "\">");
    html_text(out, message_pattern(site->cli, title));
    if (count > 0) {
        html_raw(out, " <span class=\"quiet\">(");
        builder_uint64(out, count);
        html_raw(out, ")</span>");
    }
    html_raw(out, "</h2>\n");
    if (count == 0)
        html_element(out, "p class=\"quiet\"", message_pattern(site->cli, MSG_SITE_NONE));
}

static void close_section(StringBuilder *out)
{
    html_raw(out, "</section>\n");
}

/* ---- Questions ---- */

/* A name as words, which leads to the item. */
static void link_words(const Site *site, StringBuilder *out, const SiteItem *item, Text name)
{
    site_link(out, item, value_words(site->cli, name));
}

static void append_reading(const Site *site, StringBuilder *out, const SiteItem *item)
{
    const Ast *node = item->node, *reason = ast_clause(node, AST_REASON);
    Text question = site_text_of(node->a), chosen = node->c != NULL ? node->c->text : (Text){NULL, 0};
    html_raw(out, "<div class=\"card\">\n<h3>");
    site_link(out, item, question.size > 0 ? question : node->text);
    html_raw(out, "</h3>\n<p><strong>");
    html_text(out, message_pattern(site->cli, MSG_SITE_READ_AS));
    html_raw(out, "</strong> ");
    html_element(out, "em", value_words(site->cli, chosen));
    if (reason != NULL) {
        StringBuilder words;
        builder_init(&words, out->arena);
        message_append(site->cli, &words, MSG_SITE_BECAUSE, (Holes){.a = site_text_of(reason->a)});
        html_raw(out, ", ");
        html_text(out, builder_result(&words));
    }
    html_raw(out, "</p>\n");
    bool any = false;
    for (const Ast *name = node->b; name != NULL; name = name->next) {
        if (text_equal(name->text, chosen))
            continue;
        html_raw(out, any ? ", " : "<p>");
        if (!any) {
            html_text(out, message_pattern(site->cli, MSG_SITE_OR_AS));
            builder_char(out, ' ');
        }
        html_element(out, "em", value_words(site->cli, name->text));
        any = true;
    }
    html_raw(out, any ? "</p>\n" : "");
    append_source(site, out, item, "p class=\"source\"");
    html_raw(out, "</div>\n");
}

static void append_readings(const Site *site, StringBuilder *out)
{
    open_section(site, out, "lezingen", MSG_SITE_READINGS, site_count(site, AST_READING));
    for (size_t i = 0; i < site->item_count; i++)
        if (site->items[i].node->kind == AST_READING)
            append_reading(site, out, &site->items[i]);
    close_section(out);
}

/* ---- Rows: name, description, source ---- */

typedef struct Heads {
    Message items[4];
    size_t count;
} Heads;

static void open_table(const Site *site, StringBuilder *out, Message label, const Heads *heads)
{
    html_open_scroll(out, message_pattern(site->cli, label));
    html_raw(out, "<table class=\"full\">\n<thead><tr>");
    for (size_t i = 0; i < heads->count; i++)
        html_element(out, "th scope=\"col\"", message_pattern(site->cli, heads->items[i]));
    html_raw(out, "</tr></thead>\n<tbody>\n");
}

static void close_table(StringBuilder *out)
{
    html_raw(out, "</tbody>\n</table>\n");
    html_close_scroll(out);
}

static void append_judgements(const Site *site, StringBuilder *out)
{
    static const Heads HEADS = {{MSG_SITE_NAME, MSG_SITE_ABOUT, MSG_SITE_WHO, MSG_SITE_SOURCE}, 4};
    size_t count = site_count(site, AST_JUDGEMENT);
    open_section(site, out, "oordelen", MSG_SITE_JUDGEMENTS, count);
    if (count > 0)
        open_table(site, out, MSG_SITE_JUDGEMENTS, &HEADS);
    for (size_t i = 0; i < site->item_count; i++) {
        const SiteItem *item = &site->items[i];
        if (item->node->kind != AST_JUDGEMENT)
            continue;
        html_raw(out, "<tr><th scope=\"row\">");
        link_words(site, out, item, item->node->text);
        html_raw(out, "</th>");
        html_element(out, "td", site_about(item->node));
        html_element(out, "td", item->node->a != NULL ? item->node->a->text : (Text){NULL, 0});
        html_element(out, "td class=\"source\"", site_source(site, item->node));
        html_raw(out, "</tr>\n");
    }
    if (count > 0)
        close_table(out);
    close_section(out);
}

static bool is_power(const Ast *item)
{
    return item->kind == AST_SUSPENSION || (item->kind == AST_PENALTY && ast_has(item, AST_IS_POWER));
}

static bool is_not_expressible(const Ast *item)
{
    return item->kind == AST_INEXPRESSIBLE;
}

static void append_matching(const Site *site, StringBuilder *out, const char *id, Message title,
                            bool (*matches)(const Ast *item))
{
    static const Heads HEADS = {{MSG_SITE_ABOUT, MSG_SITE_SOURCE}, 2};
    size_t count = 0;
    for (size_t i = 0; i < site->item_count; i++)
        count += matches(site->items[i].node);
    open_section(site, out, id, title, count);
    if (count > 0)
        open_table(site, out, title, &HEADS);
    for (size_t i = 0; i < site->item_count; i++) {
        const SiteItem *item = &site->items[i];
        if (!matches(item->node))
            continue;
        Text about = site_about(item->node);
        html_raw(out, "<tr><th scope=\"row\">");
        if (is_not_expressible(item->node))
            site_link(out, item, item->node->text); /* a sentence, and no name */
        else
            link_words(site, out, item, item->node->text);
        if (about.size > 0 && !is_not_expressible(item->node)) {
            html_raw(out, "<br>");
            html_element(out, "span class=\"quiet\"", about);
        }
        html_raw(out, "</th>");
        html_element(out, "td class=\"source\"", site_source(site, item->node));
        html_raw(out, "</tr>\n");
    }
    if (count > 0)
        close_table(out);
    close_section(out);
}

void site_questions_page(const Site *site, StringBuilder *out)
{
    site_begin(site, out, MSG_SITE_FILE_QUESTIONS, MSG_SITE_QUESTIONS, MSG_SITE_QUESTIONS_LEAD);
    append_readings(site, out);
    append_judgements(site, out);
    append_matching(site, out, "bevoegdheden", MSG_SITE_POWERS, is_power);
    append_matching(site, out, "niet-uitdrukbaar", MSG_SITE_INEXPRESSIBLE, is_not_expressible);
    site_end(site, out);
}

/* ---- Register ---- */

/* What a rule does, in a tag. */
static void append_effect(const Site *site, StringBuilder *out, const Ast *item)
{
    static const struct {
        AstKind clause;
        Message word;
        const char *tag;
    } EFFECTS[] = {
        {AST_REJECT, MSG_SITE_REJECTS, "span class=\"tag loss\""},
        {AST_CAP_VOLUME, MSG_SITE_CAPS, "span class=\"tag hold\""},
        {AST_CAP_AMOUNT, MSG_SITE_CAPS, "span class=\"tag hold\""},
        {AST_PAY, MSG_SITE_PAYS, "span class=\"tag gain\""},
        {AST_HOLD, MSG_SITE_HOLDS, "span class=\"tag info\""},
    };
    bool is_rule = item->kind == AST_RULE || item->kind == AST_EXCEPTION;
    for (size_t i = 0; is_rule && i < sizeof EFFECTS / sizeof *EFFECTS; i++) {
        if (ast_clause(item, EFFECTS[i].clause) == NULL)
            continue;
        html_element(out, EFFECTS[i].tag, message_pattern(site->cli, EFFECTS[i].word));
        builder_char(out, ' ');
        return;
    }
}

static void append_entry(const Site *site, StringBuilder *out, const SiteItem *item)
{
    html_raw(out, "<tr><th scope=\"row\">");
    site_link(out, item, item->node->text);
    html_raw(out, "</th><td>");
    append_effect(site, out, item->node);
    html_text(out, item->node->kind == AST_AMENDMENT ? site_amendment(site, item->node->text) : site_about(item->node));
    if (item->node->kind == AST_CHOICE) {
        for (const Ast *name = item->node->a; name != NULL; name = name->next) {
            html_text(out, name == item->node->a ? TEXT("") : TEXT(", "));
            html_text(out, name->a != NULL ? site_text_of(name->a) : name->text);
        }
    }
    html_raw(out, "</td>");
    html_element(out, "td class=\"source\"", site_source(site, item->node));
    html_raw(out, "</tr>\n");
}

static bool stands_elsewhere(AstKind kind)
{
    return kind == AST_READING || kind == AST_JUDGEMENT || kind == AST_INEXPRESSIBLE || kind == AST_DOCUMENT ||
           kind == AST_PARTY;
}

/* The columns that the lines need, of the language itself and of the agreement. */
static void append_columns(const Site *site, StringBuilder *out)
{
    static const Heads HEADS = {{MSG_SITE_NAME, MSG_SITE_TYPE}, 2};
    bd_program_info program;
    const bd_module *module = site->loaded->module;
    if (bd_module_program(module, 0, &program) != BD_OK || program.kind != BD_PROGRAM_LINES)
        return;
    open_section(site, out, "kolommen", MSG_DESC_COLUMNS, program.columns);
    open_table(site, out, MSG_DESC_COLUMNS, &HEADS);
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info column;
        StringBuilder type;
        if (bd_module_column(module, program.first_column + i, &column) != BD_OK)
            continue;
        builder_init(&type, out->arena);
        value_append_type(site->cli, &type, module, column.meaning, column.unit, column.choice);
        html_raw(out, "<tr>");
        html_element(out, "th scope=\"row\"", column.name);
        html_element(out, "td", builder_result(&type));
        html_raw(out, "</tr>\n");
    }
    close_table(out);
    close_section(out);
}

/* A kind that the register lists, with the id of its section; false for one that is empty or stands on another page. */
static bool is_listed(const Site *site, size_t index, AstKind *kind, Message *many, StringBuilder *id)
{
    Message one;
    if (!site_kind_at(index, kind, &one, many) || stands_elsewhere(*kind) || site_count(site, *kind) == 0)
        return false;
    builder_init(id, &site->cli->arena);
    html_id(id, ast_kind_name(*kind));
    return true;
}

static void append_register_contents(const Site *site, StringBuilder *out)
{
    AstKind kind = AST_ERROR;
    Message one, many = MSG_SITE_NO_LEAD;
    StringBuilder id;
    html_raw(out, "<nav aria-label=\"");
    html_text(out, message_pattern(site->cli, MSG_SITE_CONTENTS));
    html_raw(out, "\"><ul class=\"legend\">\n");
    for (size_t i = 0; site_kind_at(i, &kind, &one, &many); i++) {
        if (!is_listed(site, i, &kind, &many, &id))
            continue;
        html_raw(out, "<li><a href=\"#");
        builder_text(out, builder_result(&id));
        html_raw(out, "\">");
        html_text(out, message_pattern(site->cli, many));
        html_raw(out, "</a> ");
        builder_uint64(out, site_count(site, kind));
        html_raw(out, "</li>\n");
    }
    html_raw(out, "</ul></nav>\n");
}

void site_register_page(const Site *site, StringBuilder *out)
{
    static const Heads HEADS = {{MSG_SITE_NAME, MSG_SITE_ABOUT, MSG_SITE_SOURCE}, 3};
    AstKind kind = AST_ERROR;
    Message one, many = MSG_SITE_NO_LEAD;
    StringBuilder id;
    site_begin(site, out, MSG_SITE_FILE_REGISTER, MSG_SITE_REGISTER, MSG_SITE_REGISTER_LEAD);
    append_register_contents(site, out);
    for (size_t i = 0; site_kind_at(i, &kind, &one, &many); i++) {
        if (!is_listed(site, i, &kind, &many, &id))
            continue;
        open_section(site, out, cli_cstring(site->cli, builder_result(&id)), many, site_count(site, kind));
        open_table(site, out, many, &HEADS);
        for (size_t j = 0; j < site->item_count; j++)
            if (site->items[j].node->kind == kind)
                append_entry(site, out, &site->items[j]);
        close_table(out);
        close_section(out);
    }
    append_columns(site, out);
    site_end(site, out);
}

/* ---- Calendar ---- */

/* The obligation's text, by its name. */
static const SiteItem *obligation(const Site *site, Text name)
{
    for (size_t i = 0; i < site->item_count; i++)
        if (site->items[i].node->kind == AST_OBLIGATION && text_equal(site->items[i].node->text, name))
            return &site->items[i];
    return NULL;
}

static void append_due(const Site *site, StringBuilder *out, const DueDate *due, bool has_amounts)
{
    StringBuilder words;
    html_raw(out, "<tr><th scope=\"row\" class=\"date\">");
    html_text(out, site_date_text(site->cli, due->day));
    html_raw(out, "</th><td>");
    link_words(site, out, obligation(site, due->name), due->name);
    html_raw(out, "</td><td>");
    if (due->has_period) {
        html_text(out, site_date_text(site->cli, due->from));
        html_raw(out, " \u2013 ");
        html_text(out, site_date_text(site->cli, due->to));
    }
    html_raw(out, "</td>");
    builder_init(&words, out->arena);
    if (due->amount.present)
        value_append(site->cli, &words, site->loaded->module, &due->amount);
    if (has_amounts)
        html_element(out, "td class=\"num\"", builder_result(&words));
    builder_init(&words, out->arena);
    value_append_citation(&words, &due->citation);
    html_element(out, "td class=\"source\"", builder_result(&words));
    html_raw(out, "</tr>\n");
}

static void append_dates(const Site *site, StringBuilder *out)
{
    const DueDates *due = site->due;
    bool has_amounts = false;
    for (size_t i = 0; i < due->count; i++)
        has_amounts = has_amounts || due->dates[i].amount.present;
    html_element(out, "h2 id=\"op-datum\"", message_pattern(site->cli, MSG_SITE_DUE));
    if (due->count == 0) {
        html_element(out, "p", message_pattern(site->cli, MSG_SITE_NO_DUE));
        return;
    }
    html_raw(out, "<p><a href=\"");
    html_text(out, message_pattern(site->cli, MSG_SITE_FILE_ICS));
    html_raw(out, "\">");
    html_text(out, message_pattern(site->cli, MSG_SITE_ICS));
    html_raw(out, "</a></p>\n");
    html_open_scroll(out, message_pattern(site->cli, MSG_SITE_DUE));
    html_raw(out, "<table class=\"full\">\n<thead><tr>");
    html_element(out, "th scope=\"col\"", message_pattern(site->cli, MSG_SITE_DATE));
    html_element(out, "th scope=\"col\"", message_pattern(site->cli, MSG_SITE_DUTY));
    html_element(out, "th scope=\"col\"", message_pattern(site->cli, MSG_SITE_PERIOD));
    if (has_amounts)
        html_element(out, "th scope=\"col\" class=\"num\"", message_pattern(site->cli, MSG_SITE_AMOUNT));
    html_element(out, "th scope=\"col\"", message_pattern(site->cli, MSG_SITE_SOURCE));
    html_raw(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < due->count; i++)
        append_due(site, out, &due->dates[i], has_amounts);
    close_table(out);
}

static void append_occasions(const Site *site, StringBuilder *out)
{
    static const Heads HEADS = {{MSG_SITE_DUTY, MSG_SITE_NEEDS, MSG_SITE_SOURCE}, 3};
    const DueDates *due = site->due;
    if (due->occasion_count == 0)
        return;
    html_element(out, "h2 id=\"na-een-gebeurtenis\"", message_pattern(site->cli, MSG_SITE_OCCASIONS));
    open_table(site, out, MSG_SITE_OCCASIONS, &HEADS);
    for (size_t i = 0; i < due->occasion_count; i++) {
        const Occasion *occasion = &due->occasions[i];
        StringBuilder inputs, source;
        builder_init(&inputs, out->arena);
        builder_init(&source, out->arena);
        for (uint32_t j = 0; j < occasion->info.columns; j++) {
            bd_column_info column;
            if (bd_module_column(due->module, occasion->info.first_column + j, &column) != BD_OK)
                continue;
            builder_text(&inputs, inputs.size > 0 ? TEXT(", ") : TEXT(""));
            builder_text(&inputs, value_words(site->cli, column.name));
        }
        value_append_citation(&source, &occasion->info.citation);
        html_raw(out, "<tr><th scope=\"row\">");
        link_words(site, out, obligation(site, occasion->name), occasion->name);
        html_raw(out, "</th>");
        html_element(out, "td", builder_result(&inputs));
        html_element(out, "td class=\"source\"", builder_result(&source));
        html_raw(out, "</tr>\n");
    }
    close_table(out);
}

void site_calendar_page(const Site *site, StringBuilder *out)
{
    site_begin(site, out, MSG_SITE_FILE_CALENDAR, MSG_SITE_CALENDAR, MSG_SITE_CALENDAR_LEAD);
    append_dates(site, out);
    append_occasions(site, out);
    site_end(site, out);
}
