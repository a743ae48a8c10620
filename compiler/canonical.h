/* canonical.h: the meaning of an expression as a phrase, the same for every way of writing it that is proved to mean the same.
**
** Job: two versions of an agreement are compared by the digests of these phrases (module_meanings.c puts them in the module). An expression is
** written out first: calls of definitions and `waar` parts by what they stand for, so that a name of one's own, a part that was split off or the words
** of the other language make no difference. What is left is brought to one form: see canonical.c for the equalities used. Equal digests mean the
** same value on every line; different ones may still mean the same.
*/
#ifndef BEDING_CANONICAL_H
#define BEDING_CANONICAL_H

#include "compiler/core.h"
#include "compiler/phrase.h"

typedef struct Canonical Canonical;

/* For the expressions of one checked core; lives in core->arena. */
Canonical *canonical_new(const Core *core);

/* Where it makes its phrases. */
const Phrases *canonical_phrases(const Canonical *canonical);

/* A parameter or input of what the expression stands in: known by `name`, or by its position when that is NULL. */
typedef struct CanonicalInput {
    const Variable *variable;
    const Phrase *name;
} CanonicalInput;

/* Of one expression; inputs may be NULL when there are none. A NULL expression has a phrase too. */
const Phrase *canonical_phrase(Canonical *canonical, const Expr *expr, const CanonicalInput *inputs, uint32_t count);

/* What an expression stands on, whatever it reads like: things by their kind and name, those too that are written out in its phrase. */
typedef struct CanonicalUse {
    MeaningKind kind;
    Text name;
} CanonicalUse;

/* All that was used since the last canonical_forget: definitions and what these use, calendars and what tells their days, amendments that bring
** a version, counters, tables, series, inputs, judgements, lists, readings, choices, and products that a condition names. Valid until the next. */
const CanonicalUse *canonical_uses(const Canonical *canonical, uint32_t *count);
void canonical_forget(Canonical *canonical);

/* Adds what is used other than by an expression. */
void canonical_use(Canonical *canonical, MeaningKind kind, Text name);

/* The first day of a calendar's periods, of those that lie one after the other: between 0 and its length, the same for any day to count from. */
int32_t calendar_first_day(const Calendar *calendar);

/* What names stand for: of a thing that has no owner, of a member of a choice (products and units among them), of a column or a list's field. */
const Phrase *canonical_name(const Canonical *canonical, MeaningKind kind, Text name);
const Phrase *canonical_member(const Canonical *canonical, uint32_t choice, uint32_t member);
const Phrase *canonical_column(const Canonical *canonical, uint32_t index);

#endif
