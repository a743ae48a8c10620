/* slots.h: which slot holds which value of a program.
**
** Job: the last decision before a module is written. The code is a straight line, so one walk decides everything: a
** value takes a free slot when it is made and gives it back after its last use. Invariant: a slot is reused only for
** values of the same kind and domain, so its memory never changes shape; and an instruction's result never shares a
** slot with one of its operands, so the machine's loops may assume that they do not overlap.
*/
#ifndef BEDING_SLOTS_H
#define BEDING_SLOTS_H

#include "compiler/ir.h"

typedef struct SlotMap {
    uint16_t *slot; /* per instruction; NO_SLOT for those without a result. Owned by the arena */
    uint32_t count; /* slots used */
} SlotMap;

/* Allocates the slots of a program, which should have been pruned.
**   returns  false when the program needs more than PROGRAM_MAX_SLOTS */
bool slots_allocate(Arena *arena, const Ir *ir, SlotMap *out);

#endif
