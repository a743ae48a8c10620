/* witness_alone.c: the old version with one change and no other, to see that a witness is of that change; see witness_internal.h.
**
** Where two changes reach one rule, what both versions decide does not tell whose difference it is. So the old text is compiled with the clause of
** the new one put in its place, and the scenario for the new version must hold there, that for the old version must not. A clause that does not
** compile there by itself says nothing.
*/
#include "compiler/cli/scenario_check.h"
#include "compiler/cli/witness_internal.h"

struct Alone {
    bool is_asked, is_made;
    Loaded loaded;
};

/* What is put in the place of what. */
typedef struct Swap {
    const Change *change;
    const Ast *from; /* the items of the new version */
    bool is_fit;
} Swap;

static bool is_item(const Ast *item, const Change *change)
{
    bool is_kind = change->kind == MEANING_RULE ? item->kind == AST_RULE || item->kind == AST_EXCEPTION
                                                : change->kind == MEANING_DEFINITION && item->kind == AST_DEFINITION;
    return is_kind && text_equal(item->text, change->name);
}

/* Takes the clause out of the old tree, wherever versions of it stand, and puts in what the new one has. */
static void swap_clause(void *context, Ast *tree, const Sources *sources, Arena *arena)
{
    Swap *swap = context;
    Ast **link = &tree->a, **place = NULL;
    while (*link != NULL) {
        if (!is_item(*link, swap->change)) {
            link = &(*link)->next;
            continue;
        }
        place = place == NULL ? link : place;
        *link = (*link)->next;
    }
    place = place == NULL ? link : place;
    for (const Ast *item = swap->from; item != NULL; item = item->next) {
        if (!is_item(item, swap->change))
            continue;
        Ast *copy = arena_alloc(arena, sizeof *copy);
        *copy = *item;
        copy->next = *place;
        *place = copy;
        place = &copy->next;
        swap->is_fit = swap->is_fit && item->span.file < sources->count;
    }
}

/* Whether the other changes reach a rule that this one reaches, and its clause is one that can be put elsewhere. */
static bool is_wanted(const Search *search, const Target *target)
{
    const Change *change = target->change;
    bool wanted = false;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++)
            wanted = wanted || (target->others[side][i] && (target->rules[side][i] || target->shared[side][i]));
    for (uint32_t i = 0; i < search->diff->count; i++) {
        const Change *other = &search->diff->changes[i];
        wanted = wanted && (other == change || other->kind != change->kind || !text_equal(other->name, change->name));
    }
    return wanted && (change->kind == MEANING_RULE || change->kind == MEANING_DEFINITION) &&
           change->how != CHANGE_RENAMED && witness_can_read(search, 0) && witness_can_read(search, 1);
}

static struct Alone *alone_of(Search *search, const Target *target)
{
    uint32_t count = search->diff->count;
    if (search->alone == NULL)
        search->alone = arena_array(search->arena, (size_t)count + 1, sizeof *search->alone);
    struct Alone *alone = &search->alone[target->change - search->diff->changes];
    if (alone->is_asked)
        return alone;
    alone->is_asked = true;
    if (!is_wanted(search, target))
        return alone;
    const Compilation *old = &search->loaded[0]->compilation, *made = &search->loaded[1]->compilation;
    Swap swap = {.change = target->change, .from = made->tree->a, .is_fit = true};
    CompileOptions options = {.read = load_read_source,
                              .read_context = search->cli,
                              .edit = swap_clause,
                              .edit_context = &swap,
                              .last = STAGE_MODULE};
    ExitStatus status = load_compiled(&alone->loaded, search->cli, old->sources.items[0]->name, &options);
    alone->is_made = status == EXIT_GOOD && swap.is_fit;
    return alone;
}

Truth witness_truth_alone(Search *search, const Target *target, const Text scenarios[SIDES])
{
    const struct Alone *alone = alone_of(search, target);
    if (!alone->is_made || scenarios[0].size == 0 || scenarios[1].size == 0)
        return TRUTH_HOLDS;
    bool is_own =
        witness_holds(search, &alone->loaded, scenarios[1]) && !witness_holds(search, &alone->loaded, scenarios[0]);
    return is_own ? TRUTH_OWN : TRUTH_SHARED;
}

void witness_alone_close(Search *search)
{
    for (uint32_t i = 0; search->alone != NULL && i < search->diff->count; i++)
        if (search->alone[i].is_asked && search->alone[i].loaded.cli != NULL)
            load_close(&search->alone[i].loaded);
}
