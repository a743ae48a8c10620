/* impact_ways.c: trees of questions that lead to sets of changes; see impact_ways.h.
**
** A link leads on: to a question by its index, to a set by its index behind IS_SET, or nowhere yet (0).
*/
#include "compiler/cli/impact_ways.h"

#include "vm/core/bigint.h"

#define IS_SET (UINT32_C(1) << 31)

enum { TREE_BITS = 16, TREES = 1 << TREE_BITS, TREES_MOST = TREES / 2, WAYS_MOST = 1 << 18 };

/* How two values of one meaning are compared. */
typedef enum Comparing {
    COMPARE_INTEGERS, /* truth, days, months, years */
    COMPARE_NUMBERS,
    COMPARE_EUROS, /* a whole number and one with cents are written differently */
    COMPARE_CHOICES,
    COMPARE_TEXTS,
    COMPARE_PRESENCE, /* of values in other units */
    IS_TRUE           /* not compared: only one side is asked */
} Comparing;

typedef struct ImpactWay {
    Comparing how;
    uint32_t before, after; /* columns; BD_NONE: that side is not asked */
    uint32_t choice_before, choice_after;
    uint32_t next[2]; /* links: where the answer is no, and where it is yes */
} ImpactWay;

typedef struct ImpactTree {
    ImpactWayKey key;
    bool is_used;
    uint32_t link;
} ImpactTree;

/* ---- Answers ---- */

static bool is_present(const ImpactColumn *column, size_t row)
{
    return column->present == NULL || column->present[row] != 0;
}

/* Whether n1/d1 and n2/d2 are the same number. */
static bool same_fraction(int64_t n1, int64_t d1, int64_t n2, int64_t d2)
{
    int64_t scaled;
    if (d1 % d2 == 0) /* as hundredths and tenths; what leaves 64 bits is another */
        return !__builtin_mul_overflow(n2, d1 / d2, &scaled) && scaled == n1;
    if (d2 % d1 == 0)
        return !__builtin_mul_overflow(n1, d2 / d1, &scaled) && scaled == n2;
    uint64_t size1 = n1 < 0 ? 0 - (uint64_t)n1 : (uint64_t)n1, size2 = n2 < 0 ? 0 - (uint64_t)n2 : (uint64_t)n2;
    uint64_t common1 = uint64_gcd(size1, (uint64_t)d1), common2 = uint64_gcd(size2, (uint64_t)d2);
    return (n1 < 0) == (n2 < 0) && size1 / common1 == size2 / common2 &&
           (uint64_t)d1 / common1 == (uint64_t)d2 / common2;
}

static void fraction_at(const ImpactColumn *column, size_t row, int64_t *numerator, int64_t *denominator)
{
    bool is_ratio = column->kind == BD_KIND_RATIO;
    *numerator = column->integers[is_ratio ? 2 * row : row];
    *denominator = is_ratio ? column->integers[2 * row + 1] : column->denominator;
}

static bool same_number(const ImpactColumn *a, size_t row_a, const ImpactColumn *b, size_t row_b)
{
    int64_t n1, d1, n2, d2;
    fraction_at(a, row_a, &n1, &d1);
    fraction_at(b, row_b, &n2, &d2);
    return d1 == d2 ? n1 == n2 : same_fraction(n1, d1, n2, d2);
}

/* What is there on both sides. */
static bool same_value(const ImpactWay *way, const ImpactTraced *before, const ImpactColumn *a,
                       const ImpactTraced *after, const ImpactColumn *b)
{
    size_t row_a = before->row, row_b = after->row;
    switch (way->how) {
    case COMPARE_INTEGERS: return a->integers[row_a] == b->integers[row_b];
    case COMPARE_EUROS: return (a->kind == BD_KIND_INT) == (b->kind == BD_KIND_INT) && same_number(a, row_a, b, row_b);
    case COMPARE_NUMBERS: return same_number(a, row_a, b, row_b);
    case COMPARE_CHOICES: /* members are numbered by each module for itself */
        return text_equal(bd_choice_member(before->module, way->choice_before, (uint32_t)a->integers[row_a]),
                          bd_choice_member(after->module, way->choice_after, (uint32_t)b->integers[row_b]));
    case COMPARE_TEXTS: return text_equal(a->texts[row_a], b->texts[row_b]);
    case COMPARE_PRESENCE:
    case IS_TRUE: break;
    }
    return false;
}

static bool is_true(const ImpactTraced *side, uint32_t column)
{
    return side->record->columns[column].integers[side->row] != 0;
}

static bool answer(const ImpactWay *way, const ImpactTraced *before, const ImpactTraced *after)
{
    if (way->how == IS_TRUE)
        return way->before != BD_NONE ? is_true(before, way->before) : is_true(after, way->after);
    const ImpactColumn *a = &before->record->columns[way->before], *b = &after->record->columns[way->after];
    size_t row_a = before->row, row_b = after->row;
    if (a->present != NULL || b->present != NULL) {
        bool is_there = is_present(a, row_a);
        if (is_there != is_present(b, row_b))
            return false;
        if (!is_there)
            return true;
    }
    bool is_plain = way->how <= COMPARE_EUROS && a->kind != BD_KIND_RATIO; /* nearly all are, and most of one scale */
    if (is_plain && a->kind == b->kind && a->denominator == b->denominator)
        return a->integers[row_a] == b->integers[row_b];
    return same_value(way, before, a, after, b);
}

/* ---- Finding ---- */

static bool same_key(const ImpactWayKey *a, const ImpactWayKey *b)
{
    return a->before == b->before && a->after == b->after && a->kind == b->kind && a->decision == b->decision;
}

/* The place of the key in the table, which always has a free one. */
static ImpactTree *tree_at(const ImpactWays *ways, const ImpactWayKey *key)
{
    uint64_t mixed = (key->before * 0x9E3779B97F4A7C15u + key->after) * 0xD6E8FEB86659FD93u;
    mixed = (mixed ^ (4 * (uint64_t)key->kind + key->decision)) * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(mixed >> (64 - TREE_BITS));
    while (ways->trees[at].is_used && !same_key(&ways->trees[at].key, key))
        at = (at + 1) & (TREES - 1);
    return &ways->trees[at];
}

static bool is_filled(const ImpactRecord *record, uint32_t column)
{
    return column == BD_NONE || column < record->filled;
}

uint32_t impact_ways_find(const ImpactWays *ways, const ImpactWayKey *key, const ImpactTraced *before,
                          const ImpactTraced *after)
{
    const ImpactTree *tree = ways->trees == NULL ? NULL : tree_at(ways, key);
    uint32_t link = tree == NULL || !tree->is_used ? 0 : tree->link;
    while (link != 0 && (link & IS_SET) == 0) {
        const ImpactWay *way = &ways->items[link];
        if (!is_filled(before->record, way->before) || !is_filled(after->record, way->after))
            return BD_NONE;
        link = way->next[answer(way, before, after)];
    }
    return link == 0 ? BD_NONE : link & ~IS_SET;
}

/* ---- Keeping ---- */

/* Whether both modules number the members of a choice alike. */
static bool same_members(const bd_module *before, uint32_t choice_before, const bd_module *after, uint32_t choice_after)
{
    bd_text was, is;
    uint32_t member = 0;
    do {
        was = bd_choice_member(before, choice_before, member);
        is = bd_choice_member(after, choice_after, member++);
    } while (was.size > 0 && text_equal(was, is));
    return was.size == 0 && is.size == 0;
}

static Comparing how_to_compare(const bd_module *before, const bd_value *a, const bd_module *after, const bd_value *b)
{
    if (!text_equal(a->unit, b->unit))
        return COMPARE_PRESENCE;
    switch (a->meaning) {
    case BD_MEANS_TEXT: return COMPARE_TEXTS;
    case BD_MEANS_CHOICE: return same_members(before, a->choice, after, b->choice) ? COMPARE_INTEGERS : COMPARE_CHOICES;
    case BD_MEANS_NUMBER:
    case BD_MEANS_QUANTITY: return COMPARE_NUMBERS;
    case BD_MEANS_MONEY:
    case BD_MEANS_RATE: return COMPARE_EUROS;
    case BD_MEANS_BOOLEAN:
    case BD_MEANS_DATE:
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR: break;
    }
    return COMPARE_INTEGERS;
}

/* A question without answers. */
static ImpactWay way_of(const ImpactQuestion *question, const ImpactTraced *before, const ImpactTraced *after)
{
    const bd_step *old = question->before, *new = question->after;
    ImpactWay way = {.how = IS_TRUE, .before = BD_NONE, .after = BD_NONE};
    if (old != NULL)
        way.before = impact_record_want(before->record, old->instruction);
    if (new != NULL)
        way.after = impact_record_want(after->record, new->instruction);
    if (old != NULL && new != NULL) {
        way.how = how_to_compare(before->module, &old->value, after->module, &new->value);
        way.choice_before = old->value.choice;
        way.choice_after = new->value.choice;
    }
    return way;
}

static bool same_question(const ImpactWay *a, const ImpactWay *b)
{
    return a->how == b->how && a->before == b->before && a->after == b->after;
}

/* Goes on from a link, or where nothing is yet makes the question; 0: another stands there. */
static uint32_t follow(ImpactWays *ways, uint32_t link, const ImpactWay *way)
{
    if (link != 0)
        return (link & IS_SET) == 0 && same_question(&ways->items[link], way) ? link : 0;
    ways->items = arena_grow(ways->arena, ways->items, ways->count, &ways->capacity, sizeof *ways->items);
    ways->items[ways->count] = *way;
    return ways->count++;
}

/* Where the link is that leads to question `at` by this answer; of question 0 that of the tree. */
static uint32_t *link_behind(ImpactWays *ways, ImpactTree *tree, uint32_t at, bool yes)
{
    return at == 0 ? &tree->link : &ways->items[at].next[yes];
}

static void open_ways(ImpactWays *ways)
{
    ways->trees = arena_array(ways->arena, TREES, sizeof *ways->trees);
    ways->items = arena_grow(ways->arena, NULL, 0, &ways->capacity, sizeof *ways->items);
    ways->count = 1; /* the first is none: 0 leads nowhere */
}

bool impact_ways_keep(ImpactWays *ways, const ImpactWayKey *key, const ImpactAsked *asked, uint32_t set,
                      const ImpactTraced *before, const ImpactTraced *after)
{
    if (asked->is_cut || ways->tree_count >= TREES_MOST || ways->count + asked->count >= WAYS_MOST)
        return false;
    if (ways->trees == NULL)
        open_ways(ways);
    ImpactTree *tree = tree_at(ways, key);
    if (!tree->is_used) {
        *tree = (ImpactTree){.key = *key, .is_used = true};
        ways->tree_count++;
    }
    uint32_t at = 0;
    bool yes = false;
    for (size_t i = 0; i < asked->count; i++) {
        ImpactWay way = way_of(&asked->items[i], before, after);
        uint32_t next = follow(ways, *link_behind(ways, tree, at, yes), &way);
        if (next == 0)
            return false;
        *link_behind(ways, tree, at, yes) = next; /* following may have moved the questions */
        at = next;
        yes = asked->items[i].answer;
    }
    *link_behind(ways, tree, at, yes) = IS_SET | set;
    return true;
}
