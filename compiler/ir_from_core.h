/* ir_from_core.h: the checked core -> the programs of a module in IR. Program 0 decides lines; the others are the callables. */
#ifndef BEDING_IR_FROM_CORE_H
#define BEDING_IR_FROM_CORE_H

#include "compiler/core.h"
#include "compiler/layout.h"
#include "compiler/module_from_ir.h"

/* Lowers everything and prunes it.
**   core, layout  checked and laid out without error
**   shared        initialised; gets the places, sites and pools of all programs
**   count         set to the number of programs, at least 1
**   result        in core->arena, in the order of layout->callables behind program 0
**   errors        reported in `diags` (E0919: too many instructions) */
ModuleProgram *ir_from_core(Core *core, Layout *layout, IrShared *shared, Diags *diags, uint32_t *count);

#endif
