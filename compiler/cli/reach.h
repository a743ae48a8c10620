/* reach.h: where a change of an agreement may show: in which rules, in whose payment, in which callables.
**
** Job: follow what a change is about through what uses it, by the records of MEANINGS, up to rules and callables. A tariff, an
** indexation and a product reach the payment of that product. witness.h looks there for a line that shows the change, impact.h for the change
** that a line shows.
** Invariant: nothing is left out that a clause uses, by whatever way; more may be reached than ever differs.
*/
#ifndef BEDING_CLI_REACH_H
#define BEDING_CLI_REACH_H

#include "compiler/cli/diff.h"

typedef struct Reach {
    bool *rules[2];   /* per rule of that version's module */
    bool has_rules;   /* one of them rejects, caps or holds: it shows in the reasons */
    bool pays;        /* it may show in amounts too */
    bool any_product; /* in those of every product; else of `products` */
    Text *products;
    uint32_t product_count;
    size_t product_capacity;
    Text *programs; /* callables, "definitie.x" */
    uint32_t program_count;
    size_t program_capacity;
} Reach;

/* What a change of the comparison reaches; memory of diff->arena. */
Reach reach_of(const Diff *diff, const Change *change);

/* The same of whatever clauses have one of these words in them. */
Reach reach_of_names(const Diff *diff, const Text *names, uint32_t count);

/* Whether the payment of a product is reached. */
bool reach_pays(const Reach *reach, Text product);

/* Whether a name stands in a text as a whole word. */
bool text_mentions(Text text, Text name);

#endif
