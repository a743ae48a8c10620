/* declare_counter.c: `teller` -> what is counted, by which key, for which products.
**
** What a line adds is an expression that is checked later (check_counter.c). A key is known before any line is decided: that is what lets
** the machine order the lines of a batch, so a key is a plain fact of the line and never a date (language.md, section 7).
*/
#include "compiler/check.h"
#include "compiler/declare.h"
#include "vm/core/limits.h"

static const Text NO_TEXT = {"", 0};

static bool can_be_key(const Column *column)
{
    TypeKind kind = column->type.kind;
    return !column->type.optional && column->group == BD_NONE && !column->is_group &&
           (kind == TYPE_TEXT || kind == TYPE_CHOICE || kind == TYPE_NUMBER);
}

static bool has_key(const Counter *counter, uint32_t column)
{
    for (uint32_t i = 0; i < counter->key_count; i++)
        if (counter->keys[i] == column)
            return true;
    return false;
}

static void read_key(Core *core, Counter *counter, const Ast *names)
{
    counter->keys = arena_array(core->arena, ast_count(names), sizeof *counter->keys);
    for (const Ast *name = names; name; name = name->next) {
        uint32_t column = find_column(core, BD_NONE, name->text);
        if (column == BD_NONE)
            report_unknown(core, name->span, name->text, "c");
        else if (!can_be_key(&core->columns[column]))
            diag_report(core->diags, DIAG_E0622, name->span, name->text, NO_TEXT, NO_TEXT);
        else if (has_key(counter, column))
            declare_report_twice(core, name->span, name->text, (Span){0, 0, 0});
        else if (counter->key_count == COUNTER_MAX_KEYS)
            diag_report(core->diags, DIAG_E0911, name->span, counter->name, NO_TEXT, NO_TEXT);
        else
            counter->keys[counter->key_count++] = column;
    }
}

void declare_counter(Core *core, const Ast *item)
{
    uint32_t earlier = find_counter(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->counters[earlier].span);
        return;
    }
    const Ast *products = ast_clause(item, AST_FOR);
    Counter counter = {.name = item->text, .node = item, .span = item->name_span, .for_all = products == NULL};
    counter.kind = ast_has(item, AST_IS_OF_SUM)    ? BD_COUNTER_SUM
                   : ast_has(item, AST_IS_OF_DAYS) ? BD_COUNTER_DAYS
                                                   : BD_COUNTER_COUNT;
    counter.products = declare_products_named(core, products ? products->a : NULL);
    counter.citation = core_citation(core, item->d);
    read_key(core, &counter, item->a);
    GROW(core, counter);
    core->counters[core->counter_count++] = counter;
}
