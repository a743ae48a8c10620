/* cli.c: small services of the running command: see cli.h. */
#include "compiler/cli/cli.h"

#include <string.h>

#include "compiler/cli/memory.h"

void cli_arena(Cli *cli, Arena *arena)
{
    arena_init(arena, memory_allocator());
    arena->landing = &cli->landing;
}

char *cli_cstring(Cli *cli, Text text)
{
    char *string = arena_alloc(&cli->arena, text.size + 1);
    if (text.size > 0)
        memcpy(string, text.data, text.size);
    return string;
}

Text cli_number(Cli *cli, uint64_t number)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_uint64(&out, number);
    return builder_result(&out);
}
