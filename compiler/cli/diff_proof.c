/* diff_proof.c: which changes may be proved to be none, and what must be equal for it; see diff_proof.h.
**
** A callable is a function of its arguments: equal as such, it is equal wherever it is used. A rejecting or suspending rule works by its mask alone, so
** that an equal mask is enough, whatever else changed. All other clauses work through others; they are equal when nothing at all is decided
** otherwise, or when the only definition that changed reaches rules and callables that are equal themselves.
** Where tables changed as well, equality is also sought whatever the tables hold: the cells are differences of their own.
*/
#include "compiler/cli/diff_proof.h"

#include "compiler/cli/solve_server.h"

typedef struct Prover {
    Diff *diff;
    SolveServer *solver;
    const bd_module *module[2];
    bool has_tables; /* tables or series changed */
    bool has_judgements;
    bool is_all, is_all_known; /* whether everything is decided alike */
} Prover;

/* ---- what a change is made of ---- */

static bool is_clause(const Detail *detail)
{
    static const MeaningPart CLAUSES[] = {MEANT_CONDITION, MEANT_AMOUNT,   MEANT_OUTPUT,
                                          MEANT_FACTOR,    MEANT_ROUNDING, MEANT_CHAIN};
    bool found = false;
    for (size_t i = 0; i < sizeof CLAUSES / sizeof *CLAUSES; i++)
        found = found || detail->part == CLAUSES[i];
    return found && detail->has_old && detail->has_new;
}

static bool has_clause(const Change *change)
{
    bool found = false;
    for (uint32_t i = 0; i < change->detail_count && change->how == CHANGE_CHANGED; i++)
        found = found || is_clause(&change->details[i]);
    return found;
}

static bool is_table(const Change *change)
{
    return change->kind == MEANING_TARIFF || change->kind == MEANING_TABLE || change->kind == MEANING_SERIES ||
           change->kind == MEANING_INDEXATION;
}

static bool is_judgement_asked(const bd_module *module)
{
    for (uint32_t i = 0; i < module->NOTES_count; i++)
        if (module->NOTES[i].kind == NOTE_JUDGEMENT)
            return true;
    return false;
}

/* ---- equal by itself ---- */

static bool prove_program(const Prover *prover, const char *kind, Text name)
{
    StringBuilder program;
    builder_init(&program, prover->diff->arena);
    builder_text(&program, text_from_cstring(kind));
    builder_text(&program, name);
    return solve_server_callable(prover->solver, SOLVE_EXACT, builder_result(&program)) ||
           (prover->has_tables && solve_server_callable(prover->solver, SOLVE_ANY_TABLES, builder_result(&program)));
}

/* Whether a rule works by its mask alone: it rejects or suspends, takes part in no exception, and no judgement can hold lines for it. */
static bool works_alone(const Prover *prover, Text name)
{
    bool found = false;
    for (int side = 0; side < 2; side++) {
        const bd_module *module = prover->module[side];
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            const RuleRecord *rule = &module->RULES[i];
            bool is_it = text_equal(module_text(module, rule->name), name);
            const RuleRecord *base = rule->exception_to == BD_NONE ? NULL : &module->RULES[rule->exception_to];
            if (base != NULL && (is_it || text_equal(module_text(module, base->name), name)))
                return false;
            if (is_it && ((rule->effect != BD_EFFECT_REJECT && rule->effect != BD_EFFECT_SUSPEND) ||
                          (rule->flags & RULE_POWER) != 0))
                return false;
            found = found || is_it;
        }
    }
    return found && !prover->has_judgements;
}

static bool prove_rule(const Prover *prover, Text name)
{
    return works_alone(prover, name) &&
           (solve_server_rule(prover->solver, SOLVE_EXACT, name) ||
            (prover->has_tables && solve_server_rule(prover->solver, SOLVE_ANY_TABLES, name)));
}

/* A thing that is a program, or a rule, by its kind and name. */
static bool prove_thing(const Prover *prover, MeaningKind kind, Text name)
{
    if (kind == MEANING_RULE)
        return prove_rule(prover, name);
    if (kind == MEANING_DEFINITION)
        return prove_program(prover, "definitie.", name);
    if (kind == MEANING_PENALTY)
        return prove_program(prover, "boete.", name);
    if (kind == MEANING_TERM)
        return prove_program(prover, "termijn.", name);
    if (kind == MEANING_SUSPENSION)
        return prove_program(prover, "opschorten.", name);
    return false;
}

/* "rule.te_laat@2021-01-01" */
static bool prove_id(const Prover *prover, Text id)
{
    static const MeaningKind KINDS[] = {MEANING_RULE, MEANING_DEFINITION, MEANING_PENALTY, MEANING_TERM,
                                        MEANING_SUSPENSION};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        Text kind = diff_kind_name(KINDS[i]);
        if (!text_has_prefix(id, kind) || id.size <= kind.size || id.data[kind.size] != '.')
            continue;
        size_t end = kind.size + 1;
        while (end < id.size && id.data[end] != '@')
            end++;
        return prove_thing(prover, KINDS[i], text_slice(id, kind.size + 1, end));
    }
    return false;
}

/* ---- equal through others ---- */

/* The only definition that changed, if what it reaches is equal. Another one might reach further by way of this one. */
static bool prove_reached(const Prover *prover, const Change *change)
{
    for (uint32_t i = 0; i < prover->diff->count; i++) {
        const Change *other = &prover->diff->changes[i];
        if (other != change && (other->kind == MEANING_DEFINITION || other->kind == MEANING_CALENDAR))
            return false;
    }
    for (uint32_t i = 0; i < change->reach_count; i++)
        if (!prove_id(prover, change->reaches[i]))
            return false;
    return change->reach_count > 0;
}

static bool prove_all(Prover *prover)
{
    if (!prover->is_all_known)
        prover->is_all = solve_server_all(prover->solver, SOLVE_EXACT) ||
                         (prover->has_tables && solve_server_all(prover->solver, SOLVE_ANY_TABLES));
    prover->is_all_known = true;
    return prover->is_all;
}

/* Whether what a clause of this kind does is part of what lines and callables give. */
static bool is_decided(const Prover *prover, const Change *change)
{
    if (change->kind == MEANING_DEFINITION || change->kind == MEANING_COUNTER || change->kind == MEANING_INDEXATION)
        return true;
    for (int side = 0; side < 2 && change->kind == MEANING_RULE; side++)
        for (uint32_t i = 0; i < prover->module[side]->RULES_count; i++)
            if ((prover->module[side]->RULES[i].flags & RULE_POWER) != 0 &&
                text_equal(module_text(prover->module[side], prover->module[side]->RULES[i].name), change->name))
                return false;
    return change->kind == MEANING_RULE;
}

static bool is_proved(Prover *prover, const Change *change)
{
    if (change->is_local && change->kind == MEANING_DEFINITION && prove_reached(prover, change))
        return true;
    if (!change->is_local && prove_thing(prover, change->kind, change->name))
        return true;
    return is_decided(prover, change) && prove_all(prover);
}

/* ---- what is left ---- */

static void drop_clauses(Change *change)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (!is_clause(&change->details[i]))
            change->details[kept++] = change->details[i];
    change->detail_count = kept;
    change->reach_count = 0;
    change->is_indirect = false;
}

void diff_prove(Diff *diff)
{
    Prover prover = {.diff = diff, .module = {diff->a.loaded->module, diff->b.loaded->module}};
    bool wanted = false;
    for (uint32_t i = 0; i < diff->count; i++) {
        wanted = wanted || has_clause(&diff->changes[i]);
        prover.has_tables = prover.has_tables || is_table(&diff->changes[i]);
    }
    prover.has_judgements = is_judgement_asked(prover.module[0]) || is_judgement_asked(prover.module[1]);
    if (wanted)
        prover.solver = solve_server_open(diff->arena, prover.module[0], prover.module[1]);
    if (prover.solver == NULL)
        return;
    bool *proved = arena_array(diff->arena, (size_t)diff->count + 1, sizeof *proved);
    diff->proved = arena_array(diff->arena, (size_t)diff->count + 1, sizeof *diff->proved);
    for (uint32_t i = 0; i < diff->count; i++)
        proved[i] = has_clause(&diff->changes[i]) && is_proved(&prover, &diff->changes[i]);
    diff->solver_gave_up = solve_server_gave_up(prover.solver);
    solve_server_close(prover.solver);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < diff->count; i++) {
        Change change = diff->changes[i];
        if (proved[i]) {
            diff->proved[diff->proved_count++] = change.id;
            drop_clauses(&change);
        }
        if (!proved[i] || change.detail_count > 0)
            diff->changes[kept++] = change;
    }
    diff->count = kept;
}
