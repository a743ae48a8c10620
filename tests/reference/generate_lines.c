/* generate_lines.c: lines at the edges of what a contract mentions. See generate.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/generate.h"
#include "reference/reference_internal.h"

enum { MENTIONED_MAX = 4000, RECORDS_MAX = 4 };

uint32_t random_below(Random *random, uint32_t count)
{
    uint64_t x = random->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return count == 0 ? 0 : (uint32_t)(x % count);
}

bool random_chance(Random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

/* ---- What the contract mentions ---- */

static void add_date(Mentioned *m, int64_t date)
{
    if (m->date_count < MENTIONED_MAX && date > BD_DATE_MIN + 400 && date < BD_DATE_MAX - 400)
        m->dates[m->date_count++] = (int32_t)date;
}

static void add_number(Mentioned *m, Number number)
{
    if (m->number_count >= MENTIONED_MAX)
        return;
    mpq_init(m->numbers[m->number_count]);
    ref_from_number(number, m->numbers[m->number_count++]);
}

static void add_expression(Mentioned *m, const Expr *expr)
{
    if (!expr)
        return;
    if (expr->op == EXPR_DATE)
        add_date(m, expr->integer);
    if (expr->op == EXPR_NUMBER)
        add_number(m, expr->number);
    if (expr->op == EXPR_CALL)
        add_expression(m, expr->instance->body);
    if (expr->op == EXPR_VARIABLE)
        add_expression(m, expr->variable->value);
    add_expression(m, expr->a);
    add_expression(m, expr->b);
    add_expression(m, expr->c);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        add_expression(m, expr->args[i]);
}

static void add_table(Mentioned *m, const Table *table)
{
    for (uint32_t v = 0; v < table->version_count; v++) {
        add_date(m, table->versions[v].validity.from);
        add_date(m, table->versions[v].validity.to);
        for (uint32_t i = 0; i < table->cell_count && i < 8; i++)
            if (table->versions[v].present && table->versions[v].present[i])
                add_number(m, table->versions[v].cells[i]);
    }
    for (uint32_t i = 0; i < table->dimension_count; i++)
        for (uint32_t b = 0; b < table->dimensions[i].bound_count; b++)
            add_number(m, table->dimensions[i].bounds[b]);
}

Mentioned mentioned_collect(const Core *core)
{
    Mentioned m = {.dates = zeroed(MENTIONED_MAX, sizeof(int32_t)), .numbers = zeroed(MENTIONED_MAX, sizeof(mpq_t))};
    add_date(&m, core->validity.from);
    add_date(&m, core->validity.to);
    for (uint32_t i = 0; i < core->product_count; i++) {
        add_date(&m, core->products[i].validity.from);
        add_date(&m, core->products[i].validity.to);
    }
    for (uint32_t i = 0; i < core->table_count; i++)
        add_table(&m, &core->tables[i]);
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *rule = &core->rules[i];
        add_date(&m, rule->validity.from);
        add_date(&m, rule->validity.to);
        for (uint32_t k = 0; k < rule->instance_count; k++) {
            add_expression(&m, rule->instances[k].condition);
            add_expression(&m, rule->instances[k].effect);
        }
    }
    add_date(&m, ref_day(2020, 2, 29));
    add_number(&m, (Number){28, 1, NULL});
    return m;
}

void mentioned_clear(Mentioned *m)
{
    for (uint32_t i = 0; i < m->number_count; i++)
        mpq_clear(m->numbers[i]);
    free(m->numbers);
    free(m->dates);
}

/* ---- Cells ---- */

typedef struct LineMaker {
    const Core *core;
    const Mentioned *m;
    const LineShape *shape;
    Random *random;
    RefLine line;
} LineMaker;

static int32_t some_date(LineMaker *k)
{
    int64_t date = k->m->date_count && random_chance(k->random, 70)
                       ? k->m->dates[random_below(k->random, k->m->date_count)]
                       : ref_day(2019, 6, 1) + random_below(k->random, 1200);
    return (int32_t)(date + (int64_t)random_below(k->random, 3) - 1);
}

static void set_ratio(mpq_t out, long numerator, unsigned long denominator)
{
    mpq_set_si(out, numerator, denominator);
    mpq_canonicalize(out);
}

/* Drops what lies beyond so many decimals. */
static void cut_decimals(mpq_t number, unsigned decimals)
{
    mpz_t scale, whole;
    mpz_init(scale);
    mpz_init(whole);
    mpz_ui_pow_ui(scale, 10, decimals);
    mpz_mul(whole, mpq_numref(number), scale);
    mpz_tdiv_q(whole, whole, mpq_denref(number));
    mpq_set_num(number, whole);
    mpq_set_den(number, scale);
    mpq_canonicalize(number);
    mpz_clear(scale);
    mpz_clear(whole);
}

static void some_number(LineMaker *k, mpq_t out, TypeKind kind, bool in_list)
{
    mpq_t step;
    mpq_init(step);
    uint32_t how = random_below(k->random, 100);
    if (how < 35 && k->m->number_count) {
        mpq_set(out, k->m->numbers[random_below(k->random, k->m->number_count)]);
        set_ratio(step, (long)random_below(k->random, 3) - 1, random_chance(k->random, 50) ? 1 : 100);
        mpq_add(out, out, step);
    } else if (how < 60) {
        set_ratio(out, (long)random_below(k->random, 40), 1);
    } else if (how < 80) {
        set_ratio(out, (long)random_below(k->random, 200000) - (how < 65 ? 100000 : 0), 100);
    } else if (how < 90) {
        set_ratio(out, (long)random_below(k->random, 10), how < 85 ? 2 : 4);
    } else if (how < 95 && !in_list && kind != TYPE_MONEY) { /* more decimals than its column holds */
        set_ratio(out, (long)random_below(k->random, UINT32_MAX), 1000000007UL % 97 + 3);
        cut_decimals(out, 12 + random_below(k->random, 20));
    } else if (how < 97 && !in_list) { /* more digits than its column holds */
        mpz_ui_pow_ui(mpq_numref(out), 10, 17 + random_below(k->random, 30));
        mpz_set_ui(mpq_denref(out), 1);
    }
    mpq_clear(step);
    if (kind == TYPE_MONEY || in_list)
        cut_decimals(out, 2);
    cut_decimals(out, 40);
}

static int32_t unit_of_line(LineMaker *k, uint32_t product)
{
    uint32_t unit = k->core->products[product].unit;
    if (random_chance(k->random, 80))
        return (int32_t)unit;
    if (random_chance(k->random, 20))
        return (int32_t)random_below(k->random, k->core->unit_count);
    uint32_t other = random_below(k->random, k->core->unit_count);
    return (int32_t)(k->core->units[other].base == k->core->units[unit].base ? other : unit);
}

static void fill(LineMaker *k, const Column *column, RefCell *cell, bool in_list)
{
    static const char *const TEXTS[] = {"", "a", "wijk1", "wijk2", "2", "gemeente-x"};
    switch (column->type.kind) {
    case TYPE_BOOLEAN:
    case TYPE_RECORD: cell->integer = random_chance(k->random, column->is_group ? 85 : 50); break;
    case TYPE_NUMBER:
    case TYPE_MONEY:
    case TYPE_QUANTITY:
    case TYPE_RATE: some_number(k, cell->number, column->type.kind, in_list); break;
    case TYPE_DATE: cell->integer = some_date(k); break;
    case TYPE_MONTH: cell->integer = 2020 * 12 + (int32_t)random_below(k->random, 24); break;
    case TYPE_YEAR: cell->integer = 2018 + (int32_t)random_below(k->random, 5); break;
    case TYPE_CHOICE:
        cell->integer = column->type.choice == 1
                            ? unit_of_line(k, in_list ? 0 : (uint32_t)k->line.cells[COLUMN_PRODUCT].integer)
                            : (int32_t)random_below(k->random, k->core->choices[column->type.choice].member_count);
        break;
    case TYPE_TEXT: cell->text = text_from_cstring(TEXTS[random_below(k->random, sizeof TEXTS / sizeof *TEXTS)]); break;
    case TYPE_ERROR:
    case TYPE_INTERVAL: break;
    }
}

static RefCell *new_cells(const Core *core)
{
    RefCell *cells = zeroed(core->column_count, sizeof *cells);
    for (uint32_t i = 0; i < core->column_count; i++)
        mpq_init(cells[i].number);
    return cells;
}

static void clear_cells(const Core *core, RefCell *cells)
{
    for (uint32_t i = 0; i < core->column_count; i++)
        mpq_clear(cells[i].number);
    free(cells);
}

static void fill_list(LineMaker *k, uint32_t list)
{
    uint32_t most = k->core->lists[list].maximum < RECORDS_MAX ? k->core->lists[list].maximum : RECORDS_MAX;
    RefList *records = &k->line.lists[list];
    records->count = random_below(k->random, most + 1);
    records->records = zeroed(records->count, sizeof *records->records);
    for (uint32_t i = 0; i < records->count; i++) {
        RefCell *cells = records->records[i] = new_cells(k->core);
        for (uint32_t c = 0; c < k->core->lists[list].column_count; c++) {
            uint32_t index = k->core->lists[list].columns[c];
            const Column *column = &k->core->columns[index];
            cells[index].present =
                !(column->type.optional && k->shape->may_be_empty[index]) || random_chance(k->random, 60);
            if (cells[index].present)
                fill(k, column, &cells[index], true);
        }
    }
}

static bool is_there(LineMaker *k, uint32_t index)
{
    const Column *column = &k->core->columns[index];
    if (!k->shape->may_be_empty[index] || column->is_group)
        return true;
    if (column->group != BD_NONE && k->line.cells[column->group].integer == 0)
        return false;
    return random_chance(k->random, column->type.optional ? 60 : 96);
}

/* A line nothing much is the matter with, so that approvals come by too: messages that cover it, the product's unit, whole volumes. */
static void calm(LineMaker *k)
{
    RefCell *cells = k->line.cells;
    int32_t unit = (int32_t)k->core->products[cells[COLUMN_PRODUCT].integer].unit;
    for (uint32_t i = 0; i < k->core->column_count; i++) {
        const Column *column = &k->core->columns[i];
        if (column->list != BD_NONE)
            continue;
        if (column->type.kind == TYPE_TEXT)
            cells[i].text = TEXT("a");
        if (column->is_group)
            cells[i].integer = 1;
        if (column->group == BD_NONE)
            continue;
        cells[i].present = !column->type.optional || !k->shape->may_be_empty[i];
        if (column->type.kind == TYPE_DATE)
            cells[i].integer = (int32_t)ref_day(2018, 12, 31);
        if (column->type.kind == TYPE_QUANTITY)
            set_ratio(cells[i].number, 100000, 1);
        if (column->type.kind == TYPE_CHOICE)
            cells[i].integer = column->type.choice == 1 ? unit : cells[COLUMN_PRODUCT].integer;
    }
    cells[COLUMN_UNIT].integer = unit;
    set_ratio(cells[COLUMN_VOLUME].number, 1 + (long)random_below(k->random, 20), 1);
    cells[COLUMN_END].integer = cells[COLUMN_BEGIN].integer + (int32_t)random_below(k->random, 27);
    cells[COLUMN_SIGNED].integer = cells[COLUMN_END].integer + 1 + (int32_t)random_below(k->random, 20);
}

RefLine generate_line(const Core *core, const Mentioned *mentioned, const LineShape *shape, Random *random)
{
    LineMaker k = {core, mentioned, shape, random, {new_cells(core), zeroed(core->list_count, sizeof(RefList))}};
    RefCell *cells = k.line.cells;
    cells[COLUMN_PRODUCT].integer = (int32_t)random_below(random, core->product_count);
    /* Groups before their fields, wherever they stand. */
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < core->column_count; i++) {
            if (core->columns[i].list != BD_NONE || core->columns[i].is_group == (pass == 1))
                continue;
            cells[i].present = is_there(&k, i);
            if (cells[i].present && i != COLUMN_PRODUCT)
                fill(&k, &core->columns[i], &cells[i], false);
        }
    }
    if (random_chance(random, 80))
        cells[COLUMN_END].integer = cells[COLUMN_BEGIN].integer + (int32_t)random_below(random, 45);
    if (random_chance(random, 60))
        cells[COLUMN_SIGNED].integer = cells[COLUMN_END].integer + (int32_t)random_below(random, 90);
    if (random_chance(random, 40))
        calm(&k);
    for (uint32_t i = 0; i < core->list_count; i++)
        if (core->lists[i].used)
            fill_list(&k, i);
    return k.line;
}

void line_clear(const Core *core, RefLine *line)
{
    for (uint32_t i = 0; i < core->list_count; i++) {
        for (uint32_t r = 0; r < line->lists[i].count; r++)
            clear_cells(core, line->lists[i].records[r]);
        free(line->lists[i].records);
    }
    free(line->lists);
    clear_cells(core, line->cells);
}

/* ---- Extern tables ---- */

static Text key_text(const Core *core, const Dimension *dimension, Random *random)
{
    static const char *const TEXTS[] = {"a", "wijk1", "wijk2", "gemeente-x"};
    if (dimension->type.kind == TYPE_CHOICE) {
        const Choice *choice = &core->choices[dimension->type.choice];
        return choice->members[random_below(random, choice->member_count)].name;
    }
    return dimension->type.kind == TYPE_TEXT ? text_from_cstring(TEXTS[random_below(random, 4)]) : TEXT("10");
}

static bool is_double(const RefRow *rows, uint32_t count, uint32_t dimensions)
{
    for (uint32_t i = 0; i < count; i++) {
        bool same = rows[i].table == rows[count].table && rows[i].valid_from == rows[count].valid_from;
        for (uint32_t k = 0; k < dimensions; k++)
            same = same && text_equal(rows[i].keys[k], rows[count].keys[k]);
        if (same)
            return true;
    }
    return false;
}

RefRow *generate_rows(const Core *core, Random *random, uint32_t *count)
{
    enum { EACH = 12 };
    RefRow *rows = zeroed((size_t)core->table_count * EACH, sizeof *rows);
    *count = 0;
    for (uint32_t t = 0; t < core->table_count; t++) {
        const Table *table = &core->tables[t];
        for (uint32_t i = 0; table->is_extern && i < EACH; i++) {
            RefRow *row = &rows[*count];
            *row = (RefRow){.table = t,
                            .valid_from = random_chance(random, 70) ? (int32_t)ref_day(2015, 1, 1)
                                                                    : (int32_t)ref_day(2020, 7, 1)};
            for (uint32_t k = 0; k < table->dimension_count; k++)
                row->keys[k] = key_text(core, &table->dimensions[k], random);
            if (is_double(rows, *count, table->dimension_count))
                continue;
            char *value = zeroed(32, 1);
            row->value = (Text){value, (size_t)snprintf(value, 32, "%u.%02u", (unsigned)random_below(random, 300),
                                                        (unsigned)random_below(random, 100))};
            ++*count;
        }
    }
    return rows;
}

void rows_clear(RefRow *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free((void *)(uintptr_t)(const void *)rows[i].value.data);
    free(rows);
}
