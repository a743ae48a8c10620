/* completion.c: completion files for bash, zsh and fish; see completion.h.
**
** Job: the rows of commands.c and options.h become a script in each shell's own form. What an option's value may be follows from how
** the row writes it: alternatives with a bar between are the words, a date or a number completes to nothing, everything else is a file.
** Invariant: whatever a text holds, it comes out inside single quotes as itself.
*/
#include "compiler/cli/completion.h"

#include <string.h>

#include "compiler/cli/output.h"

typedef enum ValueKind { VALUE_NONE, VALUE_WORDS, VALUE_FILE, VALUE_OTHER } ValueKind;

static ValueKind value_kind(const char *value)
{
    static const char *const OTHER[] = {"DATE", "JJJJ", "PERCENT", "NR/REGEL", "STAGE", ",|;"};
    if (value == NULL)
        return VALUE_NONE;
    for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++)
        if (strcmp(value, OTHER[i]) == 0)
            return VALUE_OTHER;
    if (strchr(value, '|') != NULL)
        return VALUE_WORDS;
    return strchr(value, '=') != NULL && strstr(value, "FILE") == NULL ? VALUE_OTHER : VALUE_FILE;
}

static bool is_option_of(const CommandRow *command, size_t id)
{
    return (command->options >> id & 1) != 0;
}

static void line(StringBuilder *out, const char *text)
{
    builder_text(out, text_from_cstring(text));
    builder_char(out, '\n');
}

static void word(StringBuilder *out, const char *text)
{
    builder_text(out, text_from_cstring(text));
}

/* "nl|en" as "nl en". */
static void words_of(StringBuilder *out, const char *value)
{
    for (; *value != '\0'; value++)
        builder_char(out, *value == '|' ? ' ' : *value);
}

/* A description inside single quotes; `special` are characters that the shell wants a backslash before. */
static void description(StringBuilder *out, Text text, const char *special)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\'') {
            word(out, "'\\''");
            continue;
        }
        if (c != '\0' && strchr(special, c) != NULL)
            builder_char(out, '\\');
        builder_char(out, c);
    }
}

/* The same test as in main.c, for a shell that calls the variables as POSIX does. */
static const char *const LANGUAGE = "\"${LC_ALL:-${LC_MESSAGES:-$LANG}}\"";

/* ---- bash ---- */

/* The names of the options of a command. */
static void option_names(StringBuilder *out, const CommandRow *command)
{
    const char *before = "";
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if (!is_option_of(command, id))
            continue;
        word(out, before);
        word(out, OPTION_ROWS[id].name);
        before = " ";
    }
}

static void command_names(StringBuilder *out)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        word(out, command_at(i)->name);
        builder_char(out, ' ');
    }
    word(out, "help");
}

static void bash_values(StringBuilder *out)
{
    line(out, "    case $prev in");
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        const OptionRow *row = &OPTION_ROWS[id];
        ValueKind kind = value_kind(row->value);
        if (kind != VALUE_WORDS && kind != VALUE_OTHER)
            continue;
        word(out, "    ");
        word(out, row->name);
        word(out, ") ");
        if (kind == VALUE_WORDS) {
            word(out, "mapfile -t COMPREPLY < <(compgen -W '");
            words_of(out, row->value);
            word(out, "' -- \"$cur\"); ");
        }
        line(out, "return ;;");
    }
    line(out, "    esac");
}

static void bash_script(StringBuilder *out)
{
    line(out, "# bash completion of beding, made by `beding help --completion bash`");
    line(out, "_beding()");
    line(out, "{");
    line(out, "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} first=1 options");
    line(out, "    COMPREPLY=()");
    bash_values(out);
    line(out, "    [ \"${COMP_WORDS[1]}\" != --lang ] || first=3");
    line(out, "    if [ \"$COMP_CWORD\" -eq \"$first\" ]; then");
    word(out, "        mapfile -t COMPREPLY < <(compgen -W '");
    command_names(out);
    line(out, " --help --version --lang' -- \"$cur\")");
    line(out, "        return");
    line(out, "    fi");
    line(out, "    case ${COMP_WORDS[first]} in");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        word(out, "    ");
        word(out, command_at(i)->name);
        word(out, ") options='");
        option_names(out, command_at(i));
        line(out, "' ;;");
    }
    word(out, "    help) mapfile -t COMPREPLY < <(compgen -W '");
    command_names(out);
    line(out, "' -- \"$cur\"); return ;;");
    line(out, "    *) return ;;");
    line(out, "    esac");
    line(out, "    case $cur in");
    line(out, "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\") ;;");
    line(out, "    esac");
    line(out, "}");
    line(out, "complete -o default -F _beding beding");
}

/* ---- zsh ---- */

static void zsh_option(const Cli *cli, StringBuilder *out, const OptionRow *row)
{
    ValueKind kind = value_kind(row->value);
    word(out, row->repeatable ? " '*" : " '");
    word(out, row->name);
    builder_char(out, '[');
    description(out, message_pattern(cli, row->help), "[]\\");
    builder_char(out, ']');
    if (kind != VALUE_NONE) {
        builder_char(out, ':');
        description(out, text_from_cstring(row->value), ":\\");
        word(out, kind == VALUE_FILE ? ":_files" : ":");
    }
    if (kind == VALUE_WORDS) {
        builder_char(out, '(');
        words_of(out, row->value);
        builder_char(out, ')');
    }
    builder_char(out, '\'');
}

static void zsh_tables(const Cli *cli, StringBuilder *out)
{
    word(out, "        commands=(");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        word(out, " '");
        word(out, command_at(i)->name);
        builder_char(out, ':');
        description(out, message_pattern(cli, command_at(i)->help), ":\\");
        builder_char(out, '\'');
    }
    line(out, ")");
    line(out, "        case ${words[2]} in");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        word(out, "        ");
        word(out, command_at(i)->name);
        word(out, ") options=(");
        for (size_t id = 0; id < OPTION_COUNT; id++)
            if (is_option_of(command_at(i), id))
                zsh_option(cli, out, &OPTION_ROWS[id]);
        line(out, ") ;;");
    }
    line(out, "        esac");
}

static void zsh_script(Cli *cli, StringBuilder *out)
{
    bool is_english = cli->english;
    line(out, "#compdef beding");
    line(out, "# zsh completion of beding, made by `beding help --completion zsh`");
    line(out, "_beding() {");
    line(out, "    local -a commands options");
    word(out, "    if [[ ");
    word(out, LANGUAGE);
    line(out, " == en* ]]; then");
    cli->english = true;
    zsh_tables(cli, out);
    line(out, "    else");
    cli->english = false;
    zsh_tables(cli, out);
    cli->english = is_english;
    line(out, "    fi");
    line(out, "    if (( CURRENT == 2 )); then");
    line(out, "        _describe command commands");
    line(out, "        return");
    line(out, "    fi");
    line(out, "    shift words");
    line(out, "    (( CURRENT-- ))");
    line(out, "    _arguments \"${options[@]}\" '*:file:_files'");
    line(out, "}");
    line(out, "_beding \"$@\"");
}

/* ---- fish ---- */

static void fish_option(const Cli *cli, StringBuilder *out, const CommandRow *command, const OptionRow *row)
{
    ValueKind kind = value_kind(row->value);
    word(out, "    complete -c beding -n '__fish_seen_subcommand_from ");
    word(out, command->name);
    word(out, row->name[1] == '-' ? "' -l " : "' -s ");
    word(out, row->name + (row->name[1] == '-' ? 2 : 1));
    if (kind == VALUE_FILE)
        word(out, " -r -F");
    if (kind == VALUE_OTHER)
        word(out, " -x");
    if (kind == VALUE_WORDS) {
        word(out, " -x -a '");
        words_of(out, row->value);
        builder_char(out, '\'');
    }
    word(out, " -d '");
    description(out, message_pattern(cli, row->help), "\\");
    line(out, "'");
}

static void fish_table(const Cli *cli, StringBuilder *out)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const CommandRow *command = command_at(i);
        word(out, "    complete -c beding -n __fish_use_subcommand -f -a ");
        word(out, command->name);
        word(out, " -d '");
        description(out, message_pattern(cli, command->help), "\\");
        line(out, "'");
        for (size_t id = 0; id < OPTION_COUNT; id++)
            if (is_option_of(command, id))
                fish_option(cli, out, command, &OPTION_ROWS[id]);
    }
}

static void fish_script(Cli *cli, StringBuilder *out)
{
    bool is_english = cli->english;
    line(out, "# fish completion of beding, made by `beding help --completion fish`");
    line(out, "set -l language $LC_ALL $LC_MESSAGES $LANG");
    line(out, "if string match -q 'en*' -- \"$language[1]\"");
    cli->english = true;
    fish_table(cli, out);
    line(out, "else");
    cli->english = false;
    fish_table(cli, out);
    cli->english = is_english;
    line(out, "end");
}

ExitStatus completion_write(Cli *cli, Text shell)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    if (text_equal(shell, TEXT("bash"))) {
        bash_script(&out);
    } else if (text_equal(shell, TEXT("zsh"))) {
        zsh_script(cli, &out);
    } else if (text_equal(shell, TEXT("fish"))) {
        fish_script(cli, &out);
    } else {
        Holes holes = {.a = TEXT("--completion"), .b = shell, .c = TEXT("bash, zsh, fish")};
        message_error(cli, MSG_OPTION_BAD_VALUE, holes);
        return EXIT_USAGE;
    }
    return output_write_all(cli, "-", builder_result(&out));
}
