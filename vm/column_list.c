/* column_list.c: domains of records and days within lines: opening them, and what is gathered over them.
**
** The lanes of one parent lane lie next to each other, so every aggregate is a loop over `first[p] .. first[p + 1]`.
** Marks of child lanes reach the row through `line` (column.c), those of aggregates are set on the parent's lane.
*/
#include "column.h"

static const DomainRecord *domain_of(const ColumnOp *op, uint32_t domain)
{
    return &op->run->module->DOMAINS[op->run->program->first_domain + domain];
}

/* The row of a lane of the domain in which the instruction works. */
static uint32_t line_of(const ColumnOp *op, uint32_t parent_domain, uint32_t lane)
{
    return parent_domain == 0 ? lane : op->run->session->domains[parent_domain].line[lane];
}

/* Gives a parent lane its lanes, from lane `at` on; their items count up from `start`. */
static void place_lanes(ColumnOp *op, uint32_t parent_domain, Lanes *state, uint32_t parent, uint32_t at,
                        uint32_t count, int32_t start)
{
    uint32_t line = line_of(op, parent_domain, parent);
    state->first[parent] = at;
    for (uint32_t k = 0; k < count; k++) {
        state->parent[at + k] = parent;
        state->line[at + k] = line;
        state->item[at + k] = start + (int32_t)k;
    }
}

void column_OPEN_LIST(ColumnOp *op)
{
    const DomainRecord *domain = domain_of(op, op->in->imm);
    const uint32_t *offsets = op->run->batch->lists[domain->list].offsets;
    Lanes *state = &op->run->session->domains[op->in->imm];
    uint64_t total = 0;

    for (uint32_t i = 0; i < op->lanes; i++) {
        size_t row = column_row(op->run, line_of(op, domain->parent, i));
        total += offsets[row + 1] - offsets[row];
    }
    if (!columns_open(op->run, op->in->imm, total, op->lanes))
        return;
    session_spend(op->run->session, total);
    uint32_t at = 0;
    for (uint32_t i = 0; i < op->lanes; i++) {
        size_t row = column_row(op->run, line_of(op, domain->parent, i));
        uint32_t count = offsets[row + 1] - offsets[row];
        place_lanes(op, domain->parent, state, i, at, count, (int32_t)offsets[row]);
        at += count;
    }
    state->first[op->lanes] = at;
}

/* Days from a to b; 0 when none, or when too many. */
static uint32_t count_days(const ColumnOp *op, uint32_t lane)
{
    int64_t days = (int64_t)((const int32_t *)op->b)[lane] - ((const int32_t *)op->a)[lane] + 1;
    if (days < 1)
        return 0;
    if (days > domain_of(op, op->in->imm)->maximum) {
        op->bad[lane] = 1;
        return 0;
    }
    return (uint32_t)days;
}

void column_OPEN_DAYS(ColumnOp *op)
{
    const DomainRecord *domain = domain_of(op, op->in->imm);
    Lanes *state = &op->run->session->domains[op->in->imm];
    uint64_t total = 0;

    for (uint32_t i = 0; i < op->lanes; i++)
        total += count_days(op, i);
    if (!columns_open(op->run, op->in->imm, total, op->lanes))
        return;
    session_spend(op->run->session, total);
    uint32_t at = 0;
    for (uint32_t i = 0; i < op->lanes; i++) {
        uint32_t count = count_days(op, i);
        place_lanes(op, domain->parent, state, i, at, count, ((const int32_t *)op->a)[i]);
        at += count;
    }
    state->first[op->lanes] = at;
}

void column_DAY(ColumnOp *op)
{
    const int32_t *day = op->run->session->domains[op->in->imm].item;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = day[i];
}

#define EXPAND_LANES(type)                       \
    do {                                         \
        const type *a = op->a;                   \
        type *dst = op->dst;                     \
        for (uint32_t i = 0; i < op->lanes; i++) \
            dst[i] = a[parent[i]];               \
    } while (0)

#define BY_KIND(MACRO)                             \
    do {                                           \
        if (op->type->kind == BD_KIND_BOOL)        \
            MACRO(uint8_t);                        \
        else if (op->type->kind == BD_KIND_INT)    \
            MACRO(int32_t);                        \
        else if (op->type->kind == BD_KIND_SCALED) \
            MACRO(int64_t);                        \
        else if (op->type->kind == BD_KIND_RATIO)  \
            MACRO(Ratio);                          \
        else                                       \
            MACRO(bd_text);                        \
    } while (0)

void column_EXPAND(ColumnOp *op)
{
    const uint32_t *parent = op->run->session->domains[op->in->imm].parent;
    BY_KIND(EXPAND_LANES);
}

void column_COUNT(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        for (uint32_t k = first[i]; k < first[i + 1]; k++)
            dst[i] += mask[k];
    }
}

void column_ANY_OF(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    uint8_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        for (uint32_t k = first[i]; k < first[i + 1]; k++)
            dst[i] |= mask[k];
    }
}

void column_SUM(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const int64_t *a = op->a;
    const uint8_t *mask = op->b;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        bool bad = false;
        dst[i] = 0;
        for (uint32_t k = first[i]; k < first[i + 1]; k++)
            bad |= mask[k] && __builtin_add_overflow(dst[i], a[k], &dst[i]);
        op->bad[i] |= (uint8_t)bad;
    }
}

/* `better`: the operator that lets a value replace the best so far. */
#define EXTREME_LANES(type, better)                              \
    do {                                                         \
        const type *a = op->a;                                   \
        type *dst = op->dst;                                     \
        for (uint32_t i = 0; i < op->lanes; i++) {               \
            bool has = false;                                    \
            dst[i] = 0;                                          \
            for (uint32_t k = first[i]; k < first[i + 1]; k++) { \
                if (mask[k] && (!has || a[k] better dst[i])) {   \
                    dst[i] = a[k];                               \
                    has = true;                                  \
                }                                                \
            }                                                    \
            op->bad[i] |= (uint8_t)!has;                         \
        }                                                        \
    } while (0)

void column_LEAST(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    if (op->type->kind == BD_KIND_RATIO)
        columns_extreme_ratio(op, -1);
    else if (op->type->kind == BD_KIND_INT)
        EXTREME_LANES(int32_t, <);
    else
        EXTREME_LANES(int64_t, <);
}

void column_GREATEST(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    if (op->type->kind == BD_KIND_RATIO)
        columns_extreme_ratio(op, 1);
    else if (op->type->kind == BD_KIND_INT)
        EXTREME_LANES(int32_t, >);
    else
        EXTREME_LANES(int64_t, >);
}

#define FIRST_LANES(type)                          \
    do {                                           \
        const type *a = op->a;                     \
        type *dst = op->dst;                       \
        for (uint32_t i = 0; i < op->lanes; i++) { \
            uint32_t k = first[i];                 \
            while (k < first[i + 1] && !mask[k])   \
                k++;                               \
            bool has = k < first[i + 1];           \
            op->bad[i] |= (uint8_t)!has;           \
            dst[i] = has ? a[k] : NOTHING_##type;  \
        }                                          \
    } while (0)

#define LAST_LANES(type)                              \
    do {                                              \
        const type *a = op->a;                        \
        type *dst = op->dst;                          \
        for (uint32_t i = 0; i < op->lanes; i++) {    \
            uint32_t k = first[i + 1];                \
            while (k > first[i] && !mask[k - 1])      \
                k--;                                  \
            bool has = k > first[i];                  \
            op->bad[i] |= (uint8_t)!has;              \
            dst[i] = has ? a[k - 1] : NOTHING_##type; \
        }                                             \
    } while (0)

#define NOTHING_uint8_t ((uint8_t)0)
#define NOTHING_int32_t 0
#define NOTHING_int64_t 0
#define NOTHING_Ratio ((Ratio){0, 1})
#define NOTHING_bd_text ((bd_text){"", 0})

void column_FIRST(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    BY_KIND(FIRST_LANES);
}

void column_LAST(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const uint8_t *mask = op->b;
    BY_KIND(LAST_LANES);
}
