/* layout_internal.h: what layout.c and layout_callable.c share. */
#ifndef BEDING_LAYOUT_INTERNAL_H
#define BEDING_LAYOUT_INTERNAL_H

#include "compiler/layout.h"

/* Appends a column; the pointer is valid until the next one. */
ModuleColumn *layout_add_column(Layout *layout, ModuleColumn column);

/* Adds every callable with its inputs. Reports E0910 for what cannot be asked from outside yet. */
void layout_callables(Layout *layout);

#endif
