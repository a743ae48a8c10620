/* parse.c - see parse.h. */
#include "parse.h"

#include <assert.h>

#include "grammar.h"
#include "lexer_api.h"
#include "limits.h"
#include "parse_state.h"
#include "token.h"

static const Text none = {NULL, 0};

Text parse_slice(const Parse *parse, Span span)
{
    return source_slice(parse->source, span);
}

void parse_too_deep(Parse *parse, Span span)
{
    if (!parse->is_too_deep) {
        StringBuilder builder;
        builder_init(&builder, parse->arena);
        builder_int64(&builder, EXPRESSION_MAX_DEPTH);
        diag_report(parse->diags, DIAG_E0901, span, builder_result(&builder), none, none);
        parse->is_too_deep = true;
    }
}

/* Whether only white space lies between two offsets. */
static bool is_blank(Text text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (text.data[i] != ' ' && text.data[i] != '\t' && text.data[i] != '\r' && text.data[i] != '\n') {
            return false;
        }
    }
    return true;
}

/* The first doc line that begins at or after the offset; they are kept in order. */
static size_t find_doc(const Parse *parse, uint32_t begin)
{
    size_t low = 0;
    size_t high = parse->doc_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (parse->docs[middle].begin < begin) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Text parse_doc(const Parse *parse, uint32_t begin)
{
    size_t end = find_doc(parse, begin);
    size_t first = end;
    uint32_t limit = begin;
    StringBuilder builder;

    while (first > 0 && is_blank(parse->source->text, parse->docs[first - 1].end, limit)) {
        limit = parse->docs[--first].begin;
    }
    builder_init(&builder, parse->arena);
    for (size_t i = first; i < end; i++) {
        if (i > first) {
            builder_char(&builder, '\n');
        }
        builder_text(&builder, parse->docs[i].text);
    }
    return first == end ? none : builder_result(&builder);
}

static Ast *empty_file(Parse *parse)
{
    return ast_node(parse, AST_FILE, (Span){parse->source->file, 0, 0}, NULL, NULL);
}

void parse_start(Parse *parse, const Source *source, Arena *arena, Diags *diags)
{
    *parse = (Parse){.arena = arena, .diags = diags, .source = source, .line_is_fresh = true};
    parse->offered.kind = -1; /* no token yet; 0 is the end of the file */
    token_start(parse);
    lexer_start(parse, source->text);
}

bool parse_check_bytes(const Source *source, Diags *diags)
{
    size_t bad = 0;
    if (text_is_utf8(source->text, &bad)) {
        return true;
    }
    diag_report(diags, DIAG_E0103, (Span){source->file, (uint32_t)bad, (uint32_t)bad + 1}, none, none, none);
    return false;
}

Ast *parse_source(const Source *source, Arena *arena, Diags *diags)
{
    Parse parse;
    assert(arena->landing != NULL && source->text.size <= SOURCE_MAX_BYTES);

    if (!parse_check_bytes(source, diags)) {
        parse = (Parse){.arena = arena, .diags = diags, .source = source};
        parse.tree = empty_file(&parse);
    } else {
        parse_start(&parse, source, arena, diags);
        (void)bd_yyparse(&parse);
        if (parse.tree == NULL) {
            parse.tree = empty_file(&parse);
        }
    }
    parse.tree->text = parse.language == LANGUAGE_ENGLISH ? TEXT("en") : TEXT("nl");
    return parse.tree;
}
