/* cmd_diff.c: `beding diff`: what two versions of an agreement mean differently. Exit status 0: nothing, 1: something. */
#include "compiler/cli/commands.h"
#include "compiler/cli/diff.h"
#include "compiler/cli/diff_proof.h"
#include "compiler/cli/output.h"
#include "compiler/cli/witness.h"

static bool has_meanings(Cli *cli, const Loaded *loaded)
{
    if (loaded->module->MEANINGS_count > 0)
        return true;
    message_error(cli, MSG_DIFF_NO_MEANINGS, (Holes){.a = loaded->name});
    return false;
}

/* Two versions of one agreement have one name; anything else would give a report in which all is new. */
static bool are_comparable(Cli *cli, const Loaded *a, const Loaded *b)
{
    bd_module_info one, other;
    bd_module_describe(a->module, &one);
    bd_module_describe(b->module, &other);
    if (!has_meanings(cli, a) || !has_meanings(cli, b))
        return false;
    if (text_equal(one.name, other.name))
        return true;
    message_error(cli, MSG_DIFF_OTHER_AGREEMENT, (Holes){.a = a->name, .b = one.name, .c = b->name, .d = other.name});
    return false;
}

static ExitStatus report(Cli *cli, const Arguments *arguments, Diff *diff)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    diff_prove(diff);
    if (!options_has(arguments, OPTION_NO_WITNESS))
        witness_find_all(diff);
    if (options_has(arguments, OPTION_JSON))
        diff_append_json(diff, &out);
    else if (options_has(arguments, OPTION_MARKDOWN))
        diff_append_markdown(diff, &out);
    else if (options_has(arguments, OPTION_HTML))
        diff_append_html(diff, &out);
    else
        diff_append_text(diff, &out);
    const char *path = options_has(arguments, OPTION_OUT) ? arguments->values[OPTION_OUT] : "-";
    ExitStatus status = output_write_all(cli, path, builder_result(&out));
    return status == EXIT_GOOD && diff->count > 0 ? EXIT_WANTING : status;
}

ExitStatus cmd_diff(Cli *cli, const Arguments *arguments)
{
    bool has_day = false;
    int32_t day = 0;
    int forms = options_has(arguments, OPTION_JSON) + options_has(arguments, OPTION_MARKDOWN) +
                options_has(arguments, OPTION_HTML);
    if (!options_as_of(cli, arguments, &has_day, &day))
        return EXIT_USAGE;
    if (forms > 1) {
        message_error(cli, MSG_DIFF_ONE_FORM, (Holes){.a = {NULL, 0}});
        return EXIT_USAGE;
    }
    Loaded *a = arena_alloc(&cli->arena, sizeof *a), *b = arena_alloc(&cli->arena, sizeof *b);
    ExitStatus status = load_open(a, cli, arguments->free[0]);
    if (status == EXIT_GOOD)
        status = load_open(b, cli, arguments->free[1]);
    if (status == EXIT_GOOD && !are_comparable(cli, a, b))
        status = EXIT_USAGE;
    if (status == EXIT_GOOD)
        status = report(cli, arguments, diff_make(cli, a, b, has_day, day));
    load_close(b);
    load_close(a);
    return status;
}
