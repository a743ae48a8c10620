/* phrase.c: phrases and their digests; see phrase.h. */
#include "compiler/phrase.h"

#include <stdlib.h>
#include <string.h>

void phrases_init(Phrases *phrases, Arena *arena)
{
    phrases->arena = arena;
    sha256_init(&phrases->hash);
    sha256_ask(&phrases->hash);
}

static Digest finish(Sha256 *hash)
{
    uint8_t whole[SHA256_SIZE];
    Digest digest;
    sha256_final(hash, whole);
    memcpy(digest.bytes, whole, MEANING_DIGEST_SIZE);
    return digest;
}

static int by_digest(const void *a, const void *b)
{
    const Digest *one = a, *other = b;
    return memcmp(one->bytes, other->bytes, MEANING_DIGEST_SIZE);
}

Digest phrase_digest(const Phrases *phrases, PhraseHow how, MeaningKind kind, Text text, Digest *parts, uint32_t count)
{
    Sha256 hash = phrases->hash;
    uint8_t head[] = {(uint8_t)how, how == PHRASE_NAME ? (uint8_t)kind : 0, 0};
    sha256_update(&hash, head, sizeof head);
    if (text.size > 0)
        sha256_update(&hash, text.data, text.size);
    sha256_update(&hash, "", 1);
    if (how == PHRASE_SORTED && count > 1)
        qsort(parts, count, sizeof *parts, by_digest);
    for (uint32_t i = 0; i < count; i++)
        sha256_update(&hash, parts[i].bytes, MEANING_DIGEST_SIZE);
    return finish(&hash);
}

const Phrase *phrase_plain(const Phrases *phrases, const char *word, const void *data, size_t size)
{
    Phrase *phrase = arena_alloc(phrases->arena, sizeof *phrase);
    Sha256 hash = phrases->hash;
    sha256_update(&hash, word, strlen(word) + 1);
    if (size > 0)
        sha256_update(&hash, data, size);
    *phrase = (Phrase){.how = PHRASE_PLAIN, .digest = finish(&hash)};
    return phrase;
}

static const Phrase *make(const Phrases *phrases, PhraseHow how, MeaningKind kind, Text text,
                          const Phrase *const *parts, uint32_t count)
{
    Phrase *phrase = arena_alloc(phrases->arena, sizeof *phrase);
    Digest *digests = arena_array(phrases->arena, (size_t)count + 1, sizeof *digests);
    bool has_names = how == PHRASE_NAME;
    for (uint32_t i = 0; i < count; i++) {
        digests[i] = parts[i]->digest;
        has_names = has_names || parts[i]->how != PHRASE_PLAIN;
    }
    Digest digest = phrase_digest(phrases, how, kind, text, digests, count);
    *phrase = has_names ? (Phrase){how, kind, text, parts, count, digest} : (Phrase){.digest = digest};
    return phrase;
}

const Phrase *phrase_list(const Phrases *phrases, Text text, const Phrase *const *parts, uint32_t count)
{
    return make(phrases, PHRASE_LIST, MEANING_AGREEMENT, text, parts, count);
}

const Phrase *phrase_sorted(const Phrases *phrases, Text text, const Phrase *const *parts, uint32_t count)
{
    return make(phrases, PHRASE_SORTED, MEANING_AGREEMENT, text, parts, count);
}

const Phrase *phrase_name(const Phrases *phrases, MeaningKind kind, Text name, const Phrase *owner)
{
    const Phrase **parts = arena_array(phrases->arena, 1, sizeof *parts);
    parts[0] = owner;
    return make(phrases, PHRASE_NAME, kind, name, parts, owner == NULL ? 0 : 1);
}
