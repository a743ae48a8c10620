/* test_import.c: what `gebruik` reads, where it puts it, and what it refuses. Files live in a table in memory. */
#include <setjmp.h>
#include <string.h>

#include "compiler/import.h"
#include "stdlib/embedded.h"
#include "unit/check.h"

typedef struct MemoryFile {
    const char *path, *text;
} MemoryFile;

static const MemoryFile FILES[] = {
    {"map/een.bdg", "taal nl\ngebruik \"twee.bdg\"\nkeuze c = m\n"},
    {"map/twee.bdg", "taal nl\nkeuze b = m\n"},
    {"map/diep/drie.bdg", "taal nl\ngebruik \"vier.bdg\", \"./vier.bdg\", \"x/../vier.bdg\"\nkeuze d = m\n"},
    {"map/diep/vier.bdg", "taal nl\nkeuze e = m\n"},
    {"map/kring.bdg", "taal nl\ngebruik \"kring2.bdg\"\n"},
    {"map/kring2.bdg", "taal nl\ngebruik \"kring.bdg\"\n"},
    {"map/tekst.bdg.md", "# Kop\n\n```beding\ntaal nl\nkeuze proza = m\n```\n\nkeuze niet = m\n"},
    {"map/terug.bdg", "taal nl\ngebruik \"hoofd.bdg\"\n"},
};

static bool read_memory(void *context, Text path, const char **data, size_t *size)
{
    (void)context;
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        if (!text_equal(path, text_from_cstring(FILES[i].path)))
            continue;
        *data = FILES[i].text;
        *size = strlen(FILES[i].text);
        return true;
    }
    return false;
}

/* One case: a main file, the names of the items in order, and the code of the one error, if any. */
typedef struct Case {
    const char *name, *source, *items, *error;
} Case;

static const Case CASES[] = {
    {"items stand where their gebruik stands", "taal nl\nkeuze a = m\ngebruik \"een.bdg\"\nkeuze z = m\n", "a b c z ",
     ""},
    {"a file is read once, whatever its spelling", "taal nl\ngebruik \"diep/drie.bdg\", \"diep//vier.bdg\"\n", "e d ",
     ""},
    {"a literate file is blanked", "taal nl\ngebruik \"tekst.bdg.md\"\n", "proza ", ""},
    {"a circle is an error", "taal nl\ngebruik \"kring.bdg\"\n", "", "E0308"},
    {"a circle through the main file too", "taal nl\ngebruik \"terug.bdg\"\n", "", "E0308"},
    {"a missing file is an error", "taal nl\ngebruik \"nergens.bdg\"\nkeuze z = m\n", "z ", "E0307"},
    {"the folder cannot be left", "taal nl\ngebruik \"../buiten.bdg\"\n", "", "E0311"},
    {"nor by a detour", "taal nl\ngebruik \"diep/../../map/twee.bdg\"\n", "", "E0311"},
    {"an absolute path leaves it", "taal nl\ngebruik \"/map/twee.bdg\"\n", "", "E0311"},
    {"a backslash is not a way out", "taal nl\ngebruik \"..\\twee.bdg\"\n", "", "E0311"},
    {"the folder itself is no file", "taal nl\ngebruik \".\"\n", "", "E0311"},
    {"an unknown library is an error", "taal nl\ngebruik stdlib.nl.onzin\n", "", "E0310"},
};

static Text item_names(Arena *arena, const Ast *tree)
{
    StringBuilder names;
    builder_init(&names, arena);
    builder_text(&names, TEXT(""));
    for (const Ast *item = tree->a; item; item = item->next) {
        builder_text(&names, item->text);
        builder_char(&names, ' ');
    }
    return builder_result(&names);
}

/* What a case needs, kept together so that no local outlives a jump. */
typedef struct Bench {
    Arena arena;
    Diags diags;
    Sources sources;
    jmp_buf landing;
} Bench;

static Ast *import_text(Bench *bench, Text name, Text text)
{
    Importer importer = {
        .arena = &bench->arena, .sources = &bench->sources, .diags = &bench->diags, .read = read_memory};
    diag_init(&bench->diags, &bench->arena);
    return import_tree(&importer, import_source(&importer, name, text, (Span){0, 0, 0}));
}

static void check_case(Bench *bench, const Case *c)
{
    Text names = item_names(&bench->arena, import_text(bench, TEXT("map/hoofd.bdg"), text_from_cstring(c->source)));
    CHECK(text_equal(names, text_from_cstring(c->items)), "%s: items are %.*s", c->name, (int)names.size, names.data);
    Text code = bench->diags.count ? diag_code_name(bench->diags.items[0].code) : TEXT("");
    CHECK(bench->diags.error_count <= 1 && text_equal(code, text_from_cstring(c->error)), "%s: error is %.*s", c->name,
          (int)code.size, code.data);
    for (uint32_t i = 0; i < bench->sources.count; i++)
        CHECK(bench->sources.items[i]->file == i, "%s: source %u", c->name, i);
}

static void check_library(Bench *bench, const EmbeddedFile *file)
{
    import_text(bench, file->path, file->text);
    CHECK(bench->diags.count == 0, "%.*s: %zu messages", (int)file->name.size, file->name.data, bench->diags.count);
}

static void run(const Case *c, const EmbeddedFile *file)
{
    static Bench bench;
    bench = (Bench){.sources = {NULL, 0, 0}};
    arena_init(&bench.arena, NULL);
    bench.arena.landing = &bench.landing;
    if (setjmp(bench.landing) != 0)
        CHECK(false, "out of memory");
    else if (c)
        check_case(&bench, c);
    else
        check_library(&bench, file);
    bench.arena.landing = NULL;
    arena_free(&bench.arena);
}

int main(void)
{
    check_group("imports");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        run(&CASES[i], NULL);
    check_group("library files parse");
    for (size_t i = 0; i < stdlib_embedded_count; i++)
        run(NULL, &stdlib_embedded[i]);
    return check_done();
}
