/* test_parse.c - what the front end promises beyond the shape of the tree: every allocation may fail, spans lie inside
 * the source and inside their parent, messages have the same holes in both languages, and a literate file keeps its
 * offsets. */
#include <setjmp.h>
#include <string.h>

#include "arena.h"
#include "ast_print.h"
#include "check.h"
#include "counting_allocator.h"
#include "diag_print.h"
#include "limits.h"
#include "literate.h"
#include "parse.h"
#include "token_print.h"

static const char sample[] =
    "taal nl\n"
    "## uitleg\n"
    "## in twee regels\n"
    "overeenkomst a titel \"T\" geldig vanaf 2020-01-01\n"
    "keuze zzp = zzp2, zzp3\n"
    "product p \"P\" per dag naar zzp geldig vanaf 2020-01-01\n"
    "tarief p geldig vanaf 2020-01-01 bron \"x\"\n"
    "    | zzp2 | zzp3 |\n"
    "    | 1.143,73 | 2 |\n"
    "definitie f(x : bedrag) : bedrag = als x > € 3 dan (x + € 1) / 3 anders x afgerond op centen\n"
    "regel r voor p keur af als zzp = zzp2 en niet (volume in dagen naar boven > 3 dagen)\n"
    "regel fout betaal ) 3\n"
    "regel s betaal 2026-1-5\n"
    "voorbeeld \"v\" gegeven product p, zzp3, volume 28 dagen verwacht goedgekeurd € 4.667,32\n";

typedef struct Result {
    size_t errors;
    size_t items;
    Text printed;
} Result;

/* Scans, parses and prints into an arena; false when an allocation failed. */
static bool run(Arena *arena, Text text, Result *result)
{
    jmp_buf landing;
    if (setjmp(landing) != 0) {
        return false;
    }
    arena->landing = &landing;
    Diags diags;
    Diags token_diags;
    StringBuilder out;
    diag_init(&diags, arena);
    diag_init(&token_diags, arena);
    builder_init(&out, arena);
    const Source *source = source_make(arena, 0, TEXT("proef.bdg"), text);
    const Source *sources[1] = {source};
    DiagPrint how = {.language = DIAG_DUTCH, .sources = sources, .source_count = 1};
    token_print(&out, source, arena, &token_diags);
    const Ast *tree = parse_source(source, arena, &diags);
    ast_print(&out, tree, source);
    diag_print_text(&out, &diags, &how);
    diag_print_json(&out, &diags, &how);
    result->errors = diags.error_count;
    result->items = ast_count(tree->a);
    result->printed = builder_result(&out);
    return true;
}

static void test_allocation_failures(void)
{
    bool done = false;
    size_t n = 0;

    check_group("every allocation may fail");
    while (!done && n < 10000) {
        Counting counting = {.fail_at = ++n};
        bd_allocator allocator = counting_allocator(&counting);
        Arena arena;
        Result result;
        arena_init(&arena, &allocator);
        done = run(&arena, (Text){sample, sizeof sample - 1}, &result);
        arena_free(&arena);
        CHECK(counting.live == 0 && !counting.size_error, "allocation %zu leaks %zu bytes", n, counting.live);
    }
    CHECK(done && n > 3, "%zu attempts", n);
}

static bool lies_within(Span inner, Span outer)
{
    return inner.begin >= outer.begin && inner.end <= outer.end && inner.begin <= inner.end;
}

static void check_spans(const Ast *chain, Span outer)
{
    for (; chain != NULL; chain = chain->next) {
        CHECK(lies_within(chain->span, outer), "%s at %u-%u outside %u-%u", ast_kind_name(chain->kind).data,
              chain->span.begin, chain->span.end, outer.begin, outer.end);
        CHECK(chain->kind != AST_MARK, "a mark is left in the tree");
        CHECK(chain->depth <= EXPRESSION_MAX_DEPTH, "depth %u", chain->depth);
        check_spans(chain->a, chain->span);
        check_spans(chain->b, chain->span);
        check_spans(chain->c, chain->span);
        check_spans(chain->d, chain->span);
    }
}

static void test_tree(void)
{
    Arena arena;
    Diags diags;
    jmp_buf landing;

    check_group("spans, items and comments");
    arena_init(&arena, NULL);
    if (setjmp(landing) != 0) {
        CHECK(false, "out of memory");
        return;
    }
    arena.landing = &landing;
    diag_init(&diags, &arena);
    Text text = {sample, sizeof sample - 1};
    const Ast *tree = parse_source(source_make(&arena, 0, TEXT("proef.bdg"), text), &arena, &diags);
    check_spans(tree->a, (Span){0, 0, (uint32_t)text.size});
    CHECK(diags.error_count == 2, "%zu errors", diags.error_count);
    CHECK(ast_count(tree->a) == 8, "%zu items", ast_count(tree->a)); /* the rule that did not parse is left out */
    CHECK(text_equal(tree->a->doc, TEXT("uitleg\nin twee regels")), "the comment of the first item");
    CHECK(tree->a->next->doc.size == 0, "the second item has no comment");
    const Ast *valid = ast_clause(tree->a, AST_VALID);
    CHECK(valid != NULL && ast_next_clause(valid) == NULL, "one validity");
    arena_free(&arena);
}

/* Bit k set when the pattern has hole 'a' + k. */
static unsigned holes(Text pattern)
{
    unsigned found = 0;
    for (size_t i = 0; i + 2 < pattern.size; i++) {
        if (pattern.data[i] == '{' && pattern.data[i + 2] == '}') {
            found |= 1u << (unsigned)(pattern.data[i + 1] - 'a');
        }
    }
    return found;
}

static void test_messages(void)
{
    check_group("diag.def");
    for (int code = 0; code < DIAG_CODE_COUNT; code++) {
        Text name = diag_code_name((DiagCode)code);
        unsigned nl = holes(diag_code_pattern((DiagCode)code, DIAG_DUTCH));
        unsigned en = holes(diag_code_pattern((DiagCode)code, DIAG_ENGLISH));
        CHECK(nl == en && nl < 8, "%s has other holes in the two languages", name.data);
        char first = diag_code_severity((DiagCode)code) == DIAG_ERROR     ? 'E'
                     : diag_code_severity((DiagCode)code) == DIAG_WARNING ? 'W'
                                                                          : 'N';
        CHECK(name.data[0] == first && name.size == 5, "%s", name.data);
        for (int other = 0; other < code; other++) {
            CHECK(!text_equal(name, diag_code_name((DiagCode)other)), "%s twice", name.data);
        }
    }
}

static void test_collection(void)
{
    Arena arena;
    Diags diags;
    jmp_buf landing;

    check_group("collecting diagnostics");
    arena_init(&arena, NULL);
    if (setjmp(landing) != 0) {
        CHECK(false, "out of memory");
        return;
    }
    arena.landing = &landing;
    diag_init(&diags, &arena);
    Text none = {NULL, 0};
    for (uint32_t i = 0; i < 2 * DIAGNOSTIC_MAX_COUNT; i++) {
        Diag *diag = diag_report(&diags, DIAG_E0101, (Span){0, 1000 - i, 1001 - i}, TEXT("x"), none, none);
        diag_help(&diags, diag, DIAG_N0001, TEXT("y"), none);
        diag_report(&diags, DIAG_E0101, (Span){0, 1000 - i, 1001 - i}, TEXT("x"), none, none);
    }
    CHECK(diags.count == DIAGNOSTIC_MAX_COUNT && diag_is_full(&diags), "%zu kept", diags.count);
    CHECK(diag_has_errors(&diags), "no errors");
    diag_sort(&diags);
    for (size_t i = 1; i < diags.count; i++) {
        CHECK(diags.items[i - 1].span.begin < diags.items[i].span.begin, "not in order at %zu", i);
    }
    arena_free(&arena);
}

static void test_literate(void)
{
    static const struct {
        const char *markdown;
        const char *code;
    } cases[] = {
        {"", ""},
        {"proza\n", "     \n"},
        {"a\n```beding\ncode\n```\nb", " \n         \ncode\n   \n "},
        {"```beding\r\ncode\r\n```\r\nb", "         \r\ncode\r\n   \r\n "},
        {"```sh\ncode\n```\n", "     \n    \n   \n"},
        {"````beding\n```\n````\nx", "          \n```\n    \n "},
        {"```beding\nopen", "         \nopen"},
        {"``beding\nx", "        \n "},
        {"   ```beding\nx\n  ```", "            \nx\n     "},
        {"```sh\n```beding\nx\n```\ny", "     \n         \n \n   \n "},
    };
    Arena arena;

    check_group("literate files");
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Text code = literate_blank(&arena, text_from_cstring(cases[i].markdown));
        CHECK(text_equal(code, text_from_cstring(cases[i].code)), "case %zu: %.*s", i, (int)code.size, code.data);
    }
    CHECK(literate_is_name(TEXT("x/y.bdg.md")) && !literate_is_name(TEXT("y.bdg")) && !literate_is_name(TEXT("md")),
          "names");
    arena_free(&arena);
}

static void test_places(void)
{
    static const struct {
        uint32_t offset, line, column;
    } cases[] = {{0, 1, 1}, {1, 1, 2}, {3, 1, 3}, {4, 2, 1}, {5, 3, 1}, {7, 3, 3}, {99, 3, 3}};
    Arena arena;
    jmp_buf landing;

    check_group("lines and columns");
    arena_init(&arena, NULL);
    if (setjmp(landing) != 0) {
        CHECK(false, "out of memory");
        return;
    }
    arena.landing = &landing;
    const Source *source = source_make(&arena, 0, TEXT("x"), TEXT("a\xC3\xA9\n\nbc"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Place place = source_place(source, cases[i].offset);
        CHECK(place.line == cases[i].line && place.column == cases[i].column, "offset %u: %u:%u", cases[i].offset,
              place.line, place.column);
    }
    CHECK(text_equal(source_line(source, 1), TEXT("a\xC3\xA9")) && source_line(source, 2).size == 0, "lines");
    arena_free(&arena);
}

int main(void)
{
    test_allocation_failures();
    test_tree();
    test_messages();
    test_collection();
    test_literate();
    test_places();
    return check_done();
}
