/* declare_column.c: columns of the lines, of joined messages and of lists: what the language knows itself, and what a contract adds.
**
** Names are those of the data files (docs/language.md, "Joins"). The order of the language's own columns is that of the enum in core.h.
*/
#include "compiler/check.h"
#include "compiler/declare.h"
#include "vm/core/limits.h"

static const Text NO_TEXT = {"", 0};

static uint32_t add_column(Core *core, Column column)
{
    GROW(core, column);
    core->columns[core->column_count] = column;
    return core->column_count++;
}

static uint32_t own_column(Core *core, Text name, Type type)
{
    return add_column(
        core,
        (Column){.name = name, .type = type, .list = BD_NONE, .group = BD_NONE, .built_in = true, .citation = BD_NONE});
}

static Type optional_type(Type type)
{
    type.optional = true;
    return type;
}

static Type choice_type(uint32_t choice)
{
    Type type = declare_type(TYPE_CHOICE);
    type.choice = choice;
    return type;
}

static Type unit_type(TypeKind kind, uint32_t unit)
{
    Type type = declare_type(kind);
    type.unit = unit;
    return type;
}

static void own_group(Core *core, Text group, const Text *names, const Type *types, size_t count)
{
    Type record = optional_type(declare_type(TYPE_RECORD));
    uint32_t index = own_column(core, group, record);
    core->columns[index].is_group = true;
    for (size_t i = 0; i < count; i++) {
        uint32_t column = own_column(core, names[i], types[i]);
        core->columns[column].group = index;
    }
}

static void own_line_columns(Core *core)
{
    Type text = declare_type(TYPE_TEXT), date = declare_type(TYPE_DATE);
    own_column(core, TEXT("declaratienummer"), text);
    own_column(core, TEXT("regelnummer"), declare_type(TYPE_NUMBER));
    own_column(core, TEXT("dagtekening"), date);
    own_column(core, TEXT("aanbieder"), text);
    own_column(core, TEXT("gemeente"), text);
    own_column(core, TEXT("client"), text);
    own_column(core, TEXT("toewijzingnummer"), text);
    own_column(core, TEXT("product"), choice_type(0));
    own_column(core, TEXT("begindatum"), date);
    own_column(core, TEXT("einddatum"), date);
    own_column(core, TEXT("volume"), unit_type(TYPE_QUANTITY, UNIT_OF_PRODUCT));
    own_column(core, TEXT("eenheid"), choice_type(1));
    own_column(core, TEXT("tarief"), optional_type(unit_type(TYPE_RATE, UNIT_OF_PRODUCT)));
    own_column(core, TEXT("bedrag"), optional_type(declare_type(TYPE_MONEY)));
}

static void own_joined_columns(Core *core)
{
    Type text = declare_type(TYPE_TEXT), date = declare_type(TYPE_DATE), product = choice_type(0),
         unit = choice_type(1);
    const Text allocation[] = {TEXT_INIT("toewijzing_toewijzingsdatum"), TEXT_INIT("toewijzing_client"),
                               TEXT_INIT("toewijzing_aanbieder"),        TEXT_INIT("toewijzing_gemeente"),
                               TEXT_INIT("toewijzing_product"),          TEXT_INIT("toewijzing_ingangsdatum"),
                               TEXT_INIT("toewijzing_einddatum"),        TEXT_INIT("toewijzing_volume"),
                               TEXT_INIT("toewijzing_eenheid"),          TEXT_INIT("toewijzing_frequentie")};
    const Type allocation_types[] = {date,
                                     text,
                                     text,
                                     text,
                                     product,
                                     date,
                                     optional_type(date),
                                     optional_type(unit_type(TYPE_QUANTITY, UNIT_OF_PRODUCT)),
                                     optional_type(unit),
                                     optional_type(text)}; /* the standard's Omvang may be absent as a whole */
    own_group(core, TEXT("toewijzing"), allocation, allocation_types, sizeof allocation / sizeof *allocation);
    const Text start[] = {TEXT_INIT("start_begindatum"), TEXT_INIT("start_verzonden")};
    const Type start_types[] = {date, optional_type(date)};
    own_group(core, TEXT("start"), start, start_types, 2);
    const Text stop[] = {TEXT_INIT("stop_einddatum"), TEXT_INIT("stop_reden"), TEXT_INIT("stop_verzonden")};
    const Type stop_types[] = {date, optional_type(text), optional_type(date)};
    own_group(core, TEXT("stop"), stop, stop_types, 3);
}

void declare_choice_columns(Core *core)
{
    for (uint32_t i = 2; i < core->choice_count; i++)
        if (!core->choices[i].is_reading && find_column(core, BD_NONE, core->choices[i].name) == BD_NONE)
            add_column(core, (Column){.name = core->choices[i].name,
                                      .type = choice_type(i),
                                      .list = BD_NONE,
                                      .group = BD_NONE,
                                      .citation = BD_NONE,
                                      .span = core->choices[i].span});
}

void declare_input(Core *core, const Ast *item)
{
    uint32_t earlier = find_column(core, BD_NONE, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->columns[earlier].span);
        return;
    }
    Type type = check_type(core, item->a);
    type.optional = ast_has(item, AST_IS_OPTIONAL);
    if (type.kind == TYPE_INTERVAL || type.kind == TYPE_RECORD) {
        diag_report(core->diags, DIAG_E0407, item->a->span, item->a->text, NO_TEXT, NO_TEXT);
        type = declare_type(TYPE_ERROR);
    }
    add_column(core, (Column){.name = item->text,
                              .type = type,
                              .list = BD_NONE,
                              .group = BD_NONE,
                              .label = item->b ? item->b->text : NO_TEXT,
                              .citation = core_citation(core, item->d),
                              .span = item->name_span});
}

/* ---- Lists ---- */

static uint32_t add_list(Core *core, List list)
{
    GROW(core, list);
    core->lists[core->list_count] = list;
    return core->list_count++;
}

static void list_column(Core *core, uint32_t list, Text name, Type type, Span span)
{
    uint32_t column = add_column(
        core, (Column){.name = name, .type = type, .list = list, .group = BD_NONE, .citation = BD_NONE, .span = span});
    core->lists[list].columns[core->lists[list].column_count++] = column;
}

static void own_list(Core *core, Text name, Text key, uint32_t maximum, const Text *names, const Type *types,
                     size_t count)
{
    List list = {.name = name, .record_name = name, .key = key, .maximum = maximum, .built_in = true};
    list.columns = arena_array(core->arena, count, sizeof *list.columns);
    uint32_t index = add_list(core, list);
    for (size_t i = 0; i < count; i++)
        list_column(core, index, names[i], types[i], (Span){0, 0, 0});
}

enum {
    OWN_LIST_MAXIMUM = 1000
}; /* allocations of one client, messages of one allocation, lines of one declaration and client */

static void own_lists(Core *core)
{
    Type text = declare_type(TYPE_TEXT), date = declare_type(TYPE_DATE), number = declare_type(TYPE_NUMBER),
         product = choice_type(0), unit = choice_type(1);
    const Text allocation[] = {TEXT_INIT("toewijzingnummer"), TEXT_INIT("toewijzingsdatum"), TEXT_INIT("aanbieder"),
                               TEXT_INIT("gemeente"),         TEXT_INIT("product"),          TEXT_INIT("ingangsdatum"),
                               TEXT_INIT("einddatum"),        TEXT_INIT("volume"),           TEXT_INIT("eenheid"),
                               TEXT_INIT("frequentie")};
    const Type allocation_types[] = {text,
                                     date,
                                     text,
                                     text,
                                     product,
                                     date,
                                     optional_type(date),
                                     optional_type(number),
                                     optional_type(unit),
                                     optional_type(text)};
    own_list(core, TEXT("toewijzingen"), TEXT("client"), OWN_LIST_MAXIMUM, allocation, allocation_types, 10);
    const Text start[] = {TEXT_INIT("begindatum"), TEXT_INIT("verzonden")};
    const Type start_types[] = {date, optional_type(date)};
    own_list(core, TEXT("startberichten"), TEXT("toewijzingnummer"), OWN_LIST_MAXIMUM, start, start_types, 2);
    const Text stop[] = {TEXT_INIT("einddatum"), TEXT_INIT("reden"), TEXT_INIT("verzonden")};
    const Type stop_types[] = {date, optional_type(text), optional_type(date)};
    own_list(core, TEXT("stopberichten"), TEXT("toewijzingnummer"), OWN_LIST_MAXIMUM, stop, stop_types, 3);
    const Text line[] = {TEXT_INIT("product"), TEXT_INIT("begindatum"), TEXT_INIT("einddatum"),
                         TEXT_INIT("volume"),  TEXT_INIT("eenheid"),    TEXT_INIT("toewijzingnummer")};
    const Type line_types[] = {product, date, date, number, unit, text};
    own_list(core, TEXT("andere_regels"), TEXT("client"), OWN_LIST_MAXIMUM, line, line_types, 6);
}

void declare_list(Core *core, const Ast *item)
{
    uint32_t earlier = find_list(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->lists[earlier].span);
        return;
    }
    List list = {.name = item->text,
                 .record_name = item->text,
                 .key = TEXT("client"),
                 .maximum = LIST_MAX_RECORDS,
                 .citation = core_citation(core, item->d),
                 .span = item->name_span};
    if (item->b)
        list.key = item->b->text;
    if (item->c) {
        Expr *maximum = check_constant(core, item->c, declare_type(TYPE_NUMBER));
        if (maximum->op == EXPR_NUMBER && number_is_whole(maximum->number) && maximum->number.num > 0 &&
            maximum->number.num <= LIST_MAX_RECORDS)
            list.maximum = (uint32_t)maximum->number.num;
        else
            diag_report(core->diags, DIAG_E0911, item->c->span, item->text, NO_TEXT, NO_TEXT);
    }
    list.columns = arena_array(core->arena, ast_count(item->a), sizeof *list.columns);
    uint32_t index = add_list(core, list);
    for (const Ast *field = item->a; field; field = field->next) {
        Type type = check_type(core, field->a);
        type.optional = ast_has(field, AST_IS_OPTIONAL);
        if (find_column(core, index, field->text) != BD_NONE)
            declare_report_twice(core, field->span, field->text, (Span){0, 0, 0});
        else
            list_column(core, index, field->text, type, field->span);
    }
}

void declare_own_columns(Core *core)
{
    own_line_columns(core);
    own_joined_columns(core);
    own_lists(core);
}
