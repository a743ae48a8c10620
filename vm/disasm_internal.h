/* disasm_internal.h: pieces that disasm.c and disasm_code.c share. */
#ifndef BEDING_DISASM_INTERNAL_H
#define BEDING_DISASM_INTERNAL_H

#include "core/text.h"

/* " label value"; the index form writes "-" for BD_NONE. */
void disasm_text(StringBuilder *out, const char *label, Text text);
void disasm_number(StringBuilder *out, const char *label, int64_t value);
void disasm_index(StringBuilder *out, const char *label, uint32_t index);

/* "bool", "int", "scaled", "ratio", "text"; "period" for 0. */
Text disasm_kind_name(uint32_t kind);

#endif
