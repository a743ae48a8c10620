/* test_run_again.c - `beding run` with the n-th allocation failing, n = 1, 2, 3 ..., where it begins in the hope that lines stand in order.
 *
 * The linker leads the allocations of the command and the library through the functions below (--wrap). Each run is a process of its own,
 * since the command leaves its memory to the system when it has none. It must end with EXIT_LIMIT and leave no file behind, or have
 * made what a run with memory makes.
 */
#include <dirent.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/memory.h"
#include "compiler/cli/output.h"
#include "unit/check.h"

enum { MOST_ALLOCATIONS = 5000, NOTHING_FAILED = 100, FEW = 12, MANY = 4500, MOST_ARGUMENTS = 16 };

static const char AGREEMENT[] =
    "taal nl\n"
    "overeenkomst volgorde\n"
    "    versie \"1\"\n"
    "    geldig vanaf 2020-01-01\n"
    "eenheid uur/uren code \"04\"\n"
    "product hulp per uur\n"
    "tarief hulp € 60\n"
    "teller uren per client = som van toegekend_volume\n"
    "regel genoeg\n"
    "    begrens volume tot grootste(0 uren, 10 uren − uren over kalenderjaar van begindatum)\n"
    "regel betaling\n"
    "    betaal volume × tarief afgerond op centen\n";

/* ---- Allocations ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

static atomic_size_t calls; /* of any thread */
static size_t fail_at;      /* 0: none fails */

static bool fails(void)
{
    return atomic_fetch_add(&calls, 1) + 1 == fail_at;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    return fails() ? 12 : __real_posix_memalign(memory, alignment, size);
}

/* ---- The command ---- */

static ExitStatus whole_command(int count, char *const *argv)
{
    static Cli cli;
    ExitStatus status = EXIT_LIMIT;
    arena_init(&cli.arena, memory_allocator());
    if (setjmp(cli.landing) == 0) {
        cli.arena.landing = &cli.landing;
        status = command_line(&cli, count, argv);
    }
    output_abandon_all(&cli);
    return status;
}

/* Runs the command line in a process of its own; its exit status, NOTHING_FAILED added where the n-th allocation was not reached. */
static int run(const char *line, size_t n)
{
    char words[256], *argv[MOST_ARGUMENTS];
    int count = 0, status = 0;
    (void)snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word != NULL && count < MOST_ARGUMENTS; word = strtok(NULL, " "))
        argv[count++] = word;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        bool is_quiet = freopen("/dev/null", "w", stderr) != NULL;
        atomic_store(&calls, 0);
        fail_at = n;
        status = is_quiet ? (int)whole_command(count, argv) : EXIT_BUG;
        _exit(fail_at == 0 || atomic_load(&calls) < fail_at ? NOTHING_FAILED + status : status);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- Files ---- */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    if (CHECK(file != NULL, "%s cannot be made", name))
        CHECK(fputs(text, file) >= 0 && fclose(file) == 0, "%s cannot be written", name);
}

/* `count` lines in decision order but for the one at `late`, which comes a line too late; that at `wrong` cannot be read. */
static void write_lines(const char *name, int count, int late, int wrong)
{
    FILE *file = fopen(name, "wb");
    if (!CHECK(file != NULL, "%s cannot be made", name))
        return;
    fputs("declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,"
          "eenheid\n",
          file);
    for (int i = 0; i < count; i++) {
        int number = i == late ? i - 1 : i == late - 1 ? i + 1 : i;
        fprintf(file, "D%06d,1,2020-02-01,A,G,%080d,hulp,2020-01-06,2020-01-08,%s,uur\n", number, i % 7,
                i == wrong ? "x" : "2");
    }
    CHECK(fclose(file) == 0, "%s cannot be written", name);
}

static char *read_file(const char *name)
{
    enum { ROOM = 1 << 20 };
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        return NULL;
    char *bytes = calloc(ROOM, 1);
    if (bytes != NULL)
        (void)fread(bytes, 1, ROOM - 1, file);
    (void)fclose(file);
    return bytes;
}

static int files_in(const char *folder)
{
    int count = -2; /* itself and the one above it */
    DIR *open = opendir(folder);
    while (open != NULL && readdir(open) != NULL)
        count++;
    if (open != NULL)
        (void)closedir(open);
    return count;
}

/* ---- Runs ---- */

/* Whether a run made the decisions that are expected; they are gone afterwards. */
static bool made(const char *expected)
{
    char *found = read_file("out");
    bool is_same = expected != NULL && found != NULL && strcmp(expected, found) == 0;
    free(found);
    (void)unlink("out");
    (void)unlink("summary");
    return is_same;
}

static void check_every_failure(const char *lines, int threads)
{
    char line[256];
    (void)snprintf(line, sizeof line, "run c.bdc --lines %s --out out --summary summary --on-error reject --threads %d",
                   lines, threads);
    CHECK(run(line, 0) == NOTHING_FAILED, "with memory it must end well");
    char *expected = read_file("out");
    CHECK(made(expected), "nothing made");
    const int files = files_in(".");
    int status = EXIT_LIMIT;
    for (size_t n = 1; n < MOST_ALLOCATIONS && status != NOTHING_FAILED; n++) {
        status = run(line, n);
        if (status == EXIT_LIMIT)
            CHECK(files_in(".") == files, "allocation %zu: a file is left", n);
        else /* what failed was said, and dropped with the rest when the run began again */
            CHECK((status == EXIT_GOOD || status == NOTHING_FAILED) && made(expected), "allocation %zu: status %d", n,
                  status);
        CHECK(files_in("tmp") == 0, "allocation %zu: a temporary file is left", n);
    }
    CHECK(status == NOTHING_FAILED, "status %d", status);
    free(expected);
}

int main(void)
{
    const char *base = getenv("TMPDIR");
    char folder[256], temporary[300];
    (void)snprintf(folder, sizeof folder, "%s/beding-test-XXXXXX", base != NULL ? base : "/tmp");
    if (!CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0 && mkdir("tmp", 0700) == 0, "no folder"))
        return check_done();
    (void)snprintf(temporary, sizeof temporary, "%s/tmp", folder);
    CHECK(setenv("TMPDIR", temporary, 1) == 0, "no TMPDIR");
    write_file("c.bdg", AGREEMENT);
    CHECK(run("build c.bdg --out c.bdc", 0) == NOTHING_FAILED, "the agreement does not compile");

    check_group("the last line is out of order");
    write_lines("late.csv", FEW, FEW - 1, -1);
    check_every_failure("late.csv", 1);
    check_group("lines are in order, one is wrong");
    write_lines("wrong.csv", FEW, -1, FEW / 2);
    check_every_failure("wrong.csv", 1);
    check_group("many lines, two threads");
    write_lines("many.csv", MANY, MANY / 2, -1);
    check_every_failure("many.csv", 2);

    static const char *const FILES[] = {"c.bdg", "c.bdc", "late.csv", "wrong.csv", "many.csv"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        (void)unlink(FILES[i]);
    CHECK(rmdir("tmp") == 0 && chdir("/") == 0 && rmdir(folder) == 0, "a file is left");
    return check_done();
}
