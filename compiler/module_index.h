/* module_index.h: series and indexations -> SERIES, INDEXATIONS and LEVELS; figures of a series in the text go to CELLS. */
#ifndef BEDING_MODULE_INDEX_H
#define BEDING_MODULE_INDEX_H

#include "compiler/layout.h"
#include "compiler/module_from_ir.h"

/* Of the series that are in the module. Behind module_write_tables, which expects to write the first cells. */
void module_write_series(ModuleWriter *writer, const Core *core, const Layout *layout);

void module_write_indexations(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared);

#endif
