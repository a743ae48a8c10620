/* core_print.c: the core as indented text, the form of `dis --stage core` and of its golden tests.
**
** One declaration a block, in the order of the core's arrays; an expression is one node a line with its type behind it. What the language
** itself declares (columns, units, lists) is shown only where the contract uses it.
** Invariant: the same core gives the same bytes; nothing here depends on addresses.
*/
#include "compiler/core.h"
#include "compiler/ir.h"
#include "compiler/tables.h"
#include "vm/core/date.h"
#include "vm/core/limits.h"

typedef struct Printer {
    const Core *core;
    StringBuilder *out;
} Printer;

static void text(Printer *p, Text value)
{
    builder_text(p->out, value);
}

static void open_line(Printer *p, uint32_t indent, Text word)
{
    builder_repeat(p->out, ' ', (size_t)indent * 2);
    text(p, word);
}

static void close_line(Printer *p)
{
    builder_char(p->out, '\n');
}

static void word(Printer *p, Text value)
{
    builder_char(p->out, ' ');
    text(p, value);
}

static void quoted(Printer *p, Text label, Text value)
{
    if (value.size == 0)
        return;
    if (label.size > 0)
        word(p, label);
    builder_char(p->out, ' ');
    builder_json_string(p->out, value);
}

static void typed(Printer *p, Type type)
{
    text(p, TEXT(" : "));
    type_name(p->core, type, p->out);
    if (type.whole)
        text(p, TEXT(" heel"));
    if (type.optional)
        text(p, TEXT(" facultatief"));
}

static void validity(Printer *p, Validity value)
{
    if (value.from == BD_DATE_MIN && value.to == BD_DATE_MAX)
        return;
    builder_char(p->out, ' ');
    if (value.from != BD_DATE_MIN)
        date_append(p->out, value.from);
    text(p, TEXT(".."));
    if (value.to != BD_DATE_MAX)
        date_append(p->out, value.to);
}

static void citation(Printer *p, uint32_t index)
{
    if (index == BD_NONE)
        return;
    const Citation *cited = &p->core->citations[index];
    quoted(p, TEXT("bron"), cited->place);
    if (cited->document != BD_NONE) {
        word(p, TEXT("in"));
        word(p, p->core->documents[cited->document].name);
    }
}

static void products(Printer *p, const uint64_t *set)
{
    bool first = true;
    for (uint32_t i = 0; set != NULL && i < p->core->product_count; i++) {
        if (!set_has(set, i))
            continue;
        text(p, first ? TEXT(" ") : TEXT(", "));
        text(p, p->core->products[i].name);
        first = false;
    }
}

static void unit_class(Printer *p, uint32_t index)
{
    if (index == BD_NONE)
        return;
    word(p, TEXT("per"));
    word(p, p->core->units[p->core->classes[index].unit].name);
}

/* ---- expressions ---- */

static const Text OP_NAMES[EXPR_OP_COUNT] = {[EXPR_ERROR] = TEXT_INIT("fout"),
                                             [EXPR_BOOLEAN] = TEXT_INIT("boolean"),
                                             [EXPR_NUMBER] = TEXT_INIT("getal"),
                                             [EXPR_DATE] = TEXT_INIT("datum"),
                                             [EXPR_MONTH] = TEXT_INIT("maand"),
                                             [EXPR_YEAR] = TEXT_INIT("jaar"),
                                             [EXPR_TEXT] = TEXT_INIT("tekst"),
                                             [EXPR_MEMBER] = TEXT_INIT("lid"),
                                             [EXPR_COLUMN] = TEXT_INIT("kolom"),
                                             [EXPR_READING] = TEXT_INIT("lezing"),
                                             [EXPR_FIELD] = TEXT_INIT("veld"),
                                             [EXPR_VARIABLE] = TEXT_INIT("naam"),
                                             [EXPR_CALL] = TEXT_INIT("aanroep"),
                                             [EXPR_NATIVE] = TEXT_INIT("extern"),
                                             [EXPR_TABLE] = TEXT_INIT("tabel"),
                                             [EXPR_TARIFF] = TEXT_INIT("tarief"),
                                             [EXPR_VOLUME] = TEXT_INIT("volume"),
                                             [EXPR_GRANTED] = TEXT_INIT("toegekend_volume"),
                                             [EXPR_GRANTED_AMOUNT] = TEXT_INIT("toegekend_bedrag"),
                                             [EXPR_COUNTER_SUM] = TEXT_INIT("teller"),
                                             [EXPR_COUNTER_DAYS] = TEXT_INIT("teller dagen"),
                                             [EXPR_COUNTER_RUN] = TEXT_INIT("teller aaneengesloten"),
                                             [EXPR_COMPUTED] = TEXT_INIT("berekend_bedrag"),
                                             [EXPR_IS_CREDIT] = TEXT_INIT("is_credit"),
                                             [EXPR_REFERENCE] = TEXT_INIT("peildatum"),
                                             [EXPR_ADD] = TEXT_INIT("+"),
                                             [EXPR_SUBTRACT] = TEXT_INIT("-"),
                                             [EXPR_MULTIPLY] = TEXT_INIT("×"),
                                             [EXPR_DIVIDE] = TEXT_INIT("/"),
                                             [EXPR_NEGATE] = TEXT_INIT("min"),
                                             [EXPR_LEAST] = TEXT_INIT("kleinste"),
                                             [EXPR_GREATEST] = TEXT_INIT("grootste"),
                                             [EXPR_SCALE] = TEXT_INIT("omgerekend"),
                                             [EXPR_ROUND] = TEXT_INIT("afgerond"),
                                             [EXPR_WHOLE] = TEXT_INIT("is heel"),
                                             [EXPR_COMPARE] = TEXT_INIT("vergelijk"),
                                             [EXPR_AND] = TEXT_INIT("en"),
                                             [EXPR_OR] = TEXT_INIT("of"),
                                             [EXPR_NOT] = TEXT_INIT("niet"),
                                             [EXPR_IF] = TEXT_INIT("als"),
                                             [EXPR_PRESENT] = TEXT_INIT("aanwezig"),
                                             [EXPR_IN_SET] = TEXT_INIT("in"),
                                             [EXPR_DATE_ADD] = TEXT_INIT("datum +"),
                                             [EXPR_DATE_PART] = TEXT_INIT("deel van datum"),
                                             [EXPR_DAYS_BETWEEN] = TEXT_INIT("dagen tussen"),
                                             [EXPR_INTERVAL] = TEXT_INIT("interval"),
                                             [EXPR_SPAN_FROM] = TEXT_INIT("vanaf"),
                                             [EXPR_SPAN_AFTER] = TEXT_INIT("na"),
                                             [EXPR_PERIOD] = TEXT_INIT("periode"),
                                             [EXPR_CALENDAR_SPAN] = TEXT_INIT("kalenderperiode"),
                                             [EXPR_BEGIN] = TEXT_INIT("begin"),
                                             [EXPR_END] = TEXT_INIT("einde"),
                                             [EXPR_INSIDE] = TEXT_INIT("ligt in"),
                                             [EXPR_OVERLAPS] = TEXT_INIT("raakt"),
                                             [EXPR_INTERSECT] = TEXT_INIT("doorsnede"),
                                             [EXPR_DAYS_IN] = TEXT_INIT("dagen in"),
                                             [EXPR_AGGREGATE] = TEXT_INIT("over")};

static const Text COMPARE_NAMES[] = {[IR_EQ] = TEXT_INIT("="),  [IR_NE] = TEXT_INIT("<>"), [IR_LT] = TEXT_INIT("<"),
                                     [IR_LE] = TEXT_INIT("<="), [IR_GT] = TEXT_INIT(">"),  [IR_GE] = TEXT_INIT(">=")};

static const Text MODE_NAMES[ROUND_MODE_COUNT] = {
    [ROUND_HALF_AWAY] = TEXT_INIT("rekenkundig"),      [ROUND_UP] = TEXT_INIT("naar boven"),
    [ROUND_DOWN] = TEXT_INIT("naar beneden"),          [ROUND_TO_ZERO] = TEXT_INIT("richting nul"),
    [ROUND_AWAY_FROM_ZERO] = TEXT_INIT("weg van nul"), [ROUND_HALF_EVEN] = TEXT_INIT("half-even")};

static const Text AGGREGATE_NAMES[] = {
    [AGGREGATE_SUM] = TEXT_INIT("som"),        [AGGREGATE_COUNT] = TEXT_INIT("aantal"),
    [AGGREGATE_LEAST] = TEXT_INIT("kleinste"), [AGGREGATE_GREATEST] = TEXT_INIT("grootste"),
    [AGGREGATE_ALL] = TEXT_INIT("alle"),       [AGGREGATE_ANY] = TEXT_INIT("enige"),
    [AGGREGATE_FIRST] = TEXT_INIT("eerste"),   [AGGREGATE_LAST] = TEXT_INIT("laatste")};

static void set_members(Printer *p, const Expr *e)
{
    const Choice *choice = &p->core->choices[e->a->type.choice];
    for (uint32_t i = 0; i < choice->member_count; i++) {
        if (set_has(e->set, i))
            word(p, choice->members[i].name);
    }
}

/* Constants show their value in place of the operation. */
static bool constant_detail(Printer *p, const Expr *e)
{
    if (e->op == EXPR_NUMBER)
        number_append(p->out, e->number, e->type.kind == TYPE_MONEY ? 2 : 0);
    else if (e->op == EXPR_DATE)
        date_append(p->out, e->integer);
    else if (e->op == EXPR_MONTH)
        month_append(p->out, e->integer);
    else if (e->op == EXPR_YEAR)
        builder_int64(p->out, e->integer);
    else if (e->op == EXPR_BOOLEAN)
        text(p, e->integer != 0 ? TEXT("ja") : TEXT("nee"));
    else if (e->op == EXPR_TEXT)
        builder_json_string(p->out, e->text);
    else if (e->op == EXPR_MEMBER && e->type.choice != BD_NONE)
        text(p, p->core->choices[e->type.choice].members[e->integer].name);
    else
        return false;
    return true;
}

static void detail(Printer *p, const Expr *e)
{
    if (e->op == EXPR_COLUMN || e->op == EXPR_FIELD)
        word(p, p->core->columns[e->index].name);
    else if (e->op == EXPR_READING)
        word(p, p->core->readings[e->index].name);
    else if (e->op == EXPR_VARIABLE && e->variable != NULL)
        word(p, e->variable->name);
    else if ((e->op == EXPR_CALL || e->op == EXPR_NATIVE) && e->instance != NULL)
        word(p, e->instance->definition->name);
    else if (e->op == EXPR_TABLE)
        word(p, p->core->tables[e->index].name);
    else if (e->op == EXPR_COUNTER_SUM || e->op == EXPR_COUNTER_DAYS || e->op == EXPR_COUNTER_RUN)
        word(p, p->core->counters[e->index].name);
    else if (e->op == EXPR_COMPARE)
        word(p, COMPARE_NAMES[e->compare]);
    else if (e->op == EXPR_PERIOD)
        word(p, p->core->calendars[e->index].name);
    else if (e->op == EXPR_IN_SET)
        set_members(p, e);
    if (e->op == EXPR_AGGREGATE)
        word(p, AGGREGATE_NAMES[e->aggregate]);
    if (e->op == EXPR_AGGREGATE && e->index != BD_NONE)
        word(p, p->core->lists[e->index].name);
    if (e->op == EXPR_DATE_PART || e->op == EXPR_CALENDAR_SPAN) {
        builder_char(p->out, ' ');
        builder_uint64(p->out, e->index);
    }
    if (e->op == EXPR_ROUND)
        word(p, MODE_NAMES[e->mode]);
    if (e->op == EXPR_ROUND || e->op == EXPR_SCALE) {
        builder_char(p->out, ' ');
        number_append(p->out, e->number, 0);
    }
}

static void expression(Printer *p, uint32_t indent, const Expr *e, uint32_t depth)
{
    if (e == NULL)
        return;
    open_line(p, indent, (Text){"", 0});
    if (depth > EXPRESSION_MAX_DEPTH) {
        text(p, TEXT("…\n"));
        return;
    }
    if (!constant_detail(p, e)) {
        text(p, OP_NAMES[e->op]);
        detail(p, e);
    }
    typed(p, e->type);
    close_line(p);
    expression(p, indent + 1, e->a, depth + 1);
    expression(p, indent + 1, e->b, depth + 1);
    expression(p, indent + 1, e->c, depth + 1);
    for (uint32_t i = 0; i < e->arg_count; i++)
        expression(p, indent + 1, e->args[i], depth + 1);
    if (e->op == EXPR_VARIABLE && e->variable != NULL && e->variable->value != NULL)
        expression(p, indent + 1, e->variable->value, depth + 1);
    if (e->op == EXPR_CALL &&
        e->instance->definition->version_count == 0) /* made by the compiler: shown where it is used */
        expression(p, indent + 1, e->instance->body, depth + 1);
}

static void part(Printer *p, Text name, const Expr *e)
{
    if (e == NULL)
        return;
    open_line(p, 2, name);
    close_line(p);
    expression(p, 3, e, 0);
}

/* ---- declarations ---- */

static void print_header(Printer *p)
{
    const Core *core = p->core;
    open_line(p, 0, TEXT("overeenkomst"));
    word(p, core->name);
    quoted(p, (Text){0}, core->title);
    quoted(p, TEXT("versie"), core->version);
    validity(p, core->validity);
    close_line(p);
    for (uint32_t i = 0; i < core->document_count; i++) {
        open_line(p, 0, TEXT("document"));
        word(p, core->documents[i].name);
        quoted(p, (Text){0}, core->documents[i].title);
        if (core->documents[i].rank != 0) {
            text(p, TEXT(" rang "));
            builder_uint64(p->out, core->documents[i].rank);
        }
        close_line(p);
    }
    for (uint32_t i = 0; i < core->party_count; i++) {
        open_line(p, 0, TEXT("partij"));
        word(p, core->parties[i].name);
        if (core->parties[i].role.size > 0)
            word(p, core->parties[i].role);
        quoted(p, (Text){0}, core->parties[i].title);
        close_line(p);
    }
}

static void print_unit(Printer *p, uint32_t index)
{
    const Unit *unit = &p->core->units[index];
    if (unit->built_in)
        return;
    open_line(p, 0, TEXT("eenheid"));
    word(p, unit->name);
    if (unit->base != index) {
        text(p, TEXT(" = "));
        number_append(p->out, unit->factor, 0);
        word(p, p->core->units[unit->base].name);
    }
    if (unit->indivisible)
        text(p, TEXT(" ondeelbaar"));
    quoted(p, TEXT("code"), unit->code);
    close_line(p);
}

static void print_choice(Printer *p, const Choice *choice)
{
    open_line(p, 0, TEXT("keuze"));
    word(p, choice->name);
    text(p, TEXT(" ="));
    for (uint32_t i = 0; i < choice->member_count; i++) {
        text(p, i == 0 ? TEXT(" ") : TEXT(", "));
        text(p, choice->members[i].name);
    }
    close_line(p);
}

static void print_reading(Printer *p, const Reading *reading)
{
    open_line(p, 0, TEXT("lezing"));
    word(p, reading->name);
    quoted(p, (Text){"", 0}, reading->question);
    text(p, TEXT(" gekozen"));
    word(p, p->core->choices[reading->choice].members[reading->chosen].name);
    quoted(p, TEXT("omdat"), reading->reason);
    citation(p, reading->citation);
    close_line(p);
}

static void followed(Printer *p, uint32_t amendment)
{
    if (amendment == 0)
        return;
    text(p, TEXT(" volgens wijziging"));
    word(p, p->core->amendments[amendment - 1].name);
}

static void print_amendment(Printer *p, const Amendment *amendment)
{
    open_line(p, 0, TEXT("wijziging"));
    word(p, amendment->name);
    text(p, TEXT(" vanaf "));
    date_append(p->out, amendment->start);
    citation(p, amendment->citation);
    close_line(p);
    part(p, TEXT("tenzij"), amendment->unless);
}

static void print_note(Printer *p, const Note *note)
{
    static const Text KINDS[] = {[BD_NOTE_JUDGEMENT] = TEXT_INIT("oordeel"),
                                 [BD_NOTE_POWER] = TEXT_INIT("bevoegdheid"),
                                 [BD_NOTE_NOT_EXPRESSIBLE] = TEXT_INIT("niet uitdrukbaar"),
                                 [BD_NOTE_AMENDMENT] = TEXT_INIT("te melden wijziging")};
    open_line(p, 0, KINDS[note->kind]);
    if (note->name.size > 0)
        word(p, note->name);
    if (note->who.size > 0) {
        word(p, TEXT("door"));
        word(p, note->who);
    }
    quoted(p, (Text){"", 0}, note->text);
    citation(p, note->citation);
    close_line(p);
}

static void print_column(Printer *p, uint32_t indent, const Column *column)
{
    open_line(p, indent, TEXT("kolom"));
    word(p, column->name);
    typed(p, column->type);
    if (column->is_judgement)
        text(p, TEXT(" oordeel"));
    if (column->used)
        text(p, column->needed_by_all ? TEXT(" nodig") : TEXT(" gelezen"));
    close_line(p);
}

static void print_list(Printer *p, const List *list)
{
    if (list->built_in && !list->used)
        return;
    open_line(p, 0, TEXT("lijst"));
    word(p, list->name);
    word(p, TEXT("per"));
    word(p, list->key);
    text(p, TEXT(" ten hoogste "));
    builder_uint64(p->out, list->maximum);
    close_line(p);
    for (uint32_t i = 0; i < list->column_count; i++)
        print_column(p, 1, &p->core->columns[list->columns[i]]);
}

static void print_product(Printer *p, const Product *product)
{
    open_line(p, 0, TEXT("product"));
    word(p, product->name);
    quoted(p, (Text){0}, product->label);
    if (product->unit != BD_NONE) {
        word(p, TEXT("per"));
        word(p, p->core->units[product->unit].name);
    }
    for (uint32_t i = 0; i < product->dimension_count; i++) {
        text(p, i == 0 ? TEXT(" naar ") : TEXT(", "));
        text(p, p->core->columns[product->dimensions[i]].name);
    }
    for (uint32_t i = 0; i < product->code_count; i++)
        quoted(p, TEXT("code"), product->codes[i]);
    validity(p, product->validity);
    if (product->in_euro)
        text(p, TEXT(" in euro"));
    if (product->price_at_begin)
        text(p, TEXT(" tarief op begindatum"));
    citation(p, product->citation);
    close_line(p);
}

static void print_version(Printer *p, const Table *table, const TableVersion *version)
{
    open_line(p, 1, TEXT("versie"));
    validity(p, version->validity);
    if (version->none)
        text(p, TEXT(" geen tarief"));
    followed(p, version->amendment);
    citation(p, version->citation);
    close_line(p);
    for (uint32_t i = 0; i < table->cell_count && !version->none; i++) {
        open_line(p, 2, (Text){"", 0});
        table_append_cell(p->core, table, i, p->out);
        text(p, table->dimension_count == 0 ? TEXT("= ") : TEXT(" = "));
        if (!version->present[i])
            text(p, TEXT("geen"));
        else if (table->type.kind == TYPE_BOOLEAN)
            text(p, number_is_zero(version->cells[i]) ? TEXT("nee") : TEXT("ja"));
        else if (table->type.kind == TYPE_DATE)
            date_append(p->out, (Date)version->cells[i].num);
        else if (table->type.kind == TYPE_CHOICE)
            text(p, p->core->choices[table->type.choice].members[version->cells[i].num].name);
        else
            number_append(p->out, version->cells[i],
                          table->type.kind == TYPE_RATE || table->type.kind == TYPE_MONEY ? 2 : 0);
        close_line(p);
    }
}

static void print_table(Printer *p, const Table *table)
{
    open_line(p, 0, table->is_tariff ? TEXT("tarief") : TEXT("tabel"));
    word(p, table->name);
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        text(p, i == 0 ? TEXT(" naar ") : TEXT(", "));
        text(p, table->dimensions[i].name);
        typed(p, table->dimensions[i].type);
    }
    text(p, TEXT(" geeft"));
    typed(p, table->type);
    if (table->is_extern)
        text(p, TEXT(" extern"));
    if (table->is_optional)
        text(p, TEXT(" facultatief"));
    if (table->is_maximum)
        text(p, TEXT(" maximum"));
    citation(p, table->citation);
    close_line(p);
    for (uint32_t i = 0; i < table->version_count; i++)
        print_version(p, table, &table->versions[i]);
}

static void print_series(Printer *p, const Table *table)
{
    const Series *series = table->series;
    int32_t apart = series->step == 12 ? 1 : (int32_t)series->step;
    open_line(p, 0, TEXT("reeks"));
    word(p, table->name);
    quoted(p, (Text){0}, table->label);
    text(p, series->step == 1 ? TEXT(" per maand") : series->step == 3 ? TEXT(" per kwartaal") : TEXT(" per jaar"));
    text(p, series->values == NULL ? TEXT(" extern") : TEXT(""));
    text(p, series->goes_on ? TEXT(" daarna laatste waarde") : TEXT(""));
    citation(p, table->citation);
    close_line(p);
    for (uint32_t i = 0; i < series->value_count; i++) {
        int32_t key = series->first + (int32_t)i * apart;
        open_line(p, 1, (Text){"", 0});
        if (series->step == 12)
            builder_int64(p->out, key);
        else
            month_append(p->out, key);
        text(p, TEXT(" = "));
        number_append(p->out, series->values[i], 0);
        close_line(p);
    }
}

static void print_indexation(Printer *p, const Indexation *index)
{
    const Table *base = &p->core->tables[index->base];
    open_line(p, 0, TEXT("indexering"));
    word(p, index->name);
    text(p, TEXT(" elk jaar vanaf "));
    date_append(p->out, index->first);
    if (index->last != BD_DATE_MAX) {
        text(p, TEXT(" tot en met "));
        date_append(p->out, index->last);
    }
    text(p, TEXT(" prijspeil"));
    for (uint32_t i = 0; i < (base->is_extern ? 1 : base->version_count); i++) {
        text(p, TEXT(" "));
        date_append(p->out, base->is_extern ? base->level : base->versions[i].level);
    }
    word(p, index->factor->name);
    word(p, index->chain->name);
    word(p, index->rounding->name);
    citation(p, index->citation);
    close_line(p);
}

static void print_definition(Printer *p, const Definition *definition)
{
    open_line(p, 0, TEXT("definitie"));
    word(p, definition->name);
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        text(p, i == 0 ? TEXT("(") : TEXT(", "));
        text(p, definition->parameter_names[i]);
        typed(p, definition->parameter_types[i]);
    }
    text(p, definition->parameter_count > 0 ? TEXT(")") : (Text){"", 0});
    typed(p, definition->type);
    if (definition->callable)
        text(p, TEXT(" aanroepbaar"));
    close_line(p);
    for (const Instance *instance = definition->instances; instance != NULL; instance = instance->next) {
        open_line(p, 1, TEXT("gelezen"));
        unit_class(p, instance->unit_class);
        validity(p, definition->versions[instance->version].validity);
        followed(p, definition->versions[instance->version].amendment);
        citation(p, definition->versions[instance->version].citation);
        close_line(p);
        expression(p, 2, instance->body, 0);
    }
}

static const Text EFFECT_NAMES[] = {[0] = TEXT_INIT("geldt niet"),
                                    [BD_EFFECT_REJECT] = TEXT_INIT("keur af"),
                                    [BD_EFFECT_CAP_VOLUME] = TEXT_INIT("begrens volume"),
                                    [BD_EFFECT_CAP_AMOUNT] = TEXT_INIT("begrens bedrag"),
                                    [BD_EFFECT_PAY] = TEXT_INIT("betaal"),
                                    [BD_EFFECT_SUSPEND] = TEXT_INIT("houd aan")};

static void print_rule(Printer *p, const Rule *rule)
{
    open_line(p, 0, TEXT("regel"));
    word(p, rule->name);
    text(p, TEXT(": "));
    text(p, EFFECT_NAMES[rule->effect]);
    if (rule->for_all) {
        text(p, TEXT(" voor alle"));
    } else {
        text(p, TEXT(" voor"));
        products(p, rule->products);
    }
    validity(p, rule->validity);
    if (rule->reference == REFER_END || rule->reference == REFER_SIGNED)
        text(p, rule->reference == REFER_END ? TEXT(" op einddatum") : TEXT(" op dagtekening"));
    if (rule->also_credit)
        text(p, TEXT(" ook credit"));
    if (rule->exception_to != BD_NONE) {
        text(p, TEXT(" uitzondering op "));
        text(p, p->core->rules[rule->exception_to].name);
    }
    for (uint32_t i = 0; i < rule->over_count; i++) {
        text(p, TEXT(" in afwijking van "));
        text(p, p->core->rules[rule->over[i]].name);
    }
    followed(p, rule->amendment);
    quoted(p, TEXT("code"), rule->code);
    citation(p, rule->citation);
    close_line(p);
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        open_line(p, 1, TEXT("gelezen"));
        unit_class(p, rule->instances[i].unit_class);
        close_line(p);
        part(p, TEXT("als"), rule->instances[i].condition);
        part(p, EFFECT_NAMES[rule->effect], rule->instances[i].effect);
    }
}

static void print_form(Printer *p, const Form *form)
{
    static const Text KINDS[] = {[FORM_PENALTY] = TEXT_INIT("boete"),
                                 [FORM_SUSPENSION] = TEXT_INIT("opschorten"),
                                 [FORM_TERM] = TEXT_INIT("termijn"),
                                 [FORM_OBLIGATION] = TEXT_INIT("verplichting")};
    open_line(p, 0, KINDS[form->kind]);
    word(p, form->name);
    for (uint32_t i = 0; i < form->input_count; i++) {
        text(p, i == 0 ? TEXT("(") : TEXT(", "));
        text(p, form->inputs[i]->name);
        typed(p, form->inputs[i]->type);
    }
    text(p, form->input_count > 0 ? TEXT(")") : (Text){"", 0});
    text(p, form->is_power ? TEXT(" kan") : (Text){"", 0});
    for (uint32_t i = 0; i < form->version_count; i++) {
        validity(p, form->versions[i].validity);
        citation(p, form->versions[i].citation);
    }
    close_line(p);
    for (uint32_t i = 0; i < form->demand_count; i++) {
        open_line(p, 1, TEXT("vereist"));
        word(p, text_from_cstring(form->demands[i].code));
        quoted(p, TEXT("fout"), form->demands[i].label);
        close_line(p);
        expression(p, 2, form->demands[i].holds, 0);
    }
    for (uint32_t i = 0; i < form->output_count; i++) {
        open_line(p, 1, form->outputs[i].name);
        typed(p, form->outputs[i].value->type);
        close_line(p);
        expression(p, 2, form->outputs[i].value, 0);
        part(p, TEXT("als"), form->outputs[i].present);
    }
}

static void print_counter(Printer *p, const Counter *counter)
{
    static const Text KINDS[] = {[BD_COUNTER_SUM] = TEXT_INIT("som"),
                                 [BD_COUNTER_COUNT] = TEXT_INIT("aantal"),
                                 [BD_COUNTER_DAYS] = TEXT_INIT("dagen")};
    open_line(p, 0, TEXT("teller"));
    word(p, counter->name);
    for (uint32_t i = 0; i < counter->key_count; i++) {
        text(p, i == 0 ? TEXT(" per ") : TEXT(", "));
        text(p, p->core->columns[counter->keys[i]].name);
    }
    text(p, TEXT(" = "));
    text(p, KINDS[counter->kind]);
    for (uint32_t i = 0; i < counter->variant_count; i++)
        typed(p, counter->variants[i].type);
    if (!counter->for_all) {
        text(p, TEXT(" voor"));
        products(p, counter->products);
    }
    citation(p, counter->citation);
    close_line(p);
    for (uint32_t i = 0; i < counter->instance_count; i++) {
        open_line(p, 1, TEXT("gelezen"));
        unit_class(p, counter->instances[i].unit_class);
        close_line(p);
        part(p, TEXT("als"), counter->instances[i].condition);
        part(p, KINDS[counter->kind], counter->instances[i].value);
    }
}

static void print_conflicts(Printer *p)
{
    for (uint32_t i = 0; i < p->core->runtime_conflict_count; i++) {
        const RuntimeConflict *conflict = &p->core->runtime_conflicts[i];
        open_line(p, 0, TEXT("conflict bij uitvoering:"));
        word(p, p->core->rules[conflict->first].name);
        word(p, p->core->rules[conflict->second].name);
        close_line(p);
    }
}

void core_print(const Core *core, StringBuilder *out)
{
    Printer printer = {core, out}, *p = &printer;
    print_header(p);
    for (uint32_t i = 0; i < core->unit_count; i++)
        print_unit(p, i);
    for (uint32_t i = 2; i < core->choice_count; i++) /* 0: products, 1: units, both shown as themselves */
        if (!core->choices[i].hidden)
            print_choice(p, &core->choices[i]);
    for (uint32_t i = 0; i < core->reading_count; i++)
        print_reading(p, &core->readings[i]);
    for (uint32_t i = 0; i < core->note_count; i++)
        print_note(p, &core->notes[i]);
    for (uint32_t i = 0; i < core->amendment_count; i++)
        print_amendment(p, &core->amendments[i]);
    for (uint32_t i = 0; i < core->column_count; i++) {
        const Column *column = &core->columns[i];
        if (column->list == BD_NONE && (column->used || !column->built_in))
            print_column(p, 0, column);
    }
    for (uint32_t i = 0; i < core->list_count; i++)
        print_list(p, &core->lists[i]);
    for (uint32_t i = 0; i < core->product_count; i++)
        print_product(p, &core->products[i]);
    for (uint32_t i = 0; i < core->table_count; i++)
        if (core->tables[i].series)
            print_series(p, &core->tables[i]);
        else if (!core->tables[i].is_derived)
            print_table(p, &core->tables[i]);
    for (uint32_t i = 0; i < core->indexation_count; i++)
        print_indexation(p, &core->indexations[i]);
    for (uint32_t i = 0; i < core->definition_count; i++)
        print_definition(p, core->definitions[i]);
    for (uint32_t i = 0; i < core->form_count; i++)
        print_form(p, &core->forms[i]);
    for (uint32_t i = 0; i < core->counter_count; i++)
        print_counter(p, &core->counters[i]);
    for (uint32_t i = 0; i < core->rule_count; i++)
        print_rule(p, &core->rules[i]);
    print_conflicts(p);
}
