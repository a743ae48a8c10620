/* proved_mutants.c: what `beding diff` calls proved equal, held against scenarios and the search for witnesses: proved_mutants AGREEMENT STEP.
 *
 * Every STEP-th change that `beding test --mutate` would make is compiled and compared with the agreement as it is. Whatever of it is proved equal must
 * be equal: no example of the agreement may fail on it, and the search for witnesses, which knows nothing of the proof, may find no line that both
 * versions decide differently. tests/diff/test_proofs.py runs it.
 */
#include <stdlib.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/diff_proof.h"
#include "compiler/cli/scenario_check.h"
#include "compiler/cli/witness.h"
#include "compiler/mutate.h"
#include "unit/check.h"

typedef struct Trial {
    Cli *cli;
    const Arguments *arguments;
    Text path;
    Loaded original;
    uint32_t target, count;
    uint32_t compiled, differing, proved;
} Trial;

static void edit(void *context, Ast *tree, const Sources *sources, Arena *arena)
{
    Trial *trial = context;
    Mutator mutator = {.arena = arena, .sources = sources, .mode = MUTATE_SLIPS, .target = trial->target};
    mutate_tree(&mutator, tree);
    if (trial->target == MUTATE_NONE)
        trial->count = mutator.count;
}

static ExitStatus compile(Trial *trial, Loaded *loaded, uint32_t target)
{
    trial->target = target;
    CompileOptions options = {.read = load_read_source,
                              .read_context = trial->cli,
                              .edit = edit,
                              .edit_context = trial,
                              .last = STAGE_MODULE};
    return load_compiled(loaded, trial->cli, trial->path, &options);
}

/* The examples of the agreement as it is, decided by the mutant. */
static void check_scenarios(const Trial *trial, Loaded *mutant, Text what)
{
    for (uint32_t i = 0; i < mutant->compilation.scenario_count; i++) {
        Arena arena;
        cli_arena(trial->cli, &arena);
        const Scenario *scenario = &mutant->compilation.scenarios[i];
        ScenarioResult result = scenario_check(trial->cli, &arena, mutant, scenario, trial->arguments, ',', NULL);
        CHECK(result.passed, "mutant %u: %.*s is called equal, but fails \"%.*s\"", (unsigned)trial->target,
              (int)what.size, what.data, (int)scenario->name.size, scenario->name.data);
        arena_free(&arena);
    }
}

static void check_witnesses(const Trial *trial, const Loaded *mutant, Text what)
{
    Diff *diff = diff_make(trial->cli, &trial->original, mutant, false, 0);
    witness_find_all(diff);
    for (uint32_t i = 0; i < diff->count; i++) {
        const Witness *witness = diff->changes[i].witness;
        CHECK(witness == NULL || !witness->is_found, "mutant %u: %.*s is called equal, but %.*s becomes %.*s",
              (unsigned)trial->target, (int)what.size, what.data, (int)witness->old_outcome.size,
              witness->old_outcome.data, (int)witness->new_outcome.size, witness->new_outcome.data);
    }
}

static void judge(Trial *trial, Loaded *mutant)
{
    Diff *diff = diff_make(trial->cli, &trial->original, mutant, false, 0);
    trial->compiled++;
    trial->differing += diff->count > 0;
    diff_prove(diff);
    CHECK(!diff->solver_gave_up, "mutant %u: the solver gave up", (unsigned)trial->target);
    if (diff->proved_count == 0)
        return;
    Text what = diff->proved[0];
    printf("# mutant %u: %.*s is proved equal%s\n", (unsigned)trial->target, (int)what.size, what.data,
           diff->count > 0 ? ", something else is not" : "");
    trial->proved++;
    if (diff->count > 0)
        return;
    check_scenarios(trial, mutant, what);
    check_witnesses(trial, mutant, what);
}

static ExitStatus run(Cli *cli, const Arguments *arguments, uint32_t step)
{
    Trial trial = {.cli = cli, .arguments = arguments};
    const char *source = load_find_source(cli, arguments->free[0]);
    if (source == NULL)
        return EXIT_USAGE;
    trial.path = text_from_cstring(source);
    ExitStatus status = compile(&trial, &trial.original, MUTATE_NONE);
    for (uint32_t i = 0; status == EXIT_GOOD && i < trial.count; i += step) {
        Loaded mutant;
        ArenaMark mark = arena_mark(&cli->arena);
        if (compile(&trial, &mutant, i) == EXIT_GOOD)
            judge(&trial, &mutant);
        load_close(&mutant);
        arena_rewind(&cli->arena, mark);
    }
    load_close(&trial.original);
    printf("# %u mutants, every %u: %u compile, %u mean something else, %u of these proved equal\n",
           (unsigned)trial.count, (unsigned)step, (unsigned)trial.compiled, (unsigned)trial.differing,
           (unsigned)trial.proved);
    return status;
}

int main(int argc, char **argv)
{
    static Cli cli;
    const CommandRow *command = command_find(text_from_cstring("test"));
    ExitStatus status = EXIT_LIMIT;
    Arguments arguments;
    long step = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    cli.command = "test";
    arena_init(&cli.arena, NULL);
    if (step > 0 && setjmp(cli.landing) == 0) {
        cli.arena.landing = &cli.landing;
        status =
            options_read(&cli, command, 1, argv + 1, &arguments) ? run(&cli, &arguments, (uint32_t)step) : EXIT_USAGE;
    }
    arena_free(&cli.arena);
    CHECK(status == EXIT_GOOD, "status %d", (int)status);
    return check_done();
}
