/* op.c: the table of opcodes.def. */
#include "op.h"

#include <stddef.h>

static const OpInfo rows[OP_COUNT_] = {
#define OP(name, dst, a, b, c, imm, site, cost, meaning)                                          \
    [OP_##name] = {TEXT_INIT(#name), TEXT_INIT(meaning), OPERAND_##dst, OPERAND_##a, OPERAND_##b, \
                   OPERAND_##c,      IMMEDIATE_##imm,    site,          cost},
#include "opcodes.def"
#undef OP
};

const OpInfo *op_info(uint32_t op)
{
    return op < OP_COUNT_ ? &rows[op] : NULL;
}
