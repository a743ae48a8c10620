/* witness_seek.c: the search for a line that two versions decide differently; see witness.h.
**
** First the examples of both agreements as they are, all decided by both versions at once: who tests an agreement to its bounds has a witness for
** most changes already. Then variations: each column that the change can depend on takes each value worth trying, the whole line moves to each day on
** which something begins or ends, and then two of these together, from the examples nearest to the change. A line in which other rules or other
** changes have a say is varied on, from the best of several kinds, until the change alone decides and one version approves, where it can be.
*/
#include "compiler/cli/witness_internal.h"

enum {
    BATCH = 512,
    SEEDS_SOLVED = 4,      /* examples that the solver starts from, for each of */
    RULES_SOLVED = 4,      /* so many rules that a change reaches */
    SEEDS_VARIED = 10,     /* examples that a search starts from */
    SEEDS_PAID = 4,        /* of these, kept for examples that are paid */
    CASES_PER_SEED = 6000, /* variations of each, at most */
    CASES_ALONE = 60,      /* the same where each case needs a session of its own */
    CASES_LEAST = 300,     /* however costly the agreement */
    STEPS_PER_CHANGE = 200 * 1000 * 1000,
    STEPS_TO_CLEAR = 10,
    MISREAD_MOST =
        100 /* cases whose text was not so, or showed another change too: then the search for a change ends */
};

/* ---- the best so far ---- */

/* Nothing but the change keeps the line from being paid: no better kind of witness is to be had. */
static bool is_clear(const Seeker *seeker)
{
    return seeker->best.verdict.is_clear;
}

/* Where lines count, those of a batch have clients of their own: a case is decided once more as it is written, in sessions of its own. */
static bool decide_by_itself(Seeker *seeker, const Seed *seed, const Case *line, Found *found)
{
    Search *search = seeker->search;
    Outcome *outcomes[SIDES];
    if (!case_decide(search, search->arena, seed->environment, &line, 1, outcomes))
        return false;
    found->decisions[0] = outcomes[0]->decision;
    found->decisions[1] = outcomes[1]->decision;
    found->verdict = witness_judge(search, seeker->target, line, outcomes[0], outcomes[1]);
    return found->verdict.differs;
}

static bool is_same_kind(const Seeker *seeker, const Found *found, const Outcome *const outcomes[SIDES])
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < bd_module_reason_words(seeker->search->module[side]); i++)
            if (found->reasons[side][i] != outcomes[side]->reasons[i])
                return false;
    return true;
}

/* The place of a witness among the kinds, if it is better than what stands there; NULL when it is not. */
static Found *place_among_kinds(Seeker *seeker, const Verdict *verdict, const Outcome *const outcomes[SIDES])
{
    Found *worst = &seeker->kinds[0];
    for (uint32_t i = 0; i < seeker->kind_count; i++) {
        Found *kind = &seeker->kinds[i];
        if (is_same_kind(seeker, kind, outcomes))
            return verdict_is_better(verdict, &kind->verdict) ? kind : NULL;
        worst = verdict_is_better(&worst->verdict, &kind->verdict) ? kind : worst;
    }
    if (seeker->kind_count < KINDS_KEPT)
        return &seeker->kinds[seeker->kind_count++];
    return verdict_is_better(verdict, &worst->verdict) ? worst : NULL;
}

/* The rules that a better witness has to do with: those of the change, and those that reject this one too. */
static bool *rules_at_work(const Seeker *seeker, int side, const Outcome *outcome)
{
    uint32_t count = seeker->search->module[side]->RULES_count;
    bool *rules = arena_array(seeker->search->arena, (size_t)count + 1, sizeof *rules);
    for (uint32_t i = 0; i < count; i++)
        rules[i] = seeker->target->rules[side][i] || seeker->target->shared[side][i] || outcome_has_reason(outcome, i);
    return rules;
}

static void note_reasons(Seeker *seeker, Found *found, const Outcome *const outcomes[SIDES])
{
    for (int side = 0; side < SIDES; side++) {
        uint32_t words = bd_module_reason_words(seeker->search->module[side]);
        found->rules[side] = rules_at_work(seeker, side, outcomes[side]);
        found->reasons[side] = arena_array(seeker->search->arena, (size_t)words + 1, sizeof(uint64_t));
        for (uint32_t i = 0; i < words; i++)
            found->reasons[side][i] = outcomes[side]->reasons[i];
    }
}

Truth witness_truth(Seeker *seeker, const Seed *seed, const Case *line, Text scenarios[SIDES])
{
    Search *search = seeker->search;
    Outcome *outcomes[SIDES];
    if (seeker->misread >= MISREAD_MOST || !case_decide(search, search->arena, seed->environment, &line, 1, outcomes))
        return TRUTH_NONE;
    Outcome both[SIDES] = {outcomes[0][0], outcomes[1][0]};
    for (int side = 0; side < SIDES; side++)
        scenarios[side] = case_scenario(search, seeker->target, seed, line, side, both);
    bool is_true = witness_stands(search, scenarios);
    Truth truth = is_true ? witness_truth_alone(search, seeker->target, scenarios) : TRUTH_NONE;
    seeker->misread += truth <= TRUTH_SHARED;
    return truth;
}

/* The best from now on, if its text is so and nothing but the change is behind it, or none such was found. False when it is of no use. */
static bool keep_as_best(Seeker *seeker, Found *kind, Found *found)
{
    found->truth = witness_truth(seeker, &found->seed, &found->line, found->scenarios);
    if (found->truth == TRUTH_SHARED)
        verdict_mix(&found->verdict);
    kind->verdict = found->verdict;
    if (found->truth != TRUTH_NONE && verdict_is_better(&found->verdict, &seeker->best.verdict))
        seeker->best = *found;
    return found->truth != TRUTH_NONE;
}

static void keep(Seeker *seeker, const Seed *seed, const Case *line, const Outcome *old, const Outcome *made)
{
    const Outcome *outcomes[SIDES] = {old, made};
    Found found = {.seed = *seed, .decisions = {old->decision, made->decision}};
    found.verdict = witness_judge(seeker->search, seeker->target, line, old, made);
    if (!found.verdict.differs)
        return;
    Found *kind = place_among_kinds(seeker, &found.verdict, outcomes);
    if (kind == NULL)
        return;
    note_reasons(seeker, &found, outcomes);
    found.line = case_copy(seeker->search, line);
    *kind = found;
    bool is_use = !seeker->search->counts || decide_by_itself(seeker, seed, line, &found);
    if (is_use && verdict_is_better(&found.verdict, &seeker->best.verdict))
        is_use = keep_as_best(seeker, kind, &found);
    if (!is_use)
        kind->verdict.badness = UINT32_MAX; /* and it need not be tried again */
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
        if (search->seeds[i].is_alone == alone && search->seed_outcomes[0][i].reasons != NULL &&
            search->seed_outcomes[1][i].reasons != NULL)
            keep(seeker, &search->seeds[i], &search->seeds[i].base, &search->seed_outcomes[0][i],
                 &search->seed_outcomes[1][i]);
}

/* ---- variations ---- */

static void vary(Seeker *seeker, const Pools *pools, const Seed *seed, int round, uint64_t *random)
{
    Search *search = seeker->search;
    if (seed->environment->is_unusable)
        return;
    ArenaMark mark = arena_mark(search->arena);
    uint64_t share = STEPS_PER_CHANGE / (search->cost * SEEDS_VARIED);
    uint32_t most = share < CASES_PER_SEED ? (uint32_t)share : CASES_PER_SEED;
    uint32_t limit = seed->is_alone ? CASES_ALONE : most < CASES_LEAST ? CASES_LEAST : most;
    const Case **cases = NULL;
    uint32_t count = round == 0 ? case_vary(search, pools, &seed->base, limit, &cases)
                                : case_vary_twice(search, pools, &seed->base, limit, random, &cases);
    try_cases(seeker, seed, cases, count);
    if (seeker->kind_count == 0 && seed->environment->session[0] != NULL)
        arena_rewind(search->arena, mark);
}

/* Of examples with lines before them only the last line. */
static bool wanted_seed(const Search *search, uint32_t index)
{
    const Seed *seed = &search->seeds[index];
    return !seed->is_alone || seed->own + 1 == seed->line_count;
}

static Nearness nearness(const Seeker *seeker, uint32_t seed)
{
    const Search *search = seeker->search;
    return witness_nearness(search, seeker->target, &search->seeds[seed].base, &search->seed_outcomes[0][seed],
                            &search->seed_outcomes[1][seed]);
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
            have += wanted_seed(search, i) && nearness(seeker, i) == wanted;
        for (uint32_t i = 0; i < search->seed_count && count < most; i++) {
            if (!wanted_seed(search, i) || nearness(seeker, i) != wanted)
                continue;
            if (have <= room || seen * room / have != (seen + 1) * room / have)
                chosen[count++] = i;
            seen++;
        }
    }
    return count;
}

/* What to vary of an example: what the change's own rules depend on, and those that reject the line; where the amount may show the change, all. */
static void pools_of_seed(const Seeker *seeker, uint32_t seed, Pools *out)
{
    Search *search = seeker->search;
    uint32_t program[SIDES] = {0, 0};
    bool *rules[SIDES];
    for (int side = 0; side < SIDES; side++) {
        const Outcome *outcome = &search->seed_outcomes[side][seed];
        rules[side] = rules_at_work(seeker, side, outcome);
    }
    pools_collect(search, &search->columns, program, seeker->target->pays ? NULL : rules, out);
}

static void try_variations(Seeker *seeker)
{
    uint32_t chosen[SEEDS_VARIED], count = choose_seeds(seeker, chosen);
    uint64_t random = 20260101;
    Pools *pools = arena_array(seeker->search->arena, SEEDS_VARIED, sizeof *pools);
    for (uint32_t i = 0; i < count; i++)
        pools_of_seed(seeker, chosen[i], &pools[i]);
    for (int round = 0; round == 0 || (round == 1 && !seeker->best.verdict.differs); round++)
        for (uint32_t i = 0; i < count && !is_clear(seeker); i++)
            vary(seeker, &pools[i], &seeker->search->seeds[chosen[i]], round, &random);
}

/* ---- by solving ---- */

/* A case near an example where the versions differ in what is aimed at. */
static void try_solved(Seeker *seeker, const Seed *seed, SolveAim aim, Text name)
{
    Search *search = seeker->search;
    Case *made = arena_alloc(search->arena, sizeof *made);
    const Case *line = made;
    *made = case_copy(search, &seed->base);
    if (!seed->environment->is_unusable && witness_solve(search, &search->columns, aim, name, made->cells))
        try_cases(seeker, seed, &line, 1);
}

/* A line on which the rule holds on one side, and near it one that nothing else rejects. */
static void solve_rule_near(Seeker *seeker, const Seed *seed, Text name)
{
    try_solved(seeker, seed, SOLVE_AIM_REASON, name);
    Seed near = *seed;
    if (seeker->best.verdict.differs) {
        near = seeker->best.seed;
        near.base = seeker->best.line;
    }
    if (!is_clear(seeker))
        try_solved(seeker, &near, SOLVE_AIM_RULE, name);
}

/* Whether a rule is one that the change reaches, and the first version of its name. */
static bool is_aim(const Seeker *seeker, uint32_t rule)
{
    const bd_module *module = seeker->search->module[0];
    bool found = seeker->target->rules[0][rule] && module->RULES[rule].effect != BD_EFFECT_PAY;
    for (uint32_t i = 0; i < rule && found; i++)
        found = !text_equal(module_text(module, module->RULES[i].name), module_text(module, module->RULES[rule].name));
    return found;
}

static void solve(Seeker *seeker)
{
    Search *search = seeker->search;
    uint32_t chosen[SEEDS_VARIED], count = choose_seeds(seeker, chosen), aims = 0;
    const bd_module *module = search->module[0];
    for (uint32_t r = 0; r < module->RULES_count && aims < RULES_SOLVED; r++) {
        if (!is_aim(seeker, r))
            continue;
        aims++;
        for (uint32_t i = 0; i < SEEDS_SOLVED && i < count && !seeker->best.verdict.differs; i++)
            solve_rule_near(seeker, &search->seeds[chosen[i]], module_text(module, module->RULES[r].name));
    }
}

/* The best kind from which no step was tried yet. */
static Found *next_kind(Seeker *seeker)
{
    Found *best = NULL;
    for (uint32_t i = 0; i < seeker->kind_count; i++) {
        Found *kind = &seeker->kinds[i];
        if (!kind->is_varied && kind->verdict.badness < UINT32_MAX &&
            (best == NULL || verdict_is_better(&kind->verdict, &best->verdict)))
            best = kind;
    }
    return best;
}

/* A witness that other rules or changes have a say in is varied itself, towards a line that they leave alone; of several kinds, each in turn. */
static void clear_up(Seeker *seeker)
{
    for (int step = 0; step < STEPS_TO_CLEAR && !is_clear(seeker); step++) {
        Found *kind = next_kind(seeker);
        if (kind == NULL)
            return;
        kind->is_varied = true;
        uint32_t program[SIDES] = {0, 0};
        uint64_t random = 0;
        Found from = *kind; /* its place may be taken by a better one meanwhile */
        Seed seed = from.seed;
        seed.base = from.line;
        Pools pools;
        pools_collect(seeker->search, &seeker->search->columns, program, from.rules, &pools);
        vary(seeker, &pools, &seed, 0, &random);
    }
}

/* ---- the whole ---- */

static Witness *report(Seeker *seeker)
{
    Search *search = seeker->search;
    Witness *witness = arena_alloc(search->arena, sizeof *witness);
    witness->tried = search->tried;
    Outcome *outcomes[SIDES];
    const Case *line = &seeker->best.line;
    if (!seeker->best.verdict.differs ||
        !case_decide(search, search->arena, seeker->best.seed.environment, &line, 1, outcomes))
        return witness;
    Outcome both[SIDES] = {outcomes[0][0], outcomes[1][0]};
    *witness = (Witness){.is_found = true,
                         .tried = search->tried,
                         .old_outcome = outcome_text(search, 0, seeker->target, line, &both[0]),
                         .new_outcome = outcome_text(search, 1, seeker->target, line, &both[1]),
                         .scenario_old = seeker->best.scenarios[0],
                         .scenario_new = seeker->best.scenarios[1]};
    if (seeker->target->single.is_single)
        return witness; /* no other change has a say in what can be read */
    if (seeker->best.truth == TRUTH_OWN)
        return witness; /* it was tried without the others */
    Text others = witness_others(search, seeker->target, line, &both[0], &both[1]);
    if (others.size > 0)
        witness->note = witness_note(search, MSG_DIFF_WITNESS_ALSO, others, others);
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
    bool is_reached = target->pays || target->has_rules; /* else only what the examples show */
    if (!is_clear(seeker) && is_reached)
        try_variations(seeker);
    if (!seeker->best.verdict.differs && is_reached)
        solve(seeker);
    clear_up(seeker);
    if (seeker->best.verdict.differs)
        witness_shrink(seeker);
    Witness *witness = report(seeker);
    witness->tried = search->tried - before + search->seed_count;
    arena_free(&seeker->scratch);
    return witness;
}
