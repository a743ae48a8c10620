/* module_meanings.h: what the agreement says, one record a thing, into the module's MEANINGS. */
#ifndef BEDING_MODULE_MEANINGS_H
#define BEDING_MODULE_MEANINGS_H

#include "compiler/core.h"
#include "compiler/ir.h"
#include "compiler/module_writer.h"

/* Writes every declaration of a checked core. shared: gets the places. What is built in and what nothing uses is left out, and so is
** everything that says nothing: names of files, places, order, the version's name. */
void module_write_meanings(ModuleWriter *writer, const Core *core, IrShared *shared);

#endif
