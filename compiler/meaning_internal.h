/* meaning_internal.h: what the files that write MEANINGS share: module_meanings.c, meaning_table.c and meaning_rule.c.
**
** A *thing* is a declaration, by kind, name and (when it has versions) first day; a record is one part of it.
*/
#ifndef BEDING_MEANING_INTERNAL_H
#define BEDING_MEANING_INTERNAL_H

#include "compiler/canonical.h"
#include "compiler/module_meanings.h"

typedef struct Meanings {
    ModuleWriter *writer;
    const Core *core;
    IrShared *shared;
    Canonical *canonical;
    const Phrases *phrases;
    MeaningKind kind; /* of the thing that is being written */
    Text name;
    int32_t from;
    uint32_t *known; /* open-addressed: each phrase that was written, by its digest; its index + 1 */
    size_t known_slots;
} Meanings;

/* Begins a thing: writes its ITSELF, so that one that was added or dropped shows. sub: what kind it is, in a word; may be empty. */
void meaning_begin(Meanings *m, MeaningKind kind, Text name, int32_t from, Text sub, Span span);

/* One part of the thing begun. meaning_text: a part that is its text, left out when empty; meaning_named: that is the name of another thing;
** meaning_names: of several, in no order that counts (`names` is sorted). */
void meaning_part(Meanings *m, MeaningPart part, Text sub, Text text, const Phrase *phrase);
void meaning_text(Meanings *m, MeaningPart part, Text sub, Text text);
void meaning_named(Meanings *m, MeaningPart part, Text sub, MeaningKind kind, Text name);
void meaning_names(Meanings *m, MeaningPart part, MeaningKind kind, Text *names, uint32_t count);

/* What the thing begun is called at length; nothing when that is its name. */
void meaning_title(Meanings *m, Text title);

/* An expression that has no inputs of its own; what a definition gives, its parameters known by their position. */
const Phrase *meaning_phrase(const Meanings *m, const Expr *expr);
const Phrase *meaning_body(const Meanings *m, const Definition *definition, const Instance *instance);

/* Parts that many things have. */
void meaning_citation(Meanings *m, uint32_t citation);
void meaning_validity(Meanings *m, Validity validity);
void meaning_type(Meanings *m, MeaningPart part, Text sub, Type type);
void meaning_follows(Meanings *m, uint32_t amendment);
void meaning_products(Meanings *m, const uint64_t *products, bool for_all);

/* The word of the agreement's language. */
Text meaning_word(const Meanings *m, const char *nl, const char *en);

/* The unit of a class; empty for none. */
Text meaning_class(const Meanings *m, uint32_t unit_class);

/* Source text as people read it. */
Text meaning_excerpt(const Meanings *m, Span span);

/* A number in the notation of the agreement's language, with at least `digits` decimals. */
void meaning_append_number(const Meanings *m, StringBuilder *out, Number number, unsigned digits);

void meaning_write_tables(Meanings *m);      /* tables, tariffs, series, indexations */
void meaning_write_rules(Meanings *m);       /* counters, rules */
void meaning_write_definitions(Meanings *m); /* definitions, forms */

#endif
