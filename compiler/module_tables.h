/* module_tables.h: the tables' part of module_from_core.c. */
#ifndef BEDING_MODULE_TABLES_H
#define BEDING_MODULE_TABLES_H

#include "compiler/layout.h"
#include "compiler/module_from_ir.h"

/* Adds a place that belongs to no instruction; returns its index. */
uint32_t module_add_place(IrShared *shared, const IrPlace *place);

/* Writes TABLES, DIMENSIONS, VERSIONS, CELLS and CELL_BITS: the contract's tables, then the compiler's own. Nothing may have been
** written to those sections yet. */
void module_write_tables(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared);

#endif
