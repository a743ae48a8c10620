/* module_from_core.c: what a module says about itself: agreement, citations, choices, columns, lists, rules.
**
** Job: one function per section, in file order; tables stand in module_tables.c. The numbering is layout's. Nothing is decided here.
*/
#include "compiler/module_from_core.h"

#include <assert.h>

#include "compiler/module_index.h"
#include "compiler/module_meanings.h"
#include "compiler/module_tables.h"
#include "compiler/native_signature.h"

/* ---- Agreement, documents, citations ---- */

static void write_info(ModuleWriter *writer, const Core *core, const ModuleProgram *lines)
{
    (void)writer_add_INFO(writer, (InfoRecord){
                                      .name = writer_text(writer, core->name),
                                      .title = writer_text(writer, core->title),
                                      .version = writer_text(writer, core->version),
                                      .language = writer_text(writer, core->language),
                                      .origin = writer_text(writer, core->origin),
                                      .valid_from = core->validity.from,
                                      .valid_to = core->validity.to,
                                      .cost = ir_cost(lines->ir),
                                  });
}

static void write_documents(ModuleWriter *writer, const Core *core)
{
    for (uint32_t i = 0; i < core->document_count; i++) {
        const Document *document = &core->documents[i];
        DocumentRecord record = {.name = writer_text(writer, document->name),
                                 .title = writer_text(writer, document->title),
                                 .rank = document->rank};
        (void)writer_add_DOCUMENTS(writer, record);
    }
    for (uint32_t i = 0; i < core->citation_count; i++) {
        const Citation *citation = &core->citations[i];
        CitationRecord record = {.place = writer_text(writer, citation->place),
                                 .quote = writer_text(writer, citation->quote),
                                 .document = citation->document};
        (void)writer_add_CITATIONS(writer, record);
    }
}

/* ---- Choices ---- */

/* Another name of a member: a code, or a unit's plural. */
typedef struct Alias {
    Text text;
    uint32_t member;
    Span span;
} Alias;

typedef struct Aliases {
    Core *core;
    const Choice *choice;
    Alias *items;
    uint32_t count;
    size_t capacity;
} Aliases;

static void report_alias(Aliases *aliases, const Alias *added, Span earlier)
{
    Text none = {NULL, 0};
    Diag *diag = diag_report(aliases->core->diags, DIAG_E0302, added->span, added->text, none, none);
    if (earlier.end > earlier.begin)
        diag_label(aliases->core->diags, diag, earlier, DIAG_N0501, none, none);
}

/* Keeps the aliases sorted. A name or code must lead to one member, since a cell of a data file holds nothing else. */
static void add_alias(Aliases *aliases, Text text, uint32_t member, Span span)
{
    Alias added = {text, member, span};
    if (text.size == 0)
        return;
    for (uint32_t i = 0; i < aliases->choice->member_count; i++) {
        if (!text_equal(aliases->choice->members[i].name, text))
            continue;
        if (i != member)
            report_alias(aliases, &added, aliases->choice->members[i].span);
        return;
    }
    uint32_t at = 0;
    while (at < aliases->count && text_compare(aliases->items[at].text, text) < 0)
        at++;
    if (at < aliases->count && text_equal(aliases->items[at].text, text)) {
        if (aliases->items[at].member != member)
            report_alias(aliases, &added, aliases->items[at].span);
        return;
    }
    aliases->items =
        arena_grow(aliases->core->arena, aliases->items, aliases->count, &aliases->capacity, sizeof *aliases->items);
    for (uint32_t i = aliases->count++; i > at; i--)
        aliases->items[i] = aliases->items[i - 1];
    aliases->items[at] = added;
}

static void collect_aliases(Aliases *aliases, uint32_t choice)
{
    const Core *core = aliases->core;
    for (uint32_t p = 0; choice == CHOICE_PRODUCTS && p < core->product_count; p++)
        for (uint32_t i = 0; i < core->products[p].code_count; i++)
            add_alias(aliases, core->products[p].codes[i], p, core->products[p].span);
    for (uint32_t u = 0; choice == CHOICE_UNITS && u < core->unit_count; u++) {
        add_alias(aliases, core->units[u].code, u, core->units[u].span);
        add_alias(aliases, core->units[u].plural, u, core->units[u].span);
    }
}

static void write_choices(ModuleWriter *writer, Core *core)
{
    for (uint32_t i = 0; i < core->choice_count; i++) {
        const Choice *choice = &core->choices[i];
        Aliases aliases = {.core = core, .choice = choice};
        collect_aliases(&aliases, i);
        ChoiceRecord record = {
            .name = writer_text(writer, choice->name),
            .first_member = writer_count(writer, SECTION_MEMBERS),
            .members = choice->member_count,
            .first_alias = writer_count(writer, SECTION_ALIASES),
            .aliases = aliases.count,
        };
        for (uint32_t m = 0; m < choice->member_count; m++) {
            MemberRecord member = {writer_text(writer, choice->members[m].name),
                                   writer_text(writer, choice->members[m].label)};
            (void)writer_add_MEMBERS(writer, member);
        }
        for (uint32_t a = 0; a < aliases.count; a++)
            (void)writer_add_ALIASES(
                writer, (AliasRecord){writer_text(writer, aliases.items[a].text), aliases.items[a].member, 0});
        (void)writer_add_CHOICES(writer, record);
    }
}

/* ---- Columns and lists ---- */

static uint32_t unit_of(Type type)
{
    bool has = (type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE) && type.unit != UNIT_OF_PRODUCT;
    return has ? type.unit : BD_NONE;
}

static void write_columns(ModuleWriter *writer, const Layout *layout)
{
    for (uint32_t i = 0; i < layout->column_count; i++) {
        const ModuleColumn *column = &layout->columns[i];
        unsigned flags = (column->optional ? COLUMN_OPTIONAL : 0u) | (column->is_group ? COLUMN_GROUP : 0u);
        (void)writer_add_COLUMNS(writer, (ColumnRecord){
                                             .name = writer_text(writer, column->name),
                                             .kind = (uint8_t)layout_kind(column->type.kind),
                                             .meaning = (uint8_t)layout_meaning(column->type.kind),
                                             .flags = (uint16_t)flags,
                                             .unit = unit_of(column->type),
                                             .choice = column->type.kind == TYPE_CHOICE ? column->type.choice : BD_NONE,
                                             .list = column->list,
                                             .denominator = column->denominator,
                                             .program = column->program,
                                         });
    }
}

/* A list's columns are neighbours; of a list whose records are only counted there are none. */
static void write_lists(ModuleWriter *writer, const Core *core, const Layout *layout)
{
    for (uint32_t i = 0; i < core->list_count; i++) {
        const List *list = &core->lists[i];
        uint32_t index = layout->list_of[i];
        if (index == BD_NONE)
            continue;
        ListRecord record = {
            .name = writer_text(writer, list->name), .key = writer_text(writer, list->key), .maximum = list->maximum};
        for (uint32_t c = 0; c < layout->column_count; c++) {
            if (layout->columns[c].list != index)
                continue;
            if (record.columns++ == 0)
                record.first_column = c;
        }
        uint32_t written = writer_add_LISTS(writer, record);
        assert(written == index || writer->status != BD_OK);
        (void)written;
    }
}

/* ---- Rules ---- */

static RuleRecord contract_rule(ModuleWriter *writer, const Core *core, const Layout *layout, uint32_t module_rule,
                                IrShared *shared)
{
    const Rule *rule = &core->rules[layout->rules[module_rule].core_rule];
    IrPlace place = {.span = rule->span,
                     .label = rule->name,
                     .rule = module_rule,
                     .citation = rule->citation,
                     .step = BD_STEP_RULE,
                     .meaning = BD_MEANS_BOOLEAN,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
    return (RuleRecord){
        .code = writer_text(writer, rule->code),
        .citation = rule->citation,
        .place = module_add_place(shared, &place),
        .document = rule->citation == BD_NONE ? BD_NONE : core->citations[rule->citation].document,
        .valid_from = rule->validity.from,
        .valid_to = rule->validity.to,
        .exception_to = rule->exception_to == BD_NONE ? BD_NONE : layout->rule_of[rule->exception_to],
    };
}

/* Of something that is no rule of the contract. */
static uint32_t place_of(IrShared *shared, Span span, Text label, uint32_t citation)
{
    IrPlace place = {.span = span,
                     .label = label,
                     .rule = BD_NONE,
                     .citation = citation,
                     .step = 0,
                     .meaning = BD_MEANS_BOOLEAN,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
    return module_add_place(shared, &place);
}

static void write_rules(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared)
{
    for (uint32_t i = 0; i < layout->rule_count; i++) {
        const ModuleRule *rule = &layout->rules[i];
        RuleRecord record = {.flags = RULE_BUILT_IN,
                             .citation = BD_NONE,
                             .place = BD_NONE,
                             .document = BD_NONE,
                             .valid_from = BD_DATE_MIN,
                             .valid_to = BD_DATE_MAX,
                             .exception_to = BD_NONE};
        if (rule->core_rule != BD_NONE)
            record = contract_rule(writer, core, layout, i, shared);
        if (rule->judgement != BD_NONE) {
            const Column *column = &core->columns[rule->judgement];
            record.citation = column->citation;
            record.place = place_of(shared, column->span, rule->name, column->citation);
        }
        record.name = writer_text(writer, rule->name);
        record.reason = writer_text(writer, rule->reason);
        record.effect = (uint16_t)rule->effect;
        (void)writer_add_RULES(writer, record);
    }
}

/* ---- What people decide ---- */

static void write_readings(ModuleWriter *writer, const Core *core, IrShared *shared)
{
    for (uint32_t i = 0; i < core->reading_count; i++) {
        const Reading *reading = &core->readings[i];
        ReadingRecord record = {.name = writer_text(writer, reading->name),
                                .question = writer_text(writer, reading->question),
                                .reason = writer_text(writer, reading->reason),
                                .choice = reading->choice,
                                .chosen = reading->chosen,
                                .citation = reading->citation,
                                .place = place_of(shared, reading->span, reading->name, reading->citation)};
        (void)writer_add_READINGS(writer, record);
    }
}

static void write_notes(ModuleWriter *writer, const Core *core, IrShared *shared)
{
    for (uint32_t i = 0; i < core->note_count; i++) {
        const Note *note = &core->notes[i];
        NoteRecord record = {.kind = (uint32_t)note->kind,
                             .name = writer_text(writer, note->name),
                             .text = writer_text(writer, note->text),
                             .who = writer_text(writer, note->who),
                             .citation = note->citation,
                             .place = place_of(shared, note->span, note->name, note->citation)};
        (void)writer_add_NOTES(writer, record);
    }
}

/* ---- Counters ---- */

static void write_counters(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared)
{
    for (uint32_t i = 0; i < layout->counter_count; i++) {
        const ModuleCounter *made = &layout->counters[i];
        const Counter *counter = &core->counters[made->core_counter];
        Type type = counter->variants[made->variant].type;
        IrPlace place = {.span = counter->span,
                         .label = made->name,
                         .rule = BD_NONE,
                         .citation = counter->citation,
                         .meaning = (uint8_t)layout_meaning(type.kind),
                         .unit = type.kind == TYPE_QUANTITY ? type.unit : BD_NONE,
                         .choice = BD_NONE};
        CounterRecord record = {.name = writer_text(writer, made->name),
                                .kind = (uint8_t)counter->kind,
                                .meaning = place.meaning,
                                .unit = place.unit,
                                .denominator = made->denominator,
                                .first_key = writer_count(writer, SECTION_COUNTER_KEYS),
                                .keys = counter->key_count,
                                .citation = counter->citation,
                                .place = module_add_place(shared, &place)};
        for (uint32_t k = 0; k < counter->key_count; k++)
            (void)writer_add_COUNTER_KEYS(writer, layout->column_of[counter->keys[k]]);
        (void)writer_add_COUNTERS(writer, record);
    }
}

/* ---- Natives ---- */

/* In the order in which core_from_ast numbered them. */
static void write_natives(ModuleWriter *writer, const Core *core)
{
    for (uint32_t i = 0; i < core->definition_count; i++) {
        const Definition *definition = core->definitions[i];
        if (definition->native == BD_NONE)
            continue;
        Str signature = writer_text(writer, native_signature(core, definition));
        uint32_t written = writer_add_NATIVES(writer, (NativeRecord){writer_text(writer, definition->name), signature});
        assert(written == definition->native || writer->status != BD_OK);
        (void)written;
    }
}

/* ---- All of it ---- */

bd_status module_from_core(Core *core, const Layout *layout, IrShared *shared, const ModuleProgram *programs,
                           uint32_t count, const void **bytes, size_t *size)
{
    ModuleWriter writer;
    writer_init(&writer, core->arena);
    write_info(&writer, core, &programs[0]);
    write_documents(&writer, core);
    write_choices(&writer, core);
    write_columns(&writer, layout);
    write_lists(&writer, core, layout);
    module_write_tables(&writer, core, layout, shared);
    module_write_series(&writer, core, layout);
    module_write_indexations(&writer, core, layout, shared);
    write_rules(&writer, core, layout, shared);
    write_readings(&writer, core, shared);
    write_notes(&writer, core, shared);
    write_natives(&writer, core);
    write_counters(&writer, core, layout, shared);
    module_write_meanings(&writer, core, shared);
    module_write_programs(&writer, programs, count, shared, core->sources);
    return writer.status == BD_OK ? writer_finish(&writer, bytes, size) : writer.status;
}
