/* import.c: see import.h. */
#include "compiler/import.h"

#include <string.h>

#include "lang/literate.h"
#include "lang/parse.h"
#include "stdlib/embedded.h"
#include "vm/core/limits.h"

enum { BYTES_PER_MIB = 1024 * 1024 };

static const Text NO_TEXT = {NULL, 0};

/* Where an import is asked for. */
typedef struct Origin {
    Text folder; /* of the importing file, with the last slash; empty: where the user stands */
    bool is_library;
    unsigned depth;
} Origin;

typedef struct ItemChain {
    Ast *first, *last;
} ItemChain;

static void join_items(Importer *importer, const Ast *file, const Origin *origin, ItemChain *out);

static Text count_text(Arena *arena, int64_t count)
{
    StringBuilder out;
    builder_init(&out, arena);
    builder_int64(&out, count);
    return builder_result(&out);
}

static void report(Importer *importer, DiagCode code, Span where, Text what)
{
    (void)diag_report(importer->diags, code, where, what, NO_TEXT, NO_TEXT);
}

/* ---- Sources ---- */

const Source *import_source(Importer *importer, Text name, Text text, Span where)
{
    Sources *sources = importer->sources;
    if (text.size > SOURCE_MAX_BYTES) {
        report(importer, DIAG_E0902, where, count_text(importer->arena, SOURCE_MAX_BYTES / BYTES_PER_MIB));
        return NULL;
    }
    if (sources->count >= SOURCE_MAX_FILES) {
        report(importer, DIAG_E0903, where, count_text(importer->arena, SOURCE_MAX_FILES));
        return NULL;
    }
    if (literate_is_name(name))
        text = literate_blank(importer->arena, text);
    Text kept = arena_text_copy(importer->arena, name);
    Source *source = source_make(importer->arena, sources->count, kept, text);
    const Source **items = arena_reserve(importer->arena, sources->items, sources->count, &sources->capacity,
                                         sizeof *sources->items, sources->count + 1u);
    sources->items = items;
    sources->items[sources->count++] = source;
    return source;
}

/* ---- Paths ---- */

static Text folder_of(Text path)
{
    size_t end = path.size;
    while (end > 0 && path.data[end - 1] != '/')
        end--;
    return text_slice(path, 0, end);
}

/* Takes the next component off the front of a path. */
static Text next_component(Text *path)
{
    size_t end = 0;
    while (end < path->size && path->data[end] != '/')
        end++;
    Text component = text_slice(*path, 0, end);
    *path = text_slice(*path, end < path->size ? end + 1 : end, path->size);
    return component;
}

static bool is_relative(Text path)
{
    if (path.size == 0 || path.data[0] == '/')
        return false;
    for (size_t i = 0; i < path.size; i++)
        if (path.data[i] == '\\' || path.data[i] == ':' || path.data[i] == '\0')
            return false; /* the ways out on other systems */
    return true;
}

/* folder + path, without "." and ".."; false when it would leave the folder at any point. */
static bool join_path(Importer *importer, Text folder, Text path, Text *out)
{
    StringBuilder joined;
    builder_init(&joined, importer->arena);
    builder_text(&joined, folder);
    while (path.size > 0) {
        Text component = next_component(&path);
        if (component.size == 0 || text_equal(component, TEXT(".")))
            continue;
        if (text_equal(component, TEXT(".."))) {
            if (joined.size <= folder.size)
                return false;
            size_t end = joined.size; /* the parent: cut after the slash before the last component */
            while (end > folder.size && joined.data[end - 1] != '/')
                end--;
            joined.size = end > folder.size ? end - 1 : end;
            continue;
        }
        if (joined.size > folder.size)
            builder_char(&joined, '/');
        builder_text(&joined, component);
    }
    *out = builder_result(&joined);
    return joined.size > folder.size;
}

/* ---- Imports ---- */

/* Whether a file still has to be read. One that is still open is in a circle. */
static bool enter(Importer *importer, Text key, Span where)
{
    for (uint32_t i = 0; i < importer->file_count; i++) {
        if (!text_equal(importer->files[i].key, key))
            continue;
        if (importer->files[i].is_open)
            report(importer, DIAG_E0308, where, key);
        return false;
    }
    importer->files = arena_grow(importer->arena, importer->files, importer->file_count, &importer->file_capacity,
                                 sizeof *importer->files);
    importer->files[importer->file_count++] = (ImportedFile){key, true};
    return true;
}

static void follow(Importer *importer, const Source *source, const Origin *origin, uint32_t file, ItemChain *out)
{
    if (source)
        join_items(importer, parse_source(source, importer->arena, importer->diags), origin, out);
    importer->files[file].is_open = false;
}

static const EmbeddedFile *find_library(Text name)
{
    for (size_t i = 0; i < stdlib_embedded_count; i++)
        if (text_equal(stdlib_embedded[i].name, name))
            return &stdlib_embedded[i];
    return NULL;
}

static void use_library(Importer *importer, const Ast *use, const Origin *from, ItemChain *out)
{
    const EmbeddedFile *library = find_library(use->text);
    if (library == NULL) {
        report(importer, DIAG_E0310, use->span, use->text);
        return;
    }
    if (!enter(importer, library->name, use->span))
        return;
    uint32_t file = importer->file_count - 1;
    Origin origin = {.folder = {"", 0}, .is_library = true, .depth = from->depth + 1};
    follow(importer, import_source(importer, library->path, library->text, use->span), &origin, file, out);
}

static void use_path(Importer *importer, const Ast *use, const Origin *from, ItemChain *out)
{
    Text path = {"", 0};
    if (from->is_library || !is_relative(use->text) || use->text.size > PATH_MAX_BYTES ||
        !join_path(importer, from->folder, use->text, &path)) {
        report(importer, DIAG_E0311, use->span, use->text);
        return;
    }
    if (!enter(importer, path, use->span))
        return;
    uint32_t file = importer->file_count - 1;
    Text text = {"", 0};
    const Source *source = NULL;
    if (importer->read && importer->read(importer->read_context, path, &text.data, &text.size))
        source = import_source(importer, path, text, use->span);
    else
        report(importer, DIAG_E0307, use->span, use->text);
    Origin origin = {.folder = folder_of(path), .is_library = false, .depth = from->depth + 1};
    follow(importer, source, &origin, file, out);
}

static void use_file(Importer *importer, const Ast *use, const Origin *from, ItemChain *out)
{
    if (from->depth >= IMPORT_MAX_DEPTH)
        report(importer, DIAG_E0901, use->span, count_text(importer->arena, IMPORT_MAX_DEPTH));
    else if (ast_has(use, AST_IS_PATH))
        use_path(importer, use, from, out);
    else
        use_library(importer, use, from, out);
}

static void join_items(Importer *importer, const Ast *file, const Origin *origin, ItemChain *out)
{
    for (Ast *item = file->a, *next = NULL; item; item = next) {
        next = item->next;
        if (item->kind == AST_USE) {
            use_file(importer, item, origin, out);
            continue;
        }
        item->next = NULL;
        if (out->last)
            out->last->next = item;
        else
            out->first = item;
        out->last = item;
    }
}

Ast *import_tree(Importer *importer, const Source *main)
{
    Ast *tree = parse_source(main, importer->arena, importer->diags);
    Origin origin = {.folder = folder_of(main->name), .is_library = false, .depth = 0};
    ItemChain items = {NULL, NULL};
    (void)enter(importer, main->name, (Span){main->file, 0, 0});
    join_items(importer, tree, &origin, &items);
    tree->a = items.first;
    if (items.first)
        items.first->last = items.last;
    return tree;
}
