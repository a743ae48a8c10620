/* witness_seek.c: the search for a line that two versions decide differently; see witness.h.
**
** First the examples of both agreements as they are, all decided by both versions at once: who tests an agreement to its bounds has a witness for
** most changes already. Then variations: each column that the change can depend on takes each value worth trying, the whole line moves to each day on
** which something begins or ends, and then two of these together, from the examples nearest to the change. A line that other
** rules reject too is varied on until one version approves it, where it can be. What is found is made smaller as long as it stays a witness of the same
** two decisions.
*/
#include <string.h>

#include "compiler/cli/witness_internal.h"

enum {
    BATCH = 512,
    SEEDS_VARIED = 10,     /* examples that a search starts from */
    SEEDS_PAID = 4,        /* of these, kept for examples that are paid */
    CASES_PER_SEED = 6000, /* variations of each, at most */
    CASES_ALONE = 60,      /* the same where each case needs a session of its own */
    CASES_LEAST = 300,     /* however costly the agreement */
    STEPS_PER_CHANGE = 200 * 1000 * 1000,
    STEPS_TO_CLEAR = 6,
    SHRINK_ROUNDS = 16
};

/* ---- what counts ---- */

static bool has_bit(const uint64_t *reasons, uint32_t rule)
{
    return reasons[rule / 64] >> (rule % 64) & 1;
}

/* Whether a rule of this name is among the reasons. */
static bool names_rule(const Search *search, int side, const Outcome *outcome, const bool *rules, Text name)
{
    const bd_module *module = search->module[side];
    for (uint32_t i = 0; i < module->RULES_count; i++)
        if (rules[i] && has_bit(outcome->reasons, i) &&
            (name.data == NULL || text_equal(module_text(module, module->RULES[i].name), name)))
            return true;
    return false;
}

/* Some reason stands on one side only, by the names of rules; rules: of these, or NULL for any. */
static bool reasons_differ(const Search *search, const Outcome *old, const Outcome *made, bool *const rules[SIDES])
{
    const Outcome *outcomes[SIDES] = {old, made};
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side], *other = search->module[1 - side];
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            if (!has_bit(outcomes[side]->reasons, i) || (rules != NULL && !rules[side][i]))
                continue;
            bool found = false;
            for (uint32_t k = 0; k < other->RULES_count && !found; k++)
                found =
                    has_bit(outcomes[1 - side]->reasons, k) &&
                    text_equal(module_text(module, module->RULES[i].name), module_text(other, other->RULES[k].name));
            if (!found)
                return true;
        }
    }
    return false;
}

/* Whether the amount of a line is this change's to show: its product is one of those, and no other change's. */
static bool may_pay(const Search *search, const Target *target, const Case *line)
{
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    if (!target->pays || target->is_blurred || column == BD_NONE)
        return target->pays && !target->is_blurred;
    int64_t product = line->cells[column].value;
    return (target->products == NULL || target->products[product]) &&
           (target->blurred == NULL || !target->blurred[product]);
}

bool outcome_differs(const Search *search, const Target *target, const Case *line, const Outcome *old,
                     const Outcome *made)
{
    Text any = {NULL, 0};
    if (old->unreadable || made->unreadable || (old->decision == BD_FAULTED && made->decision == BD_FAULTED))
        return false;
    bool differs = old->decision != made->decision || (old->decision == BD_APPROVED && old->cents != made->cents);
    if (!differs && !reasons_differ(search, old, made, NULL))
        return false;
    if (reasons_differ(search, old, made, target->rules))
        return true;
    bool is_own =
        names_rule(search, 0, old, target->rules[0], any) || names_rule(search, 1, made, target->rules[1], any);
    bool is_others =
        names_rule(search, 0, old, target->others[0], any) || names_rule(search, 1, made, target->others[1], any);
    return !is_others && (is_own || may_pay(search, target, line));
}

/* Reasons on both sides that are not the change's: what stands beside it and would reject the line anyway. */
static uint32_t foreign_reasons(const Search *search, const Target *target, const Outcome *old, const Outcome *made)
{
    const Outcome *outcomes[SIDES] = {old, made};
    uint32_t count = 0;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++)
            count += has_bit(outcomes[side]->reasons, i) && !target->rules[side][i];
    return count;
}

/* A witness with less than this turns on the change: one of the versions approves it. */
enum { BAD_REJECTED_BY_BOTH = 1000, BAD_REASON = 100, BAD_FAULT = 100000 };

/* The lower the better: a decision rather than a fault, an approval on one side, few reasons of others, few facts. */
static uint32_t badness(const Search *search, const Target *target, const Case *line, const Outcome *old,
                        const Outcome *made)
{
    uint32_t count = line->record_count * 3;
    for (uint32_t i = 0; i < search->columns.count; i++)
        count += line->cells[i].present;
    if (old->decision == BD_FAULTED || made->decision == BD_FAULTED)
        count += BAD_FAULT;
    if (old->decision != BD_APPROVED && made->decision != BD_APPROVED)
        count += BAD_REJECTED_BY_BOTH + BAD_REASON * foreign_reasons(search, target, old, made);
    return count;
}

/* ---- the best so far ---- */

typedef struct Found {
    bool is_found;
    Seed seed;
    Case line;
    uint32_t badness, foreign;
    bool *rules[SIDES]; /* those that speak on either side, and those of the change */
    bd_decision decisions[SIDES];
} Found;

typedef struct Seeker {
    Search *search;
    const Target *target;
    Arena scratch; /* of one batch */
    Found best;
} Seeker;

/* Nothing but the change keeps the line from being paid: no better kind of witness is to be had. */
static bool is_clear(const Seeker *seeker)
{
    return seeker->best.is_found && seeker->best.badness < BAD_REJECTED_BY_BOTH;
}

/* Where lines count, those of a batch have clients of their own: a case is decided once more as it is written, in sessions of its own. */
static bool holds_by_itself(Seeker *seeker, const Seed *seed, const Case *line, const Outcome *old, const Outcome *made,
                            bd_decision decisions[SIDES])
{
    decisions[0] = old->decision;
    decisions[1] = made->decision;
    if (!seeker->search->counts)
        return true;
    Outcome *outcomes[SIDES];
    if (!case_decide(seeker->search, seeker->search->arena, seed->environment, &line, 1, outcomes))
        return false;
    decisions[0] = outcomes[0]->decision;
    decisions[1] = outcomes[1]->decision;
    return outcome_differs(seeker->search, seeker->target, line, outcomes[0], outcomes[1]);
}

/* The rules that a better witness has to do with: those of the change, and those that reject this one too. */
static bool *rules_at_work(const Seeker *seeker, int side, const Outcome *outcome)
{
    size_t count = seeker->search->module[side]->RULES_count;
    bool *rules = arena_array(seeker->search->arena, count + 1, sizeof *rules);
    for (uint32_t i = 0; i < count; i++)
        rules[i] = seeker->target->rules[side][i] || has_bit(outcome->reasons, i);
    return rules;
}

static void keep(Seeker *seeker, const Seed *seed, const Case *line, const Outcome *old, const Outcome *made)
{
    if (old->unreadable || made->unreadable)
        return;
    uint32_t how_bad = badness(seeker->search, seeker->target, line, old, made);
    Found found = {.is_found = true, .seed = *seed, .badness = how_bad};
    bool is_better = !seeker->best.is_found || how_bad < seeker->best.badness;
    if (!is_better || !outcome_differs(seeker->search, seeker->target, line, old, made) ||
        !holds_by_itself(seeker, seed, line, old, made, found.decisions))
        return;
    found.line = case_copy(seeker->search, line);
    found.foreign = foreign_reasons(seeker->search, seeker->target, old, made);
    found.rules[0] = rules_at_work(seeker, 0, old);
    found.rules[1] = rules_at_work(seeker, 1, made);
    seeker->best = found;
}

static void try_cases(Seeker *seeker, const Seed *seed, const Case *const *cases, uint32_t count)
{
    Outcome *outcomes[SIDES];
    for (uint32_t first = 0; first < count; first += BATCH) {
        uint32_t size = count - first < BATCH ? count - first : BATCH;
        arena_reset(&seeker->scratch);
        if (!case_decide(seeker->search, &seeker->scratch, seed->environment, cases + first, size, outcomes))
            return;
        for (uint32_t i = 0; i < size; i++)
            keep(seeker, seed, cases[first + i], &outcomes[0][i], &outcomes[1][i]);
    }
}

/* ---- examples as they are ---- */

enum { NEAR_ALONE = 5, NEAR_SPEAKS = 4, NEAR_PAID = 3 };

/* How near an example is to the change: its rules speak, best alone, or at least the line is paid. */
static uint32_t nearness(const Seeker *seeker, const Outcome *old, const Outcome *made)
{
    Text any = {NULL, 0};
    if (old->unreadable || made->unreadable || old->reasons == NULL || made->reasons == NULL)
        return 0; /* or it was not decided */
    if (names_rule(seeker->search, 0, old, seeker->target->rules[0], any) ||
        names_rule(seeker->search, 1, made, seeker->target->rules[1], any))
        return foreign_reasons(seeker->search, seeker->target, old, made) == 0 ? NEAR_ALONE : NEAR_SPEAKS;
    return old->decision == BD_APPROVED && made->decision == BD_APPROVED ? NEAR_PAID
           : old->decision != BD_FAULTED                                 ? 2
                                                                         : 1;
}

static void note_outcomes(Search *search, uint32_t seed, bool good, Outcome *const outcomes[SIDES], uint32_t index)
{
    for (int side = 0; side < SIDES; side++) {
        search->seed_outcomes[side][seed] = (Outcome){.unreadable = true};
        if (good)
            search->seed_outcomes[side][seed] = outcomes[side][index];
    }
}

static void decide_by_themselves(Search *search)
{
    const Case **cases = arena_array(search->arena, (size_t)search->seed_count + 1, sizeof *cases);
    uint32_t *which = arena_array(search->arena, (size_t)search->seed_count + 1, sizeof *which);
    for (uint32_t e = 0; e < search->environment_count; e++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < search->seed_count; i++) {
            if (search->seeds[i].is_alone || search->seeds[i].environment != search->environments[e])
                continue;
            which[count] = i;
            cases[count++] = &search->seeds[i].base;
        }
        Outcome *outcomes[SIDES];
        bool good = count > 0 && case_decide(search, search->arena, search->environments[e], cases, count, outcomes);
        for (uint32_t i = 0; i < count; i++)
            note_outcomes(search, which[i], good, outcomes, i);
    }
}

static void decide_in_order(Search *search)
{
    Outcome *outcomes[SIDES];
    const Case *lines = NULL;
    bool good = false;
    for (uint32_t i = 0; i < search->seed_count; i++) {
        const Seed *seed = &search->seeds[i];
        if (!seed->is_alone)
            continue;
        if (seed->lines != lines)
            good = case_decide_example(search, search->arena, seed, outcomes);
        lines = seed->lines;
        note_outcomes(search, i, good, outcomes, seed->own);
    }
}

/* Decides the examples once; search->seed_outcomes keeps them for all changes. */
static void decide_seeds(Search *search, bool alone)
{
    for (int side = 0; side < SIDES && search->seed_outcomes[side] == NULL; side++)
        search->seed_outcomes[side] =
            arena_array(search->arena, (size_t)search->seed_count + 1, sizeof *search->seed_outcomes[side]);
    if (search->seeds_decided[alone])
        return;
    search->seeds_decided[alone] = true;
    if (alone)
        decide_in_order(search);
    else
        decide_by_themselves(search);
}

/* First those that stand by themselves; those that need lines before them only when no other shows the change clearly. */
static void try_seeds(Seeker *seeker, bool alone)
{
    Search *search = seeker->search;
    decide_seeds(search, alone);
    for (uint32_t i = 0; i < search->seed_count; i++)
        if (search->seeds[i].is_alone == alone && !search->seed_outcomes[0][i].unreadable &&
            !search->seed_outcomes[1][i].unreadable)
            keep(seeker, &search->seeds[i], &search->seeds[i].base, &search->seed_outcomes[0][i],
                 &search->seed_outcomes[1][i]);
}

/* ---- variations ---- */

typedef struct Variations {
    Seeker *seeker;
    const Seed *seed;
    const Pools *pools;
    const Case **cases;
    uint32_t count, limit;
} Variations;

static Case *another(Variations *v, const Case *from)
{
    Case *made = arena_alloc(v->seeker->search->arena, sizeof *made);
    *made = case_copy(v->seeker->search, from);
    v->cases[v->count++] = made;
    return made;
}

static void vary_cell(Variations *v, const Case *from, uint32_t column, CaseCell cell)
{
    if (v->count >= v->limit)
        return;
    const CaseCell *present = &from->cells[column];
    if (present->present == cell.present && present->value == cell.value && text_equal(present->text, cell.text))
        return;
    Case *made = another(v, from);
    made->cells[column] = cell;
    uint32_t group = v->seeker->search->columns.items[column].group;
    if (group != BD_NONE && cell.present)
        made->cells[group].value = 1;
}

/* Every value worth trying in one column. */
static void vary_column(Variations *v, const Case *from, uint32_t index)
{
    const CaseColumns *columns = &v->seeker->search->columns;
    const CaseColumn *column = &columns->items[index];
    const Pool *pool = &v->pools->columns[index];
    CaseCell cell = {.present = true, .text = from->cells[index].text};
    if (column->is_group || (column->group != BD_NONE && from->cells[column->group].value == 0))
        return;
    for (uint32_t i = 0; i < pool->count; i++) {
        cell.value = pool->values[i];
        vary_cell(v, from, index, cell);
    }
    for (uint32_t i = 0; i < pool->text_count; i++)
        vary_cell(v, from, index, (CaseCell){.present = true, .text = pool->texts[i]});
    if (column->optional)
        vary_cell(v, from, index, (CaseCell){.present = false, .text = {"", 0}});
    for (uint32_t i = 0; i < columns->count && column->kind != BD_KIND_BOOL; i++) {
        const CaseCell *other = &from->cells[i];
        if (i == index || !other->present || columns->items[i].meaning != column->meaning ||
            columns->items[i].meaning == BD_MEANS_CHOICE)
            continue;
        cell.text = other->text;
        for (uint32_t k = 0; column->meaning == BD_MEANS_DATE && k < v->pools->span_count; k++) {
            cell.value = other->value + v->pools->spans[k];
            vary_cell(v, from, index, cell);
        }
        for (int64_t step = -1; step <= 1 && column->meaning != BD_MEANS_DATE; step++) {
            cell.value = columns->items[i].scale == column->scale ? other->value + step : other->value;
            vary_cell(v, from, index, cell);
        }
    }
}

/* All dates of a line moved together. */
static void move_days(Search *search, Case *line, int64_t days)
{
    for (uint32_t i = 0; i < search->columns.count; i++)
        if (search->columns.items[i].meaning == BD_MEANS_DATE)
            line->cells[i].value += days;
    for (uint32_t r = 0; r < line->record_count; r++) {
        const CaseColumns *columns = &search->lists[line->records[r].list].columns;
        for (uint32_t i = 0; i < columns->count; i++)
            if (columns->items[i].meaning == BD_MEANS_DATE)
                line->records[r].cells[i].value += days;
    }
}

/* The line moved so that one of its dates is a day on which something begins or ends. */
static void vary_days(Variations *v, const Case *from)
{
    const CaseColumns *columns = &v->seeker->search->columns;
    static const char *const NAMES[] = {"begindatum", "einddatum", "dagtekening"};
    for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
        uint32_t column = case_find_column(columns, text_from_cstring(NAMES[n]));
        for (uint32_t i = 0; column != BD_NONE && from->cells[column].present && i < v->pools->day_count; i++) {
            if (v->count >= v->limit)
                return;
            int64_t days = v->pools->days[i] - from->cells[column].value;
            if (days != 0)
                move_days(v->seeker->search, another(v, from), days);
        }
    }
}

static void vary_records(Variations *v, const Case *from)
{
    for (uint32_t drop = 0; drop < from->record_count && v->count < v->limit; drop++) {
        Case *made = another(v, from);
        made->record_count--;
        for (uint32_t i = drop; i < made->record_count; i++)
            made->records[i] = made->records[i + 1];
    }
}

static void vary_all(Variations *v, const Case *from)
{
    const CaseColumns *columns = &v->seeker->search->columns;
    vary_days(v, from);
    vary_records(v, from);
    for (uint32_t i = 0; i < columns->count; i++)
        if (v->pools->is_read[i])
            vary_column(v, from, i);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Two changes at once: for each, one taken at random from those made singly of the other. */
static void vary_twice(Variations *v, const Case *from, uint64_t *random)
{
    Variations single = *v;
    single.cases = arena_array(v->seeker->search->arena, (size_t)v->limit + 1, sizeof *single.cases);
    single.count = 0;
    vary_all(&single, from);
    while (single.count > 0 && v->count < v->limit) {
        const Case *one = single.cases[next_random(random) % single.count];
        const Case *other = single.cases[next_random(random) % single.count];
        Case *made = another(v, one);
        for (uint32_t i = 0; i < v->seeker->search->columns.count; i++) {
            const CaseCell *cell = &other->cells[i], *was = &from->cells[i];
            if (cell->present != was->present || cell->value != was->value || !text_equal(cell->text, was->text))
                made->cells[i] = *cell;
        }
    }
}

static void vary(Seeker *seeker, const Pools *pools, const Seed *seed, int round, uint64_t *random)
{
    Search *search = seeker->search;
    if (seed->environment->is_unusable)
        return;
    ArenaMark mark = arena_mark(search->arena);
    uint64_t share = STEPS_PER_CHANGE / (search->cost * SEEDS_VARIED);
    uint32_t most = share < CASES_PER_SEED ? (uint32_t)share : CASES_PER_SEED;
    uint32_t limit = seed->is_alone ? CASES_ALONE : most < CASES_LEAST ? CASES_LEAST : most;
    Variations v = {.seeker = seeker, .seed = seed, .pools = pools, .limit = limit};
    v.cases = arena_array(search->arena, (size_t)limit + 1, sizeof *v.cases);
    if (round == 0)
        vary_all(&v, &seed->base);
    else
        vary_twice(&v, &seed->base, random);
    try_cases(seeker, seed, v.cases, v.count);
    if (!seeker->best.is_found && seed->environment->session[0] != NULL)
        arena_rewind(search->arena, mark);
}

/* Of examples with lines before them only the last line. */
static bool wanted_seed(const Search *search, uint32_t index)
{
    const Seed *seed = &search->seeds[index];
    return !seed->is_alone || seed->own + 1 == seed->line_count;
}

/* The examples to vary, the nearest first; of those as near, spread over all. Paid ones have places of their own: a line to which nothing but the
** change happens is one step from them. */
static uint32_t choose_seeds(const Seeker *seeker, uint32_t *chosen)
{
    const Search *search = seeker->search;
    uint32_t count = 0;
    for (uint32_t wanted = NEAR_ALONE; wanted > 0 && count < SEEDS_VARIED; wanted--) {
        uint32_t most = wanted > NEAR_PAID ? SEEDS_VARIED - SEEDS_PAID : SEEDS_VARIED;
        uint32_t have = 0, seen = 0, room = most > count ? most - count : 0;
        for (uint32_t i = 0; i < search->seed_count; i++)
            have += wanted_seed(search, i) &&
                    nearness(seeker, &search->seed_outcomes[0][i], &search->seed_outcomes[1][i]) == wanted;
        for (uint32_t i = 0; i < search->seed_count && count < most; i++) {
            if (!wanted_seed(search, i) ||
                nearness(seeker, &search->seed_outcomes[0][i], &search->seed_outcomes[1][i]) != wanted)
                continue;
            if (have <= room || seen * room / have != (seen + 1) * room / have)
                chosen[count++] = i;
            seen++;
        }
    }
    return count;
}

static void try_variations(Seeker *seeker)
{
    Search *search = seeker->search;
    uint32_t chosen[SEEDS_VARIED];
    uint32_t count = choose_seeds(seeker, chosen), program[SIDES] = {0, 0};
    uint64_t random = 20260101;
    Pools pools;
    pools_collect(search, &search->columns, program, seeker->target->has_rules ? seeker->target->rules : NULL, &pools);
    for (int round = 0; round < 2 && !seeker->best.is_found; round++)
        for (uint32_t i = 0; i < count && !is_clear(seeker); i++)
            vary(seeker, &pools, &search->seeds[chosen[i]], round, &random);
}

/* A witness that other rules reject as well is varied itself, towards a line that they leave alone; each step has fewer of them. */
static void clear_up(Seeker *seeker)
{
    Search *search = seeker->search;
    for (int step = 0; step < STEPS_TO_CLEAR && seeker->best.is_found && !is_clear(seeker); step++) {
        uint32_t program[SIDES] = {0, 0}, before = seeker->best.badness;
        uint64_t random = 0;
        Seed seed = seeker->best.seed;
        seed.base = seeker->best.line;
        Pools pools;
        pools_collect(search, &search->columns, program, seeker->best.rules, &pools);
        vary(seeker, &pools, &seed, 0, &random);
        if (before - seeker->best.badness < BAD_REASON / 2)
            break;
    }
}

/* ---- shrinking ---- */

/* Leaves out the n-th thing that can be left out; false when there is no n-th. */
static bool leave_out(const Search *search, Case *line, uint32_t n)
{
    for (uint32_t i = 0; i < line->record_count; i++) {
        if (text_equal(search->lists[line->records[i].list].name, TEXT("andere_regels")))
            continue;
        if (n-- > 0)
            continue;
        line->record_count--;
        for (uint32_t k = i; k < line->record_count; k++)
            line->records[k] = line->records[k + 1];
        return true;
    }
    for (uint32_t i = 0; i < search->columns.count; i++) {
        const CaseColumn *column = &search->columns.items[i];
        bool is_message = column->is_group && line->cells[i].value != 0;
        if (!line->cells[i].present || (!is_message && (column->is_group || !column->optional)))
            continue;
        if (n-- > 0)
            continue;
        line->cells[i].present = is_message;
        line->cells[i].value = 0;
        for (uint32_t k = 0; is_message && k < search->columns.count; k++)
            if (search->columns.items[k].group == i)
                line->cells[k].present = false;
        return true;
    }
    return false;
}

static bool is_same_witness(const Seeker *seeker, const Case *line, const Outcome *old, const Outcome *made)
{
    return old->decision == seeker->best.decisions[0] && made->decision == seeker->best.decisions[1] &&
           outcome_differs(seeker->search, seeker->target, line, old, made) &&
           foreign_reasons(seeker->search, seeker->target, old, made) <= seeker->best.foreign;
}

/* Everything that can be left out, tried one at a time; the first that can go goes. False when nothing can. */
static bool shrink_once(Seeker *seeker, uint32_t *first)
{
    Search *search = seeker->search;
    enum { MOST = 200 };
    const Case *cases[MOST];
    uint32_t count = 0;
    for (uint32_t n = *first; count < MOST; n++) {
        Case *made = arena_alloc(search->arena, sizeof *made);
        *made = case_copy(search, &seeker->best.line);
        if (!leave_out(search, made, n))
            break;
        cases[count++] = made;
    }
    Outcome *outcomes[SIDES];
    arena_reset(&seeker->scratch);
    if (count == 0 || !case_decide(search, &seeker->scratch, seeker->best.seed.environment, cases, count, outcomes))
        return false;
    /* From the last on, each that can go is left out of what is left, so that the places of those before it stay the same. */
    uint32_t kept = 0;
    bool can_go[MOST];
    for (uint32_t i = 0; i < count; i++) {
        can_go[i] = is_same_witness(seeker, cases[i], &outcomes[0][i], &outcomes[1][i]);
        kept += can_go[i];
    }
    if (kept == 0)
        return false;
    Case all = case_copy(search, &seeker->best.line);
    const Case *together = &all;
    for (uint32_t i = count; i > 0; i--)
        if (can_go[i - 1])
            (void)leave_out(search, &all, *first + i - 1);
    arena_reset(&seeker->scratch);
    if (case_decide(search, &seeker->scratch, seeker->best.seed.environment, &together, 1, outcomes) &&
        is_same_witness(seeker, &all, &outcomes[0][0], &outcomes[1][0])) {
        seeker->best.line = all;
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        arena_reset(&seeker->scratch);
        if (!can_go[i] ||
            !case_decide(search, &seeker->scratch, seeker->best.seed.environment, &cases[i], 1, outcomes) ||
            !is_same_witness(seeker, cases[i], &outcomes[0][0], &outcomes[1][0]))
            continue;
        seeker->best.line = *cases[i];
        *first += i;
        return true;
    }
    return false;
}

static bool stays(Seeker *seeker, Environment *made)
{
    Search *search = seeker->search;
    Outcome *outcomes[SIDES];
    const Case *line = &seeker->best.line;
    search->environments = arena_grow(search->arena, search->environments, search->environment_count,
                                      &search->environment_capacity, sizeof(Environment *));
    search->environments[search->environment_count++] = made;
    arena_reset(&seeker->scratch);
    if (!case_decide(search, &seeker->scratch, made, &line, 1, outcomes) ||
        !is_same_witness(seeker, line, &outcomes[0][0], &outcomes[1][0]))
        return false;
    seeker->best.seed.environment = made;
    return true;
}

/* Lines before it that the witness can do without. */
static void shrink_before(Seeker *seeker)
{
    Search *search = seeker->search;
    for (uint32_t i = 0; i < seeker->best.line.record_count; i++)
        if (text_equal(search->lists[seeker->best.line.records[i].list].name, TEXT("andere_regels")))
            return; /* they are the other lines of its declaration */
    for (uint32_t n = 0;
         n < seeker->best.seed.environment->earlier_count + seeker->best.seed.environment->before_count;) {
        const Environment *from = seeker->best.seed.environment;
        Environment *made = arena_alloc(search->arena, sizeof *made);
        Case *kept = arena_array(search->arena, (size_t)from->earlier_count + from->before_count + 1, sizeof *kept);
        *made = *from;
        made->session[0] = made->session[1] = NULL;
        bool is_earlier = n < from->earlier_count;
        uint32_t drop = is_earlier ? n : n - from->earlier_count, count = 0;
        for (uint32_t i = 0; i < (is_earlier ? from->earlier_count : from->before_count); i++)
            if (i != drop)
                kept[count++] = is_earlier ? from->earlier[i] : from->before[i];
        made->earlier = is_earlier ? kept : from->earlier;
        made->before = is_earlier ? from->before : kept;
        made->earlier_count -= is_earlier;
        made->before_count -= !is_earlier;
        if (!stays(seeker, made))
            n++;
    }
}

/* Readings and rows of tables that the witness can do without. */
static void shrink_environment(Seeker *seeker)
{
    enum { MOST = 12 };
    Search *search = seeker->search;
    Environment *environment = seeker->best.seed.environment;
    const Scenario *scenario = environment->scenario;
    uint32_t tries = scenario ? scenario->row_count + scenario->reading_count : 0;
    for (uint32_t n = 0; n < tries && n < MOST; n++) {
        Scenario *smaller = arena_alloc(search->arena, sizeof *smaller);
        *smaller = *environment->scenario;
        uint32_t last = smaller->row_count + smaller->reading_count - 1 - n;
        if (smaller->row_count + smaller->reading_count <= n)
            return;
        if (last >= smaller->row_count) {
            smaller->reading_count--; /* the last reading */
        } else {
            ScenarioRow *rows = arena_array(search->arena, (size_t)smaller->row_count + 1, sizeof *rows);
            uint32_t count = 0;
            for (uint32_t i = 0; i < smaller->row_count; i++)
                if (i != last)
                    rows[count++] = smaller->rows[i];
            smaller->rows = rows;
            smaller->row_count = count;
        }
        Environment *made = arena_alloc(search->arena, sizeof *made);
        *made = *environment;
        made->scenario = smaller;
        made->session[0] = made->session[1] = NULL;
        if (!stays(seeker, made))
            continue;
        environment = made;
        n--;
        tries--;
    }
}

static Witness *report(Seeker *seeker)
{
    Search *search = seeker->search;
    Witness *witness = arena_alloc(search->arena, sizeof *witness);
    witness->tried = search->tried;
    Outcome *outcomes[SIDES];
    const Case *line = &seeker->best.line;
    if (!seeker->best.is_found ||
        !case_decide(search, search->arena, seeker->best.seed.environment, &line, 1, outcomes))
        return witness;
    Outcome both[SIDES] = {outcomes[0][0], outcomes[1][0]};
    *witness = (Witness){.is_found = true,
                         .tried = search->tried,
                         .old_outcome = outcome_text(search, 0, &both[0]),
                         .new_outcome = outcome_text(search, 1, &both[1]),
                         .scenario_old = case_scenario(search, seeker->target, &seeker->best.seed, line, 0, both),
                         .scenario_new = case_scenario(search, seeker->target, &seeker->best.seed, line, 1, both)};
    return witness;
}

Witness *witness_of_lines(Search *search, const Target *target)
{
    Seeker *seeker = arena_alloc(search->arena, sizeof *seeker);
    seeker->search = search;
    seeker->target = target;
    cli_arena(search->cli, &seeker->scratch);
    uint64_t before = search->tried;
    try_seeds(seeker, false);
    if (!is_clear(seeker) && search->counts)
        try_seeds(seeker, true);
    if (!is_clear(seeker))
        try_variations(seeker);
    clear_up(seeker);
    if (seeker->best.is_found)
        shrink_before(seeker);
    uint32_t first = 0;
    for (int round = 0; seeker->best.is_found && round < SHRINK_ROUNDS; round++)
        if (!shrink_once(seeker, &first))
            break;
    if (seeker->best.is_found)
        shrink_environment(seeker);
    Witness *witness = report(seeker);
    witness->tried = search->tried - before + search->seed_count;
    arena_free(&seeker->scratch);
    return witness;
}
