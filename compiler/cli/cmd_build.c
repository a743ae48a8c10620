/* cmd_build.c: `beding build`: compile an agreement to a module file, written whole or not at all. */
#include "compiler/cli/commands.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"

ExitStatus cmd_build(Cli *cli, const Arguments *arguments)
{
    const char *source = load_find_source(cli, arguments->free[0]);
    if (source == NULL)
        return EXIT_WANTING;
    Compilation *compilation = arena_alloc(&cli->arena, sizeof *compilation);
    ExitStatus status = load_compile(cli, compilation, source, STAGE_MODULE, NULL);
    if (status != EXIT_GOOD)
        return status;
    load_print_diagnostics(cli, compilation);
    uint64_t cost = load_cost(compilation);
    status = EXIT_WANTING;
    if (compilation->module != NULL) {
        Text bytes = {compilation->module, compilation->module_size};
        status = output_write_all(cli, arguments->values[OPTION_OUT_MODULE], bytes);
    }
    compile_free(compilation);
    if (status == EXIT_GOOD && cost > 0) {
        StringBuilder out;
        builder_init(&out, &cli->arena);
        load_append_cost(cli, &out, cost);
        message_print(builder_result(&out)); /* stderr: the module itself may go to stdout */
    }
    return status;
}
