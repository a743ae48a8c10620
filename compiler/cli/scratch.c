/* scratch.c: temporary files of the command's own; see scratch.h. */
#include "compiler/cli/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/messages.h"
#include "compiler/cli/sorter.h"

enum { COPY_BYTES = 65536 };

bool scratch_new(Scratch *scratch, Cli *cli, const char *ending)
{
    *scratch = (Scratch){NULL, NULL};
    char *base = NULL;
    FILE *file = sorter_temporary(cli, &base);
    if (file == NULL)
        return false;
    (void)fclose(file);
    StringBuilder name;
    builder_init(&name, &cli->arena);
    builder_text(&name, text_from_cstring(base));
    builder_text(&name, text_from_cstring(ending));
    *scratch = (Scratch){cli_cstring(cli, builder_result(&name)), base};
    return true;
}

/* The errno of what failed, or 0. */
static int copy(FILE *in, FILE *out)
{
    static char bytes[COPY_BYTES];
    size_t got = 0;
    errno = 0;
    while ((got = fread(bytes, 1, sizeof bytes, in)) > 0)
        if (fwrite(bytes, 1, got, out) != got)
            return errno != 0 ? errno : EIO;
    return ferror(in) != 0 ? EIO : 0;
}

bool scratch_copy(Scratch *scratch, Cli *cli, const char *from, const char *ending)
{
    if (!scratch_new(scratch, cli, ending))
        return false;
    FILE *in = fopen(from, "rb");
    if (in == NULL) {
        message_error(cli, MSG_CANNOT_READ,
                      (Holes){.a = text_from_cstring(from), .b = text_from_cstring(strerror(errno))});
        return false;
    }
    FILE *out = fopen(scratch->path, "wb");
    int error = out == NULL ? errno : copy(in, out);
    if (out != NULL && fclose(out) != 0 && error == 0)
        error = errno;
    (void)fclose(in);
    if (error != 0)
        message_error(cli, MSG_CANNOT_WRITE,
                      (Holes){.a = text_from_cstring(scratch->path), .b = text_from_cstring(strerror(error))});
    return error == 0;
}

void scratch_remove(Scratch *scratch)
{
    if (scratch->path != NULL)
        (void)unlink(scratch->path);
    if (scratch->base != NULL)
        (void)unlink(scratch->base);
    *scratch = (Scratch){NULL, NULL};
}
