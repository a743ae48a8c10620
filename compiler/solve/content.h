/* content.h: what the immediates of instructions say, as bytes that are equal where they say the same; for graph.c. */
#ifndef BEDING_SOLVE_CONTENT_H
#define BEDING_SOLVE_CONTENT_H

#include "compiler/solve/graph.h"

/* What an instruction's immediate says. scope: of its program; kind: of its result; denominator: of its first operand. */
void content_append(const Graph *graph, StringBuilder *out, const bd_module *module, Text scope, const Instruction *in,
                    int64_t denominator);

/* A text with its size before it, so that no two lists of texts read alike. */
void content_text(StringBuilder *out, Text text);
void content_number(StringBuilder *out, int64_t number);

/* Who a table is, and unless it counts by name all that it says. */
void content_table(const Graph *graph, StringBuilder *out, const bd_module *module, uint32_t table);

/* A fault: its name, and the rule that it is of. */
void content_fault(StringBuilder *out, const bd_module *module, uint32_t site);

/* The unit, the choice and the sort of a value, by their names. */
void content_sort(StringBuilder *out, const bd_module *module, uint32_t meaning, uint32_t unit, uint32_t choice);

#endif
