/* phrase.h: what a digest of MEANINGS is made of, with the names in it left open.
**
** Job: a digest of a clause depends on the names that data files and other systems know: of inputs, products, lists. Where one of these is renamed,
** all that uses it has another digest and yet the same meaning. So the module keeps the *phrase* behind such a digest: a tree whose leaves are names,
** from which the digest can be made again with other names (compiler/cli/rename.c). What has no name in it is a digest and no more (PLAIN).
** Invariant: equal digests are equal phrases; parts whose order does not count (SORTED) are in the order of their digests, whatever the names.
*/
#ifndef BEDING_PHRASE_H
#define BEDING_PHRASE_H

#include "vm/core/arena.h"
#include "vm/core/sha256.h"
#include "vm/module.h"

typedef struct Digest {
    uint8_t bytes[MEANING_DIGEST_SIZE];
} Digest;

typedef struct Phrase {
    PhraseHow how;
    MeaningKind kind; /* of a NAME: of what */
    Text text;        /* of a NAME: it; else a word that tells phrases of one shape apart */
    const struct Phrase *const *parts;
    uint32_t count;
    Digest digest;
} Phrase;

/* Where phrases are made; hash begins every digest, so that the processor is asked once what it can. */
typedef struct Phrases {
    Arena *arena;
    Sha256 hash;
} Phrases;

void phrases_init(Phrases *phrases, Arena *arena);

/* The digest of a phrase from those of its parts; sorts `parts` when their order does not count. A PLAIN phrase has none: it is its digest. */
Digest phrase_digest(const Phrases *phrases, PhraseHow how, MeaningKind kind, Text text, Digest *parts, uint32_t count);

/* Bytes, behind a word that keeps kinds apart. */
const Phrase *phrase_plain(const Phrases *phrases, const char *word, const void *data, size_t size);

/* Parts in their order, or in none that counts. text: as in Phrase. */
const Phrase *phrase_list(const Phrases *phrases, Text text, const Phrase *const *parts, uint32_t count);
const Phrase *phrase_sorted(const Phrases *phrases, Text text, const Phrase *const *parts, uint32_t count);

/* The name of a thing; owner: of what it is a name within (a choice of its members, a list of its fields, a callable of its inputs), else NULL. */
const Phrase *phrase_name(const Phrases *phrases, MeaningKind kind, Text name, const Phrase *owner);

#endif
