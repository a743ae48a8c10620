/* table_from_ast.c: `tarief` and `tabel` items into Core.tables, one Table per name with its versions rising by start.
**
** A tariff takes its dimensions and its unit from its product, a table from its own `naar`. The dimensions of numbers and dates get their
** bounds from the rows of the first version; every further version must have the same. Cells are filled by table_fill.c.
*/
#include "compiler/amendment.h"
#include "compiler/check.h"
#include "compiler/declare.h"
#include "compiler/tables.h"
#include "vm/core/date.h"
#include "vm/core/limits.h"

#include <string.h>

enum { BOUND_DENOMINATOR_MAX = 1000000 }; /* bounds become 64-bit integers of one denominator */

uint32_t tables_add(Core *core, Table table)
{
    table.indexed = BD_NONE;
    core->tables =
        arena_grow(core->arena, core->tables, core->table_count, &core->table_capacity, sizeof *core->tables);
    core->tables[core->table_count] = table;
    return core->table_count++;
}

/* Puts a version where its start belongs; those of one start stay in source order. */
static TableVersion *add_version(Core *core, Table *table, TableVersion made)
{
    TableVersion *versions = arena_array(core->arena, (size_t)table->version_count + 1, sizeof *versions);
    uint32_t at = 0;
    while (at < table->version_count && table->versions[at].validity.from <= made.validity.from)
        at++;
    if (at > 0)
        memcpy(versions, table->versions, at * sizeof *versions);
    versions[at] = made;
    if (at < table->version_count)
        memcpy(&versions[at + 1], &table->versions[at], (table->version_count - at) * sizeof *versions);
    table->versions = versions;
    table->version_count++;
    return &versions[at];
}

int32_t tables_price_level(Core *core, const Ast *clauses)
{
    const Ast *clause = clauses;
    while (clause != NULL && clause->kind != AST_PRICE_LEVEL)
        clause = clause->next;
    if (clause == NULL || clause->a == NULL)
        return BD_DATE_MIN;
    const Ast *level = clause->a;
    int32_t date = BD_DATE_MIN;
    if (level->kind == AST_DATE)
        date = level->date;
    else if (level->kind == AST_MONTH)
        date = month_last_day(level->date);
    else if (!number_is_whole(level->number) || level->number.num < 1 || level->number.num > 9999 ||
             !date_from_ymd((int32_t)level->number.num, 12, 31, &date))
        diag_report(core->diags, DIAG_E1210, level->span, (Text){0}, (Text){0}, (Text){0});
    return date;
}

/* The header's level holds for the tariffs that start up to it: a later one was written with later indexations in mind. */
static int32_t level_of(Core *core, const Ast *item, int32_t from)
{
    int32_t level = tables_price_level(core, item->d);
    if (level == BD_DATE_MIN && from <= core->price_level)
        level = core->price_level;
    return level;
}

static TableVersion new_version(Core *core, const Table *table, const Ast *item)
{
    TableVersion version = {.validity = core_validity(core, item->d),
                            .citation = core_citation(core, item->d),
                            .amendment = amendment_of(core, item->d),
                            .node = item,
                            .span = item->name_span};
    version.cells = arena_array(core->arena, table->cell_count, sizeof *version.cells);
    version.present = arena_array(core->arena, table->cell_count, sizeof *version.present);
    version.spans = arena_array(core->arena, table->cell_count, sizeof *version.spans);
    for (uint32_t i = 0; i < table->cell_count; i++)
        version.cells[i] = NUMBER_ZERO;
    return version;
}

/* The versions of an extern table are in its file. */
static void refuse_amendment(Core *core, const Ast *item)
{
    const Ast *clause = ast_clause(item, AST_FOLLOWS);
    if (clause != NULL && ast_has(item, AST_IS_EXTERN))
        diag_report(core->diags, DIAG_E0532, clause->span, item->text, (Text){0}, (Text){0});
}

/* Whether a further table of this name can be another version of it. */
static bool is_version(const Core *core, uint32_t table, const Ast *item)
{
    const Table *known = &core->tables[table];
    bool follows = ast_clause(item, AST_FOLLOWS) != NULL;
    for (uint32_t v = 0; v < known->version_count; v++)
        follows = follows || ast_clause(known->versions[v].node, AST_FOLLOWS) != NULL;
    return !ast_has(item, AST_IS_EXTERN) && (follows || ast_clause(item, AST_VALID) != NULL);
}

/* The number of cells; false after reporting that there are too many. */
static bool count_cells(Core *core, Table *table, Span span)
{
    uint64_t cells = 1;
    for (uint32_t d = 0; d < table->dimension_count && cells <= TABLE_MAX_CELLS; d++)
        cells *= dimension_size(core, &table->dimensions[d]);
    if (cells > TABLE_MAX_CELLS) {
        diag_report(core->diags, DIAG_E0516, span, table->name, table_count_text(core, TABLE_MAX_CELLS), (Text){0});
        return false;
    }
    table->cell_count = (uint32_t)cells;
    return true;
}

/* ---- bounds of numeric dimensions ---- */

typedef struct Bounds {
    Core *core;
    Dimension *dimension;
    uint32_t capacity;
    bool closed, bad;
} Bounds;

static bool is_bound(const Ast *cell)
{
    return cell->kind == AST_CELL_ABOVE || (cell->kind == AST_INTERVAL && cell->a == NULL && cell->b != NULL);
}

/* Takes a bound where it is met first; met again in a later row it is the same member. */
static void take_bound(Bounds *bounds, const Ast *cell)
{
    Core *core = bounds->core;
    Dimension *dimension = bounds->dimension;
    if (!is_bound(cell) || cell->kind == AST_CELL_ABOVE) {
        bounds->closed = bounds->closed || cell->kind == AST_CELL_ABOVE;
        return; /* anything else is reported where the rows are read */
    }
    Expr *bound = check_constant(core, cell->b, dimension->type);
    if (bound->op == EXPR_ERROR) {
        bounds->bad = true;
        return;
    }
    Number value = table_constant(bound);
    if (dimension_find_bound(dimension, value) != BD_NONE)
        return;
    bool fits = value.big == NULL && value.den <= BOUND_DENOMINATOR_MAX &&
                value.num > INT64_MIN / BOUND_DENOMINATOR_MAX && value.num < INT64_MAX / BOUND_DENOMINATOR_MAX;
    if (!fits) {
        diag_report(core->diags, DIAG_E0911, cell->span, TEXT("tot en met"), (Text){0}, (Text){0});
        bounds->bad = true;
        return;
    }
    if (dimension->bound_count > 0 && number_compare(dimension->bounds[dimension->bound_count - 1], value) >= 0) {
        diag_report(core->diags, DIAG_E0508, cell->span, dimension->name, (Text){0}, (Text){0});
        bounds->bad = true;
        return;
    }
    if (dimension->bound_count < bounds->capacity)
        dimension->bounds[dimension->bound_count++] = value;
}

static uint32_t column_of_dimension(const Ast *header, Text name)
{
    uint32_t i = 0;
    for (const Ast *cell = header->a; cell != NULL; cell = cell->next, i++) {
        if (cell->kind == AST_NAME && text_equal(cell->text, name))
            return i;
    }
    return BD_NONE;
}

static const Ast *cell_at(const Ast *row, uint32_t index)
{
    const Ast *cell = row->a;
    while (cell != NULL && index-- > 0)
        cell = cell->next;
    return cell;
}

/* The bounds stand in the dimension's column, or in the header where it has none. */
static bool read_bounds(Core *core, Dimension *dimension, const Ast *rows)
{
    uint32_t column = column_of_dimension(rows, dimension->name);
    uint32_t capacity = (uint32_t)(column == BD_NONE ? ast_count(rows->a) : ast_count(rows));
    Bounds bounds = {core, dimension, capacity, false, false};
    dimension->bounds = arena_array(core->arena, capacity, sizeof *dimension->bounds);
    if (column == BD_NONE) {
        for (const Ast *cell = rows->a; cell != NULL; cell = cell->next)
            take_bound(&bounds, cell);
    } else {
        for (const Ast *row = rows->next; row != NULL; row = row->next) {
            const Ast *cell = cell_at(row, column);
            if (cell != NULL)
                take_bound(&bounds, cell);
        }
    }
    if (bounds.bad)
        return false;
    if (dimension->bound_count == 0) {
        diag_report(core->diags, DIAG_E0523, rows->span, (Text){0}, (Text){0}, (Text){0});
        return false;
    }
    dimension->open_top = true;
    if (!bounds.closed)
        diag_report(core->diags, DIAG_E0509, rows->span, dimension->name, (Text){0}, (Text){0});
    return bounds.closed;
}

/* ---- the types of a table ---- */

static Type guess_type(Core *core, const Ast *cell)
{
    Type type = declare_type(TYPE_ERROR);
    while (cell != NULL && cell->kind == AST_NEGATE)
        cell = cell->a;
    if (cell == NULL)
        return type;
    if (cell->kind == AST_NUMBER || cell->kind == AST_PERCENT)
        type.kind = TYPE_NUMBER;
    else if (cell->kind == AST_MONEY)
        type.kind = TYPE_MONEY;
    else if (cell->kind == AST_DATE)
        type.kind = TYPE_DATE;
    else if (cell->kind == AST_BOOLEAN)
        type.kind = TYPE_BOOLEAN;
    else if (cell->kind == AST_QUANTITY || cell->kind == AST_RATE)
        type.kind = cell->kind == AST_RATE ? TYPE_RATE : TYPE_QUANTITY;
    if (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE)
        type.unit = find_unit(core, cell->text);
    return type;
}

/* The first bound of a dimension, to tell what it measures where the contract does not say. */
static const Ast *first_bound(const Ast *rows, Text name)
{
    uint32_t column = rows == NULL ? BD_NONE : column_of_dimension(rows, name);
    for (const Ast *row = column == BD_NONE ? NULL : rows->next; row != NULL; row = row->next) {
        const Ast *cell = cell_at(row, column);
        if (cell != NULL && cell->kind == AST_INTERVAL)
            return cell->b;
    }
    for (const Ast *cell = rows == NULL || column != BD_NONE ? NULL : rows->a; cell != NULL; cell = cell->next) {
        if (cell->kind == AST_INTERVAL)
            return cell->b;
    }
    return NULL;
}

/* Values stand behind the last header cell that is not the name of a dimension; the last cell of the first row will do. */
static const Ast *first_value(const Ast *rows)
{
    const Ast *value = NULL;
    for (const Ast *cell = rows != NULL && rows->next != NULL ? rows->next->a : NULL; cell != NULL; cell = cell->next)
        value = cell;
    return value;
}

static bool resolve_dimension(Core *core, const Ast *item, const Ast *named, Dimension *out)
{
    *out = (Dimension){.name = named->text, .type = declare_type(TYPE_ERROR)};
    out->column = find_column(core, BD_NONE, named->text);
    uint32_t choice = find_choice(core, named->text);
    if (named->a != NULL)
        out->type = check_type(core, named->a);
    else if (out->column != BD_NONE)
        out->type = core->columns[out->column].type;
    else if (choice != BD_NONE)
        out->type = (Type){.kind = TYPE_CHOICE, .unit = BD_NONE, .choice = choice, .list = BD_NONE};
    else
        out->type = guess_type(core, first_bound(item->c, named->text));
    out->type.optional = false;
    if (out->type.kind != TYPE_ERROR)
        return true;
    if (named->a == NULL)
        report_unknown(core, named->span, named->text, "ch");
    return false;
}

/* What can be looked up: a closed choice, what has an order, and in extern tables any text or number. */
static bool dimension_is_fit(Core *core, const Ast *item, const Ast *named, Dimension *dimension)
{
    TypeKind kind = dimension->type.kind;
    bool ordered = kind == TYPE_NUMBER || kind == TYPE_MONEY || kind == TYPE_QUANTITY || kind == TYPE_DATE ||
                   kind == TYPE_MONTH || kind == TYPE_YEAR;
    bool is_extern = ast_has(item, AST_IS_EXTERN);
    if (kind == TYPE_CHOICE || (is_extern && (ordered || kind == TYPE_TEXT)))
        return true;
    if (ordered && item->c != NULL)
        return read_bounds(core, dimension, item->c);
    if (!ordered)
        diag_report(core->diags, DIAG_E0517, named->span, named->text, (Text){0}, (Text){0});
    return false;
}

static bool table_dimensions(Core *core, const Ast *item, Table *table)
{
    size_t count = ast_count(item->b);
    if (count > TABLE_MAX_DIMENSIONS) {
        diag_report(core->diags, DIAG_E0521, item->name_span, table_count_text(core, TABLE_MAX_DIMENSIONS), (Text){0},
                    (Text){0});
        return false;
    }
    table->dimensions = arena_array(core->arena, count, sizeof *table->dimensions);
    bool good = true;
    for (const Ast *named = item->b; named != NULL; named = named->next) {
        Dimension *dimension = &table->dimensions[table->dimension_count++];
        good =
            resolve_dimension(core, item, named, dimension) && dimension_is_fit(core, item, named, dimension) && good;
    }
    return good;
}

static bool table_type(Core *core, const Ast *item, Table *table)
{
    table->type = item->a != NULL ? check_type(core, item->a) : guess_type(core, first_value(item->c));
    if (item->a == NULL && text_equal(item->text, TEXT("contracttarief")))
        table->type = (Type){.kind = TYPE_RATE, .unit = UNIT_OF_PRODUCT, .choice = BD_NONE, .list = BD_NONE};
    TypeKind kind = table->type.kind;
    if (kind == TYPE_ERROR && item->a == NULL)
        diag_report(core->diags, DIAG_E0524, item->name_span, item->text, (Text){0}, (Text){0});
    bool is_extern_boolean = kind == TYPE_BOOLEAN && ast_has(item, AST_IS_EXTERN); /* a parameter file holds numbers */
    if (kind == TYPE_TEXT || kind == TYPE_INTERVAL || kind == TYPE_RECORD || is_extern_boolean) {
        diag_report(core->diags, DIAG_E0525, item->a == NULL ? item->name_span : item->a->span,
                    item->a == NULL ? item->text : item->a->text, (Text){0}, (Text){0});
        return false;
    }
    table->type.optional = false;
    return kind != TYPE_ERROR;
}

/* ---- tables ---- */

static bool same_shape(const Table *a, const Table *b)
{
    bool same =
        a->dimension_count == b->dimension_count && type_equal(a->type, b->type) && a->is_extern == b->is_extern;
    for (uint32_t d = 0; same && d < a->dimension_count; d++) {
        const Dimension *one = &a->dimensions[d], *other = &b->dimensions[d];
        same = text_equal(one->name, other->name) && type_equal(one->type, other->type) &&
               one->bound_count == other->bound_count;
        for (uint32_t i = 0; same && i < one->bound_count; i++)
            same = number_equal(one->bounds[i], other->bounds[i]);
    }
    return same;
}

static void read_rows(Core *core, Table *table, const Ast *item)
{
    if (table->is_extern) {
        if (item->c != NULL)
            diag_report(core->diags, DIAG_E0522, item->name_span, table->name, (Text){0}, (Text){0});
        return;
    }
    if (item->c == NULL || item->c->next == NULL) {
        diag_report(core->diags, DIAG_E0520, item->name_span, table->name, (Text){0}, (Text){0});
        return;
    }
    TableVersion *version = add_version(core, table, new_version(core, table, item));
    table_fill(core, table, version, item->c, (Text){0});
}

static void table_from_ast(Core *core, const Ast *item)
{
    refuse_amendment(core, item);
    Table made = {.name = item->text,
                  .label = item->text,
                  .product = BD_NONE,
                  .citation = core_citation(core, item->d),
                  .span = item->name_span};
    made.is_extern = ast_has(item, AST_IS_EXTERN);
    made.is_optional = ast_has(item, AST_IS_OPTIONAL);
    bool has_type = table_type(core, item, &made);
    bool good = table_dimensions(core, item, &made) && has_type;
    uint32_t index = find_table(core, item->text);
    if (index != BD_NONE && !is_version(core, index, item)) {
        Diag *diag = diag_report(core->diags, DIAG_E0302, item->name_span, item->text, (Text){0}, (Text){0});
        diag_label(core->diags, diag, core->tables[index].span, DIAG_N0501, (Text){0}, (Text){0});
        return;
    }
    if (!good) /* keep the name, so that reading it gives no second message */
        made = (Table){.name = item->text,
                       .label = item->text,
                       .product = BD_NONE,
                       .type = declare_type(TYPE_ERROR),
                       .citation = made.citation,
                       .span = made.span};
    if (good && !made.is_extern && !count_cells(core, &made, item->name_span))
        good = false;
    if (index != BD_NONE && good && !same_shape(&core->tables[index], &made)) {
        Diag *diag = diag_report(core->diags, DIAG_E0519, item->name_span, item->text, (Text){0}, (Text){0});
        diag_label(core->diags, diag, core->tables[index].span, DIAG_N0501, (Text){0}, (Text){0});
        return;
    }
    if (index == BD_NONE)
        index = tables_add(core, made);
    if (good)
        read_rows(core, &core->tables[index], item);
}

/* ---- tariffs ---- */

static uint32_t tariff_of(Core *core, uint32_t index, const Ast *item)
{
    Product *product = &core->products[index];
    if (product->tariff != BD_NONE)
        return product->tariff;
    Table table = {.name = product->name,
                   .label = product->label,
                   .is_tariff = true,
                   .product = index,
                   .callable = true,
                   .citation = BD_NONE,
                   .span = item->name_span};
    table.type = (Type){.kind = TYPE_RATE, .unit = product->unit, .choice = BD_NONE, .list = BD_NONE};
    table.is_extern = ast_has(item, AST_IS_EXTERN);
    table.is_optional = ast_has(item, AST_IS_OPTIONAL);
    table.dimensions = arena_array(core->arena, product->dimension_count, sizeof *table.dimensions);
    for (uint32_t d = 0; d < product->dimension_count && d < TABLE_MAX_DIMENSIONS; d++) {
        const Column *column = &core->columns[product->dimensions[d]];
        table.dimensions[table.dimension_count] =
            (Dimension){.name = column->name, .type = column->type, .column = product->dimensions[d]};
        table.dimensions[table.dimension_count++].type.optional = false;
    }
    if (product->dimension_count > TABLE_MAX_DIMENSIONS)
        diag_report(core->diags, DIAG_E0521, product->span, table_count_text(core, TABLE_MAX_DIMENSIONS), (Text){0},
                    (Text){0});
    if (!count_cells(core, &table, item->name_span))
        table.cell_count = 0;
    product->tariff = tables_add(core, table);
    return product->tariff;
}

static void single_amount(Core *core, Table *table, TableVersion *version, const Ast *item)
{
    if (table->dimension_count > 0) {
        StringBuilder out;
        builder_init(&out, core->arena);
        for (uint32_t d = 0; d < table->dimension_count; d++) {
            builder_text(&out, d == 0 ? TEXT("") : TEXT(", "));
            builder_text(&out, table->dimensions[d].name);
        }
        diag_report(core->diags, DIAG_E0515, item->a->span, table->name, builder_result(&out), (Text){0});
        return;
    }
    version->spans[0] = item->a->span;
    version->present[0] =
        table_cell_value(core, table, item->a, item->b == NULL ? (Text){0} : item->b->text, &version->cells[0]);
}

/* A parameter file holds plain numbers, so an extern tariff stands in no other unit than its product. */
static void extern_unit(Core *core, const Table *table, const Ast *unit)
{
    uint32_t written = find_unit(core, unit->text);
    if (written == BD_NONE)
        report_unknown(core, unit->span, unit->text, "u");
    else if (table->type.unit != BD_NONE && written != table->type.unit)
        diag_report(core->diags, DIAG_E0518, unit->span, table->name, core->units[written].name,
                    core->units[table->type.unit].name);
}

static void tariff_from_ast(Core *core, const Ast *item)
{
    uint32_t product = find_product(core, item->text);
    if (product == BD_NONE) {
        report_unknown(core, item->name_span, item->text, "p");
        return;
    }
    refuse_amendment(core, item);
    uint32_t index = tariff_of(core, product, item); /* first: it may move the tables */
    Table *table = &core->tables[index];
    if (ast_has(item, AST_IS_TARIFF_AT_BEGIN))
        core->products[product].price_at_begin = true;
    table->is_maximum = table->is_maximum || ast_has(item, AST_IS_MAXIMUM);
    if (table->is_extern != ast_has(item, AST_IS_EXTERN)) {
        Diag *diag = diag_report(core->diags, DIAG_E0519, item->name_span, item->text, (Text){0}, (Text){0});
        diag_label(core->diags, diag, table->span, DIAG_N0501, (Text){0}, (Text){0});
        return;
    }
    if (table->citation == BD_NONE)
        table->citation = core_citation(core, item->d);
    if (table->is_extern) {
        table->level = level_of(core, item, BD_DATE_MIN);
        if (item->b != NULL)
            extern_unit(core, table, item->b);
        if (item->a != NULL || item->c != NULL)
            diag_report(core->diags, DIAG_E0522, item->name_span, item->text, (Text){0}, (Text){0});
        return;
    }
    TableVersion *version = add_version(core, table, new_version(core, table, item));
    version->none = ast_has(item, AST_IS_NO_TARIFF);
    version->level = level_of(core, item, version->validity.from);
    if (version->level == BD_DATE_MIN)
        version->level = version->validity.from;
    if (table->cell_count == 0)
        return; /* too large: reported */
    if (item->a != NULL)
        single_amount(core, table, version, item);
    else if (item->c != NULL)
        table_fill(core, table, version, item->c, item->b == NULL ? (Text){0} : item->b->text);
    else if (!version->none)
        diag_report(core->diags, DIAG_E0514, item->name_span, item->text, (Text){0}, (Text){0});
}

/* `product … maximum` says of all its tariffs that they are ceilings. */
static void mark_maximum(Core *core, const Ast *item)
{
    uint32_t product = find_product(core, item->text);
    if (product != BD_NONE && core->products[product].tariff != BD_NONE && ast_has(item, AST_IS_MAXIMUM))
        core->tables[core->products[product].tariff].is_maximum = true;
}

void tables_from_ast(Core *core, const Ast *items)
{
    for (const Ast *item = items; item != NULL; item = item->next) {
        if (item->kind == AST_TABLE)
            table_from_ast(core, item);
        else if (item->kind == AST_TARIFF)
            tariff_from_ast(core, item);
    }
    for (const Ast *item = items; item != NULL; item = item->next) {
        if (item->kind == AST_PRODUCT)
            mark_maximum(core, item);
    }
}
