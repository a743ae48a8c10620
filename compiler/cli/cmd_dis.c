/* cmd_dis.c: `beding dis`: a module, or a stage of the compiler, as text.
**
** The stages before the module are printed as far as they came; diagnostics go to stderr and decide the exit status.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "vm/disasm.h"

static bool read_stage(Cli *cli, const char *name, Stage *stage)
{
    static const struct {
        const char *name;
        Stage stage;
    } STAGES[] = {
        {"tokens", STAGE_TOKENS}, {"ast", STAGE_AST}, {"core", STAGE_CORE}, {"ir", STAGE_IR}, {"code", STAGE_MODULE}};
    *stage = STAGE_MODULE;
    for (size_t i = 0; name != NULL && i < sizeof STAGES / sizeof *STAGES; i++) {
        if (strcmp(name, STAGES[i].name) == 0) {
            *stage = STAGES[i].stage;
            return true;
        }
    }
    if (name == NULL)
        return true;
    Holes holes = {.a = TEXT("--stage"), .b = text_from_cstring(name), .c = message_pattern(cli, MSG_HINT_STAGE)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return false;
}

static ExitStatus dis_module(Cli *cli, const char *path)
{
    Loaded *loaded = arena_alloc(&cli->arena, sizeof *loaded);
    ExitStatus status = load_open(loaded, cli, path);
    if (status == EXIT_GOOD) {
        StringBuilder out;
        builder_init(&out, &cli->arena);
        disasm_module(loaded->module, &out);
        status = output_write_all(cli, "-", builder_result(&out));
    }
    load_close(loaded);
    return status;
}

ExitStatus cmd_dis(Cli *cli, const Arguments *arguments)
{
    Stage stage = STAGE_MODULE;
    const char *path = arguments->free[0];
    if (!read_stage(cli, arguments->values[OPTION_STAGE], &stage))
        return EXIT_USAGE;
    if (stage == STAGE_MODULE)
        return dis_module(cli, path);
    if (load_is_module(path)) {
        message_error(cli, MSG_STAGE_OF_MODULE, (Holes){.a = {NULL, 0}});
        return EXIT_USAGE;
    }
    const char *source = load_find_source(cli, path);
    if (source == NULL)
        return EXIT_WANTING;
    StringBuilder out;
    builder_init(&out, &cli->arena);
    Compilation *compilation = arena_alloc(&cli->arena, sizeof *compilation);
    ExitStatus status = load_compile(cli, compilation, source, stage, &out);
    if (status != EXIT_GOOD)
        return status;
    status = output_write_all(cli, "-", builder_result(&out));
    load_print_diagnostics(cli, compilation);
    if (diag_has_errors(&compilation->diags) && status == EXIT_GOOD)
        status = EXIT_WANTING;
    compile_free(compilation);
    return status;
}
