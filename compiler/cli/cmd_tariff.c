/* cmd_tariff.c: `beding tariff`: the price list on a date, as aligned text, CSV or JSON.
**
** Job: every tariff table's version that holds on the date, cell by cell in the order of the contract. The columns are the dimensions of
** all tariffs together; a product leaves those empty that it does not have. Tariffs that are extern have the amounts
** that a parameter file gives them on that day, or none.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/prices.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"
#include "vm/module.h"

enum { MAXIMUM_DIMENSIONS = 8, MAXIMUM_COLUMNS = 32 };

typedef struct Price {
    uint32_t table;
    uint32_t members[MAXIMUM_DIMENSIONS];
    int32_t from, to;
    Text amount;       /* exact euros; empty: extern, or not known */
    PriceSteps *steps; /* of an indexed tariff */
    Text amendment; /* of a price that an amendment brought, which need not hold for every line: its name; else empty */
    bool is_combination; /* members say of which; else the tariff as a whole */
} Price;

typedef struct PriceList {
    Cli *cli;
    const bd_module *module;
    bd_session *session;
    int32_t day;
    bool has_notes;
    Text columns[MAXIMUM_COLUMNS]; /* names of dimensions, in order of appearance */
    uint32_t column_count;
    Price *prices;
    size_t count, capacity;
    Text name; /* of the agreement */
} PriceList;

static uint32_t column_of(PriceList *list, Text name)
{
    for (uint32_t i = 0; i < list->column_count; i++) {
        if (text_equal(list->columns[i], name))
            return i;
    }
    if (list->column_count < MAXIMUM_COLUMNS)
        list->columns[list->column_count++] = name;
    return list->column_count - 1;
}

static Price *add(PriceList *list, uint32_t table)
{
    list->prices = arena_grow(&list->cli->arena, list->prices, list->count, &list->capacity, sizeof *list->prices);
    Price *price = &list->prices[list->count++];
    memset(price, 0, sizeof *price);
    price->table = table;
    return price;
}

static Text amount_text(PriceList *list, int64_t numerator, int64_t denominator)
{
    Arena *arena = &list->cli->arena;
    Number number = NUMBER_ZERO;
    StringBuilder out;
    builder_init(&out, arena);
    if (number_from_ratio(arena, numerator, denominator, &number) == BD_OK)
        number_append(&out, number, 2);
    return builder_result(&out);
}

/* Counts the members up like an odometer, the last dimension fastest; false after the last combination. */
static bool next_members(const PriceList *list, const bd_table_info *info, uint32_t *members)
{
    for (uint32_t i = info->dimensions; i > 0; i--) {
        members[i - 1]++;
        if (members[i - 1] < bd_choice_size(list->module, info->choice[i - 1]))
            return true;
        members[i - 1] = 0;
    }
    return false;
}

static const MeaningRecord *find_meaning(const PriceList *list, MeaningKind kind, Text name, MeaningPart part,
                                         int32_t from)
{
    for (uint32_t i = 0; i < list->module->MEANINGS_count; i++) {
        const MeaningRecord *record = &list->module->MEANINGS[i];
        if (record->kind == kind && record->part == part && record->from == from &&
            text_equal(module_text(list->module, record->name), name))
            return record;
    }
    return NULL;
}

/* The amendment that a tariff's version of that day follows, if it has a condition: for other lines the price before goes on. */
static Text amendment_of_version(const PriceList *list, Text tariff, int32_t from)
{
    const MeaningRecord *follows = find_meaning(list, MEANING_TARIFF, tariff, MEANT_FOLLOWS, from);
    Text name = follows == NULL ? (Text){NULL, 0} : module_text(list->module, follows->text);
    bool has_condition =
        name.size > 0 && find_meaning(list, MEANING_AMENDMENT, name, MEANT_CONDITION, BD_DATE_MIN) != NULL;
    return has_condition ? name : (Text){NULL, 0};
}

/* From when an amendment is in force and for whom not: "vanaf 2021-01-01, tenzij opgezegd". */
static Text amendment_text(const PriceList *list, Text name)
{
    bd_note_info note;
    for (uint32_t i = 0; bd_module_note(list->module, i, &note) == BD_OK; i++)
        if (note.kind == BD_NOTE_AMENDMENT && text_equal(note.name, name))
            return note.text;
    return (Text){NULL, 0};
}

static void add_version(PriceList *list, uint32_t table, const bd_table_info *info, uint32_t version, int32_t from,
                        int32_t to)
{
    uint32_t members[MAXIMUM_DIMENSIONS] = {0};
    Text amendment = amendment_of_version(list, info->name, from);
    list->has_notes = list->has_notes || amendment.size > 0;
    do {
        int64_t numerator = 0, denominator = 1;
        if (bd_table_cell(list->module, table, version, members, &numerator, &denominator) != BD_OK)
            continue;
        Price *price = add(list, table);
        memcpy(price->members, members, sizeof members);
        price->from = from;
        price->to = to;
        price->is_combination = true;
        price->amendment = amendment;
        price->amount = amount_text(list, numerator, denominator);
    } while (next_members(list, info, members));
}

/* The machine keeps the texts of a price until the next call only. */
static void keep_texts(PriceList *list, PriceSteps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        bd_price_step *step = &steps->steps[i];
        step->factor = arena_text_copy(&list->cli->arena, step->factor);
        step->exact = arena_text_copy(&list->cli->arena, step->exact);
        step->price = arena_text_copy(&list->cli->arena, step->price);
    }
}

/* An indexed tariff: each combination for which the contract writes an amount, with what the moments up to the day made of it. */
static bool add_indexed(PriceList *list, uint32_t table, const bd_table_info *info)
{
    uint32_t members[MAXIMUM_DIMENSIONS] = {0};
    size_t before = list->count;
    do {
        PriceSteps *steps = arena_alloc(&list->cli->arena, sizeof *steps);
        if (!prices_find(list->session, table, members, list->day, steps))
            continue;
        keep_texts(list, steps);
        Price *price = add(list, table);
        memcpy(price->members, members, sizeof members);
        price->from = steps->steps[steps->count - 1].day;
        price->to = BD_DATE_MAX;
        price->steps = steps;
        price->is_combination = true;
        price->amount = prices_result(steps);
        list->has_notes = list->has_notes || steps->count > 1;
    } while (next_members(list, info, members));
    return list->count > before;
}

static bool is_indexed(const PriceList *list, uint32_t table)
{
    bd_index_info index;
    for (uint32_t i = 0; bd_module_index(list->module, i, &index) == BD_OK; i++)
        if (index.table == table)
            return true;
    return false;
}

static bool has_open_dimension(const bd_table_info *info)
{
    for (uint32_t i = 0; i < info->dimensions && i < MAXIMUM_DIMENSIONS; i++) {
        if (info->choice[i] == BD_NONE)
            return true;
    }
    return false;
}

/* An extern tariff: each combination that a parameter file gives an amount. */
static bool add_extern(PriceList *list, uint32_t table, const bd_table_info *info)
{
    uint32_t members[MAXIMUM_DIMENSIONS] = {0};
    uint32_t program = has_open_dimension(info) ? BD_NONE : prices_program(list->module, info, &list->cli->arena);
    size_t before = list->count;
    do {
        Text amount = program == BD_NONE
                          ? (Text){NULL, 0}
                          : prices_on(list->session, program, info, members, list->day, &list->cli->arena);
        if (amount.size == 0)
            continue;
        Price *price = add(list, table);
        memcpy(price->members, members, sizeof members);
        price->from = BD_DATE_MIN;
        price->to = BD_DATE_MAX;
        price->is_combination = true;
        price->amount = amount;
    } while (program != BD_NONE && next_members(list, info, members));
    return list->count > before;
}

static void collect(PriceList *list)
{
    bd_module_info module;
    bd_module_describe(list->module, &module);
    list->name = module.title.size > 0 ? module.title : module.name;
    for (uint32_t i = 0; i < module.tables; i++) {
        bd_table_info info;
        if (bd_module_table(list->module, i, &info) != BD_OK || !info.is_tariff || info.dimensions > MAXIMUM_DIMENSIONS)
            continue;
        list->has_notes = list->has_notes || info.is_maximum || info.shown_unit.size > 0;
        bool has_prices =
            is_indexed(list, i) ? add_indexed(list, i, &info) : info.is_extern && add_extern(list, i, &info);
        for (uint32_t j = 0; j < info.dimensions && has_prices; j++)
            (void)column_of(list, info.dimension_name[j]);
        if (has_prices)
            continue;
        if (info.is_extern || has_open_dimension(&info)) {
            Price *price = add(list, i);
            price->from = BD_DATE_MIN;
            price->to = BD_DATE_MAX;
            continue;
        }
        for (uint32_t j = 0; j < info.dimensions; j++)
            (void)column_of(list, info.dimension_name[j]);
        for (uint32_t version = 0; version < info.versions; version++) {
            int32_t from = 0, to = 0;
            bool holds =
                bd_table_version(list->module, i, version, &from, &to) == BD_OK && from <= list->day && list->day <= to;
            if (holds)
                add_version(list, i, &info, version, from, to);
        }
    }
}

/* The price per the unit in which people read it; false where there is none. Exact: the units convert exactly. */
static bool shown_price(PriceList *list, const Price *price, const bd_table_info *info, bd_value *out)
{
    Arena *arena = &list->cli->arena;
    Number amount, factor, shown;
    if (info->shown_unit.size == 0 || price->amount.size == 0 ||
        number_from_text(arena, price->amount, &amount) != BD_OK ||
        number_from_ratio(arena, info->shown_numerator, info->shown_denominator, &factor) != BD_OK ||
        number_mul(arena, amount, factor, &shown) != BD_OK)
        return false;
    StringBuilder text;
    builder_init(&text, arena);
    number_append(&text, shown, 2);
    *out = (bd_value){.meaning = BD_MEANS_MONEY, .present = true, .text = builder_result(&text)};
    return true;
}

static void begin_remark(StringBuilder *out)
{
    if (out->size > 0)
        builder_text(out, TEXT("; "));
}

/* What people should know of a price: what it is per another unit, that it is a ceiling, that it is not everyone's, and what it was made of. */
static Text note_text(PriceList *list, const Price *price, const bd_table_info *info)
{
    StringBuilder out;
    bd_value shown;
    builder_init(&out, &list->cli->arena);
    if (shown_price(list, price, info, &shown)) {
        value_append(list->cli, &out, list->module, &shown);
        builder_text(&out, TEXT(" per "));
        builder_text(&out, info->shown_unit);
    }
    if (info->is_maximum) {
        begin_remark(&out);
        builder_text(&out, message_pattern(list->cli, MSG_TARIFF_MAXIMUM));
    }
    if (price->amendment.size > 0) {
        begin_remark(&out);
        message_append(list->cli, &out, MSG_TARIFF_AMENDMENT,
                       (Holes){.a = price->amendment, .b = amendment_text(list, price->amendment)});
    }
    if (price->steps != NULL && price->steps->count > 1) {
        begin_remark(&out);
        prices_append_note(list->cli, &out, list->module, price->steps);
    }
    return builder_result(&out);
}

/* The text of one cell of the list: product, dimensions, amount, unit, and for people a note. */
static Text cell_text(PriceList *list, const Price *price, const bd_table_info *info, uint32_t column, bool for_people)
{
    if (column == 0)
        return info->product != BD_NONE ? bd_choice_member(list->module, 0, info->product) : info->name;
    if (column <= list->column_count) {
        for (uint32_t i = 0; i < info->dimensions && price->is_combination; i++) {
            if (text_equal(info->dimension_name[i], list->columns[column - 1]))
                return bd_choice_member(list->module, info->choice[i], price->members[i]);
        }
        return (Text){NULL, 0};
    }
    if (column == list->column_count + 2)
        return info->unit;
    if (column == list->column_count + 3)
        return note_text(list, price, info);
    if (price->amount.size == 0 && for_people)
        return message_pattern(list->cli, price->steps != NULL ? MSG_TARIFF_UNKNOWN : MSG_TARIFF_EXTERN);
    if (price->amount.size == 0)
        return price->amount;
    if (!for_people)
        return price->amount;
    StringBuilder out;
    builder_init(&out, &list->cli->arena);
    bd_value value = {.meaning = BD_MEANS_MONEY, .present = true, .text = price->amount};
    value_append(list->cli, &out, list->module, &value);
    return builder_result(&out);
}

static Text heading_text(const PriceList *list, uint32_t column, bool for_people)
{
    if (column == 0)
        return for_people ? message_pattern(list->cli, MSG_TARIFF_PRODUCT) : TEXT("product");
    if (column <= list->column_count)
        return list->columns[column - 1];
    bool is_amount = column == list->column_count + 1;
    if (column == list->column_count + 3)
        return message_pattern(list->cli, MSG_TARIFF_NOTE);
    if (!for_people)
        return is_amount ? TEXT("bedrag") : TEXT("per");
    return message_pattern(list->cli, is_amount ? MSG_TARIFF_AMOUNT : MSG_TARIFF_UNIT);
}

static void append_padded(StringBuilder *out, Text text, size_t width, bool is_right)
{
    size_t length = text_length(text);
    size_t blanks = width > length ? width - length : 0;
    if (is_right)
        builder_repeat(out, ' ', blanks);
    builder_text(out, text);
    if (!is_right)
        builder_repeat(out, ' ', blanks);
}

/* All cells as text; row 0 is the heading. */
static Text *make_cells(PriceList *list, uint32_t columns, bool for_people)
{
    Text *cells = arena_array(&list->cli->arena, (list->count + 1) * columns, sizeof *cells);
    for (uint32_t column = 0; column < columns; column++)
        cells[column] = heading_text(list, column, for_people);
    for (size_t row = 0; row < list->count; row++) {
        bd_table_info info;
        if (bd_module_table(list->module, list->prices[row].table, &info) != BD_OK)
            continue;
        for (uint32_t column = 0; column < columns; column++)
            cells[(row + 1) * columns + column] = cell_text(list, &list->prices[row], &info, column, for_people);
    }
    return cells;
}

static void append_text(PriceList *list, StringBuilder *out)
{
    StringBuilder day;
    builder_init(&day, &list->cli->arena);
    date_append(&day, list->day);
    if (list->count == 0) {
        message_append(list->cli, out, MSG_NO_TARIFFS, (Holes){.a = builder_result(&day)});
        builder_char(out, '\n');
        return;
    }
    message_append(list->cli, out, MSG_TARIFF_TITLE, (Holes){.a = list->name, .b = builder_result(&day)});
    builder_char(out, '\n');
    uint32_t columns = list->column_count + 3 + list->has_notes;
    const Text *cells = make_cells(list, columns, true);
    for (size_t row = 0; row <= list->count; row++) {
        builder_text(out, TEXT(" "));
        for (uint32_t column = 0; column < columns; column++) {
            size_t width = 0;
            for (size_t i = 0; i <= list->count; i++) {
                size_t length = text_length(cells[i * columns + column]);
                width = length > width ? length : width;
            }
            bool is_last =
                column + 1 == columns || (column + 2 == columns && cells[row * columns + column + 1].size == 0);
            builder_char(out, ' ');
            append_padded(out, cells[row * columns + column], is_last ? 0 : width, column == list->column_count + 1);
            if (is_last)
                break;
            builder_char(out, ' ');
        }
        builder_char(out, '\n');
    }
}

static void append_csv(PriceList *list, StringBuilder *out)
{
    uint32_t columns = list->column_count + 3;
    const Text *cells = make_cells(list, columns, false);
    for (size_t i = 0; i < (list->count + 1) * columns; i++) {
        builder_text(out, cells[i]); /* names, units and amounts never need quotes */
        builder_char(out, (i + 1) % columns == 0 ? '\n' : ',');
    }
}

static void append_json(PriceList *list, StringBuilder *out)
{
    JsonWriter json;
    json_write_init(&json, out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.tariff/1"));
    json_write_text(&json, "name", list->name);
    json_write_date(&json, "as_of", list->day);
    json_write_array(&json, "tariffs");
    for (size_t row = 0; row < list->count; row++) {
        const Price *price = &list->prices[row];
        bd_table_info info;
        if (bd_module_table(list->module, price->table, &info) != BD_OK)
            continue;
        json_write_object(&json, NULL);
        json_write_text(&json, "product", cell_text(list, price, &info, 0, false));
        json_write_object(&json, "dimensions");
        for (uint32_t i = 0; i < info.dimensions && price->is_combination; i++) {
            json_write_name(&json, info.dimension_name[i]);
            json_write_text(&json, NULL, bd_choice_member(list->module, info.choice[i], price->members[i]));
        }
        json_write_close_object(&json);
        bd_value amount = {.meaning = BD_MEANS_MONEY, .present = price->amount.size > 0, .text = price->amount};
        json_write_value(&json, "bedrag", list->module, &amount);
        json_write_text(&json, "per", info.unit);
        bd_value shown;
        if (shown_price(list, price, &info, &shown)) {
            json_write_object(&json, "toon");
            json_write_value(&json, "bedrag", list->module, &shown);
            json_write_text(&json, "per", info.shown_unit);
            json_write_close_object(&json);
        }
        json_write_bool(&json, "maximum", info.is_maximum);
        if (price->amendment.size > 0) {
            json_write_object(&json, "amendment");
            json_write_text(&json, "name", price->amendment);
            json_write_text(&json, "text", amendment_text(list, price->amendment));
            json_write_close_object(&json);
        }
        if (price->steps != NULL)
            prices_json(&json, "steps", list->module, price->steps);
        describe_json_citation(&json, "citation", &info.citation);
        json_write_close_object(&json);
    }
    json_write_close_array(&json);
    json_write_close_object(&json);
    builder_char(out, '\n');
}

ExitStatus cmd_tariff(Cli *cli, const Arguments *arguments)
{
    PriceList *list = arena_alloc(&cli->arena, sizeof *list);
    list->cli = cli;
    bool is_given = false;
    if (!options_as_of(cli, arguments, &is_given, &list->day))
        return EXIT_USAGE;
    char separator = options_separator(cli, arguments);
    if (separator == 0)
        return EXIT_USAGE;
    Loaded *loaded = arena_alloc(&cli->arena, sizeof *loaded);
    ExitStatus status = load_open(loaded, cli, arguments->free[0]);
    if (status == EXIT_GOOD)
        status = load_session(loaded, arguments, separator, false, &list->session);
    if (status == EXIT_GOOD) {
        list->module = loaded->module;
        StringBuilder out;
        builder_init(&out, &cli->arena);
        collect(list);
        if (options_has(arguments, OPTION_JSON))
            append_json(list, &out);
        else if (options_has(arguments, OPTION_CSV))
            append_csv(list, &out);
        else
            append_text(list, &out);
        status = output_write_all(cli, "-", builder_result(&out));
    }
    bd_session_free(list->session);
    load_close(loaded);
    return status;
}
