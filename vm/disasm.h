/* disasm.h: a module as text, all of it.
**
** Job: the developer's view of a .bdc (`beding dis`) and the golden form of the module stage in the tests. One line per
** record, sections in file order, instructions with the names and operands of opcodes.def. Nothing depends on
** addresses, so equal modules give equal text.
*/
#ifndef BEDING_DISASM_H
#define BEDING_DISASM_H

#include "core/text.h"
#include "module.h"

/* The name of an opcode as in opcodes.def ("ADD_MONTHS"); "?" for a number that is none. */
Text disasm_opcode_name(uint32_t op);

/* Appends the whole module: header, every section that is not empty, the code of every program. The module must have
** been opened (bd_module_load). A failing allocation shows in out->failed or goes to the arena's landing. */
void disasm_module(const bd_module *module, StringBuilder *out);

/* Appends the code of one program only. */
void disasm_program(const bd_module *module, uint32_t index, StringBuilder *out);

#endif
