/* Fuzz target: contract text through the whole compiler.
**
** Any bytes must give diagnostics or a module, in bounded time and memory. What the compiler accepts the library must
** accept too: a module that bd_module_load refuses is a bug of the compiler and ends the run. The messages are rendered in both
** languages, since carets and columns are computed from hostile text.
*/
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compile.h"
#include "lang/diag_print.h"
#include "vm/include/beding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Imports find nothing: the target reads no files. */
static bool read_nothing(void *context, Text path, const char **data, size_t *size)
{
    (void)context;
    (void)path;
    *data = NULL;
    *size = 0;
    return false;
}

static void require(bool holds, const char *what, const char *detail)
{
    if (!holds) {
        fprintf(stderr, "fuzz_source: %s%s\n", what, detail);
        abort();
    }
}

static void load(const Compilation *compilation)
{
    bd_module *module = NULL;
    bd_error error = {.code = BD_OK};
    bd_status status = bd_module_load(compilation->module, compilation->module_size, NULL, &module, &error);
    require(status == BD_OK, "the compiler's module is refused: ", error.message);
    bd_module_free(module);
}

static void print_diagnostics(Compilation *compilation)
{
    for (int language = DIAG_DUTCH; language <= DIAG_ENGLISH; language++) {
        DiagPrint how = {.language = (DiagLanguage)language,
                         .sources = compilation->sources.items,
                         .source_count = compilation->sources.count};
        StringBuilder out;
        builder_init(&out, &compilation->arena);
        diag_print_text(&out, &compilation->diags, &how);
    }
}

/* Now and then an earlier stage is the last one, so that its printer runs as well. */
static Stage last_stage(size_t size)
{
    static const Stage stages[] = {STAGE_MODULE, STAGE_CORE, STAGE_MODULE, STAGE_IR};
    return stages[size % (sizeof stages / sizeof *stages)];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Markdown often begins with a heading or a fence; that is how both forms get tried. */
    bool is_literate = size > 0 && (data[0] == '#' || data[0] == '`');
    Text name = is_literate ? TEXT("invoer.bdg.md") : TEXT("invoer.bdg");
    Text source = {(const char *)data, size};
    Arena dump_arena;
    StringBuilder dump;
    arena_init(&dump_arena, NULL);
    builder_init(&dump, &dump_arena);
    CompileOptions options = {.read = read_nothing, .last = last_stage(size), .dump = &dump};
    Compilation compilation;
    if (compile_text(&compilation, name, source, &options) == BD_OK) {
        bool has_module = compilation.module != NULL;
        require(options.last != STAGE_MODULE || has_module != diag_has_errors(&compilation.diags),
                "a module and errors, or neither", "");
        if (has_module) {
            load(&compilation);
        }
        print_diagnostics(&compilation);
    }
    compile_free(&compilation);
    arena_free(&dump_arena);
    return 0;
}
