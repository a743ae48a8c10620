/* import.h: the source files of a compilation -> one list of items.
**
** Job: reads the main file and what it `gebruik`t, each file once, and puts the items of an import where its `gebruik` stands. Library
** files come from the table embedded in the compiler; others through the reader, relative to the folder of the importing file, which
** they cannot leave. Literate files are blanked to their code.
*/
#ifndef BEDING_IMPORT_H
#define BEDING_IMPORT_H

#include "compiler/compile.h"

/* A file that was met: being read, or done. */
typedef struct ImportedFile {
    Text key;     /* the path, or the dotted library name */
    bool is_open; /* its imports are still being followed */
} ImportedFile;

typedef struct Importer {
    Arena *arena; /* its landing must be set */
    Sources *sources;
    Diags *diags;
    SourceReader read; /* NULL: only library files can be imported */
    void *read_context;
    ImportedFile *files;
    uint32_t file_count;
    size_t file_capacity;
} Importer;

/* Adds a source over text, blanked if its name is that of a literate file. NULL after reporting (at `where`) that it is too large or
** that there are too many files. */
const Source *import_source(Importer *importer, Text name, Text text, Span where);

/* Parses a source and all that it imports.
**   result  the AST_FILE of that source, its items joined with those of its imports; the `gebruik` items themselves are gone
**   errors  in importer->diags: E0307, E0308, E0310, E0311, E0901, E0902, E0903, and those of the parser */
Ast *import_tree(Importer *importer, const Source *main);

#endif
