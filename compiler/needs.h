/* needs.h: which columns, tables and lists are read, and on which lines a cell may not be empty. */
#ifndef BEDING_NEEDS_H
#define BEDING_NEEDS_H

#include "compiler/core.h"

/* Sets used, needed_by_all and needed_by of everything that rules and callables reach. After checking, on a core without errors. */
void needs_mark(Core *core);

#endif
