/* declare_honesty.c: what the text leaves open, what people decide, and what nobody can compute.
**
** Job: a `lezing` becomes a choice of its own name and a constant of the session; an `oordeel` a boolean column of the lines whose cell may
** be empty; a `niet uitdrukbaar` a note. All of them are listed by `describe` (language.md, section 8).
** Invariant: a reading has at least two alternatives, and the chosen one is among them, or an error was reported.
*/
#include "compiler/check.h"
#include "compiler/declare.h"

static const Text NO_TEXT = {"", 0};

static Text text_of(const Ast *node)
{
    return node ? node->text : NO_TEXT;
}

void declare_note(Core *core, bd_note_kind kind, const Ast *item, Text text, Text who)
{
    GROW(core, note);
    core->notes[core->note_count++] =
        (Note){.kind = kind,
               .name = kind == BD_NOTE_NOT_EXPRESSIBLE ? NO_TEXT : item->text,
               .text = text,
               .who = who,
               .citation = core_citation(core, item->d),
               .span = item->name_span.end > item->name_span.begin ? item->name_span : item->span};
}

/* ---- Readings ---- */

static uint32_t alternatives(Core *core, const Ast *item)
{
    GROW(core, choice);
    uint32_t index = core->choice_count++;
    core->choices[index] = (Choice){.name = item->text, .is_reading = true, .span = item->name_span};
    Choice *choice = &core->choices[index];
    choice->members = arena_array(core->arena, ast_count(item->b), sizeof *choice->members);
    for (const Ast *member = item->b; member; member = member->next) {
        uint32_t same = find_member(core, index, member->text);
        if (same != BD_NONE)
            declare_report_twice(core, member->span, member->text, choice->members[same].span);
        else
            choice->members[choice->member_count++] = (Member){member->text, text_of(member->a), member->span};
    }
    if (choice->member_count < 2)
        diag_report(core->diags, DIAG_E0314, item->name_span, item->text, NO_TEXT, NO_TEXT);
    return index;
}

static uint32_t chosen_of(Core *core, uint32_t choice, const Ast *item)
{
    uint32_t chosen = item->c ? find_member(core, choice, item->c->text) : BD_NONE;
    if (item->c && chosen == BD_NONE)
        diag_report(core->diags, DIAG_E0315, item->c->span, item->c->text, item->text, NO_TEXT);
    return chosen == BD_NONE ? 0 : chosen;
}

void declare_reading(Core *core, const Ast *item)
{
    uint32_t column = find_column(core, BD_NONE, item->text), choice = find_choice(core, item->text);
    if (column != BD_NONE || choice != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text,
                             column != BD_NONE ? core->columns[column].span : core->choices[choice].span);
        return;
    }
    const Ast *reason = ast_clause(item, AST_REASON);
    choice = alternatives(core, item);
    Reading reading = {.name = item->text,
                       .question = text_of(item->a),
                       .reason = reason ? text_of(reason->a) : NO_TEXT,
                       .choice = choice,
                       .chosen = chosen_of(core, choice, item),
                       .citation = core_citation(core, item->d),
                       .span = item->name_span};
    GROW(core, reading);
    core->readings[core->reading_count++] = reading;
}

/* ---- Judgements ---- */

void declare_judgement(Core *core, const Ast *item, uint32_t rules_before)
{
    uint32_t earlier = find_column(core, BD_NONE, item->text), reading = find_reading(core, item->text);
    if (earlier != BD_NONE || reading != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text,
                             earlier != BD_NONE ? core->columns[earlier].span : core->readings[reading].span);
        return;
    }
    declare_note(core, BD_NOTE_JUDGEMENT, item, text_of(item->b), text_of(item->a));
    Type type = declare_type(TYPE_BOOLEAN);
    type.optional = true;
    GROW(core, column);
    core->columns[core->column_count++] = (Column){.name = item->text,
                                                   .type = type,
                                                   .list = BD_NONE,
                                                   .group = BD_NONE,
                                                   .is_judgement = true,
                                                   .rules_before = rules_before,
                                                   .label = text_of(item->b),
                                                   .citation = core->notes[core->note_count - 1].citation,
                                                   .span = item->name_span};
}

/* ---- What cannot be computed ---- */

void declare_inexpressible(Core *core, const Ast *item)
{
    declare_note(core, BD_NOTE_NOT_EXPRESSIBLE, item, item->text, NO_TEXT);
}
