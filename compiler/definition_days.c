/* definition_days.c: a dated definition must hold on every day on which it can be asked for.
**
** Of several versions the one that has started last counts, so a day without a version would silently take a neighbour's. The days asked
** for are those of the agreement, or where it has no start, from the first product on.
*/
#include "compiler/definition_days.h"

#include "compiler/tables.h"

static const Text NO_TEXT = {"", 0};

static Validity days_asked_for(const Core *core)
{
    Validity days = core->validity;
    if (days.from != BD_DATE_MIN)
        return days;
    days.from = BD_DATE_MAX;
    for (uint32_t p = 0; p < core->product_count; p++)
        if (core->products[p].validity.from < days.from)
            days.from = core->products[p].validity.from;
    return days;
}

static void report_days(Core *core, const Definition *definition, Span span, int32_t from, int32_t to)
{
    if (to == BD_DATE_MAX)
        diag_report(core->diags, DIAG_E0527, span, definition->name, table_date_text(core, from), NO_TEXT);
    else
        diag_report(core->diags, DIAG_E0526, span, definition->name, table_date_text(core, from),
                    table_date_text(core, to));
}

static void check_days(Core *core, const Definition *definition, Validity days)
{
    int32_t next = days.from; /* the first day that no version seen so far covers */
    for (uint32_t v = 0; v < definition->version_count; v++) {
        const DefinitionVersion *version = &definition->versions[v];
        bool is_dated_start = version->validity.from != BD_DATE_MIN;
        if (is_dated_start && next != BD_DATE_MIN && version->validity.from > next && next <= days.to)
            report_days(core, definition, version->node->name_span, next, version->validity.from - 1);
        bool is_last = v + 1 == definition->version_count;
        if (version->validity.to == BD_DATE_MAX)
            next = is_last ? BD_DATE_MAX : definition->versions[v + 1].validity.from;
        else
            next = version->validity.to + 1;
    }
    if (next < days.to)
        report_days(core, definition, definition->versions[definition->version_count - 1].node->name_span, next,
                    days.to);
}

void definition_days_check(Core *core)
{
    Validity days = days_asked_for(core);
    for (uint32_t i = 0; i < core->definition_count; i++)
        check_days(core, core->definitions[i], days);
}
