/* Fuzz target: contract text through scanner, parser and every printer of lang/.
**
** Any bytes must give a tree or diagnostics, in time linear in the size. The printers run too, since columns and carets
** are computed from hostile text. Memory beyond the arena's limit must come back as a failure, not as a crash.
*/
#include <setjmp.h>
#include <stdlib.h>

#include "lang/ast_print.h"
#include "lang/diag_print.h"
#include "lang/literate.h"
#include "lang/parse.h"
#include "lang/token_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_LIMIT = 512 * 1024 * 1024 };

static void print_diagnostics(Arena *arena, Diags *diags, const Source *source)
{
    const Source *sources[1] = {source};
    for (int language = DIAG_DUTCH; language <= DIAG_ENGLISH; language++) {
        DiagPrint how = {.language = (DiagLanguage)language,
                         .color = language == DIAG_ENGLISH,
                         .sources = sources,
                         .source_count = 1};
        StringBuilder out;
        builder_init(&out, arena);
        diag_print_text(&out, diags, &how);
        diag_print_json(&out, diags, &how);
    }
}

static void scan_and_parse(Arena *arena, const uint8_t *data, size_t size)
{
    Text text = {(const char *)data, size};
    /* Markdown often begins with a heading or a fence; that is how both forms get tried. */
    bool is_literate = size > 0 && (data[0] == '#' || data[0] == '`');
    Text code = is_literate ? literate_blank(arena, text) : text;
    const Source *source = source_make(arena, 0, TEXT("invoer.bdg"), code);
    StringBuilder out;
    builder_init(&out, arena);

    Diags token_diags;
    diag_init(&token_diags, arena);
    token_print(&out, source, arena, &token_diags);

    Diags diags;
    diag_init(&diags, arena);
    ast_print(&out, parse_source(source, arena, &diags), source);
    print_diagnostics(arena, &diags, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    jmp_buf landing;
    arena_init(&arena, NULL);
    arena.limit = MEMORY_LIMIT;
    arena.landing = &landing;
    if (setjmp(landing) == 0) {
        scan_and_parse(&arena, data, size);
    }
    arena_free(&arena);
    return 0;
}
