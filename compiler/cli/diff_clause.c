/* diff_clause.c: what differs between two texts of several clauses, "begint besluit; duurt 6 weken"; see diff.h.
**
** A result of a form follows from all that the form says. What a reader wants to see is which clause of it is another.
*/
#include "compiler/cli/diff_internal.h"

static const Text BETWEEN = TEXT_INIT("; ");

/* Where the clause that begins at `begin` ends: before the next "; " that is not within quotes. */
static size_t end_of(Text text, size_t begin)
{
    bool in_quotes = false;
    for (size_t i = begin; i < text.size; i++) {
        if (text.data[i] == '"')
            in_quotes = !in_quotes;
        if (!in_quotes && text_has_prefix(text_slice(text, i, text.size), BETWEEN))
            return i;
    }
    return text.size;
}

static bool has_clause(Text text, Text clause)
{
    for (size_t begin = 0, end; begin < text.size; begin = end + BETWEEN.size) {
        end = end_of(text, begin);
        if (text_equal(text_slice(text, begin, end), clause))
            return true;
    }
    return false;
}

static Text only_in(Arena *arena, Text text, Text other)
{
    StringBuilder out;
    builder_init(&out, arena);
    for (size_t begin = 0, end; begin < text.size; begin = end + BETWEEN.size) {
        end = end_of(text, begin);
        Text clause = text_slice(text, begin, end);
        if (has_clause(other, clause))
            continue;
        builder_text(&out, out.size > 0 ? BETWEEN : TEXT(""));
        builder_text(&out, clause);
    }
    return out.size > 0 ? builder_result(&out) : (Text){"", 0};
}

void clauses_that_differ(Arena *arena, Text *old_text, Text *new_text)
{
    Text old = only_in(arena, *old_text, *new_text), made = only_in(arena, *new_text, *old_text);
    if (old.size == 0 && made.size == 0)
        return; /* in another order, or what they use is another */
    *old_text = old;
    *new_text = made;
}
