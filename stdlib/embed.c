/* embed.c: build tool that writes files as C arrays (see embedded.h): the library files, and what pages are dressed with.
**
**     beding_embed OUT.c TABLE ROOT FILE...
**
** Each FILE lies below the folder ROOT; its path in the table TABLE_embedded is that below ROOT with `TABLE/` before it, and its name
** the same without ending and with dots for slashes. The output depends on the files and their order only, never on where they lie.
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

/* The part of a path below the root, as `TABLE/a/b.bdg`. */
static void path_of(const char *table, const char *root, const char *path, char name[NAME_SIZE])
{
    size_t skip = strlen(root);
    if (strncmp(path, root, skip) != 0 || path[skip] != '/') {
        fail(path, "does not lie below the root");
    }
    int size = snprintf(name, NAME_SIZE, "%s/%s", table, path + skip + 1);
    if (size < 0 || size >= NAME_SIZE) {
        fail(path, "is too long a name");
    }
    if (strrchr(name, '.') == NULL) {
        fail(path, "has no ending");
    }
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

static void emit_entry(FILE *out, const char *path, int index, size_t size)
{
    char dotted[NAME_SIZE];
    size_t length = (size_t)(strrchr(path, '.') - path);
    for (size_t i = 0; i < length; i++) {
        dotted[i] = path[i] == '/' ? '.' : path[i];
    }
    dotted[length] = '\0';
    emit(out, "    {{\"%s\", %zu}, {\"%s\", %zu}, {file_%d, %zu}},\n", dotted, length, path, strlen(path), index, size);
}

int main(int argument_count, char **arguments)
{
    if (argument_count < 4) {
        fputs("usage: embed OUT.c TABLE ROOT FILE...\n", stderr);
        return 2;
    }
    const char *table = arguments[2], *root = arguments[3];
    int file_count = argument_count - 4;
    size_t *sizes = calloc((size_t)file_count + 1, sizeof *sizes);
    FILE *out = fopen(arguments[1], "w");
    if (sizes == NULL || out == NULL) {
        fail(arguments[1], strerror(errno));
        return 1;
    }
    emit(out, "/* Written by embed.c; do not edit. */\n#include \"stdlib/embedded.h\"\n\n");
    for (int i = 0; i < file_count; i++) {
        sizes[i] = emit_bytes(out, arguments[i + 4], i);
    }
    emit(out, "extern const EmbeddedFile %s_embedded[];\nextern const size_t %s_embedded_count;\n", table, table);
    emit(out, "const EmbeddedFile %s_embedded[] = {\n", table);
    for (int i = 0; i < file_count; i++) {
        char name[NAME_SIZE];
        path_of(table, root, arguments[i + 4], name);
        emit_entry(out, name, i, sizes[i]);
    }
    /* The last row only keeps the array from being empty. */
    emit(out, "    {{\"\", 0}, {\"\", 0}, {\"\", 0}},\n};\n\nconst size_t %s_embedded_count = %d;\n", table,
         file_count);
    free(sizes);
    if (fclose(out) != 0) {
        fail(arguments[1], strerror(errno));
    }
    return 0;
}
