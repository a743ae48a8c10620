/* load_diag.c: diagnostics of a compilation on stderr. */
#include "compiler/cli/load.h"
#include "lang/diag_print.h"

void load_print_diagnostics(Cli *cli, Compilation *compilation)
{
    Arena arena;
    cli_arena(cli, &arena);
    StringBuilder out;
    builder_init(&out, &arena);
    DiagPrint how = {.language = cli->english ? DIAG_ENGLISH : DIAG_DUTCH,
                     .color = cli->color_err,
                     .sources = compilation->sources.items,
                     .source_count = compilation->sources.count};
    diag_print_text(&out, &compilation->diags, &how);
    message_print(builder_result(&out));
    arena_free(&arena);
}
