/* ir_internal.h: what the files of the IR builder share; nobody else includes it.
**
** Job: one door for new instructions (ir_emit), one for bringing operands into one domain (ir_bring, ir_meet), and the
** folders. Invariant: an instruction is only ever made by ir_emit, so hash-consing, places, the fault bit and the size
** limit hold everywhere.
*/
#ifndef BEDING_IR_INTERNAL_H
#define BEDING_IR_INTERNAL_H

#include "compiler/ir.h"

/* An instruction without operands, to be filled in and given to ir_emit. */
IrInstruction ir_draft(Opcode op, IrType type);

/* Adds the instruction, or returns the equal one that exists already. An instruction without result is always added.
**   returns  the value; IR_NONE only for an instruction without result that no longer fits
**   errors   beyond PROGRAM_MAX_INSTRUCTIONS: reported once, ir->failed is set, the result is a zero of its type */
IrValue ir_emit(Ir *ir, const IrInstruction *draft);

/* Instructions that only fit operands to each other are not the contract's own and would show up in traces as a second
** step with the same text; between ir_quiet and ir_loud new instructions get no place. Nests: give ir_loud what
** ir_quiet returned. */
uint32_t ir_quiet(Ir *ir);
void ir_loud(Ir *ir, uint32_t place);

/* A constant of exactly this type. SCALED: value times denominator must be a 64-bit integer. */
IrValue ir_constant(Ir *ir, IrType type, Number value);
/* Whether a number is a 64-bit integer in units of 1/denominator. */
bool ir_fits_scaled(Number value, int64_t denominator);
/* The zero of a type: false, 0, the empty text. */
IrValue ir_zero(Ir *ir, IrType type);

/* The deeper of two domains; one must be an ancestor of the other or the same. */
uint16_t ir_deeper(const Ir *ir, uint16_t a, uint16_t b);
/* The value in a domain that is its own or below it: constants are made anew, others expanded. IR_NONE stays IR_NONE.
 */
IrValue ir_bring(Ir *ir, IrValue value, uint16_t domain);
/* Brings values into the deepest of their domains and returns it; those that are IR_NONE are skipped. */
uint16_t ir_meet(Ir *ir, IrValue *a, IrValue *b, IrValue *c);
/* As a guard: the constant ja is no guard. */
IrValue ir_guard(const Ir *ir, IrValue guard);

/* Numbers brought onto one denominator (true) or both made ratios (false), and into one domain. */
bool ir_meet_numbers(Ir *ir, IrValue *a, IrValue *b);

/* Folding with the arithmetic of vm/core. False: not foldable, since it would fault or not fit; the instruction is kept
 * for run time. */
bool ir_fold_number(Ir *ir, Opcode op, Number a, Number b, Number *out);
bool ir_fold_round(Ir *ir, Number a, RoundMode mode, Number step, Number *out);
bool ir_fold_int(Opcode op, int32_t a, int32_t b, int32_t *out);
bool ir_fold_date_part(DatePart part, int32_t a, int32_t *out);
bool ir_fold_period(int32_t date, int32_t length, int32_t anchor, int32_t *out);

/* Whether evaluating the value can end in a fault that a contract sees. */
bool ir_may_fault(const Ir *ir, IrValue value);
bool ir_is_number(const Ir *ir, IrValue value);

/* The shared pools; each gives the index of an equal entry if there is one. */
uint32_t ir_add_rounding(IrShared *shared, RoundMode mode, Number step);
uint32_t ir_add_set(IrShared *shared, const uint64_t *words, uint32_t word_count);
uint32_t ir_add_brackets(IrShared *shared, const int64_t *bounds, uint32_t count);
uint32_t ir_add_period(IrShared *shared, int32_t length, int32_t anchor);

/* arena_grow for arrays with 32-bit counts. */
void *ir_grow(Arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size);

/* One step of a multiplicative hash; for tables in memory. */
static inline uint64_t ir_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

/* Operand classes of a row in vm/opcodes.def that code here asks about. */
bool ir_has_result(Opcode op);
bool ir_has_guard(Opcode op);
bool ir_is_aggregate(Opcode op);
bool ir_imm_is_domain(Opcode op);

#endif
