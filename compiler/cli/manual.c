/* manual.c: the manual pages; see manual.h.
**
** Job: commands.c and options.h say what there is, messages.def and manual.def say it in words; here it becomes roff in the man(7) macros.
** Invariant: whatever a text holds, it comes out as itself. Escapes of roff are made in `append_char` only, a line never begins with a
** control character, and no text is the argument of a macro, where quotation marks would have a meaning.
*/
#include "compiler/cli/manual.h"

#include "beding.h"
#include "compiler/cli/output.h"

typedef struct Manual {
    const Cli *cli;
    StringBuilder out;
} Manual;

/* Which words about a file belong to which option. */
static const struct {
    OptionId option;
    Message words;
} DATA[] = {
    {OPTION_LINES, MSG_DATA_FORM},    {OPTION_LINES, MSG_DATA_LINES},   {OPTION_ALLOCATIONS, MSG_DATA_ALLOCATIONS},
    {OPTION_STARTS, MSG_DATA_STARTS}, {OPTION_STOPS, MSG_DATA_STOPS},   {OPTION_RECORDS, MSG_DATA_RECORDS},
    {OPTION_INPUT, MSG_DATA_INPUT},   {OPTION_PARAMS, MSG_DATA_PARAMS}, {OPTION_SERIES, MSG_DATA_SERIES},
    {OPTION_OUT, MSG_DATA_OUT},
};

static const struct {
    ExitStatus status;
    Message words;
} STATUSES[] = {
    {EXIT_GOOD, MSG_MAN_STATUS_GOOD}, {EXIT_WANTING, MSG_MAN_STATUS_WANTING}, {EXIT_USAGE, MSG_MAN_STATUS_USAGE},
    {EXIT_FILE, MSG_MAN_STATUS_FILE}, {EXIT_LIMIT, MSG_MAN_STATUS_LIMIT},     {EXIT_BUG, MSG_MAN_STATUS_BUG},
};

/* A request or macro on a line of its own. */
static void append_request(Manual *manual, Text request)
{
    builder_text(&manual->out, request);
    builder_char(&manual->out, '\n');
}

static void end_line(Manual *manual)
{
    builder_char(&manual->out, '\n');
}

/* What is typed keeps its ASCII characters, where running text may have hyphens and curly quotes. */
static void append_char(Manual *manual, char c, bool is_literal)
{
    StringBuilder *out = &manual->out;
    switch (c) {
    case '\\': builder_text(out, TEXT("\\(rs")); return;
    case '-': builder_text(out, is_literal ? TEXT("\\-") : TEXT("-")); return;
    case '\'': builder_text(out, is_literal ? TEXT("\\(aq") : TEXT("'")); return;
    case '^': builder_text(out, TEXT("\\(ha")); return;
    case '~': builder_text(out, TEXT("\\(ti")); return;
    default: builder_char(out, c); return;
    }
}

static void append_literal(Manual *manual, Text text)
{
    for (size_t i = 0; i < text.size; i++)
        append_char(manual, text.data[i], true);
}

static void append_bold(Manual *manual, Text text)
{
    builder_text(&manual->out, TEXT("\\fB"));
    append_literal(manual, text);
    builder_text(&manual->out, TEXT("\\fR"));
}

/* A line of running text, `x` in bold. \& keeps a first dot or quote from being a request. */
static void append_prose(Manual *manual, Text text)
{
    bool is_literal = false;
    builder_text(&manual->out, TEXT("\\&"));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '`') {
            is_literal = !is_literal;
            builder_text(&manual->out, is_literal ? TEXT("\\fB") : TEXT("\\fR"));
        } else {
            append_char(manual, text.data[i], is_literal);
        }
    }
    builder_char(&manual->out, '\n');
}

static void append_heading(Manual *manual, Message message)
{
    builder_text(&manual->out, TEXT(".SH "));
    append_request(manual, message_pattern(manual->cli, message)); /* words only: apropos looks for NAME as such */
}

/* Commands that follow each other make one block, set apart and never broken. */
static void append_commands(Manual *manual, Text text, size_t *at)
{
    append_request(manual, TEXT(".PP\n.RS 4\n.nf"));
    while (*at + 1 < text.size && text.data[*at] == '$' && text.data[*at + 1] == ' ') {
        size_t end = *at;
        while (end < text.size && text.data[end] != '\n')
            end++;
        builder_text(&manual->out, TEXT("\\&"));
        append_literal(manual, text_slice(text, *at + 2, end));
        builder_char(&manual->out, '\n');
        *at = end + 1;
    }
    append_request(manual, TEXT(".fi\n.RE"));
}

/* Paragraphs, items and commands in the notation that manual.def describes. */
static void append_body(Manual *manual, Message message)
{
    Text text = message_pattern(manual->cli, message);
    size_t at = 0;
    while (at < text.size) {
        if (text.data[at] == '$') {
            append_commands(manual, text, &at);
            continue;
        }
        size_t end = at, tab = text.size;
        for (; end < text.size && text.data[end] != '\n'; end++) {
            if (text.data[end] == '\t')
                tab = end;
        }
        bool is_item = tab < end;
        append_request(manual, is_item ? TEXT(".TP") : TEXT(".PP"));
        if (is_item)
            append_prose(manual, text_slice(text, at, tab));
        append_prose(manual, text_slice(text, is_item ? tab + 1 : at, end));
        at = end + 1;
    }
}

static void append_title(Manual *manual, const CommandRow *command)
{
    append_request(manual, TEXT(".\\\" Made by the command itself from its tables of commands, options and messages."));
    builder_text(&manual->out, TEXT(".TH BEDING"));
    if (command != NULL)
        builder_char(&manual->out, '-');
    for (size_t i = 0; command != NULL && command->name[i] != '\0'; i++)
        builder_char(&manual->out, (char)(command->name[i] - 'a' + 'A')); /* names are a to z */
    /* No date: the same source makes the same page on any day. */
    builder_text(&manual->out, TEXT(" 1 \"\" \"beding "));
    builder_text(&manual->out, text_from_cstring(bd_version()));
    builder_text(&manual->out, TEXT("\" \""));
    builder_text(&manual->out, message_pattern(manual->cli, MSG_MAN_BOOK));
    append_request(manual, TEXT("\"\n.nh\n.ad l"));
}

static void append_name(Manual *manual, const CommandRow *command)
{
    append_heading(manual, MSG_MAN_NAME);
    builder_text(&manual->out, TEXT("beding"));
    if (command != NULL) {
        builder_text(&manual->out, TEXT("\\-"));
        append_literal(manual, text_from_cstring(command->name));
    }
    builder_text(&manual->out, TEXT(" \\- "));
    builder_text(&manual->out, message_pattern(manual->cli, command == NULL ? MSG_MAN_SUMMARY : command->help));
    builder_char(&manual->out, '\n');
}

/* "--lines FILE": what is typed is bold, what stands for something else italic. */
static void append_option(Manual *manual, const OptionRow *option)
{
    append_bold(manual, text_from_cstring(option->name));
    if (option->value == NULL)
        return;
    builder_text(&manual->out, TEXT(" \\fI"));
    append_literal(manual, text_from_cstring(option->value));
    builder_text(&manual->out, TEXT("\\fR"));
}

static void append_synopsis(Manual *manual, const CommandRow *command)
{
    StringBuilder *out = &manual->out;
    append_heading(manual, MSG_MAN_SYNOPSIS);
    append_bold(manual, TEXT("beding"));
    if (command != NULL) {
        builder_char(out, ' ');
        append_bold(manual, text_from_cstring(command->name));
    }
    builder_text(out, TEXT(" \\fI"));
    builder_text(out, command != NULL ? text_from_cstring(command->usage)
                                      : message_pattern(manual->cli, MSG_MAN_ANY_COMMAND));
    builder_text(out, TEXT("\\fR"));
    for (size_t id = 0; command != NULL && id < OPTION_COUNT; id++) {
        if ((command->required >> id & 1) == 0)
            continue;
        builder_char(out, ' ');
        append_option(manual, &OPTION_ROWS[id]);
    }
    builder_text(out, TEXT(" [\\fI"));
    builder_text(out, message_pattern(manual->cli, MSG_MAN_ANY_OPTION));
    builder_text(out, TEXT("\\fR\u2026]\n"));
}

static void append_options(Manual *manual, const CommandRow *command)
{
    append_heading(manual, MSG_MAN_OPTIONS);
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if ((command->options >> id & 1) == 0)
            continue;
        append_request(manual, TEXT(".TP"));
        append_option(manual, &OPTION_ROWS[id]);
        if ((command->required >> id & 1) != 0) {
            builder_char(&manual->out, ' ');
            builder_text(&manual->out, message_pattern(manual->cli, MSG_MAN_REQUIRED));
        }
        builder_char(&manual->out, '\n');
        append_prose(manual, message_pattern(manual->cli, OPTION_ROWS[id].help));
    }
}

/* The options that the program knows before a command. */
static void append_general_options(Manual *manual)
{
    append_heading(manual, MSG_MAN_OPTIONS);
    append_request(manual, TEXT(".TP"));
    append_option(manual, &OPTION_ROWS[OPTION_HELP]);
    end_line(manual);
    append_prose(manual, message_pattern(manual->cli, OPTION_ROWS[OPTION_HELP].help));
    append_request(manual, TEXT(".TP"));
    append_option(manual, &OPTION_ROWS[OPTION_LANG]);
    end_line(manual);
    append_prose(manual, message_pattern(manual->cli, OPTION_ROWS[OPTION_LANG].help));
    append_request(manual, TEXT(".TP"));
    append_bold(manual, TEXT("--version"));
    end_line(manual);
    append_prose(manual, message_pattern(manual->cli, MSG_MAN_VERSION));
}

static void append_command_list(Manual *manual)
{
    append_heading(manual, MSG_MAN_COMMANDS);
    for (size_t i = 0; command_at(i) != NULL; i++) {
        append_request(manual, TEXT(".TP"));
        append_bold(manual, text_from_cstring(command_at(i)->name));
        end_line(manual);
        append_prose(manual, message_pattern(manual->cli, command_at(i)->help));
    }
}

static void append_data(Manual *manual, const CommandRow *command)
{
    bool has_heading = false;
    for (size_t i = 0; i < sizeof DATA / sizeof *DATA; i++) {
        if ((command->options >> DATA[i].option & 1) == 0)
            continue;
        if (!has_heading)
            append_heading(manual, MSG_MAN_DATA);
        has_heading = true;
        append_body(manual, DATA[i].words);
    }
}

static void append_statuses(Manual *manual)
{
    append_heading(manual, MSG_MAN_STATUS);
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++) {
        append_request(manual, TEXT(".TP"));
        builder_text(&manual->out, TEXT("\\fB"));
        builder_int64(&manual->out, STATUSES[i].status);
        append_request(manual, TEXT("\\fR"));
        append_prose(manual, message_pattern(manual->cli, STATUSES[i].words));
    }
}

static void append_see_also(Manual *manual, const CommandRow *command)
{
    append_heading(manual, MSG_MAN_SEE_ALSO);
    if (command != NULL)
        builder_text(&manual->out, TEXT("\\fBbeding\\fR(1)"));
    bool is_first = command == NULL;
    for (size_t i = 0; command_at(i) != NULL; i++) {
        if (command_at(i) == command)
            continue;
        builder_text(&manual->out, is_first ? TEXT("\\fBbeding\\-") : TEXT(",\n\\fBbeding\\-"));
        append_literal(manual, text_from_cstring(command_at(i)->name));
        builder_text(&manual->out, TEXT("\\fR(1)"));
        is_first = false;
    }
    builder_char(&manual->out, '\n');
    bool has_json = command == NULL || (command->options & (OPTION_BIT(JSON) | OPTION_BIT(SUMMARY))) != 0;
    if (has_json)
        append_body(manual, MSG_MAN_JSON);
}

ExitStatus manual_write(Cli *cli, const CommandRow *command)
{
    Manual manual = {.cli = cli};
    builder_init(&manual.out, &cli->arena);
    append_title(&manual, command);
    append_name(&manual, command);
    append_synopsis(&manual, command);
    append_heading(&manual, MSG_MAN_DESCRIPTION);
    append_body(&manual, command == NULL ? MSG_ABOUT_BEDING : command->about);
    if (command == NULL) {
        append_command_list(&manual);
        append_general_options(&manual);
        append_heading(&manual, MSG_MAN_ENVIRONMENT);
        append_body(&manual, MSG_ENVIRONMENT_BEDING);
    } else {
        append_options(&manual, command);
        append_data(&manual, command);
    }
    append_statuses(&manual);
    append_heading(&manual, MSG_MAN_EXAMPLES);
    append_body(&manual, command == NULL ? MSG_EXAMPLES_BEDING : command->examples);
    append_see_also(&manual, command);
    return output_write_all(cli, "-", builder_result(&manual.out));
}
