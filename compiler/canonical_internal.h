/* canonical_internal.h: what canonical.c and canonical_name.c share. */
#ifndef BEDING_CANONICAL_INTERNAL_H
#define BEDING_CANONICAL_INTERNAL_H

#include "compiler/canonical.h"

struct Canonical {
    const Core *core;
    Arena *arena;
    Phrases phrases;
    const struct Meant *meant; /* what names stand for while an expression is written out */
    CanonicalUse *uses;
    uint32_t use_count;
    size_t use_capacity;
    uint32_t depth; /* of elements of aggregates: they are known by their distance from the outside */
};

void canonical_use_member(Canonical *canonical, uint32_t choice, uint32_t member);

const Phrase *canonical_number(const Canonical *canonical, Number number);

/* What tells an expression's node from another of its kind; NULL when its parts do. */
const Phrase *canonical_words(Canonical *canonical, const Expr *expr);

#endif
