/* table_fill.c: the rows of one table into its cells, each cell exactly once.
**
** The header tells what each column is: the members of a named dimension, the values under one member of the one dimension that has no
** column (the pivot), or the values themselves. Rows with `overige` cover what more precise rows leave open.
** Invariant: when no error was reported, every cell is present or deliberately empty (`geen tarief`).
*/
#include "compiler/check.h"
#include "compiler/tables.h"
#include "vm/core/limits.h"

#include <string.h>

enum {
    COLUMNS_MAX = CHOICE_MAX_MEMBERS + TABLE_MAX_DIMENSIONS, /* a pivot over the largest choice */
    MISSING_NAMED = 5 /* missing cells that are written out; the rest is counted */
};

/* In place of a member: `overige`, and one that was reported. */
#define REST UINT32_MAX
#define MEMBER_BAD (UINT32_MAX - 1)

typedef enum HeadKind { HEAD_DIMENSION, HEAD_MEMBER, HEAD_VALUE, HEAD_BAD } HeadKind;
typedef struct Head {
    HeadKind kind;
    uint32_t index;
} Head; /* dimension, or member of the pivot (REST for `overige`) */

typedef struct Fill {
    Core *core;
    Table *table;
    TableVersion *version;
    Text unit;
    Head *heads;
    uint32_t head_count;
    uint32_t pivot; /* dimension without a column, or BD_NONE */
    uint8_t *level; /* per cell: 0 open, else 1 + the number of `overige` it came by */
    bool bad;       /* something was reported: what is missing may follow from it */
} Fill;

Text table_count_text(const Core *core, uint64_t count)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_uint64(&out, count);
    return builder_result(&out);
}

Number table_constant(const Expr *constant)
{
    return constant->op == EXPR_NUMBER ? constant->number : (Number){constant->integer, 1, NULL};
}

uint32_t dimension_size(const Core *core, const Dimension *dimension)
{
    if (dimension->type.kind == TYPE_CHOICE)
        return core->choices[dimension->type.choice].member_count;
    return dimension->bound_count == 0 ? 0 : dimension->bound_count + (dimension->open_top ? 1u : 0u);
}

uint32_t dimension_find_bound(const Dimension *dimension, Number value)
{
    uint32_t low = 0, high = dimension->bound_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (number_compare(dimension->bounds[middle], value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < dimension->bound_count && number_equal(dimension->bounds[low], value) ? low : BD_NONE;
}

static void append_bound(const Dimension *dimension, Number bound, StringBuilder *out)
{
    if (dimension->type.kind == TYPE_DATE)
        date_append(out, (Date)bound.num);
    else
        number_append(out, bound, dimension->type.kind == TYPE_MONEY ? 2 : 0);
}

void dimension_append_member(const Core *core, const Dimension *dimension, uint32_t member, StringBuilder *out)
{
    if (dimension->type.kind == TYPE_CHOICE) {
        builder_text(out, core->choices[dimension->type.choice].members[member].name);
    } else if (member < dimension->bound_count) {
        builder_text(out, TEXT("≤ "));
        append_bound(dimension, dimension->bounds[member], out);
    } else {
        builder_text(out, TEXT("> "));
        append_bound(dimension, dimension->bounds[dimension->bound_count - 1], out);
    }
}

void table_append_cell(const Core *core, const Table *table, uint32_t position, StringBuilder *out)
{
    uint32_t members[TABLE_MAX_DIMENSIONS];
    for (uint32_t d = table->dimension_count; d-- > 0;) {
        uint32_t size = dimension_size(core, &table->dimensions[d]);
        members[d] = position % size;
        position /= size;
    }
    for (uint32_t d = 0; d < table->dimension_count; d++) {
        if (d > 0)
            builder_text(out, TEXT(" × "));
        dimension_append_member(core, &table->dimensions[d], members[d], out);
    }
}

Text dimension_nearest(const Core *core, const Dimension *dimension, Text name)
{
    Text best = {NULL, 0};
    unsigned nearest = name.size < 4 ? 1 : 2;
    if (dimension->type.kind != TYPE_CHOICE)
        return best;
    const Choice *choice = &core->choices[dimension->type.choice];
    for (uint32_t i = 0; i < choice->member_count; i++) {
        unsigned distance = text_distance(name, choice->members[i].name, nearest);
        if (distance <= nearest && (best.size == 0 || distance < nearest)) {
            best = choice->members[i].name;
            nearest = distance;
        }
    }
    return best;
}

/* ---- values ---- */

static bool unit_factor(Core *core, const Table *table, Span span, Text unit, Number *factor)
{
    *factor = NUMBER_ONE;
    if (unit.size == 0 || table->type.kind != TYPE_RATE)
        return true;
    uint32_t written = find_unit(core, unit);
    if (written == BD_NONE) {
        report_unknown(core, span, unit, "u");
        return false;
    }
    const Unit *from = &core->units[written], *to = &core->units[table->type.unit];
    if (from->base != to->base) {
        diag_report(core->diags, DIAG_E0518, span, table->name, from->name, to->name);
        return false;
    }
    return number_div(core->arena, to->factor, from->factor, factor) == BD_OK;
}

static bool rate_value(Core *core, const Table *table, const Ast *cell, Text unit, Number *out)
{
    const Ast *amount = cell;
    Span unit_span = cell->span;
    if (cell->kind == AST_RATE) {
        amount = cell->a;
        unit = cell->text;
        unit_span = cell->name_span;
    }
    Type wanted = {.kind = amount->kind == AST_NUMBER ? TYPE_NUMBER : TYPE_MONEY,
                   .unit = BD_NONE,
                   .choice = BD_NONE,
                   .list = BD_NONE};
    Expr *value = check_constant(core, amount, wanted);
    Number factor;
    if (value->op != EXPR_NUMBER || !unit_factor(core, table, unit_span, unit, &factor))
        return false;
    return number_mul(core->arena, value->number, factor, out) == BD_OK;
}

bool table_cell_value(Core *core, const Table *table, const Ast *cell, Text unit, Number *out)
{
    if (cell->kind == AST_ERROR)
        return false;
    if (table->type.kind == TYPE_RATE && table->type.unit != BD_NONE)
        return rate_value(core, table, cell, unit, out);
    Type wanted = table->type;
    bool is_measure = wanted.kind == TYPE_MONEY ||
                      wanted.kind == TYPE_QUANTITY; /* the table says in what; its cells need not repeat it */
    if (is_measure && cell->kind == AST_NUMBER)
        wanted = (Type){.kind = TYPE_NUMBER, .unit = BD_NONE, .choice = BD_NONE, .list = BD_NONE};
    Expr *value = check_constant(core, cell, wanted);
    if (value->op == EXPR_ERROR)
        return false;
    *out = table_constant(value);
    return true;
}

/* ---- members ---- */

static uint32_t bound_member(Fill *fill, const Dimension *dimension, const Ast *cell)
{
    if (cell->kind == AST_CELL_ABOVE)
        return dimension->bound_count;
    Expr *bound = check_constant(fill->core, cell->b, dimension->type);
    return bound->op == EXPR_ERROR ? BD_NONE : dimension_find_bound(dimension, table_constant(bound));
}

static uint32_t unknown_member(Fill *fill, const Dimension *dimension, const Ast *cell)
{
    Core *core = fill->core;
    Diag *diag = diag_report(core->diags, DIAG_E0503, cell->span, cell->text, dimension->name, (Text){0});
    Text near = dimension_nearest(core, dimension, cell->text);
    if (near.size > 0)
        diag_help(core->diags, diag, DIAG_N0001, near, (Text){0});
    fill->bad = true;
    return MEMBER_BAD;
}

/* The member a cell names, REST or MEMBER_BAD. */
static uint32_t member_of(Fill *fill, const Dimension *dimension, const Ast *cell)
{
    if (cell->kind == AST_CELL_REST)
        return REST;
    if (dimension->type.kind == TYPE_CHOICE) {
        bool is_name =
            cell->kind == AST_NAME || cell->kind == AST_FIELD || cell->kind == AST_TEXT; /* a FIELD is keuze.lid */
        uint32_t member = is_name ? find_member(fill->core, dimension->type.choice, cell->text) : BD_NONE;
        return member == BD_NONE ? unknown_member(fill, dimension, cell) : member;
    }
    bool is_bound = cell->kind == AST_CELL_ABOVE || (cell->kind == AST_INTERVAL && cell->a == NULL && cell->b != NULL);
    uint32_t member = is_bound ? bound_member(fill, dimension, cell) : BD_NONE;
    if (member != BD_NONE)
        return member;
    if (!is_bound)
        diag_report(fill->core->diags, DIAG_E0523, cell->span, (Text){0}, (Text){0}, (Text){0});
    else
        diag_report(fill->core->diags, DIAG_E0519, cell->span, fill->table->name, (Text){0}, (Text){0});
    fill->bad = true;
    return MEMBER_BAD;
}

/* ---- the header ---- */

static uint32_t dimension_named(const Table *table, const Ast *cell)
{
    for (uint32_t d = 0; cell->kind == AST_NAME && d < table->dimension_count; d++) {
        if (text_equal(table->dimensions[d].name, cell->text))
            return d;
    }
    return BD_NONE;
}

static bool head_is_known(Fill *fill, uint32_t dimension, Span span)
{
    for (uint32_t i = 0; i < fill->head_count; i++) {
        if (fill->heads[i].kind != HEAD_DIMENSION || fill->heads[i].index != dimension)
            continue;
        diag_report(fill->core->diags, DIAG_E0506, span, fill->table->dimensions[dimension].name, (Text){0}, (Text){0});
        fill->bad = true;
        return true;
    }
    return false;
}

/* Which dimension has no column of its own; reports when that is more than one. */
static bool settle_pivot(Fill *fill, const Ast *header)
{
    fill->pivot = BD_NONE;
    for (uint32_t d = 0; d < fill->table->dimension_count; d++) {
        bool has_column = false;
        for (uint32_t i = 0; i < fill->head_count; i++)
            has_column = has_column || (fill->heads[i].kind == HEAD_DIMENSION && fill->heads[i].index == d);
        if (has_column)
            continue;
        if (fill->pivot != BD_NONE) {
            diag_report(fill->core->diags, DIAG_E0505, header->span, fill->table->name,
                        fill->table->dimensions[fill->pivot].name, (Text){0});
            return false;
        }
        fill->pivot = d;
    }
    return true;
}

static void report_heading(Fill *fill, const Ast *cell)
{
    Core *core = fill->core;
    const Dimension *pivot = fill->pivot == BD_NONE ? NULL : &fill->table->dimensions[fill->pivot];
    if (pivot == NULL) {
        diag_report(core->diags, DIAG_E0504, cell->span, cell->text, fill->table->name,
                    fill->table->dimension_count > 0 ? fill->table->dimensions[0].name : fill->table->name);
    } else {
        Diag *diag = diag_report(core->diags, DIAG_E0504, cell->span, cell->text, fill->table->name, pivot->name);
        Text near = dimension_nearest(core, pivot, cell->text);
        if (near.size > 0)
            diag_help(core->diags, diag, DIAG_N0001, near, (Text){0});
    }
    fill->bad = true;
}

static void settle_value_heads(Fill *fill, const Ast *header)
{
    uint32_t i = 0, values = 0;
    for (const Ast *cell = header->a; cell != NULL && i < fill->head_count; cell = cell->next, i++) {
        Head *head = &fill->heads[i];
        if (head->kind == HEAD_DIMENSION || head->kind == HEAD_BAD)
            continue;
        if (fill->pivot == BD_NONE) {
            head->kind = values++ == 0 ? HEAD_VALUE : HEAD_BAD;
            if (head->kind == HEAD_BAD)
                report_heading(fill, cell);
            continue;
        }
        const Dimension *pivot = &fill->table->dimensions[fill->pivot];
        bool is_name = cell->kind == AST_NAME;
        if (is_name && pivot->type.kind == TYPE_CHOICE &&
            find_member(fill->core, pivot->type.choice, cell->text) == BD_NONE) {
            head->kind = HEAD_BAD;
            report_heading(fill, cell);
            continue;
        }
        head->index = member_of(fill, pivot, cell);
        head->kind = head->index == MEMBER_BAD ? HEAD_BAD : HEAD_MEMBER;
    }
}

static bool read_header(Fill *fill, const Ast *header)
{
    size_t cells = ast_count(header->a);
    if (cells > COLUMNS_MAX) {
        diag_report(fill->core->diags, DIAG_E0516, header->span, fill->table->name,
                    table_count_text(fill->core, TABLE_MAX_CELLS), (Text){0});
        return false;
    }
    fill->heads = arena_array(fill->core->arena, cells, sizeof *fill->heads);
    for (const Ast *cell = header->a; cell != NULL; cell = cell->next) {
        uint32_t dimension = dimension_named(fill->table, cell);
        Head head = {.kind = HEAD_BAD};
        if (dimension != BD_NONE && !head_is_known(fill, dimension, cell->span))
            head = (Head){HEAD_DIMENSION, dimension};
        else if (dimension == BD_NONE)
            head.kind = HEAD_VALUE;
        fill->heads[fill->head_count++] = head;
    }
    if (!settle_pivot(fill, header))
        return false;
    settle_value_heads(fill, header);
    return true;
}

/* ---- the rows ---- */

static void report_double(Fill *fill, uint32_t position, const Ast *cell)
{
    Core *core = fill->core;
    StringBuilder out;
    builder_init(&out, core->arena);
    table_append_cell(core, fill->table, position, &out);
    Diag *diag = diag_report(core->diags, DIAG_E0502, cell->span, fill->table->name, builder_result(&out), (Text){0});
    diag_label(core->diags, diag, fill->version->spans[position], DIAG_N0501, (Text){0}, (Text){0});
    fill->bad = true;
}

static void set_cell(Fill *fill, uint32_t position, const Ast *cell, bool present, Number value, uint8_t level)
{
    if (fill->level[position] != 0) {
        if (fill->level[position] == level)
            report_double(fill, position, cell);
        return; /* a more precise row was here */
    }
    fill->level[position] = level;
    fill->version->present[position] = present;
    fill->version->cells[position] = value;
    fill->version->spans[position] = cell->span;
}

/* Sets a cell for every combination that the members allow, REST meaning all of its dimension. */
static void set_cells(Fill *fill, const uint32_t *members, const Ast *cell, bool present, Number value, uint8_t level)
{
    const Table *table = fill->table;
    uint32_t at[TABLE_MAX_DIMENSIONS] = {0};
    for (;;) {
        uint32_t position = 0;
        for (uint32_t d = 0; d < table->dimension_count; d++)
            position = position * dimension_size(fill->core, &table->dimensions[d]) +
                       (members[d] == REST ? at[d] : members[d]);
        set_cell(fill, position, cell, present, value, level);
        uint32_t d = table->dimension_count;
        while (d-- > 0) {
            if (members[d] == REST && ++at[d] < dimension_size(fill->core, &table->dimensions[d]))
                break;
            at[d] = 0;
        }
        if (d == UINT32_MAX)
            return;
    }
}

static void read_value(Fill *fill, uint32_t *members, const Head *head, const Ast *cell, uint8_t row_rests,
                       uint8_t wanted)
{
    if (head->kind == HEAD_MEMBER)
        members[fill->pivot] = head->index;
    uint8_t rests = (uint8_t)(row_rests + (head->kind == HEAD_MEMBER && head->index == REST));
    if (rests != wanted || cell->kind == AST_CELL_EMPTY)
        return;
    Number value = NUMBER_ZERO;
    bool present = cell->kind != AST_CELL_NONE;
    if (cell->kind == AST_CELL_ABOVE || cell->kind == AST_CELL_REST || cell->kind == AST_INTERVAL) {
        diag_report(fill->core->diags, DIAG_E0525, cell->span, ast_kind_name(cell->kind), (Text){0}, (Text){0});
        fill->bad = true;
    } else if (present && !table_cell_value(fill->core, fill->table, cell, fill->unit, &value)) {
        fill->bad = true;
    }
    set_cells(fill, members, cell, present, value, (uint8_t)(rests + 1));
}

/* Reads the members of a row; false when one is unknown. */
static bool read_members(Fill *fill, const Ast *row, uint32_t *members, uint8_t *rests)
{
    uint32_t i = 0;
    bool good = true;
    *rests = 0;
    for (const Ast *cell = row->a; cell != NULL; cell = cell->next, i++) {
        if (fill->heads[i].kind != HEAD_DIMENSION)
            continue;
        uint32_t d = fill->heads[i].index;
        members[d] = member_of(fill, &fill->table->dimensions[d], cell);
        good = good && members[d] != MEMBER_BAD;
        *rests = (uint8_t)(*rests + (members[d] == REST));
    }
    return good;
}

static bool has_right_width(Fill *fill, const Ast *row)
{
    size_t cells = ast_count(row->a);
    if (cells == fill->head_count)
        return true;
    diag_report(fill->core->diags, DIAG_E0507, row->span, table_count_text(fill->core, cells),
                table_count_text(fill->core, fill->head_count), (Text){0});
    fill->bad = true;
    return false;
}

/* One pass per number of `overige`, the most precise rows first. A row's mistakes are told once: reports at one place are one. */
static void read_rows(Fill *fill, const Ast *rows)
{
    for (uint32_t wanted = 0; wanted <= fill->table->dimension_count; wanted++) {
        for (const Ast *row = rows; row != NULL && !diag_is_full(fill->core->diags); row = row->next) {
            uint32_t members[TABLE_MAX_DIMENSIONS] = {0};
            uint8_t rests;
            if (!has_right_width(fill, row) || !read_members(fill, row, members, &rests))
                continue;
            uint32_t i = 0;
            for (const Ast *cell = row->a; cell != NULL; cell = cell->next, i++) {
                if (fill->heads[i].kind == HEAD_MEMBER || fill->heads[i].kind == HEAD_VALUE)
                    read_value(fill, members, &fill->heads[i], cell, rests, (uint8_t)wanted);
            }
        }
    }
}

static void report_missing(Fill *fill, Span span)
{
    Core *core = fill->core;
    StringBuilder out;
    builder_init(&out, core->arena);
    uint64_t missing = 0;
    for (uint32_t position = 0; position < fill->table->cell_count; position++) {
        if (fill->level[position] != 0)
            continue;
        if (missing < MISSING_NAMED) {
            builder_text(&out, missing == 0 ? TEXT("") : TEXT("; "));
            table_append_cell(core, fill->table, position, &out);
        }
        missing++;
    }
    if (missing == 0)
        return;
    Diag *diag = diag_report(core->diags, DIAG_E0501, span, fill->table->name, builder_result(&out), (Text){0});
    if (missing > MISSING_NAMED)
        diag_help(core->diags, diag, DIAG_N0503, table_count_text(core, missing - MISSING_NAMED), (Text){0});
}

void table_fill(Core *core, Table *table, TableVersion *version, const Ast *rows, Text unit)
{
    Fill fill = {.core = core, .table = table, .version = version, .unit = unit, .pivot = BD_NONE};
    fill.level = arena_array(core->arena, table->cell_count, sizeof *fill.level);
    if (!read_header(&fill, rows))
        return;
    read_rows(&fill, rows->next);
    if (!fill.bad)
        report_missing(&fill, version->span);
}
