/* receipt_path.c: paths as a receipt has them, relative to its own folder; see receipt.h.
**
** Folders are made absolute by the system, so that links and .. on the way do not mislead; a file itself need not exist.
*/
/* realpath belongs to the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>
#include <string.h>

#include "compiler/cli/receipt.h"

/* The absolute folder that a path is in, and what the file is called there. Empty when the folder does not exist. */
static Text folder_of(Cli *cli, const char *path, Text *file)
{
    const char *slash = strrchr(path, '/');
    Text folder = slash == NULL ? TEXT(".") : (Text){path, (size_t)(slash - path)};
    *file = text_from_cstring(slash == NULL ? path : slash + 1);
    if (slash == path)
        folder = TEXT("/");
    char *absolute = realpath(cli_cstring(cli, folder), NULL);
    if (absolute == NULL)
        return (Text){NULL, 0};
    Text text = arena_text_copy(&cli->arena, text_from_cstring(absolute));
    free(absolute);
    return text;
}

/* How much of two absolute folders is the same, in whole names. */
static size_t common_size(Text a, Text b)
{
    size_t common = 0;
    for (size_t i = 0; i <= a.size && i <= b.size; i++) {
        bool ends = (i == a.size || a.data[i] == '/') && (i == b.size || b.data[i] == '/');
        if (ends)
            common = i;
        if (i == a.size || i == b.size || a.data[i] != b.data[i])
            break;
    }
    return common;
}

static void append_name(StringBuilder *out, Text name)
{
    if (name.size == 0)
        return;
    if (out->size > 0)
        builder_char(out, '/');
    builder_text(out, name);
}

Text receipt_relative(Cli *cli, const char *receipt, Text path)
{
    Text file, own_file;
    Text to = folder_of(cli, cli_cstring(cli, path), &file), from = folder_of(cli, receipt, &own_file);
    if (to.size == 0 || from.size == 0)
        return path;
    size_t common = common_size(from, to);
    StringBuilder out;
    builder_init(&out, &cli->arena);
    for (size_t i = common; i < from.size; i++) {
        bool begins = from.data[i] == '/' && i + 1 < from.size;
        if (begins || (i == common && from.data[i] != '/'))
            append_name(&out, TEXT(".."));
    }
    Text rest = text_slice(to, common, to.size);
    if (rest.size > 0 && rest.data[0] == '/')
        rest = text_slice(rest, 1, rest.size);
    append_name(&out, rest);
    append_name(&out, file);
    return builder_result(&out);
}

const char *receipt_resolve(Cli *cli, const char *receipt, Text relative)
{
    const char *slash = strrchr(receipt, '/');
    if (slash == NULL || (relative.size > 0 && relative.data[0] == '/'))
        return cli_cstring(cli, relative);
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_text(&out, (Text){receipt, (size_t)(slash - receipt) + 1});
    builder_text(&out, relative);
    return cli_cstring(cli, builder_result(&out));
}
