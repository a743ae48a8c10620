/* messages.c: the messages of the command, filled and printed.
**
** Job: see messages.h. Each message is put together in a small arena of its own and written in one call, so that lines of two
** processes on one terminal do not mix.
*/
#include "compiler/cli/messages.h"

#include <stdio.h>

static const Text PATTERNS[2][MSG_COUNT] = {
    {
#define M(name, nl, en) TEXT_INIT(nl),
#include "compiler/cli/messages.def"
#undef M
    },
    {
#define M(name, nl, en) TEXT_INIT(en),
#include "compiler/cli/messages.def"
#undef M
    },
};

Text message_pattern(const Cli *cli, Message message)
{
    return PATTERNS[cli->english ? 1 : 0][message];
}

void message_append(const Cli *cli, StringBuilder *out, Message message, Holes holes)
{
    const Text fillings[4] = {holes.a, holes.b, holes.c, holes.d};
    Text pattern = message_pattern(cli, message);
    for (size_t i = 0; i < pattern.size; i++) {
        bool is_hole = pattern.data[i] == '{' && i + 2 < pattern.size && pattern.data[i + 2] == '}' &&
                       pattern.data[i + 1] >= 'a' && pattern.data[i + 1] <= 'd';
        if (is_hole) {
            builder_text(out, fillings[pattern.data[i + 1] - 'a']);
            i += 2;
        } else {
            builder_char(out, pattern.data[i]);
        }
    }
}

void message_print(Text text)
{
    if (text.size > 0)
        (void)fwrite(text.data, 1, text.size, stderr);
    (void)fflush(stderr);
}

/* "beding: " or "file:line: ", the coloured word, the message. */
static void print(Cli *cli, Text file, uint64_t line, bool is_error, Message message, Holes holes)
{
    Arena arena;
    cli_arena(cli, &arena);
    StringBuilder out;
    builder_init(&out, &arena);
    builder_text(&out, file);
    if (line > 0) {
        builder_char(&out, ':');
        builder_uint64(&out, line);
    }
    builder_text(&out, TEXT(": "));
    if (cli->color_err)
        builder_text(&out, is_error ? TEXT("\033[1;31m") : TEXT("\033[1;33m"));
    builder_text(&out, message_pattern(cli, is_error ? MSG_WORD_ERROR : MSG_WORD_WARNING));
    if (cli->color_err)
        builder_text(&out, TEXT("\033[0m"));
    builder_text(&out, TEXT(": "));
    message_append(cli, &out, message, holes);
    builder_char(&out, '\n');
    if (cli->kept_messages != NULL)
        builder_text(cli->kept_messages, builder_result(&out));
    else
        message_print(builder_result(&out));
    arena_free(&arena);
}

void message_error(Cli *cli, Message message, Holes holes)
{
    print(cli, TEXT("beding"), 0, true, message, holes);
}

void message_warning(Cli *cli, Message message, Holes holes)
{
    print(cli, TEXT("beding"), 0, false, message, holes);
}

void message_error_at(Cli *cli, Text file, uint64_t line, Message message, Holes holes)
{
    print(cli, file, line, true, message, holes);
}

void message_warning_at(Cli *cli, Text file, uint64_t line, Message message, Holes holes)
{
    print(cli, file, line, false, message, holes);
}

void message_count(const Cli *cli, StringBuilder *out, uint64_t count)
{
    char digits[20];
    size_t length = 0;
    do {
        digits[length++] = (char)('0' + count % 10);
        count /= 10;
    } while (count > 0);
    while (length > 0) {
        length--;
        builder_char(out, digits[length]);
        if (length > 0 && length % 3 == 0)
            builder_char(out, cli->english ? ',' : '.');
    }
}

void message_counted(const Cli *cli, StringBuilder *out, uint64_t count, Message one, Message many)
{
    StringBuilder number;
    builder_init(&number, out->arena);
    message_count(cli, &number, count);
    message_append(cli, out, count == 1 ? one : many, (Holes){.a = builder_result(&number)});
}

void message_euros(const Cli *cli, StringBuilder *out, int64_t cents)
{
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    if (cents < 0)
        builder_text(out, TEXT("\u2212 "));
    builder_text(out, cli->english ? TEXT("\u20ac") : TEXT("\u20ac "));
    message_count(cli, out, size / 100);
    builder_char(out, cli->english ? '.' : ',');
    builder_padded(out, (int64_t)(size % 100), 2);
}

void nearest_init(Nearest *nearest, Text word)
{
    nearest->word = word;
    nearest->best = (Text){NULL, 0};
    /* Two slips in a word of four letters and up, one in a shorter one: further away it is another word. */
    nearest->distance = word.size < 4 ? 2 : 3;
}

void nearest_try(Nearest *nearest, Text candidate)
{
    if (nearest->distance <= 1)
        return;
    unsigned limit = nearest->distance - 1;
    unsigned distance = text_distance(nearest->word, candidate, limit);
    if (distance <= limit && distance > 0) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
