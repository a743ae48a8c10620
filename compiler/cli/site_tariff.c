/* site_tariff.c: every price and table of the agreement, with its history; see site.h.
**
** Job: a table's cells come from the core; the prices of an indexed tariff from the session, moment by moment. Of each combination the
** stretches of days with one value are gathered; the days on which any of them changes are the columns of the table, and the lines of
** the chart.
*/
#include <string.h>

#include "compiler/amendment.h"
#include "compiler/cli/prices.h"
#include "compiler/cli/site.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"
#include "vm/core/number.h"

enum { DIMENSIONS_MAX = PRICE_MAX_DIMENSIONS, SHOWN_COMBINATIONS = 2000, CHARTS_MAX = 12, PERCENTAGE_BYTES = 32 };

typedef struct Stretch {
    int32_t from, to;
    Text shown; /* as people read it */
    int64_t cents;
    bool is_exact; /* cents says all of it */
} Stretch;

/* The values of one combination, rising by day. */
typedef struct History {
    uint32_t members[DIMENSIONS_MAX];
    Stretch *stretches;
    size_t count, capacity;
} History;

typedef struct Histories {
    const Site *site;
    const Table *table;
    uint32_t index; /* of the table in the module; BD_NONE when its prices are not indexed */
    History *items;
    size_t count;
    int32_t *days; /* on which some value begins, rising */
    size_t day_count, day_capacity;
    bool lacks_figures;
    bool is_snapshot; /* what was supplied from outside, on the site's day only */
} Histories;

/* ---- Values ---- */

static Text number_text(const Site *site, Number number, unsigned decimals)
{
    StringBuilder out;
    builder_init(&out, &site->cli->arena);
    number_append(&out, number, decimals);
    return builder_result(&out);
}

/* A cell as people read it: a price is an amount, since its unit stands above the table. */
static Text cell_text(const Site *site, Type type, Number number)
{
    StringBuilder out;
    bd_value value = {.present = true, .choice = type.choice, .meaning = BD_MEANS_NUMBER};
    int64_t whole = 0;
    bool exact = false;
    if (number_to_scaled_int64(number, 1, &whole, &exact) == BD_OK && whole >= INT32_MIN && whole <= INT32_MAX)
        value.integer = (int32_t)whole;
    value.boolean = whole != 0;
    switch (type.kind) {
    case TYPE_RATE:
    case TYPE_MONEY: value.meaning = BD_MEANS_MONEY; break;
    case TYPE_DATE: return site_date_text(site->cli, value.integer);
    case TYPE_MONTH: value.meaning = BD_MEANS_MONTH; break;
    case TYPE_YEAR: value.meaning = BD_MEANS_YEAR; break;
    case TYPE_BOOLEAN: value.meaning = BD_MEANS_BOOLEAN; break;
    case TYPE_CHOICE: value.meaning = BD_MEANS_CHOICE; break;
    case TYPE_QUANTITY:
        value.meaning = BD_MEANS_QUANTITY;
        value.unit = type.unit < site->core->unit_count ? site->core->units[type.unit].name : (Text){NULL, 0};
        break;
    case TYPE_ERROR:
    case TYPE_NUMBER:
    case TYPE_INTERVAL:
    case TYPE_TEXT:
    case TYPE_RECORD: break;
    }
    if (type.kind == TYPE_CHOICE) /* the core's choices are not numbered as the module's */
        return type.choice < site->core->choice_count && (uint32_t)whole < site->core->choices[type.choice].member_count
                   ? value_words(site->cli, site->core->choices[type.choice].members[whole].name)
                   : (Text){NULL, 0};
    value.text = number_text(site, number, value.meaning == BD_MEANS_MONEY ? 2 : 0);
    builder_init(&out, &site->cli->arena);
    value_append(site->cli, &out, site->loaded->module, &value);
    return builder_result(&out);
}

static uint32_t dimension_size(const Site *site, const Dimension *dimension)
{
    if (dimension->type.kind == TYPE_CHOICE && dimension->type.choice < site->core->choice_count)
        return site->core->choices[dimension->type.choice].member_count;
    return dimension->bound_count + (dimension->open_top ? 1 : 0);
}

/* A key of a table: the member's own words, or a bracket's bound. */
static Text key_text(const Site *site, const Dimension *dimension, uint32_t member)
{
    StringBuilder out;
    if (dimension->type.kind == TYPE_CHOICE) {
        const Member *is = &site->core->choices[dimension->type.choice].members[member];
        return is->label.size > 0 ? is->label : value_words(site->cli, is->name);
    }
    if (member >= dimension->bound_count)
        return message_pattern(site->cli, MSG_SITE_ABOVE);
    builder_init(&out, &site->cli->arena);
    message_append(site->cli, &out, MSG_SITE_UP_TO,
                   (Holes){.a = cell_text(site, dimension->type, dimension->bounds[member])});
    return builder_result(&out);
}

/* ---- Gathering ---- */

static void add_stretch(const Site *site, History *history, Stretch stretch)
{
    if (stretch.from > stretch.to)
        return;
    history->stretches = arena_grow(&site->cli->arena, history->stretches, history->count, &history->capacity,
                                    sizeof *history->stretches);
    history->stretches[history->count++] = stretch;
}

static Stretch stretch_of(const Site *site, Type type, Number number, int32_t from, int32_t to)
{
    Stretch stretch = {.from = from, .to = to, .shown = cell_text(site, type, number)};
    bool is_money = type.kind == TYPE_RATE || type.kind == TYPE_MONEY;
    stretch.is_exact = is_money && number_to_scaled_int64(number, 100, &stretch.cents, &stretch.is_exact) == BD_OK;
    return stretch;
}

/* An indexed price from one version's day on: each moment is a stretch, up to the last of which the figures are known. */
static void add_moments(Histories *all, History *history, Validity valid)
{
    const Site *site = all->site;
    PriceSteps *steps = arena_alloc(&site->cli->arena, sizeof *steps);
    int32_t ask = site->has_day ? site->day : valid.to;
    ask = ask < valid.from ? valid.from : ask > valid.to ? valid.to : ask;
    if (!prices_find(site->session, all->index, history->members, ask, steps))
        return;
    for (size_t i = 0; i < steps->count; i++) {
        const bd_price_step *step = &steps->steps[i];
        Number number = NUMBER_ZERO;
        bool is_known = !step->is_missing && !(step->is_guess && !site->has_day) &&
                        number_from_text(&site->cli->arena, step->price, &number) == BD_OK;
        all->lacks_figures = all->lacks_figures || step->is_missing;
        if (!is_known)
            return;
        int32_t to = i + 1 < steps->count ? steps->steps[i + 1].day - 1 : valid.to;
        add_stretch(site, history, stretch_of(site, all->table->type, number, step->day, to));
    }
}

static void add_day(Histories *all, int32_t day)
{
    size_t at = 0;
    while (at < all->day_count && all->days[at] < day)
        at++;
    if (at < all->day_count && all->days[at] == day)
        return;
    all->days = arena_grow(&all->site->cli->arena, all->days, all->day_count, &all->day_capacity, sizeof *all->days);
    memmove(all->days + at + 1, all->days + at, (all->day_count - at) * sizeof *all->days);
    all->days[at] = day;
    all->day_count++;
}

/* The keys of the cell at a place: the last dimension varies fastest. */
static void members_of(const Histories *all, uint32_t cell, uint32_t *members)
{
    for (uint32_t d = all->table->dimension_count; d > 0; d--) {
        uint32_t size = dimension_size(all->site, &all->table->dimensions[d - 1]);
        members[d - 1] = size > 0 ? cell % size : 0;
        cell = size > 0 ? cell / size : 0;
    }
}

static uint32_t indexed_table(const Site *site, const Table *table)
{
    bd_index_info index;
    bd_table_info info;
    for (uint32_t i = 0; table->is_tariff && bd_module_index(site->loaded->module, i, &index) == BD_OK; i++)
        if (bd_module_table(site->loaded->module, index.table, &info) == BD_OK && text_equal(info.name, table->name))
            return index.table;
    return BD_NONE;
}

/* A number that the text writes as a percentage is read as one. */
static void show_percentage(const Site *site, Span span, Number number, Text *shown)
{
    Text written = sources_excerpt(&site->loaded->compilation.sources, span, PERCENTAGE_BYTES, &site->cli->arena);
    Number hundred = {100, 1, NULL}, percentage;
    StringBuilder out;
    if (written.size == 0 || written.data[written.size - 1] != '%' ||
        number_mul(&site->cli->arena, number, hundred, &percentage) != BD_OK)
        return;
    builder_init(&out, &site->cli->arena);
    builder_text(&out, cell_text(site, (Type){.kind = TYPE_NUMBER}, percentage));
    builder_text(&out, TEXT("\u00a0%"));
    *shown = builder_result(&out);
}

/* A combination of a table in the text: its versions. */
static void add_versions(Histories *all, History *history, uint32_t cell)
{
    const Table *table = all->table;
    for (uint32_t v = 0; v < table->version_count; v++) {
        const TableVersion *version = &table->versions[v];
        if (version->none || !version->present[cell])
            continue;
        if (all->index != BD_NONE) {
            add_moments(all, history, version->validity);
            continue;
        }
        Stretch made =
            stretch_of(all->site, table->type, version->cells[cell], version->validity.from, version->validity.to);
        if (table->type.kind == TYPE_NUMBER)
            show_percentage(all->site, version->spans[cell], version->cells[cell], &made.shown);
        add_stretch(all->site, history, made);
    }
}

/* A combination of a tariff from outside: what the session was given, with its history only where an index makes one. */
static void add_supplied(Histories *all, History *history, uint32_t program, const bd_table_info *info)
{
    const Site *site = all->site;
    Number number = NUMBER_ZERO;
    if (all->index != BD_NONE) {
        add_moments(all, history, (Validity){BD_DATE_MIN, BD_DATE_MAX});
        return;
    }
    Text price = program == BD_NONE || !site->knows_day
                     ? (Text){NULL, 0}
                     : prices_on(site->session, program, info, history->members, site->day, &site->cli->arena);
    if (price.size == 0 || number_from_text(&site->cli->arena, price, &number) != BD_OK)
        return;
    all->is_snapshot = true;
    add_stretch(site, history, stretch_of(site, all->table->type, number, site->day, site->day));
}

/* How many combinations there are: of a table in the text its cells, of a tariff from outside what its choices make. */
static uint32_t combinations(const Histories *all, bool has_choices)
{
    uint64_t count = 1;
    if (!all->table->is_extern)
        return all->table->cell_count;
    for (uint32_t d = 0; d < all->table->dimension_count; d++)
        count = count <= SHOWN_COMBINATIONS ? count * dimension_size(all->site, &all->table->dimensions[d]) : count;
    return has_choices && count <= SHOWN_COMBINATIONS ? (uint32_t)count : 0;
}

static bool has_only_choices(const Table *table)
{
    for (uint32_t d = 0; d < table->dimension_count; d++)
        if (table->dimensions[d].type.kind != TYPE_CHOICE)
            return false;
    return true;
}

static Histories gather(const Site *site, const Table *table)
{
    Histories all = {.site = site, .table = table, .index = indexed_table(site, table)};
    bd_table_info info;
    uint32_t program = BD_NONE, known = load_find_table(site->loaded->module, table->name);
    if (table->dimension_count > DIMENSIONS_MAX || (table->is_extern && !table->is_tariff))
        return all;
    if (known != BD_NONE && table->is_extern && bd_module_table(site->loaded->module, known, &info) == BD_OK)
        program = prices_program(site->loaded->module, &info, &site->cli->arena);
    uint32_t count = combinations(&all, has_only_choices(table));
    all.items = arena_array(&site->cli->arena, (size_t)count + 1, sizeof *all.items);
    for (uint32_t cell = 0; cell < count && cell < SHOWN_COMBINATIONS; cell++) {
        History *history = &all.items[all.count];
        *history = (History){.stretches = NULL};
        members_of(&all, cell, history->members);
        if (table->is_extern)
            add_supplied(&all, history, program, &info);
        else
            add_versions(&all, history, cell);
        for (size_t i = 0; i < history->count; i++)
            add_day(&all, history->stretches[i].from);
        all.count += history->count > 0;
    }
    return all;
}

int32_t site_last_price(const Site *site)
{
    int32_t last = BD_DATE_MIN;
    for (uint32_t i = 0; i < site->core->table_count; i++) {
        const Table *table = &site->core->tables[i];
        if (!table->is_tariff || table->is_derived)
            continue;
        Histories all = gather(site, table);
        if (all.day_count > 0 && all.days[all.day_count - 1] > last)
            last = all.days[all.day_count - 1];
    }
    return last;
}

/* ---- The table ---- */

static const Stretch *stretch_on(const History *history, int32_t day)
{
    for (size_t i = 0; i < history->count; i++)
        if (history->stretches[i].from <= day && day <= history->stretches[i].to)
            return &history->stretches[i];
    return NULL;
}

/* The column that holds on the site's day: the last that begins on or before it. */
static size_t current_column(const Histories *all)
{
    size_t current = all->day_count;
    for (size_t i = 0; i < all->day_count && all->days[i] <= all->site->day; i++)
        current = i;
    return current;
}

static void append_day_heading(const Histories *all, StringBuilder *out, size_t column, size_t current)
{
    bool is_always = all->days[column] == BD_DATE_MIN && all->day_count == 1;
    html_raw(out, column == current ? "<th scope=\"col\" class=\"num current\">" : "<th scope=\"col\" class=\"num\">");
    if (is_always) {
        html_text(out, message_pattern(all->site->cli, MSG_SITE_VALUE));
    } else {
        StringBuilder words;
        builder_init(&words, out->arena);
        message_append(all->site->cli, &words, all->is_snapshot ? MSG_SITE_ON_DAY : MSG_SITE_VALID_FROM,
                       (Holes){.a = site_date_text(all->site->cli, all->days[column])});
        html_text(out, builder_result(&words));
    }
    html_raw(out, "</th>");
}

static void append_history(const Histories *all, StringBuilder *out, const History *history, size_t current)
{
    html_raw(out, "<tr>");
    for (uint32_t d = 0; d < all->table->dimension_count; d++)
        html_element(out, d == 0 ? "th scope=\"row\"" : "td",
                     key_text(all->site, &all->table->dimensions[d], history->members[d]));
    for (size_t c = 0; c < all->day_count; c++) {
        const Stretch *stretch = stretch_on(history, all->days[c]);
        const char *tag = c == current ? "td class=\"num current\"" : "td class=\"num\"";
        html_element(out, tag,
                     stretch == NULL
                         ? message_pattern(all->site->cli, all->table->is_tariff ? MSG_SITE_NO_PRICE : MSG_SITE_NO_LEAD)
                         : stretch->shown);
    }
    html_raw(out, "</tr>\n");
}

static void append_table(const Histories *all, StringBuilder *out, Text name)
{
    const Cli *cli = all->site->cli;
    StringBuilder caption;
    size_t current = all->day_count > 1 ? current_column(all) : all->day_count;
    if (all->count == 0)
        return;
    builder_init(&caption, out->arena);
    message_append(cli, &caption, all->table->is_tariff ? MSG_SITE_TABLE_OF : MSG_LIBRARY, (Holes){.a = name});
    html_open_scroll(out, builder_result(&caption));
    html_raw(out, "<table>\n<thead><tr>");
    for (uint32_t d = 0; d < all->table->dimension_count; d++)
        html_element(out, "th scope=\"col\"", all->table->dimensions[d].name);
    for (size_t c = 0; c < all->day_count; c++)
        append_day_heading(all, out, c, current);
    html_raw(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < all->count; i++)
        append_history(all, out, &all->items[i], current);
    html_raw(out, "</tbody>\n</table>\n");
    html_close_scroll(out);
}

/* ---- The chart ---- */

/* The keys of a combination from one dimension up to another, in words. */
static void append_keys(const Histories *all, StringBuilder *out, const History *history, uint32_t from, uint32_t to)
{
    for (uint32_t d = from; d < to; d++) {
        builder_text(out, out->size > 0 ? TEXT(", ") : TEXT(""));
        builder_text(out, key_text(all->site, &all->table->dimensions[d], history->members[d]));
    }
}

static bool to_line(const Histories *all, const History *history, ChartLine *out)
{
    ChartStretch *stretches = arena_array(&all->site->cli->arena, history->count + 1, sizeof *stretches);
    uint32_t dimensions = all->table->dimension_count;
    StringBuilder label;
    for (size_t i = 0; i < history->count; i++) {
        if (!history->stretches[i].is_exact)
            return false;
        stretches[i] =
            (ChartStretch){history->stretches[i].from, history->stretches[i].to, history->stretches[i].cents};
    }
    builder_init(&label, &all->site->cli->arena);
    append_keys(all, &label, history, dimensions > 0 ? dimensions - 1 : 0, dimensions);
    *out = (ChartLine){builder_result(&label), stretches, history->count};
    return history->count > 0;
}

/* Whether two combinations differ in the last key only: they share a chart. */
static bool is_one_group(const Histories *all, size_t a, size_t b)
{
    for (uint32_t d = 0; d + 1 < all->table->dimension_count; d++)
        if (all->items[a].members[d] != all->items[b].members[d])
            return false;
    return true;
}

static void append_chart(const Histories *all, StringBuilder *out, Text name, size_t from, size_t to)
{
    ChartLine lines[CHART_LINES_MAX];
    StringBuilder what, caption;
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        count += to_line(all, &all->items[i], &lines[count]);
    builder_init(&what, out->arena);
    builder_init(&caption, out->arena);
    builder_text(&what, name);
    append_keys(all, &what, &all->items[from], 0,
                all->table->dimension_count > 0 ? all->table->dimension_count - 1 : 0);
    message_append(all->site->cli, &caption, MSG_SITE_HISTORY, (Holes){.a = builder_result(&what)});
    chart_steps(all->site->cli, out, builder_result(&caption), lines, count,
                all->site->has_day ? all->site->day : BD_DATE_MIN);
}

/* A chart for each group of combinations, at most CHARTS_MAX; nothing where no price ever changed. */
static void append_charts(const Histories *all, StringBuilder *out, Text name)
{
    size_t from = 0, charts = 0;
    if (all->day_count < 2 || all->is_snapshot)
        return;
    html_raw(out, "<div class=\"charts\">\n");
    while (from < all->count && charts < CHARTS_MAX) {
        size_t to = from + 1;
        while (to < all->count && to - from < CHART_LINES_MAX && is_one_group(all, from, to))
            to++;
        append_chart(all, out, name, from, to);
        charts++;
        from = to;
    }
    html_raw(out, "</div>\n");
}

/* ---- The page ---- */

static void append_tag(StringBuilder *out, Text text)
{
    if (text.size == 0)
        return;
    builder_char(out, ' ');
    html_element(out, "span class=\"tag\"", text);
}

static Text filled(const Site *site, Message message, Text a)
{
    StringBuilder out;
    builder_init(&out, &site->cli->arena);
    message_append(site->cli, &out, message, (Holes){.a = a});
    return builder_result(&out);
}

/* "<p>per etmaal, code 44A05  [maximumtarief]  Bijlage 2, 5.2</p>" */
static void append_about(const Site *site, StringBuilder *out, const Product *product, const Table *table)
{
    const SiteItem *item = site_item_at(site, table->version_count > 0 ? table->versions[0].span : table->span);
    Text source = item == NULL ? (Text){NULL, 0} : site_source(site, item->node);
    html_raw(out, "<p>");
    if (product != NULL && product->unit < site->core->unit_count)
        html_text(out, filled(site, MSG_SITE_PER_UNIT, site->core->units[product->unit].name));
    for (uint32_t i = 0; product != NULL && i < product->code_count; i++)
        append_tag(out, filled(site, MSG_SITE_CODES, product->codes[i]));
    append_tag(out, table->is_maximum ? message_pattern(site->cli, MSG_SITE_MAXIMUM) : (Text){NULL, 0});
    append_tag(out, table->is_extern && product != NULL ? message_pattern(site->cli, MSG_SITE_IN_CONTRACT)
                                                        : (Text){NULL, 0});
    append_tag(out, table->indexed != BD_NONE ? message_pattern(site->cli, MSG_SITE_INDEXED) : (Text){NULL, 0});
    if (item != NULL) {
        html_raw(out, " <span class=\"source\">");
        site_link(out, item, source.size > 0 ? source : table->name);
        html_raw(out, "</span>");
    }
    html_raw(out, "</p>\n");
}

/* Amounts that are not everyone's: of versions by an amendment with a condition. */
static void append_amendments(const Site *site, StringBuilder *out, const Table *table)
{
    for (uint32_t i = 0; i < table->version_count; i++) {
        const TableVersion *version = &table->versions[i];
        if (!amendment_is_conditional(site->core, version->amendment))
            continue;
        Text name = site->core->amendments[version->amendment - 1].name;
        StringBuilder words;
        builder_init(&words, &site->cli->arena);
        message_append(site->cli, &words, MSG_SITE_BY_AMENDMENT,
                       (Holes){.a = site_date_text(site->cli, version->validity.from),
                               .b = name,
                               .c = site_amendment(site, name)});
        html_element(out, "p", builder_result(&words));
    }
}

static void append_heading(StringBuilder *out, const char *prefix, Text name, Text shown)
{
    html_raw(out, "<h3 id=\"");
    html_raw(out, prefix);
    html_id(out, name);
    html_raw(out, "\">");
    html_text(out, shown);
    html_raw(out, "</h3>\n");
}

static void append_one(const Site *site, StringBuilder *out, const Product *product, const Histories *all)
{
    const Table *table = all->table;
    Text name = product != NULL ? product->label : table->label;
    name = name.size > 0 ? name : table->name;
    append_heading(out, product != NULL ? "tarief-" : "tabel-", table->name, name);
    append_about(site, out, product, table);
    append_amendments(site, out, table);
    append_charts(all, out, name);
    append_table(all, out, name);
    if (all->lacks_figures)
        html_element(out, "p class=\"quiet small\"", message_pattern(site->cli, MSG_SITE_MISSING_FIGURE));
}

static bool is_plain_table(const Table *table)
{
    return !table->is_tariff && !table->is_derived && table->series == NULL && !table->is_extern && !table->is_calendar;
}

static void append_series(const Site *site, StringBuilder *out, const Table *table)
{
    const Series *series = table->series;
    Text name = table->label.size > 0 ? table->label : table->name;
    append_heading(out, "reeks-", table->name, name);
    append_about(site, out, NULL, table);
    if (series->values == NULL || series->value_count == 0)
        return;
    html_open_scroll(out, name);
    html_raw(out, "<table>\n<tbody>\n");
    for (uint32_t i = 0; i < series->value_count; i++) {
        StringBuilder key;
        bool is_yearly = series->step == 12;
        int32_t at = series->first + (int32_t)(is_yearly ? i : i * series->step);
        builder_init(&key, out->arena);
        builder_int64(&key, is_yearly ? at : at / 12);
        if (!is_yearly) {
            builder_char(&key, '-');
            builder_padded(&key, at % 12 + 1, 2);
        }
        html_raw(out, "<tr>");
        html_element(out, "th scope=\"row\"", builder_result(&key));
        html_element(out, "td class=\"num\"", cell_text(site, table->type, series->values[i]));
        html_raw(out, "</tr>\n");
    }
    html_raw(out, "</tbody>\n</table>\n");
    html_close_scroll(out);
}

static void append_externs(const Site *site, StringBuilder *out)
{
    bool any = false;
    for (uint32_t i = 0; i < site->core->table_count; i++) {
        const Table *table = &site->core->tables[i];
        bool is_extern = (table->is_extern && !table->is_tariff && !table->is_derived) ||
                         (table->series != NULL && table->series->values == NULL);
        if (!is_extern)
            continue;
        if (!any) {
            html_element(out, "h2 id=\"van-buiten\"", message_pattern(site->cli, MSG_SITE_EXTERNS));
            html_element(out, "p", message_pattern(site->cli, MSG_SITE_EXTERNS_ABOUT));
        }
        any = true;
        append_heading(out, "extern-", table->name, table->label.size > 0 ? table->label : table->name);
        append_about(site, out, NULL, table);
    }
}

static void append_tables(const Site *site, StringBuilder *out)
{
    bool any = false;
    for (uint32_t i = 0; i < site->core->table_count; i++) {
        if (!is_plain_table(&site->core->tables[i]))
            continue;
        if (!any)
            html_element(out, "h2 id=\"tabellen\"", message_pattern(site->cli, MSG_SITE_TABLES));
        any = true;
        Histories all = gather(site, &site->core->tables[i]);
        append_one(site, out, NULL, &all);
    }
    any = false;
    for (uint32_t i = 0; i < site->core->table_count; i++) {
        const Table *table = &site->core->tables[i];
        if (table->series == NULL || table->series->values == NULL)
            continue;
        if (!any)
            html_element(out, "h2 id=\"reeksen\"", message_pattern(site->cli, MSG_SITE_SERIES));
        any = true;
        append_series(site, out, table);
    }
}

/* A tariff of one amount that never changed: a row of the price list says all of it. */
static bool is_one_amount(const Histories *all)
{
    return all->table->dimension_count == 0 && all->day_count <= 1 && all->count <= 1 && !all->lacks_figures;
}

static void append_price_row(const Histories *all, StringBuilder *out, const Product *product)
{
    const Site *site = all->site;
    const SiteItem *item =
        site_item_at(site, all->table->version_count > 0 ? all->table->versions[0].span : all->table->span);
    html_raw(out, "<tr><th scope=\"row\">");
    site_link(out, item, product->label.size > 0 ? product->label : product->name);
    html_raw(out, "</th><td>");
    for (uint32_t i = 0; i < product->code_count; i++) {
        html_text(out, i > 0 ? TEXT(", ") : TEXT(""));
        html_text(out, product->codes[i]);
    }
    html_raw(out, "</td>");
    html_element(out, "td class=\"num\"",
                 all->count > 0 ? all->items[0].stretches[0].shown : message_pattern(site->cli, MSG_SITE_IN_CONTRACT));
    html_raw(out, "<td>");
    if (product->unit < site->core->unit_count)
        html_text(out, filled(site, MSG_SITE_PER_UNIT, site->core->units[product->unit].name));
    append_tag(out, all->table->is_maximum ? message_pattern(site->cli, MSG_SITE_MAXIMUM) : (Text){NULL, 0});
    html_raw(out, "</td>");
    html_element(out, "td class=\"source\"", item == NULL ? (Text){NULL, 0} : site_source(site, item->node));
    html_raw(out, "</tr>\n");
}

static void open_price_list(const Site *site, StringBuilder *out)
{
    static const Message HEADS[] = {MSG_KIND_PRODUCT, MSG_SITE_CODE, MSG_KIND_TARIFF, MSG_KIND_UNIT, MSG_SITE_SOURCE};
    html_element(out, "h2 id=\"prijslijst\"", message_pattern(site->cli, MSG_SITE_PRICE_LIST));
    html_open_scroll(out, message_pattern(site->cli, MSG_SITE_PRICE_LIST));
    html_raw(out, "<table class=\"full\">\n<thead><tr>");
    for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++)
        html_element(out, i == 2 ? "th scope=\"col\" class=\"num\"" : "th scope=\"col\"",
                     message_pattern(site->cli, HEADS[i]));
    html_raw(out, "</tr></thead>\n<tbody>\n");
}

/* Products with one amount in one list; the rest, each with its table and charts, below. */
static void append_products(const Site *site, StringBuilder *out)
{
    bool has_list = false, has_sections = false;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < site->core->product_count; i++) {
            const Product *product = &site->core->products[i];
            if (product->tariff >= site->core->table_count)
                continue;
            Histories all = gather(site, &site->core->tables[product->tariff]);
            if (is_one_amount(&all) != (pass == 0))
                continue;
            if (pass == 0 && !has_list)
                open_price_list(site, out);
            if (pass == 1 && !has_sections)
                html_element(out, "h2 id=\"tarieven\"", message_pattern(site->cli, MSG_SITE_PER_PRODUCT));
            has_list = has_list || pass == 0;
            has_sections = has_sections || pass == 1;
            if (pass == 0)
                append_price_row(&all, out, product);
            else
                append_one(site, out, product, &all);
        }
        if (pass == 0 && has_list) {
            html_raw(out, "</tbody>\n</table>\n");
            html_close_scroll(out);
        }
    }
}

void site_tariff_page(const Site *site, StringBuilder *out)
{
    site_begin(site, out, MSG_SITE_FILE_TARIFFS, MSG_SITE_TARIFFS, MSG_SITE_TARIFFS_LEAD);
    html_raw(out, "<dl class=\"facts\">");
    html_fact(out, message_pattern(site->cli, MSG_SITE_AS_OF), site_date_text(site->cli, site->day));
    html_raw(out, "</dl>\n");
    append_products(site, out);
    append_tables(site, out);
    append_externs(site, out);
    site_end(site, out);
}
