/* mutants.c: trying the mutants of one agreement; see mutants.h.
**
** The tree is parsed anew for every mutant, from bytes read once. A mutant's scenarios run in the order of success: the one that noticed the
** last mutant goes first, since neighbours in the text are noticed by the same scenarios.
*/
#include "compiler/cli/mutants.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler/cli/scenario_check.h"

enum { MAXIMUM_WORKERS = 16, PROGRESS_SECONDS = 2, HERE = -1 };

typedef struct CachedSource {
    Text path, text;
} CachedSource;

typedef struct Trial {
    Cli *cli;
    const Arguments *arguments;
    char separator;
    Text path;
    MutateMode mode;
    Mutants *mutants;
    CachedSource *sources;
    size_t source_count, source_capacity;
    Text module;     /* of the agreement as it is */
    uint32_t *order; /* scenarios, the most successful first */
    uint32_t scenario_count;
    struct timespec started;
    bool has_progress;
} Trial;

/* What a worker tells: eight bytes, written at once. */
typedef struct Verdict {
    uint32_t index, fate;
} Verdict;

/* ---- One compilation ---- */

static bool read_cached(void *context, Text path, const char **data, size_t *size)
{
    Trial *trial = context;
    Text text = {NULL, 0};
    for (size_t i = 0; i < trial->source_count; i++) {
        if (!text_equal(trial->sources[i].path, path))
            continue;
        *data = trial->sources[i].text.data;
        *size = trial->sources[i].text.size;
        return true;
    }
    if (!load_read_source(trial->cli, path, &text.data, &text.size))
        return false;
    Arena *arena = &trial->cli->arena;
    trial->sources =
        arena_grow(arena, trial->sources, trial->source_count, &trial->source_capacity, sizeof *trial->sources);
    trial->sources[trial->source_count++] = (CachedSource){arena_text_copy(arena, path), text};
    *data = text.data;
    *size = text.size;
    return true;
}

/* Whether some scenario says `lezing NAAM = ALTERNATIEF`; or says nothing of it, when is_chosen. */
static bool runs_with(const Ast *scenario, Text name, Text alternative, bool is_chosen)
{
    bool is_stated = false;
    for (const Ast *given = scenario->d; given != NULL; given = given->next) {
        for (const Ast *fact = given->kind == AST_GIVEN ? given->a : NULL; fact != NULL; fact = fact->next) {
            if (!ast_has(fact, AST_IS_OF_READING) || !text_equal(fact->text, name))
                continue;
            is_stated = true;
            if (fact->a != NULL && text_equal(fact->a->text, alternative))
                return true;
        }
    }
    return is_chosen && !is_stated;
}

static void list_readings(const Trial *trial, const Ast *tree)
{
    Mutants *mutants = trial->mutants;
    Arena *kept = &trial->cli->arena;
    size_t capacity = 0;
    for (const Ast *item = tree->a; item != NULL; item = item->next) {
        for (const Ast *one = item->kind == AST_READING ? item->b : NULL; one != NULL; one = one->next) {
            bool is_chosen = item->c != NULL && text_equal(item->c->text, one->text), is_used = false;
            for (const Ast *other = tree->a; other != NULL && !is_used; other = other->next)
                is_used = other->kind == AST_SCENARIO && runs_with(other, item->text, one->text, is_chosen);
            mutants->readings =
                arena_grow(kept, mutants->readings, mutants->reading_count, &capacity, sizeof *mutants->readings);
            mutants->readings[mutants->reading_count++] =
                (ReadingUse){arena_text_copy(kept, item->text), arena_text_copy(kept, one->text), is_used};
        }
    }
}

/* Takes down every mutant, in memory that outlives the compilation. */
static void list_mutants(void *context, Ast *tree, const Sources *sources, Arena *arena)
{
    Trial *trial = context;
    Mutants *mutants = trial->mutants;
    Arena *kept = &trial->cli->arena;
    Mutator mutator = {.arena = arena, .sources = sources, .mode = trial->mode, .target = MUTATE_NONE};
    mutate_tree(&mutator, tree);
    list_readings(trial, tree);
    mutants->point_count = mutator.point;
    mutants->starts = arena_array(kept, (size_t)mutator.point + 1, sizeof *mutants->starts);
    for (uint32_t i = mutator.count; i > 0; i--)
        mutants->starts[mutator.items[i - 1].point] = i - 1;
    mutants->starts[mutator.point] = mutator.count;
    mutants->count = mutator.count;
    mutants->items = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->items);
    mutants->fates = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->fates);
    mutants->places = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->places);
    mutants->files = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->files);
    mutants->names = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->names);
    mutants->item_places = arena_array(kept, (size_t)mutator.count + 1, sizeof *mutants->item_places);
    for (uint32_t i = 0; i < mutator.count; i++) {
        const Mutation *item = &mutator.items[i];
        const Source *source = sources->items[item->span.file];
        mutants->items[i] = *item;
        mutants->items[i].from = arena_text_copy(kept, item->from);
        mutants->items[i].to = arena_text_copy(kept, item->to);
        mutants->places[i] = source_place(source, item->span.begin);
        mutants->files[i] = arena_text_copy(kept, source->name);
        mutants->names[i] = arena_text_copy(kept, source_slice(source, item->item));
        mutants->item_places[i] = source_place(source, item->item.begin);
    }
}

/* The one to make. */
typedef struct Making {
    MutateMode mode;
    uint32_t target;
} Making;

static void make_mutant(void *context, Ast *tree, const Sources *sources, Arena *arena)
{
    const Making *making = context;
    Mutator mutator = {.arena = arena, .sources = sources, .mode = making->mode, .target = making->target};
    mutate_tree(&mutator, tree);
}

static bool passes(const Trial *trial, Loaded *loaded, uint32_t scenario)
{
    Arena arena;
    cli_arena(trial->cli, &arena);
    ScenarioResult result = scenario_check(trial->cli, &arena, loaded, &loaded->compilation.scenarios[scenario],
                                           trial->arguments, trial->separator, NULL);
    arena_free(&arena);
    return result.passed;
}

static bool is_unchanged(const Trial *trial, const Loaded *loaded)
{
    return loaded->compilation.module_size == trial->module.size &&
           memcmp(loaded->compilation.module, trial->module.data, trial->module.size) == 0;
}

/* Runs the scenarios up to the first that fails, which goes to the front. */
static MutantFate run_scenarios(Trial *trial, Loaded *loaded)
{
    for (uint32_t i = 0; i < trial->scenario_count; i++) {
        uint32_t scenario = trial->order[i];
        if (passes(trial, loaded, scenario))
            continue;
        memmove(trial->order + 1, trial->order, i * sizeof *trial->order);
        trial->order[0] = scenario;
        return MUTANT_KILLED;
    }
    return MUTANT_SURVIVED;
}

static MutantFate try_mutant(Trial *trial, uint32_t index)
{
    Loaded loaded;
    Making making = {trial->mode, index};
    CompileOptions options = {
        .read = read_cached, .read_context = trial, .edit = make_mutant, .edit_context = &making, .last = STAGE_MODULE};
    ArenaMark mark = arena_mark(&trial->cli->arena);
    ExitStatus status = load_compiled(&loaded, trial->cli, trial->path, &options);
    MutantFate fate = MUTANT_UNKNOWN;
    if (status == EXIT_WANTING)
        fate = MUTANT_NO_CONTRACT;
    else if (status == EXIT_GOOD)
        fate = is_unchanged(trial, &loaded) ? MUTANT_SURVIVED : run_scenarios(trial, &loaded);
    load_close(&loaded);
    arena_rewind(&trial->cli->arena, mark);
    return fate;
}

/* ---- The work shared ---- */

static void note(Mutants *mutants, const Verdict *verdict)
{
    if (verdict->index >= mutants->count || mutants->fates[verdict->index] != MUTANT_UNKNOWN)
        return;
    mutants->fates[verdict->index] = (uint8_t)verdict->fate;
    mutants->killed += verdict->fate == MUTANT_KILLED;
    mutants->no_contract += verdict->fate == MUTANT_NO_CONTRACT;
    mutants->survived += verdict->fate == MUTANT_SURVIVED;
}

static void show_progress(Trial *trial)
{
    struct timespec now;
    const Mutants *mutants = trial->mutants;
    uint32_t done = mutants->killed + mutants->no_contract + mutants->survived;
    if (!trial->cli->terminal_err || done % 16 != 0 || clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
        now.tv_sec - trial->started.tv_sec < PROGRESS_SECONDS)
        return;
    ArenaMark mark = arena_mark(&trial->cli->arena);
    StringBuilder out;
    builder_init(&out, &trial->cli->arena);
    builder_char(&out, '\r');
    message_append(trial->cli, &out, MSG_MUTANTS_PROGRESS,
                   (Holes){.a = cli_number(trial->cli, done), .b = cli_number(trial->cli, mutants->count)});
    message_print(builder_result(&out));
    arena_rewind(&trial->cli->arena, mark);
    trial->has_progress = true;
}

/* Says what became of a mutant, to the parent at the end of a pipe or, in this process, at once. */
static void tell(Trial *trial, Verdict verdict, int pipe_end)
{
    if (pipe_end == HERE) {
        note(trial->mutants, &verdict);
        show_progress(trial);
        return;
    }
    ssize_t sent = 0;
    do
        sent = write(pipe_end, &verdict, sizeof verdict);
    while (sent < 0 && errno == EINTR);
    if (sent != (ssize_t)sizeof verdict)
        _exit(EXIT_FILE);
}

/* A condition is settled by the first form that compiles, a cell by the first value that is noticed. */
static bool settles(MutationKind kind, MutantFate fate)
{
    return fate == MUTANT_KILLED || (fate == MUTANT_SURVIVED && kind != PROBE_CELL);
}

/* A worker takes every `step`th point. */
static void work(Trial *trial, uint32_t first, uint32_t step, int pipe_end)
{
    const Mutants *mutants = trial->mutants;
    for (uint32_t point = first; point < mutants->point_count; point += step) {
        bool is_settled = false;
        for (uint32_t i = mutants->starts[point]; i < mutants->starts[point + 1]; i++) {
            MutantFate fate = is_settled ? MUTANT_NEEDLESS : try_mutant(trial, i);
            is_settled = is_settled || settles(mutants->items[i].kind, fate);
            tell(trial, (Verdict){i, (uint32_t)fate}, pipe_end);
        }
    }
}

/* The whole life of a worker. What the library or a file reader would say of a mutant is nobody's concern. */
static _Noreturn void live(Trial *trial, uint32_t first, uint32_t step, int pipe_end)
{
    if (setjmp(trial->cli->landing) != 0)
        _exit(EXIT_LIMIT);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        (void)dup2(nowhere, STDERR_FILENO);
    work(trial, first, step, pipe_end);
    _exit(EXIT_GOOD);
}

static void listen_to(Trial *trial, int pipe_end)
{
    Verdict verdict;
    size_t filled = 0;
    for (;;) {
        ssize_t got = read(pipe_end, (char *)&verdict + filled, sizeof verdict - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        filled += (size_t)got;
        if (filled < sizeof verdict)
            continue;
        filled = 0;
        note(trial->mutants, &verdict);
        show_progress(trial);
    }
}

static uint32_t processors(void)
{
    long count = 1;
#ifdef _SC_NPROCESSORS_ONLN
    count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return count < 1 ? 1 : count > MAXIMUM_WORKERS ? MAXIMUM_WORKERS : (uint32_t)count;
}

/* Starts a process per processor, hears them out, and does what is left. */
static void share(Trial *trial)
{
    int ends[2];
    pid_t workers[MAXIMUM_WORKERS];
    uint32_t count = processors();
    if (pipe(ends) != 0) {
        work(trial, 0, 1, HERE);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            (void)close(ends[0]);
            live(trial, i, count, ends[1]);
        }
    }
    (void)close(ends[1]);
    listen_to(trial, ends[0]);
    (void)close(ends[0]);
    for (uint32_t i = 0; i < count; i++) {
        if (workers[i] < 0) {
            work(trial, i, count, HERE); /* there was no process to be had */
            continue;
        }
        int status = 0;
        while (waitpid(workers[i], &status, 0) < 0 && errno == EINTR) {}
    }
}

/* ---- An agreement ---- */

/* The scenarios must pass on the agreement as it is; otherwise every mutant would count as noticed. */
static ExitStatus check_baseline(Trial *trial, Loaded *loaded)
{
    uint32_t count = loaded->compilation.scenario_count;
    if (count == 0) {
        message_error(trial->cli, MSG_TEST_NO_SCENARIOS, (Holes){.a = loaded->name});
        return EXIT_WANTING;
    }
    trial->scenario_count = count;
    trial->order = arena_array(&trial->cli->arena, count, sizeof *trial->order);
    for (uint32_t i = 0; i < count; i++) {
        trial->order[i] = i;
        if (passes(trial, loaded, i))
            continue;
        message_error(trial->cli, MSG_MUTANTS_BASELINE,
                      (Holes){.a = loaded->name, .b = loaded->compilation.scenarios[i].name});
        return EXIT_WANTING;
    }
    trial->module =
        arena_text_copy(&trial->cli->arena, (Text){loaded->compilation.module, loaded->compilation.module_size});
    return EXIT_GOOD;
}

static ExitStatus report_unknown(const Trial *trial)
{
    const Mutants *mutants = trial->mutants;
    for (uint32_t i = 0; i < mutants->count; i++) {
        if (mutants->fates[i] != MUTANT_UNKNOWN)
            continue;
        message_error_at(trial->cli, mutants->files[i], mutants->places[i].line, MSG_MUTANTS_BROKEN,
                         (Holes){.a = mutants->items[i].from, .b = mutants->items[i].to});
        return EXIT_BUG;
    }
    return EXIT_GOOD;
}

ExitStatus mutants_try(Mutants *mutants, Cli *cli, const Arguments *arguments, char separator, const char *path,
                       MutateMode mode)
{
    Trial trial = {.cli = cli, .arguments = arguments, .separator = separator, .mode = mode, .mutants = mutants};
    const char *source = load_find_source(cli, path);
    if (source == NULL)
        return EXIT_WANTING;
    Loaded loaded; /* once the ordinary way, for everything that can be said about the file itself */
    ExitStatus status = load_open(&loaded, cli, source);
    load_close(&loaded);
    if (status != EXIT_GOOD)
        return status;
    *mutants = (Mutants){.name = text_from_cstring(source)};
    trial.path = mutants->name;
    CompileOptions options = {.read = read_cached,
                              .read_context = &trial,
                              .edit = list_mutants,
                              .edit_context = &trial,
                              .last = STAGE_MODULE};
    status = load_compiled(&loaded, cli, trial.path, &options);
    if (status == EXIT_GOOD)
        status = check_baseline(&trial, &loaded);
    load_close(&loaded);
    if (status != EXIT_GOOD)
        return status;
    (void)clock_gettime(CLOCK_MONOTONIC, &trial.started);
    share(&trial);
    if (trial.has_progress)
        message_print(TEXT("\r\033[K"));
    return report_unknown(&trial);
}
