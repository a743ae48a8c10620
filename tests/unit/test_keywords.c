/* test_keywords.c - the keyword table: complete in both languages, free of doubles, and no stingier with names than
 * it says. Every word that is not reserved is tried as a name, in a declaration and inside an expression. */
#include <setjmp.h>
#include <string.h>

#include "arena.h"
#include "check.h"
#include "diag.h"
#include "parse.h"
#include "token.h"

static const char *const heads[2] = {"taal nl\n", "language en\n"};
static const char *const declarations[2] = {"definitie ", "definition "};

/* Parses `head definitie NAME = 1 + NAME * 2`, and a rule and field of that name; returns the number of mistakes. */
static size_t parse_with_name(Arena *arena, Language language, Text word)
{
    Diags diags;
    StringBuilder text;

    diag_init(&diags, arena);
    builder_init(&text, arena);
    builder_text(&text, text_from_cstring(heads[language]));
    builder_text(&text, text_from_cstring(declarations[language]));
    builder_text(&text, word);
    builder_text(&text, TEXT(" = 1 + "));
    builder_text(&text, word);
    builder_text(&text, TEXT(" * 2 - x."));
    builder_text(&text, word);
    builder_text(&text, TEXT(" + f("));
    builder_text(&text, word);
    builder_text(&text, TEXT(", 2)\n"));
    Source *source = source_make(arena, 0, TEXT("keywords"), builder_result(&text));
    const Ast *tree = parse_source(source, arena, &diags);
    return diags.error_count + (ast_count(tree->a) == 1 ? 0u : 1u);
}

static size_t count_mistakes(Language language, Text word)
{
    Arena arena;
    jmp_buf landing;

    arena_init(&arena, NULL);
    if (setjmp(landing) != 0) {
        arena_free(&arena);
        return 1000;
    }
    arena.landing = &landing;
    size_t mistakes = parse_with_name(&arena, language, word);
    arena_free(&arena);
    return mistakes;
}

static bool is_single_word(const char *spelling)
{
    return spelling != NULL && strchr(spelling, ' ') == NULL;
}

/* The first word of a phrase is a name too, as long as it is not reserved by itself. */
static Text first_word(const char *spelling)
{
    const char *blank = strchr(spelling, ' ');
    return blank == NULL ? text_from_cstring(spelling) : (Text){spelling, (size_t)(blank - spelling)};
}

static bool is_reserved(Language language, Text word)
{
    const Keyword *keyword;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        bool same = is_single_word(keyword->spelling[language]) &&
                    text_equal(text_from_cstring(keyword->spelling[language]), word);
        /* An alias has the class of the row it follows. */
        const Keyword *owner = keyword;
        while (owner->is_alias) {
            owner--;
        }
        if (same && owner->class == KEYWORD_RESERVED) {
            return true;
        }
    }
    return false;
}

static void test_names(Language language)
{
    const Keyword *keyword;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        if (keyword->spelling[language] == NULL) {
            continue;
        }
        Text word = first_word(keyword->spelling[language]);
        if (is_reserved(language, word) || memchr(word.data, '-', word.size) != NULL) {
            continue;
        }
        size_t mistakes = count_mistakes(language, word);
        CHECK(mistakes == 0, "`%.*s` cannot be a name", (int)word.size, word.data);
    }
}

static void test_reserved(void)
{
    CHECK(count_mistakes(LANGUAGE_DUTCH, TEXT("als")) > 0, "als");
    CHECK(count_mistakes(LANGUAGE_DUTCH, TEXT("van")) > 0, "van");
    CHECK(count_mistakes(LANGUAGE_ENGLISH, TEXT("if")) > 0, "if");
    CHECK(count_mistakes(LANGUAGE_ENGLISH, TEXT("als")) == 0, "als");
    CHECK(count_mistakes(LANGUAGE_DUTCH, TEXT("if")) == 0, "if");
}

static void test_complete(void)
{
    const Keyword *keyword;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        CHECK(keyword->is_alias || (keyword->spelling[0] != NULL && keyword->spelling[1] != NULL), "row %zu", i);
        CHECK(keyword->is_alias || keyword->gloss != NULL, "row %zu", i);
    }
}

static void test_no_doubles(Language language)
{
    const Keyword *one;
    const Keyword *other;
    for (size_t i = 0; (one = token_keyword(i)) != NULL; i++) {
        for (size_t k = 0; k < i && (other = token_keyword(k)) != NULL; k++) {
            bool both = one->spelling[language] != NULL && other->spelling[language] != NULL;
            if (both && strcmp(one->spelling[language], other->spelling[language]) == 0) {
                CHECK(false, "`%s` stands in the table twice", one->spelling[language]);
            }
        }
    }
    CHECK(token_keyword(0) != NULL, "an empty table");
}

int main(void)
{
    check_group("both languages");
    test_complete();
    check_group("no doubles");
    test_no_doubles(LANGUAGE_DUTCH);
    test_no_doubles(LANGUAGE_ENGLISH);
    check_group("words as names");
    test_names(LANGUAGE_DUTCH);
    test_names(LANGUAGE_ENGLISH);
    check_group("reserved words");
    test_reserved();
    return check_done();
}
