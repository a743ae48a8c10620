/* op.h: what is known of each opcode, as data.
**
** Job: opcodes.def once more, as a table that the verifier, the disassembler and the machine read. Nothing here knows
** what an opcode does.
*/
#ifndef BEDING_OP_H
#define BEDING_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "module.h"

/* What a row of opcodes.def says of dst and of the operand slots. */
typedef enum OperandRule {
    OPERAND_NONE,
    OPERAND_B,
    OPERAND_I,
    OPERAND_S,
    OPERAND_N,
    OPERAND_T,
    OPERAND_ANY,    /* any kind */
    OPERAND_ANYK,   /* any kind that can be a key: I, S, B, T */
    OPERAND_SAME,   /* the type of dst */
    OPERAND_SAMEUP, /* the kind and denominator of dst, in the parent of domain imm */
    OPERAND_DSAME,  /* the kind and denominator of dst, in domain imm */
    OPERAND_DB,     /* a mask in domain imm */
    OPERAND_OB,     /* a mask, or NO_SLOT */
    OPERAND_G       /* a guard: a mask, or NO_SLOT */
} OperandRule;

/* What the immediate is. */
typedef enum ImmediateRule {
    IMMEDIATE_NONE,
    IMMEDIATE_COLUMN,
    IMMEDIATE_CONST,
    IMMEDIATE_ROUNDING,
    IMMEDIATE_SET,
    IMMEDIATE_TABLE,
    IMMEDIATE_BRACKETS,
    IMMEDIATE_RULE,
    IMMEDIATE_DOMAIN,
    IMMEDIATE_PART,
    IMMEDIATE_RATIO,
    IMMEDIATE_OUTPUT,
    IMMEDIATE_EXTERN,
    IMMEDIATE_NATIVE,
    IMMEDIATE_READING,
    IMMEDIATE_COUNTER,
    IMMEDIATE_COUNT
} ImmediateRule;

typedef struct OpInfo {
    Text name;            /* as in the table: "ADD_MONTHS" */
    Text meaning;         /* the sentence of the table */
    uint8_t dst, a, b, c; /* OperandRule */
    uint8_t immediate;    /* ImmediateRule */
    bool has_site;        /* can fault by itself */
    uint8_t cost;
} OpInfo;

/* The row of an opcode; NULL for a number that is none. */
const OpInfo *op_info(uint32_t op);

#endif
