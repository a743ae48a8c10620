/* rules.c: the precedence graph of the rules: who wins from whom, settled before any code is made.
**
** Three checks over Core.rules, in this order: versions of one name follow each other in time (open ends are closed here), exceptions and
** derogations run in no circle, and of every two payment rules that can hold together one wins. Versions of one name are one node of the
** graph: who names a rule names all its versions.
** Invariant afterwards: if no error was reported, each pair that can conflict is ordered, pays the same, never meets, or stands in
** core->runtime_conflicts. language.md section 5, "Precedence" and "An exception".
*/
#include "compiler/amendment.h"
#include "compiler/core.h"
#include "compiler/rules_overlap.h"
#include "vm/core/date.h"
#include "vm/core/limits.h"

#include <string.h>

static bool sets_meet(const Core *core, const uint64_t *a, const uint64_t *b)
{
    for (uint32_t i = 0; i < SET_WORDS(core->product_count); i++) {
        if ((a == NULL ? UINT64_MAX : a[i]) & (b == NULL ? UINT64_MAX : b[i]))
            return true;
    }
    return core->product_count == 0;
}

static Text date_text(const Core *core, int32_t date)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    date_append(&out, date);
    return builder_result(&out);
}

/* ---- versions of one name ---- */

static void close_pair(Core *core, Rule *earlier, const Rule *later)
{
    if (earlier->validity.from == later->validity.from) {
        Diag *diag = diag_report(core->diags, DIAG_E0604, later->span, later->name, (Text){0}, (Text){0});
        diag_label(core->diags, diag, earlier->span, DIAG_N0501, (Text){0}, (Text){0});
    } else if (earlier->validity.to == BD_DATE_MAX) {
        earlier->validity.to = later->validity.from - 1;
    } else if (earlier->validity.to >= later->validity.from) {
        Diag *diag = diag_report(core->diags, DIAG_E0603, earlier->span, earlier->name,
                                 date_text(core, earlier->validity.to), date_text(core, later->validity.from));
        diag_label(core->diags, diag, later->span, DIAG_N0502, (Text){0}, (Text){0});
    }
}

/* Each version is closed by the nearest later start of its name among rules that share a product with it. */
static void close_versions(Core *core)
{
    for (uint32_t i = 0; i < core->rule_count; i++) {
        Rule *rule = &core->rules[i];
        const Rule *next = NULL;
        for (uint32_t j = 0; j < core->rule_count; j++) {
            const Rule *other = &core->rules[j];
            bool is_after =
                other->validity.from > rule->validity.from || (other->validity.from == rule->validity.from && j > i);
            if (j == i || !is_after || !text_equal(other->name, rule->name) ||
                amendment_is_conditional(core, other->amendment) || /* displaces line by line: amendment_scope */
                !sets_meet(core, other->products, rule->products))
                continue;
            if (next == NULL || other->validity.from < next->validity.from)
                next = other;
        }
        if (next != NULL)
            close_pair(core, rule, next);
    }
}

/* ---- the graph ---- */

/* The node of a rule: the first rule of its name. */
static uint32_t node_of(const Core *core, uint32_t rule)
{
    for (uint32_t i = 0; i < rule; i++) {
        if (text_equal(core->rules[i].name, core->rules[rule].name))
            return i;
    }
    return rule;
}

/* The k-th rule that a rule names, or BD_NONE past the last. */
static uint32_t named_by(const Rule *rule, uint32_t k)
{
    if (rule->exception_to != BD_NONE) {
        if (k == 0)
            return rule->exception_to;
        k--;
    }
    return k < rule->over_count ? rule->over[k] : BD_NONE;
}

typedef struct Walk {
    const Core *core;
    uint64_t *seen;   /* nodes entered */
    uint64_t *active; /* nodes on the path, for circles */
    uint32_t *path;
    uint32_t depth;
    uint32_t *height; /* find_circle: the longest chain of names that starts at a node already seen */
} Walk;

static Walk start_walk(const Core *core)
{
    Walk walk = {.core = core};
    walk.seen = arena_array(core->arena, SET_WORDS(core->rule_count), sizeof *walk.seen);
    walk.active = arena_array(core->arena, SET_WORDS(core->rule_count), sizeof *walk.active);
    walk.path = arena_array(core->arena, core->rule_count + 1, sizeof *walk.path);
    walk.height = arena_array(core->arena, core->rule_count, sizeof *walk.height);
    return walk;
}

/* Whether `from` names `target`, itself or through others. Iterative: chains may be as long as the agreement. */
static bool reaches(const Core *core, uint32_t from, uint32_t target)
{
    ArenaMark mark = arena_mark(core->arena);
    Walk walk = start_walk(core);
    bool found = false;
    walk.path[walk.depth++] = node_of(core, from);
    set_add(walk.seen, walk.path[0]);
    target = node_of(core, target);
    while (walk.depth > 0 && !found) {
        uint32_t node = walk.path[--walk.depth];
        for (uint32_t version = node; version < core->rule_count; version++) {
            if (version != node && !text_equal(core->rules[version].name, core->rules[node].name))
                continue;
            uint32_t named;
            for (uint32_t k = 0; (named = named_by(&core->rules[version], k)) != BD_NONE; k++) {
                named = node_of(core, named);
                found = found || named == target;
                if (set_has(walk.seen, named))
                    continue;
                set_add(walk.seen, named);
                walk.path[walk.depth++] = named;
            }
        }
    }
    arena_rewind(core->arena, mark);
    return found;
}

static void report_circle(Core *core, const Walk *walk, uint32_t node)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    uint32_t i = 0;
    while (walk->path[i] != node)
        i++;
    uint32_t first = i;
    for (; i < walk->depth; i++) {
        builder_text(&out, core->rules[walk->path[i]].name);
        builder_text(&out, TEXT(" → "));
    }
    builder_text(&out, core->rules[node].name);
    const Rule *rule = &core->rules[node];
    Diag *diag = diag_report(core->diags, DIAG_E0601, rule->span, rule->name, builder_result(&out), (Text){0});
    for (i = first + 1; i < walk->depth; i++)
        diag_label(core->diags, diag, core->rules[walk->path[i]].span, DIAG_N0601, (Text){0}, (Text){0});
}

/* Depth first from a node; a node met again on the path closes a circle. */
static bool find_circle(Core *core, Walk *walk, uint32_t node)
{
    if (set_has(walk->active, node)) {
        report_circle(core, walk, node);
        return true;
    }
    if (walk->depth + (set_has(walk->seen, node) ? walk->height[node] : 0) > EXCEPTION_MAX_DEPTH) {
        StringBuilder out;
        builder_init(&out, core->arena);
        builder_uint64(&out, EXCEPTION_MAX_DEPTH);
        diag_report(core->diags, DIAG_E0605, core->rules[node].span, core->rules[node].name, builder_result(&out),
                    (Text){0});
        return true;
    }
    if (set_has(walk->seen, node))
        return false;
    set_add(walk->seen, node);
    set_add(walk->active, node);
    walk->path[walk->depth++] = node;
    bool found = false;
    for (uint32_t version = node; version < core->rule_count && !found; version++) {
        if (version != node && !text_equal(core->rules[version].name, core->rules[node].name))
            continue;
        uint32_t named;
        for (uint32_t k = 0; !found && (named = named_by(&core->rules[version], k)) != BD_NONE; k++) {
            uint32_t other = node_of(core, named);
            found = find_circle(core, walk, other);
            if (walk->height[node] <= walk->height[other])
                walk->height[node] = walk->height[other] + 1;
        }
    }
    walk->depth--;
    walk->active[node / 64] &= ~(UINT64_C(1) << (node % 64));
    return found;
}

static bool has_circle(Core *core)
{
    Walk walk = start_walk(core);
    for (uint32_t i = 0; i < core->rule_count; i++) {
        if (node_of(core, i) == i && find_circle(core, &walk, i))
            return true;
    }
    return false;
}

/* ---- precedence ---- */

/* Exceptions from the outside in: an exception stands in the place of the rule it is to. */
typedef struct Lineage {
    uint32_t rules[EXCEPTION_MAX_DEPTH + 2];
    uint32_t count;
} Lineage; /* the rule itself first, then outwards */

static Lineage lineage_of(const Core *core, uint32_t rule)
{
    Lineage lineage = {.count = 0};
    while (rule != BD_NONE && lineage.count < EXCEPTION_MAX_DEPTH + 2) {
        lineage.rules[lineage.count++] = rule;
        rule = core->rules[rule].exception_to;
    }
    return lineage;
}

/* Cuts off what both share, seen from the outermost rule: two exceptions to one rule are compared by themselves alone. */
static void drop_shared(const Core *core, Lineage *a, Lineage *b)
{
    while (a->count > 0 && b->count > 0 &&
           node_of(core, a->rules[a->count - 1]) == node_of(core, b->rules[b->count - 1])) {
        a->count--;
        b->count--;
    }
}

static bool names_any(const Core *core, const Lineage *a, const Lineage *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t j = 0; j < b->count; j++) {
            if (reaches(core, a->rules[i], b->rules[j]))
                return true;
        }
    }
    return false;
}

static uint32_t rank_of(const Core *core, uint32_t rule)
{
    for (; rule != BD_NONE; rule = core->rules[rule].exception_to) {
        uint32_t citation = core->rules[rule].citation;
        uint32_t document = citation == BD_NONE ? BD_NONE : core->citations[citation].document;
        if (document != BD_NONE)
            return core->documents[document].rank;
    }
    return 0;
}

bool rules_precedes(const Core *core, uint32_t a, uint32_t b)
{
    const Rule *first = &core->rules[a], *second = &core->rules[b];
    if (a == b)
        return false;
    if (node_of(core, a) == node_of(core, b))
        return first->validity.from > second->validity.from;
    Lineage left = lineage_of(core, a), right = lineage_of(core, b);
    drop_shared(core, &left, &right);
    if (right.count == 0)
        return left.count > 0; /* a is an exception to b, or to an exception to it */
    if (left.count == 0)
        return false;
    bool wins = names_any(core, &left, &right), loses = names_any(core, &right, &left);
    if (wins || loses)
        return wins && !loses;
    uint32_t left_rank = rank_of(core, left.rules[left.count - 1]),
             right_rank = rank_of(core, right.rules[right.count - 1]);
    return left_rank != 0 && right_rank != 0 && left_rank < right_rank;
}

static void warn_of_rank(Core *core)
{
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *rule = &core->rules[i];
        uint32_t rank = rank_of(core, i), named;
        for (uint32_t k = 0; (named = named_by(rule, k)) != BD_NONE; k++) {
            uint32_t other = rank_of(core, named);
            if (rank == 0 || other == 0 || rank <= other)
                continue;
            Diag *diag =
                diag_report(core->diags, DIAG_W1110, rule->span, rule->name, core->rules[named].name, (Text){0});
            diag_label(core->diags, diag, core->rules[named].span, DIAG_N0601, (Text){0}, (Text){0});
        }
    }
}

/* ---- conflicts ---- */

static uint32_t date_column(const Core *core, const Rule *rule)
{
    ReferenceDate reference = rule->reference == REFER_DEFAULT ? core->reference : rule->reference;
    if (reference == REFER_END)
        return COLUMN_END;
    return reference == REFER_SIGNED ? COLUMN_SIGNED : COLUMN_BEGIN;
}

/* The products both cover within the class of both instances; NULL when there is none. */
static uint64_t *shared_products(const Core *core, const Rule *a, const RuleInstance *in_a, const Rule *b,
                                 const RuleInstance *in_b)
{
    uint32_t words = SET_WORDS(core->product_count);
    uint64_t *shared = arena_array(core->arena, words, sizeof *shared), any = 0;
    for (uint32_t product = 0; product < core->product_count; product++)
        set_add(shared, product);
    for (uint32_t i = 0; i < words; i++) {
        if (a->products != NULL)
            shared[i] &= a->products[i];
        if (b->products != NULL)
            shared[i] &= b->products[i];
        if (in_a->unit_class != BD_NONE && in_a->unit_class < core->class_count)
            shared[i] &= core->classes[in_a->unit_class].products[i];
        if (in_b->unit_class != BD_NONE && in_b->unit_class < core->class_count)
            shared[i] &= core->classes[in_b->unit_class].products[i];
        any |= shared[i];
    }
    return any == 0 ? NULL : shared;
}

static Overlap overlap_of(const Core *core, uint32_t first, uint32_t second)
{
    const Rule *a = &core->rules[first], *b = &core->rules[second];
    ArenaMark mark = arena_mark(core->arena);
    Overlap worst = OVERLAP_NEVER;
    for (uint32_t i = 0; i < a->instance_count && worst != OVERLAP_CERTAIN; i++) {
        for (uint32_t j = 0; j < b->instance_count && worst != OVERLAP_CERTAIN; j++) {
            uint64_t *products = shared_products(core, a, &a->instances[i], b, &b->instances[j]);
            bool pays_same = date_column(core, a) == date_column(core, b) &&
                             expr_same(a->instances[i].effect, b->instances[j].effect);
            if (products == NULL || pays_same)
                continue; /* equal values do not conflict */
            OverlapQuery query = {
                .conditions = {a->instances[i].condition, b->instances[j].condition},
                .products = products,
                .validity = {a->validity, b->validity},
                .date_column = {date_column(core, a), date_column(core, b)},
            };
            Overlap found = rules_overlap(core, &query);
            if (found > worst)
                worst = found;
        }
    }
    arena_rewind(core->arena, mark);
    return worst;
}

/* Rules that pay, the exceptions with an amount of their own included. Caps and rejections never conflict. */
static bool can_conflict(const Rule *a, const Rule *b)
{
    return !a->built_in && !b->built_in && a->effect == BD_EFFECT_PAY && b->effect == BD_EFFECT_PAY;
}

/* Exceptions to one rule that each replace its effect, whatever that is: both cannot stand in its place. */
static bool can_both_replace(const Core *core, const Rule *a, const Rule *b)
{
    return a->effect != 0 && a->effect == b->effect && a->exception_to != BD_NONE && b->exception_to != BD_NONE &&
           node_of(core, a->exception_to) == node_of(core, b->exception_to);
}

static void note_runtime_conflict(Core *core, uint32_t first, uint32_t second)
{
    core->runtime_conflicts = arena_grow(core->arena, core->runtime_conflicts, core->runtime_conflict_count,
                                         &core->runtime_conflict_capacity, sizeof *core->runtime_conflicts);
    core->runtime_conflicts[core->runtime_conflict_count++] = (RuntimeConflict){first, second};
}

static void check_pair(Core *core, uint32_t first, uint32_t second)
{
    const Rule *a = &core->rules[first], *b = &core->rules[second];
    if (!can_conflict(a, b) && !can_both_replace(core, a, b))
        return;
    if (!sets_meet(core, a->products, b->products) || rules_precedes(core, first, second) ||
        rules_precedes(core, second, first))
        return;
    Overlap overlap = overlap_of(core, first, second);
    if (overlap == OVERLAP_POSSIBLE) {
        note_runtime_conflict(core, first, second);
    } else if (overlap == OVERLAP_CERTAIN) {
        Diag *diag = diag_report(core->diags, DIAG_E0602, b->span, a->name, b->name, (Text){0});
        diag_label(core->diags, diag, a->span, DIAG_N0601, (Text){0}, (Text){0});
        diag_help(core->diags, diag, DIAG_N0602, (Text){0}, (Text){0});
    }
}

static void warn_of_claimed_amount(Core *core)
{
    bool pays = false;
    for (uint32_t i = 0; i < core->rule_count; i++)
        pays = pays || (core->rules[i].effect == BD_EFFECT_PAY && !core->rules[i].built_in);
    if (pays && core->column_count > COLUMN_CLAIMED_AMOUNT && !core->columns[COLUMN_CLAIMED_AMOUNT].used)
        diag_report(core->diags, DIAG_W1111, core->header_span, (Text){0}, (Text){0}, (Text){0});
}

void rules_check(Core *core)
{
    close_versions(core);
    warn_of_claimed_amount(core);
    if (has_circle(core))
        return;
    warn_of_rank(core);
    for (uint32_t first = 0; first < core->rule_count && !diag_is_full(core->diags); first++) {
        for (uint32_t second = first + 1; second < core->rule_count; second++)
            check_pair(core, first, second);
    }
}
