/* messages.h: everything the command says to people, in both languages, from the rows of messages.def.
**
** Job: look up a message, fill its holes {a} {b} {c} {d}, and print errors in the one form `beding: fout: …` or `file:line: fout: …`.
** Diagnostics of the compiler have their own table (lang/diag.def); these are the messages about files, options and lines.
*/
#ifndef BEDING_CLI_MESSAGES_H
#define BEDING_CLI_MESSAGES_H

#include "compiler/cli/cli.h"

typedef enum Message {
#define M(name, nl, en) MSG_##name,
#include "compiler/cli/messages.def"
#undef M
    MSG_COUNT
} Message;

/* What fills the holes; {0} for those unused. */
typedef struct Holes {
    Text a, b, c, d;
} Holes;

/* The pattern of a message in the language of the run. */
Text message_pattern(const Cli *cli, Message message);

/* Appends the message with its holes filled. */
void message_append(const Cli *cli, StringBuilder *out, Message message, Holes holes);

/* Prints `beding: fout: …` to stderr. */
void message_error(Cli *cli, Message message, Holes holes);
void message_warning(Cli *cli, Message message, Holes holes);

/* Prints `file:line: fout: …` to stderr. */
void message_error_at(Cli *cli, Text file, uint64_t line, Message message, Holes holes);

/* Prints `file:line: waarschuwing: …` to stderr. */
void message_warning_at(Cli *cli, Text file, uint64_t line, Message message, Holes holes);

/* Prints text as it is to stderr. */
void message_print(Text text);

/* Appends an amount of cents for people: "€ 1.234,56" in nl, "€1,234.56" in en; below zero "− € 5,00", as the language writes it. */
void message_euros(const Cli *cli, StringBuilder *out, int64_t cents);

/* Appends a count with thousands grouped: 1.234.567 or 1,234,567. */
void message_count(const Cli *cli, StringBuilder *out, uint64_t count);

/* Appends `one` ("1 regel"), or `many` with the count in hole a ("{a} regels"). */
void message_counted(const Cli *cli, StringBuilder *out, uint64_t count, Message one, Message many);

/* The candidate nearest to a misspelt word, or the empty text when none is near: feed candidates one by one. */
typedef struct Nearest {
    Text word, best;
    unsigned distance;
} Nearest;
void nearest_init(Nearest *nearest, Text word);
void nearest_try(Nearest *nearest, Text candidate);

#endif
