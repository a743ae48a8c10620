/* compile.c: the whole compiler on one page. See compile.h.
**
** Each stage reports all of its own mistakes, and the next runs on a clean result only. There is one landing pad: a failing allocation
** anywhere below comes back here, and since everything lives in the compilation's arena nothing leaks.
*/
#include "compiler/compile.h"

#include <setjmp.h>

#include "compiler/clauses.h"
#include "compiler/core.h"
#include "compiler/import.h"
#include "compiler/ir_from_core.h"
#include "compiler/layout.h"
#include "compiler/module_from_core.h"
#include "lang/ast_print.h"
#include "lang/parse.h"
#include "lang/token_print.h"

/* What is compiled: a text in memory, or the file of that name. */
typedef struct Input {
    Text name;
    Text text;
    bool is_file;
} Input;

static const Text NO_TEXT = {NULL, 0};

static bool is_clean(const Compilation *c)
{
    return !diag_has_errors(&c->diags);
}

/* Whether the compilation ends with this stage; then its form is printed if asked for. */
static bool is_last(const CompileOptions *options, Stage stage)
{
    return options->last == stage;
}

/* ---- Text ---- */

static const Source *read_input(Importer *importer, const Input *input, const CompileOptions *options)
{
    Text text = input->text;
    Span nowhere = {0, 0, 0};
    bool is_read =
        !input->is_file || (options->read && options->read(options->read_context, input->name, &text.data, &text.size));
    const Source *source = is_read ? import_source(importer, input->name, text, nowhere) : NULL;
    if (source == NULL) { /* an empty one, for messages to name */
        (void)import_source(importer, input->name, (Text){"", 0}, nowhere);
        if (!is_read)
            (void)diag_report(importer->diags, DIAG_E0307, nowhere, input->name, NO_TEXT, NO_TEXT);
        return NULL;
    }
    return source;
}

/* Stages of text: true when there is a tree to go on with. */
static bool text_to_tree(Compilation *c, const Input *input, const CompileOptions *options)
{
    Importer importer = {.arena = &c->arena,
                         .sources = &c->sources,
                         .diags = &c->diags,
                         .read = options->read,
                         .read_context = options->read_context};
    const Source *source = read_input(&importer, input, options);
    if (source == NULL)
        return false;
    if (is_last(options, STAGE_TOKENS)) {
        StringBuilder ignored;
        builder_init(&ignored, &c->arena);
        token_print(options->dump ? options->dump : &ignored, source, &c->arena, &c->diags);
        return false;
    }
    if (is_last(options, STAGE_AST)) {
        c->tree = parse_source(source, &c->arena, &c->diags);
        if (options->dump)
            ast_print(options->dump, c->tree, source);
        return false;
    }
    c->tree = import_tree(&importer, source);
    if (options->edit && is_clean(c))
        options->edit(options->edit_context, c->tree, &c->sources, &c->arena);
    if (options->clauses && is_clean(c))
        clauses_check(c->tree, &c->sources, &c->arena, &c->diags);
    return is_clean(c);
}

/* ---- Core ---- */

static bool tree_to_core(Compilation *c, const CompileOptions *options)
{
    c->core = arena_alloc(&c->arena, sizeof *c->core);
    c->core->arena = &c->arena;
    c->core->diags = &c->diags;
    c->core->sources = &c->sources;
    c->core->language = c->tree->text;
    core_from_ast(c->core, c->tree->a);
    if (is_clean(c))
        tables_check(c->core);
    if (is_clean(c))
        check_core(c->core);
    if (is_clean(c))
        index_check(c->core);
    if (is_clean(c))
        rules_check(c->core);
    if (is_clean(c))
        scenarios_from_ast(c->core, c->tree->a, &c->scenarios, &c->scenario_count);
    if (is_last(options, STAGE_CORE) && options->dump && is_clean(c))
        core_print(c->core, options->dump);
    return is_clean(c) && !is_last(options, STAGE_CORE);
}

/* ---- Module ---- */

static void print_programs(const ModuleProgram *programs, uint32_t count, StringBuilder *out)
{
    for (uint32_t i = 0; i < count; i++) {
        builder_text(out, TEXT("program "));
        builder_text(out, programs[i].name);
        builder_char(out, '\n');
        ir_print(programs[i].ir, out);
    }
}

static void core_to_module(Compilation *c, const CompileOptions *options)
{
    Layout *layout = layout_make(c->core);
    if (!is_clean(c))
        return;
    IrShared shared;
    uint32_t count = 0;
    ir_shared_init(&shared, &c->arena);
    ModuleProgram *programs = ir_from_core(c->core, layout, &shared, &c->diags, &count);
    if (!is_clean(c))
        return;
    if (is_last(options, STAGE_IR)) {
        if (options->dump)
            print_programs(programs, count, options->dump);
        return;
    }
    const void *bytes = NULL;
    size_t size = 0;
    bd_status status = module_from_core(c->core, layout, &shared, programs, count, &bytes, &size);
    if (status != BD_OK)
        (void)diag_report(&c->diags, DIAG_E0911, c->core->header_span, c->core->name, NO_TEXT, NO_TEXT);
    if (!is_clean(c))
        return;
    c->module = bytes;
    c->module_size = size;
}

static void run_stages(Compilation *c, const Input *input, const CompileOptions *options)
{
    if (text_to_tree(c, input, options) && tree_to_core(c, options))
        core_to_module(c, options);
}

/* ---- Entry ---- */

static bd_status compile(Compilation *c, const Input *input, const CompileOptions *options)
{
    jmp_buf landing;
    *c = (Compilation){.module = NULL};
    arena_init(&c->arena, options->allocator);
    diag_init(&c->diags, &c->arena);
    c->arena.landing = &landing;
    if (setjmp(landing) == 0) {
        run_stages(c, input, options);
        diag_forgive_unused(&c->diags);
        c->arena.landing = NULL;
        return BD_OK;
    }
    c->arena.landing = NULL;
    c->module = NULL;
    return BD_NOMEM;
}

bd_status compile_file(Compilation *c, Text path, const CompileOptions *options)
{
    Input input = {path, {"", 0}, true};
    return compile(c, &input, options);
}

bd_status compile_text(Compilation *c, Text name, Text source, const CompileOptions *options)
{
    Input input = {name, source, false};
    return compile(c, &input, options);
}

/* The tree of a text that is no file of the compilation: its source stands behind the others as long as it is read. */
static Ast *read_apart(Core *core, Sources *sources, Text text)
{
    StringBuilder whole;
    builder_init(&whole, core->arena);
    builder_text(&whole, text_equal(core->language, TEXT("en")) ? TEXT("language en\n") : TEXT("taal nl\n"));
    builder_text(&whole, text);
    const Source **items = arena_array(core->arena, (size_t)sources->count + 1, sizeof *items);
    for (uint32_t i = 0; i < sources->count; i++)
        items[i] = sources->items[i];
    items[sources->count] = source_make(core->arena, sources->count, TEXT("voorbeeld"), builder_result(&whole));
    *sources = (Sources){.items = items, .count = sources->count + 1};
    return parse_source(items[sources->count - 1], core->arena, core->diags);
}

bool compile_scenarios(const Compilation *c, Text text, Arena *arena, Scenario **out, uint32_t *count)
{
    Core apart = *c->core;
    Sources sources = c->sources;
    Diags diags = {0};
    diag_init(&diags, arena);
    apart.arena = arena;
    apart.diags = &diags;
    apart.sources = &sources;
    *count = 0;
    Ast *tree = read_apart(&apart, &sources, text);
    if (!diag_has_errors(&diags))
        scenarios_from_ast(&apart, tree->a, out, count);
    return !diag_has_errors(&diags);
}

void compile_free(Compilation *c)
{
    c->arena.landing = NULL;
    arena_free(&c->arena);
}
