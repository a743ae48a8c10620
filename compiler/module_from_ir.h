/* module_from_ir.h: programs in IR to the code sections of a module.
**
** Job: the last pass. Allocates slots, and writes PROGRAMS, OUTPUTS, TYPES, DOMAINS, CONSTANTS, CALLS, CALL_ARGS and
** CODE, and of what the programs share ROUNDINGS, SETS, SET_WORDS, BRACKETS (their bounds go to CELLS), SITES and
** SOURCE_MAP. The indexes in instructions that lead to other sections (columns, tables, rules, outputs, natives) are
** taken as they are: their sections are written by the caller.
*/
#ifndef BEDING_MODULE_FROM_IR_H
#define BEDING_MODULE_FROM_IR_H

#include "compiler/ir.h"
#include "compiler/module_writer.h"
#include "compiler/sources.h"

typedef struct ModuleOutput {
    Text name;             /* empty where the program has one result */
    IrType type;           /* of the value given to OUT_VALUE, in domain 0 */
    uint32_t unit, choice; /* or BD_NONE */
    bd_meaning meaning;
    bool is_optional;
} ModuleOutput;

typedef struct ModuleProgram {
    Text name;
    bd_program_kind kind;
    uint32_t first_column, columns;
    const ModuleOutput *outputs;
    uint32_t output_count;
    Ir *ir;            /* pruned */
    uint32_t citation; /* or BD_NONE */
} ModuleProgram;

/* Writes all programs of a module, in order. To be called once per writer. Sites, places, roundings, sets and brackets
** keep the indexes they have in `shared`, so other sections may refer to places by them; a place's file, line and
** column come from `sources`. Cells that the caller appended before or after keep their own indexes.
**   errors  in writer->status: BD_LIMIT for more slots or types than 16 bits name, BD_NOMEM */
void module_write_programs(ModuleWriter *writer, const ModuleProgram *programs, uint32_t count, const IrShared *shared,
                           const Sources *sources);

#endif
