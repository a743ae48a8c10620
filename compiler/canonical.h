/* canonical.h: the meaning of an expression as a digest, the same for every way of writing it that is proved to mean the same.
**
** Job: two versions of an agreement are compared by these digests (meaning.c puts them in the module). An expression is written out first:
** calls of definitions and `waar` parts by what they stand for, so that a name of one's own, a part that was split off or the words of the
** other language make no difference. What is left is brought to one form: see canonical.c for the equalities used. Equal digests mean the
** same value on every line; different ones may still mean the same.
*/
#ifndef BEDING_CANONICAL_H
#define BEDING_CANONICAL_H

#include "compiler/core.h"

enum { DIGEST_SIZE = 16 };
typedef struct Digest {
    uint8_t bytes[DIGEST_SIZE];
} Digest;

typedef struct Canonical Canonical;

/* For the expressions of one checked core; lives in core->arena. */
Canonical *canonical_new(const Core *core);

/* Of one expression; inputs: the parameters or inputs that are known by their position here, may be NULL. A NULL expression has a digest too. */
Digest canonical_digest(Canonical *canonical, const Expr *expr, Variable *const *inputs, uint32_t input_count);

/* Of bytes, behind a word that keeps kinds apart. */
Digest canonical_bytes(const Canonical *canonical, const char *word, const void *data, size_t size);

#endif
