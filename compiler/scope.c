/* scope.c: finding declarations by name, and saying what was probably meant.
**
** Names are unique per kind, and there are few of each, so a search is a walk. Dutch and English names of what the language itself
** declares are both known, whatever the keyword language of the file.
*/
#include <string.h>

#include "compiler/check.h"
#include "compiler/sources.h"
#include "vm/core/limits.h"

#define FIND(array, count)                         \
    for (uint32_t i = 0; i < core->count; i++)     \
        if (text_equal(core->array[i].name, name)) \
            return i;                              \
    return BD_NONE

uint32_t find_choice(const Core *core, Text name)
{
    FIND(choices, choice_count);
}
uint32_t find_list(const Core *core, Text name)
{
    FIND(lists, list_count);
}
uint32_t find_product(const Core *core, Text name)
{
    FIND(products, product_count);
}
uint32_t find_table(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->table_count; i++)
        if (!core->tables[i].is_tariff && text_equal(core->tables[i].name, name))
            return i;
    return BD_NONE;
}
uint32_t find_calendar(const Core *core, Text name)
{
    FIND(calendars, calendar_count);
}
uint32_t find_reading(const Core *core, Text name)
{
    FIND(readings, reading_count);
}
uint32_t find_document(const Core *core, Text name)
{
    FIND(documents, document_count);
}
uint32_t find_rule(const Core *core, Text name)
{
    FIND(rules, rule_count);
}

uint32_t find_unit(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->unit_count; i++)
        if (text_equal(core->units[i].name, name) ||
            (core->units[i].plural.size && text_equal(core->units[i].plural, name)))
            return i;
    static const struct {
        Text english, dutch;
    } WORDS[] = {{TEXT_INIT("day"), TEXT_INIT("dag")},          {TEXT_INIT("days"), TEXT_INIT("dag")},
                 {TEXT_INIT("week"), TEXT_INIT("week")},        {TEXT_INIT("weeks"), TEXT_INIT("week")},
                 {TEXT_INIT("month"), TEXT_INIT("maand")},      {TEXT_INIT("months"), TEXT_INIT("maand")},
                 {TEXT_INIT("quarter"), TEXT_INIT("kwartaal")}, {TEXT_INIT("quarters"), TEXT_INIT("kwartaal")},
                 {TEXT_INIT("year"), TEXT_INIT("jaar")},        {TEXT_INIT("years"), TEXT_INIT("jaar")},
                 {TEXT_INIT("workday"), TEXT_INIT("werkdag")},  {TEXT_INIT("workdays"), TEXT_INIT("werkdag")},
                 {TEXT_INIT("euros"), TEXT_INIT("euro")}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal(WORDS[i].english, name))
            return find_unit(core, WORDS[i].dutch);
    return BD_NONE;
}

uint32_t find_member(const Core *core, uint32_t choice, Text name)
{
    const Choice *declared = &core->choices[choice];
    for (uint32_t i = 0; i < declared->member_count; i++)
        if (text_equal(declared->members[i].name, name))
            return i;
    return BD_NONE;
}

/* English names of the line's own facts. */
static Text dutch_name(Text name)
{
    static const struct {
        Text english, dutch;
    } NAMES[] = {{TEXT_INIT("begin_date"), TEXT_INIT("begindatum")},
                 {TEXT_INIT("end_date"), TEXT_INIT("einddatum")},
                 {TEXT_INIT("signed"), TEXT_INIT("dagtekening")},
                 {TEXT_INIT("provider"), TEXT_INIT("aanbieder")},
                 {TEXT_INIT("municipality"), TEXT_INIT("gemeente")},
                 {TEXT_INIT("unit"), TEXT_INIT("eenheid")},
                 {TEXT_INIT("claimed_tariff"), TEXT_INIT("tarief")},
                 {TEXT_INIT("claimed_amount"), TEXT_INIT("bedrag")},
                 {TEXT_INIT("ingediend_tarief"), TEXT_INIT("tarief")},
                 {TEXT_INIT("ingediend_bedrag"), TEXT_INIT("bedrag")},
                 {TEXT_INIT("allocation"), TEXT_INIT("toewijzing")},
                 {TEXT_INIT("start_message"), TEXT_INIT("start")},
                 {TEXT_INIT("stop_message"), TEXT_INIT("stop")},
                 {TEXT_INIT("startbericht"), TEXT_INIT("start")},
                 {TEXT_INIT("stopbericht"), TEXT_INIT("stop")},
                 {TEXT_INIT("allocation_number"), TEXT_INIT("toewijzingnummer")}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (text_equal(NAMES[i].english, name))
            return NAMES[i].dutch;
    return name;
}

uint32_t find_column(const Core *core, uint32_t list, Text name)
{
    for (uint32_t i = 0; i < core->column_count; i++)
        if (core->columns[i].list == list && text_equal(core->columns[i].name, name))
            return i;
    Text dutch = dutch_name(name);
    return text_equal(dutch, name) ? BD_NONE : find_column(core, list, dutch);
}

uint32_t find_counter(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->counter_count; i++)
        if (text_equal(core->counters[i].name, name))
            return i;
    return BD_NONE;
}

Definition *find_definition(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->definition_count; i++)
        if (text_equal(core->definitions[i]->name, name))
            return core->definitions[i];
    return NULL;
}

Form *find_form(const Core *core, FormKind kind, Text name)
{
    for (uint32_t i = 0; i < core->form_count; i++)
        if (core->forms[i].kind == kind && text_equal(core->forms[i].name, name))
            return &core->forms[i];
    return NULL;
}

/* ---- Suggestions ---- */

typedef struct Nearest {
    Text name, wanted;
    unsigned distance;
} Nearest;

static void consider(Nearest *nearest, Text name)
{
    unsigned limit = nearest->wanted.size < 5 ? 1 : 2;
    unsigned distance = text_distance(nearest->wanted, name, limit);
    if (distance <= limit && distance > 0 && distance < nearest->distance) {
        nearest->distance = distance;
        nearest->name = name;
    }
}

static void consider_all(const Core *core, Nearest *nearest, const char *kinds)
{
    for (const char *kind = kinds; *kind; kind++) {
        if (*kind == 'c')
            for (uint32_t i = 0; i < core->column_count; i++)
                if (core->columns[i].list == BD_NONE)
                    consider(nearest, core->columns[i].name);
        if (*kind == 'd')
            for (uint32_t i = 0; i < core->definition_count; i++)
                consider(nearest, core->definitions[i]->name);
        if (*kind == 'm')
            for (uint32_t i = 1; i < core->choice_count; i++)
                for (uint32_t m = 0; i != 1 && !core->choices[i].hidden && m < core->choices[i].member_count; m++)
                    consider(nearest, core->choices[i].members[m].name);
        if (*kind == 'p')
            for (uint32_t i = 0; i < core->product_count; i++)
                consider(nearest, core->products[i].name);
        if (*kind == 'u')
            for (uint32_t i = 0; i < core->unit_count; i++)
                consider(nearest, core->units[i].name), consider(nearest, core->units[i].plural);
        if (*kind == 't')
            for (uint32_t i = 0; i < core->table_count; i++)
                if (!core->tables[i].is_tariff)
                    consider(nearest, core->tables[i].name);
        if (*kind == 'h')
            for (uint32_t i = 0; i < core->choice_count; i++)
                consider(nearest, core->choices[i].name);
        if (*kind == 'l')
            for (uint32_t i = 0; i < core->list_count; i++)
                consider(nearest, core->lists[i].name);
        if (*kind == 'r')
            for (uint32_t i = 0; i < core->rule_count; i++)
                consider(nearest, core->rules[i].name);
        if (*kind == 'o')
            for (uint32_t i = 0; i < core->document_count; i++)
                consider(nearest, core->documents[i].name);
        if (*kind == 'j')
            for (uint32_t i = 0; i < core->column_count; i++)
                if (core->columns[i].is_judgement)
                    consider(nearest, core->columns[i].name);
        if (*kind == 'g')
            for (uint32_t i = 0; i < core->reading_count; i++)
                consider(nearest, core->readings[i].name);
        if (*kind == 'f')
            for (uint32_t i = 0; i < core->form_count; i++)
                consider(nearest, core->forms[i].name);
        if (*kind == 'n')
            for (uint32_t i = 0; i < core->counter_count; i++)
                consider(nearest, core->counters[i].name);
        if (*kind == 'k')
            for (uint32_t i = 0; i < core->calendar_count; i++)
                consider(nearest, core->calendars[i].name);
    }
}

void report_unknown(Core *core, Span span, Text name, const char *kinds)
{
    static const Text OWN[] = {
        TEXT_INIT("volume"),           TEXT_INIT("tarief"),         TEXT_INIT("ingediend_tarief"),
        TEXT_INIT("ingediend_bedrag"), TEXT_INIT("productperiode"), TEXT_INIT("berekend_bedrag"),
        TEXT_INIT("startbericht"),     TEXT_INIT("stopbericht"),    TEXT_INIT("toewijzing")};
    Nearest nearest = {{NULL, 0}, name, UINT32_MAX};
    consider_all(core, &nearest, kinds);
    for (size_t i = 0; strchr(kinds, 'c') && i < sizeof OWN / sizeof *OWN; i++)
        consider(&nearest, OWN[i]);
    Diag *diag = diag_report(core->diags, DIAG_E0301, span, name, (Text){NULL, 0}, (Text){NULL, 0});
    if (nearest.name.size)
        diag_help(core->diags, diag, DIAG_N0001, nearest.name, (Text){NULL, 0});
}

Text sources_excerpt(const Sources *sources, Span span, size_t limit, Arena *arena)
{
    if (span.file >= sources->count || span.end <= span.begin)
        return (Text){"", 0};
    Text text = source_slice(sources->items[span.file], span);
    StringBuilder out;
    builder_init(&out, arena);
    bool space = false;
    for (size_t i = 0; i < text.size;) {
        char c = text.data[i];
        if (c == '-' && i + 1 < text.size && text.data[i + 1] == '-' && (i == 0 || text.data[i - 1] == ' ')) {
            while (i < text.size && text.data[i] != '\n')
                i++;
            continue;
        }
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            space = true;
            i++;
            continue;
        }
        if (space && out.size)
            builder_char(&out, ' ');
        space = false;
        uint32_t code_point = 0;
        size_t size = utf8_decode(text, i, &code_point);
        if (size == 0)
            size = 1;
        if (out.size + size > limit) {
            builder_text(&out, TEXT("…"));
            break;
        }
        builder_text(&out, text_slice(text, i, i + size));
        i += size;
    }
    return builder_result(&out);
}

Text sources_module_name(const Sources *sources, uint32_t file)
{
    Text main_name = sources->items[0]->name, name = sources->items[file]->name;
    size_t folder = main_name.size;
    while (folder > 0 && main_name.data[folder - 1] != '/')
        folder--;
    bool is_inside = text_has_prefix(name, text_slice(main_name, 0, folder));
    return is_inside ? text_slice(name, folder, name.size) : name;
}
