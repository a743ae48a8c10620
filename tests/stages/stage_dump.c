/* stage_dump.c - prints one stage of the front end for one file: the driver of the golden tests in tests/stages.
 *
 *     stage_dump tokens|ast|diagnostics|json FILE [nl|en]
 *
 * The stage goes to stdout, diagnostics to stderr; a tree is only printed if the text is without errors.
 * Exit status: 0 no errors in the text, 1 errors, 2 usage, 3 the file cannot be read, 4 out of memory.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ast_print.h"
#include "diag_print.h"
#include "limits.h"
#include "literate.h"
#include "parse.h"
#include "token_print.h"

static int read_file(const char *path, Text *text)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(SOURCE_MAX_BYTES + 1);
    size_t size = 0;
    if (file != NULL && bytes != NULL) {
        size = fread(bytes, 1, SOURCE_MAX_BYTES, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    *text = (Text){bytes, size};
    return file != NULL && bytes != NULL;
}

static void dump(const char *stage, const Source *source, Arena *arena, Diags *diags, StringBuilder *out)
{
    if (strcmp(stage, "tokens") == 0) {
        token_print(out, source, arena, diags);
        return;
    }
    const Ast *tree = parse_source(source, arena, diags);
    if (strcmp(stage, "ast") == 0 && !diag_has_errors(diags)) {
        ast_print(out, tree, source);
    }
}

static void print_diags(const char *stage, Diags *diags, const Source *source, DiagLanguage language,
                        StringBuilder *out)
{
    const Source *sources[1] = {source};
    DiagPrint how = {.language = language, .sources = sources, .source_count = 1};
    if (strcmp(stage, "json") == 0) {
        diag_print_json(out, diags, &how);
        builder_char(out, '\n');
    } else {
        diag_print_text(out, diags, &how);
    }
}

static void print(const StringBuilder *out, FILE *file)
{
    if (out->size > 0) {
        fwrite(out->data, 1, out->size, file);
    }
}

int main(int argument_count, char **arguments)
{
    Text text;
    Arena arena;
    Diags diags;
    jmp_buf landing;
    StringBuilder out;

    if (argument_count < 3 || argument_count > 4) {
        fprintf(stderr, "usage: stage_dump tokens|ast|diagnostics|json FILE [nl|en]\n");
        return 2;
    }
    DiagLanguage language = argument_count == 4 && strcmp(arguments[3], "en") == 0 ? DIAG_ENGLISH : DIAG_DUTCH;
    if (!read_file(arguments[2], &text)) {
        fprintf(stderr, "stage_dump: cannot read %s\n", arguments[2]);
        return 3;
    }
    arena_init(&arena, NULL);
    if (setjmp(landing) != 0) {
        arena_free(&arena);
        return 4;
    }
    arena.landing = &landing;
    Text name = text_from_cstring(arguments[2]);
    Text code = literate_is_name(name) ? literate_blank(&arena, text) : text;
    Source *source = source_make(&arena, 0, name, code);
    diag_init(&diags, &arena);
    builder_init(&out, &arena);
    dump(arguments[1], source, &arena, &diags, &out);
    print(&out, stdout);
    builder_init(&out, &arena);
    print_diags(arguments[1], &diags, source, language, &out);
    print(&out, stderr);
    int status = diag_has_errors(&diags) ? 1 : 0;
    arena_free(&arena);
    free((void *)(uintptr_t)text.data);
    return status;
}
