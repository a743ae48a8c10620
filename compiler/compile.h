/* compile.h: the whole compiler behind one call; compile.c reads as the pipeline.
**
** text -> tokens -> tree -> core (typed) -> IR -> module. A stage runs only when the stages before it left no error. Nothing here opens
** a file or prints: sources come through a reader, diagnostics are data.
*/
#ifndef BEDING_COMPILE_H
#define BEDING_COMPILE_H

#include "compiler/scenario.h"
#include "compiler/sources.h"
#include "lang/ast.h"
#include "lang/diag.h"
#include "vm/core/arena.h"

typedef enum Stage { STAGE_TOKENS = 1, STAGE_AST, STAGE_CORE, STAGE_IR, STAGE_MODULE } Stage;

/* Reads a source file for the compiler. path is as the user or a `gebruik "…"` gave it (already joined to the importing file's folder
** and checked not to leave it). Sets *data, *size (which must live as long as the compilation) and returns true, or false when there is
** no such readable file. */
typedef bool (*SourceReader)(void *context, Text path, const char **data, size_t *size);

/* Changes the tree of all files before it is compiled; for experiments on an agreement, such as compiler/mutate.h. */
typedef void (*TreeEditor)(void *context, Ast *tree, const Sources *sources, Arena *arena);

typedef struct CompileOptions {
    const bd_allocator *allocator; /* NULL: the C library's */
    SourceReader read;
    void *read_context;
    TreeEditor edit; /* NULL: the tree as it stands */
    void *edit_context;
    bool clauses;        /* also report elements of clauses that nothing uses (compiler/clauses.h) */
    Stage last;          /* stop after this stage */
    StringBuilder *dump; /* if set: the last stage's form, printed (TOKENS, AST, CORE, IR) */
} CompileOptions;

/* A compilation: everything it made lives in its arena until compile_free. */
typedef struct Compilation {
    Arena arena;
    Sources sources;
    Diags diags;
    Ast *tree; /* all files, imports first, as one list of items */
    struct Core *core;
    const void *module; /* the bytes of the .bdc, aligned to 8; NULL when there were errors */
    size_t module_size;
    Scenario *scenarios; /* in source order */
    uint32_t scenario_count;
} Compilation;

/* Compiles the agreement whose main file is path (with what it imports). Returns BD_OK also when the text has errors: look at
** diags_error_count(&c->diags). BD_NOMEM otherwise possible. Always leaves *c fit for compile_free. */
bd_status compile_file(Compilation *c, Text path, const CompileOptions *options);

/* As compile_file, from text in memory. name is used in messages. */
bd_status compile_text(Compilation *c, Text name, Text source, const CompileOptions *options);

/* Reads scenarios from a text of their own, in the language of an agreement that was compiled, as if they stood in it; nothing is reported.
**   arena   owns what is made; its landing must be set, and it must live as long as the compilation
**   result  false when the text is not one that this agreement can have */
bool compile_scenarios(const Compilation *c, Text text, Arena *arena, Scenario **out, uint32_t *count);

void compile_free(Compilation *c);

#endif
