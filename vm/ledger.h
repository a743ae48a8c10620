/* ledger.h: what the machine does with a ledger of any kind.
**
** A ledger is plain storage (beding_ledger.h). Whether it belongs to a module is decided here, once for all kinds, and so is the form of
** a counter's key.
*/
#ifndef BEDING_LEDGER_USE_H
#define BEDING_LEDGER_USE_H

#include "beding.h"
#include "core/text.h"

/* Appends one value of a key to `key`. `first`: it is the key's first value. One value is written as it is, unless it holds one of the two
** bytes that keep values apart. */
void ledger_key_value(StringBuilder *key, Text value, bool first);

/* Checks that a ledger belongs to an agreement and that its counters are those of the module, and adds the new ones, in a transaction of
** its own: a refusal leaves the ledger as it was.
**   numbers  room for `count`: the ledger's number of each counter
**   errors   BD_LEDGER naming both sides, or what the storage reports */
bd_status ledger_attach(const bd_ledger *ledger, Text agreement, const bd_ledger_counter *counters, uint32_t count,
                        uint32_t *numbers, bd_error *error);

#endif
