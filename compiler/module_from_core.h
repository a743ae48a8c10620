/* module_from_core.h: declarations of the core -> the descriptive sections of a module; module_from_ir.h adds the code. */
#ifndef BEDING_MODULE_FROM_CORE_H
#define BEDING_MODULE_FROM_CORE_H

#include "compiler/core.h"
#include "compiler/layout.h"
#include "compiler/module_from_ir.h"

/* Writes the whole module.
**   shared   the pools of the programs; gets the places of rules, tables and versions too
**   bytes    aligned to 16, in core->arena; set only when BD_OK
**   errors   BD_LIMIT: too large for the format. A code that two products or units share is reported (E0302), and then *bytes is
**            not to be used */
bd_status module_from_core(Core *core, const Layout *layout, IrShared *shared, const ModuleProgram *programs,
                           uint32_t count, const void **bytes, size_t *size);

#endif
