/* impact_change_internal.h: what impact_change.c and impact_due.c share. */
#ifndef BEDING_CLI_IMPACT_CHANGE_INTERNAL_H
#define BEDING_CLI_IMPACT_CHANGE_INTERNAL_H

#include <string.h>

#include "compiler/cli/diff_internal.h"
#include "compiler/cli/impact_change.h"

enum { SIDES = 2, SETTLED = 16384 };

/* Where a declaration begins, and the change that it is part of. */
typedef struct ImpactDeclaration {
    bd_place place;
    uint32_t change; /* BD_NONE: it did not change */
} ImpactDeclaration;

/* A set that lines of one kind were found to have. */
typedef struct ImpactFound {
    uint64_t *bits;
    bool is_apart;
    uint32_t set;
    struct ImpactFound *next;
} ImpactFound;

/* What is known of all lines of a cause and a product, paid or not. */
typedef struct ImpactSettled {
    uint32_t cause, product; /* product: its index twice, and 1 where it is paid */
    uint32_t set;            /* BD_NONE: each line has to be looked at */
    uint64_t *candidates;    /* NULL: free */
    uint64_t *elements;      /* the same of each element of the cause, words after words */
    ImpactFound *found;
} ImpactSettled;

/* ---- sets of changes, as bits ---- */

static inline void bits_put(uint64_t *bits, uint32_t index)
{
    bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static inline bool bits_have(const uint64_t *bits, uint32_t index)
{
    return (bits[index / 64] >> (index % 64) & 1) != 0;
}

static inline void bits_join(uint64_t *bits, const uint64_t *other, uint32_t words)
{
    for (uint32_t word = 0; word < words; word++)
        bits[word] |= other[word];
}

static inline uint32_t bits_size(const uint64_t *bits, uint32_t words)
{
    uint32_t count = 0;
    for (uint32_t word = 0; word < words; word++)
        count += (uint32_t)__builtin_popcountll(bits[word]);
    return count;
}

static inline const bd_module *changes_module(const ImpactChanges *changes, int side)
{
    return (side == 0 ? &changes->diff->a : &changes->diff->b)->loaded->module;
}

/* impact_change.c. The change of the declaration that a place on a side stands in, the last that begins at or before it; BD_NONE: none. */
uint32_t changes_around(const ImpactChanges *changes, int side, const bd_place *place);

/* The index of the set of these changes. */
uint32_t changes_set_of(ImpactChanges *changes, const uint64_t *bits, bool is_apart);

/* impact_due.c. Whether a rule of this name is among those reached, on either side. */
bool changes_reach_rule(const ImpactChanges *changes, const Reach *reach, Text name);

#endif
