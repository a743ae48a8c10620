/* embed.c: build tool that writes the library files as C arrays (see embedded.h).
**
**     beding_embed OUT.c ROOT FILE...
**
** Each FILE lies below the folder ROOT and ends in .bdg; its name in the table is its path below ROOT with dots for slashes
** and `stdlib.` before it. The output depends on the files and their order only, never on where they lie.
*/
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_A_ROW = 16, NAME_SIZE = 256 };

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "embed: %s: %s\n", what, why);
    exit(1);
}

static void emit(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void emit(FILE *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (vfprintf(out, format, arguments) < 0) {
        fail("output", strerror(errno));
    }
    va_end(arguments);
}

/* The part of a path below the root, without its ending. */
static void name_of(const char *root, const char *path, char name[NAME_SIZE])
{
    size_t skip = strlen(root);
    if (strncmp(path, root, skip) != 0 || path[skip] != '/') {
        fail(path, "does not lie below the root");
    }
    const char *below = path + skip + 1;
    const char *ending = strrchr(below, '.');
    if (ending == NULL || strcmp(ending, ".bdg") != 0) {
        fail(path, "does not end in .bdg");
    }
    size_t size = (size_t)(ending - below);
    if (size >= NAME_SIZE) {
        fail(path, "is too long a name");
    }
    memcpy(name, below, size);
    name[size] = '\0';
}

/* Writes one file as an array and returns its size. */
static size_t emit_bytes(FILE *out, const char *path, int index)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        fail(path, strerror(errno));
    }
    emit(out, "static const char file_%d[] = {", index);
    size_t size = 0;
    for (int byte = getc(in); byte != EOF; byte = getc(in), size++) {
        /* As a signed number, since a constant above 127 does not fit a signed char. */
        emit(out, "%s%d,", size % BYTES_A_ROW == 0 ? "\n    " : " ", byte < 128 ? byte : byte - 256);
    }
    if (ferror(in)) {
        fail(path, strerror(errno));
    }
    fclose(in);
    emit(out, "%s};\n\n", size == 0 ? "0" : "\n");
    return size;
}

static void emit_entry(FILE *out, const char *name, int index, size_t size)
{
    char dotted[NAME_SIZE];
    size_t length = strlen(name);
    for (size_t i = 0; i <= length; i++) {
        dotted[i] = name[i] == '/' ? '.' : name[i];
    }
    emit(out, "    {{\"stdlib.%s\", %zu}, {\"stdlib/%s.bdg\", %zu}, {file_%d, %zu}},\n", dotted,
         strlen("stdlib.") + length, name, strlen("stdlib/.bdg") + length, index, size);
}

int main(int argument_count, char **arguments)
{
    if (argument_count < 3) {
        fputs("usage: embed OUT.c ROOT FILE...\n", stderr);
        return 2;
    }
    const char *root = arguments[2];
    int file_count = argument_count - 3;
    size_t *sizes = calloc((size_t)file_count + 1, sizeof *sizes);
    FILE *out = fopen(arguments[1], "w");
    if (sizes == NULL || out == NULL) {
        fail(arguments[1], strerror(errno));
        return 1;
    }
    emit(out, "/* Written by embed.c; do not edit. */\n#include \"stdlib/embedded.h\"\n\n");
    for (int i = 0; i < file_count; i++) {
        sizes[i] = emit_bytes(out, arguments[i + 3], i);
    }
    emit(out, "const EmbeddedFile stdlib_embedded[] = {\n");
    for (int i = 0; i < file_count; i++) {
        char name[NAME_SIZE];
        name_of(root, arguments[i + 3], name);
        emit_entry(out, name, i, sizes[i]);
    }
    /* The last row only keeps the array from being empty. */
    emit(out, "    {{\"\", 0}, {\"\", 0}, {\"\", 0}},\n};\n\nconst size_t stdlib_embedded_count = %d;\n", file_count);
    free(sizes);
    if (fclose(out) != 0) {
        fail(arguments[1], strerror(errno));
    }
    return 0;
}
