/* witness_shrink.c: a witness made as small as it stays one; see witness_internal.h.
**
** Everything that can be left out is tried: facts, messages, records, lines before it, readings and rows of tables. What is left shows the same two
** decisions, of no more than it showed before.
*/
#include "compiler/cli/witness_internal.h"

enum { SHRINK_ROUNDS = 16 };

/* ---- facts ---- */

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
    Verdict verdict = witness_judge(seeker->search, seeker->target, line, old, made), best = seeker->best.verdict;
    return old->decision == seeker->best.decisions[0] && made->decision == seeker->best.decisions[1] &&
           verdict.differs && verdict.foreign <= best.foreign && verdict.is_mixed <= best.is_mixed &&
           verdict.is_code == best.is_code;
}

/* Whether the text of a smaller line is worth as much, in as many versions; it is the witness's from then on. */
static bool is_as_true(Seeker *seeker, const Seed *seed, const Case *line)
{
    Text scenarios[SIDES];
    if (witness_truth(seeker, seed, line, scenarios) < seeker->best.truth)
        return false;
    for (int side = 0; side < SIDES; side++)
        if (scenarios[side].size == 0 && seeker->best.scenarios[side].size > 0)
            return false;
    for (int side = 0; side < SIDES; side++)
        seeker->best.scenarios[side] = scenarios[side];
    return true;
}

/* Whether the line is still such a witness by itself, and its text says so. */
static bool is_smaller(Seeker *seeker, const Seed *seed, const Case *line)
{
    Outcome *outcomes[SIDES];
    arena_reset(&seeker->scratch);
    return case_decide(seeker->search, &seeker->scratch, seed->environment, &line, 1, outcomes) &&
           is_same_witness(seeker, line, &outcomes[0][0], &outcomes[1][0]) && is_as_true(seeker, seed, line);
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
    for (uint32_t i = count; i > 0; i--)
        if (can_go[i - 1])
            (void)leave_out(search, &all, *first + i - 1);
    if (is_smaller(seeker, &seeker->best.seed, &all)) {
        seeker->best.line = all;
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!can_go[i] || !is_smaller(seeker, &seeker->best.seed, cases[i]))
            continue;
        seeker->best.line = *cases[i];
        *first += i;
        return true;
    }
    return false;
}

/* ---- what stands around it ---- */

static bool stays(Seeker *seeker, Environment *made)
{
    Seed seed = seeker->best.seed;
    seed.environment = made;
    if (!is_smaller(seeker, &seed, &seeker->best.line))
        return false;
    seeker->best.seed = seed;
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
        Environment *made = environment_add(search, from);
        Case *kept = arena_array(search->arena, (size_t)from->earlier_count + from->before_count + 1, sizeof *kept);
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
    enum { KEPT_MOST = 12 };
    Environment *made;
    for (uint32_t kept = 0;
         kept < KEPT_MOST && (made = environment_without(seeker->search, seeker->best.seed.environment, kept)) != NULL;)
        kept += !stays(seeker, made);
}

void witness_shrink(Seeker *seeker)
{
    uint32_t first = 0;
    shrink_before(seeker);
    for (int round = 0; round < SHRINK_ROUNDS; round++)
        if (!shrink_once(seeker, &first))
            break;
    shrink_environment(seeker);
}
