/* type.c: the types of the core, and how a reader says them. */
#include "compiler/check_internal.h"

bool type_equal(Type a, Type b)
{
    if (a.kind == TYPE_ERROR || b.kind == TYPE_ERROR)
        return true;
    return a.kind == b.kind && a.unit == b.unit && a.choice == b.choice && a.list == b.list;
}

Type type_of_unit(TypeKind kind, uint32_t unit)
{
    Type type = declare_type(kind);
    type.unit = unit;
    return type;
}

Type type_of_choice(uint32_t choice)
{
    Type type = declare_type(TYPE_CHOICE);
    type.choice = choice;
    return type;
}

bool type_is_number(Type type)
{
    return type.kind == TYPE_NUMBER || type.kind == TYPE_MONEY || type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE;
}

static bool units_share_base(const Core *core, uint32_t a, uint32_t b)
{
    if (a == b)
        return true;
    if (a >= core->unit_count || b >= core->unit_count)
        return false;
    return core->units[a].base == core->units[b].base;
}

bool type_fits(const Core *core, Type have, Type want)
{
    if (have.kind == TYPE_ERROR || want.kind == TYPE_ERROR)
        return true;
    if (have.kind != want.kind || have.choice != want.choice || have.list != want.list)
        return false;
    return have.kind == TYPE_QUANTITY || have.kind == TYPE_RATE ? units_share_base(core, have.unit, want.unit) : true;
}

static void append_unit(const Core *core, uint32_t unit, StringBuilder *out, bool is_english)
{
    if (unit == UNIT_OF_PRODUCT)
        builder_text(out, is_english ? TEXT("the product's unit") : TEXT("de eenheid van het product"));
    else
        builder_text(out, unit < core->unit_count ? core->units[unit].name : TEXT("?"));
}

static void append_type(const Core *core, Type type, StringBuilder *out, bool is_english)
{
    static const struct {
        Text nl, en;
    } WORDS[] = {
        [TYPE_ERROR] = {TEXT_INIT("iets onbekends"), TEXT_INIT("something unknown")},
        [TYPE_BOOLEAN] = {TEXT_INIT("ja of nee"), TEXT_INIT("yes or no")},
        [TYPE_NUMBER] = {TEXT_INIT("een getal"), TEXT_INIT("a number")},
        [TYPE_MONEY] = {TEXT_INIT("een bedrag"), TEXT_INIT("an amount of money")},
        [TYPE_QUANTITY] = {TEXT_INIT("een hoeveelheid in "), TEXT_INIT("a quantity in ")},
        [TYPE_RATE] = {TEXT_INIT("een bedrag per "), TEXT_INIT("an amount per ")},
        [TYPE_DATE] = {TEXT_INIT("een datum"), TEXT_INIT("a date")},
        [TYPE_MONTH] = {TEXT_INIT("een maand"), TEXT_INIT("a month")},
        [TYPE_YEAR] = {TEXT_INIT("een jaar"), TEXT_INIT("a year")},
        [TYPE_INTERVAL] = {TEXT_INIT("een interval"), TEXT_INIT("an interval")},
        [TYPE_CHOICE] = {TEXT_INIT("een lid van "), TEXT_INIT("a member of ")},
        [TYPE_TEXT] = {TEXT_INIT("een tekst"), TEXT_INIT("a text")},
        [TYPE_RECORD] = {TEXT_INIT("een gegevensgroep"), TEXT_INIT("a record")},
    };
    builder_text(out, is_english ? WORDS[type.kind].en : WORDS[type.kind].nl);
    if (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE)
        append_unit(core, type.unit, out, is_english);
    if (type.kind == TYPE_CHOICE && type.choice < core->choice_count)
        builder_text(out, core->choices[type.choice].name);
}

DiagArgument type_words(const Core *core, Type type)
{
    StringBuilder nl, en;
    builder_init(&nl, core->arena);
    builder_init(&en, core->arena);
    append_type(core, type, &nl, false);
    append_type(core, type, &en, true);
    return (DiagArgument){builder_result(&nl), builder_result(&en)};
}

void type_name(const Core *core, Type type, StringBuilder *out)
{
    append_type(core, type, out, text_equal(core->language, TEXT("en")));
}

/* ---- Types as written ---- */

static Type plain_type(Text name)
{
    static const struct {
        Text word;
        TypeKind kind;
    } WORDS[] = {{TEXT_INIT("boolean"), TYPE_BOOLEAN},   {TEXT_INIT("ja/nee"), TYPE_BOOLEAN},
                 {TEXT_INIT("yes/no"), TYPE_BOOLEAN},    {TEXT_INIT("getal"), TYPE_NUMBER},
                 {TEXT_INIT("number"), TYPE_NUMBER},     {TEXT_INIT("bedrag"), TYPE_MONEY},
                 {TEXT_INIT("amount"), TYPE_MONEY},      {TEXT_INIT("money"), TYPE_MONEY},
                 {TEXT_INIT("datum"), TYPE_DATE},        {TEXT_INIT("date"), TYPE_DATE},
                 {TEXT_INIT("maand"), TYPE_MONTH},       {TEXT_INIT("month"), TYPE_MONTH},
                 {TEXT_INIT("jaar"), TYPE_YEAR},         {TEXT_INIT("year"), TYPE_YEAR},
                 {TEXT_INIT("interval"), TYPE_INTERVAL}, {TEXT_INIT("tekst"), TYPE_TEXT},
                 {TEXT_INIT("text"), TYPE_TEXT},         {TEXT_INIT("code"), TYPE_TEXT}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal(WORDS[i].word, name))
            return declare_type(WORDS[i].kind);
    return declare_type(TYPE_ERROR);
}

Type check_type(Core *core, const Ast *node)
{
    if (!node)
        return declare_type(TYPE_ERROR);
    Type type = plain_type(node->text);
    if (node->b) { /* `bedrag per uur` */
        uint32_t unit = find_unit(core, node->b->text);
        if (unit == BD_NONE)
            report_unknown(core, node->b->span, node->b->text, "u");
        if (unit != BD_NONE && type.kind == TYPE_MONEY)
            return type_of_unit(TYPE_RATE, unit);
        if (type.kind != TYPE_MONEY)
            diag_report(core->diags, DIAG_E0407, node->span, node->text, EMPTY_TEXT, EMPTY_TEXT);
        return declare_type(TYPE_ERROR);
    }
    if (type.kind != TYPE_ERROR)
        return type;
    if (text_equal(node->text, TEXT("hoeveelheid")) || text_equal(node->text, TEXT("quantity")))
        return type_of_unit(TYPE_QUANTITY, UNIT_OF_PRODUCT);
    uint32_t unit = find_unit(core, node->text), choice = find_choice(core, node->text),
             list = find_list(core, node->text);
    if (choice != BD_NONE)
        return type_of_choice(choice);
    if (unit != BD_NONE)
        return type_of_unit(TYPE_QUANTITY, unit);
    if (list != BD_NONE) {
        type.kind = TYPE_RECORD;
        type.list = list;
        return type;
    }
    Diag *diag = diag_report(core->diags, DIAG_E0407, node->span, node->text, EMPTY_TEXT, EMPTY_TEXT);
    (void)diag;
    return declare_type(TYPE_ERROR);
}
