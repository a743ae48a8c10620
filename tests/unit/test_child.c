/* test_child.c: work in a process of its own (compiler/cli/child.h): what it answers, and that nothing it does keeps us from ending. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler/cli/child.h"
#include "unit/check.h"

static const ChildLimits LIMITS = {.seconds = 20, .memory = 0, .silence = 60 * 1000};

static Arena arena;
static volatile uint64_t *counter; /* shared with every child */

static int64_t milliseconds(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void nap(int time)
{
    (void)nanosleep(&(struct timespec){time / 1000, time % 1000 * 1000000L}, NULL);
}

/* ---- what children do ---- */

/* Says it again, behind the number of what was asked before. */
static bool repeat(void *context, Arena *own, Text question, StringBuilder *answer)
{
    int64_t *asked = context;
    (void)own;
    builder_int64(answer, (*asked)++);
    builder_text(answer, question);
    return true;
}

static bool loop(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)context, (void)own, (void)question, (void)answer;
    while (++*counter != 0) {}
    return true;
}

static bool sleep_on(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)context, (void)own, (void)question, (void)answer;
    while (milliseconds() > 0)
        nap(1000);
    return true;
}

static bool crash(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)context, (void)own, (void)question, (void)answer;
    return raise(SIGKILL) == 0;
}

static bool refuse(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)context, (void)own, (void)question;
    builder_text(answer, TEXT("no"));
    return false;
}

static bool devour(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)context, (void)question, (void)answer;
    for (int i = 0; i < 1024; i++)
        (void)arena_alloc(own, 1024 * 1024);
    return true;
}

/* Whether a descriptor of the parent is still there. */
static bool look(void *context, Arena *own, Text question, StringBuilder *answer)
{
    (void)own, (void)question;
    builder_int64(answer, fcntl(*(int *)context, F_GETFD) >= 0);
    return true;
}

/* ---- tests ---- */

static Text asked(Child *child, Text question)
{
    Text answer = TEXT("none");
    return child_ask(child, &arena, question, &answer) ? answer : TEXT("none");
}

static void check_answers(void)
{
    int64_t count = 7;
    Child child;
    check_group("answers");
    child_start(&child, &LIMITS, repeat, &count);
    Text first = asked(&child, TEXT(" one")), second = asked(&child, TEXT(""));
    CHECK(text_equal(first, TEXT("7 one")), "%.*s", (int)first.size, first.data);
    CHECK(text_equal(second, TEXT("8")), "%.*s", (int)second.size, second.data);
    char *large = arena_alloc(&arena, 3000000);
    memset(large, 'x', 3000000);
    Text third = asked(&child, (Text){large, 3000000});
    CHECK(third.size == 3000001 && third.data[third.size - 1] == 'x', "%zu bytes", third.size);
    CHECK(count == 7, "the parent's own was changed");
    child_end(&child);
    child_end(&child);
}

static void check_gives_up(const char *name, ChildWork *work, ChildLimits limits, int64_t most)
{
    Child child;
    int64_t begin = milliseconds();
    check_group(name);
    child_start(&child, &limits, work, NULL);
    CHECK(!child.gave_up, "no child");
    Text answer = asked(&child, TEXT("?"));
    CHECK(text_equal(answer, TEXT("none")) && child.gave_up, "%.*s", (int)answer.size, answer.data);
    CHECK(milliseconds() - begin < most, "%lld ms", (long long)(milliseconds() - begin));
    answer = asked(&child, TEXT("?"));
    CHECK(text_equal(answer, TEXT("none")), "%.*s", (int)answer.size, answer.data);
    CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "a child is left");
    child_end(&child);
}

static void check_descriptors(void)
{
    Child child;
    FILE *file = tmpfile();
    int descriptor = file == NULL ? -1 : fileno(file);
    check_group("descriptors");
    child_start(&child, &LIMITS, look, &descriptor);
    Text answer = asked(&child, TEXT(""));
    CHECK(text_equal(answer, TEXT("0")), "%.*s", (int)answer.size, answer.data);
    child_end(&child);
    CHECK(file != NULL && fclose(file) == 0, "no file");
}

/* A process whose child counts without end is killed: the counting stops. */
static void check_outlives_nobody(void)
{
    check_group("no orphan");
    *counter = 0;
    pid_t between = fork();
    if (between == 0) {
        Child child;
        Text answer;
        child_start(&child, &LIMITS, loop, NULL);
        (void)child_ask(&child, &arena, TEXT("?"), &answer);
        _exit(0);
    }
    for (int i = 0; i < 1000 && *counter == 0; i++)
        nap(10);
    CHECK(*counter > 0, "it never began");
    (void)kill(between, SIGKILL);
    CHECK(waitpid(between, NULL, 0) == between, "lost");
    uint64_t before = 0, after = 1;
    for (int i = 0; i < 100 && before != after; i++) {
        before = *counter;
        nap(100);
        after = *counter;
    }
    CHECK(before == after, "it counts on");
}

int main(void)
{
    FILE *shared = tmpfile();
    if (shared == NULL || ftruncate(fileno(shared), sizeof *counter) != 0)
        return 1;
    counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(shared), 0);
    if (counter == MAP_FAILED)
        return 1;
    arena_init(&arena, NULL);
    check_answers();
    check_gives_up("processor time", loop, (ChildLimits){.seconds = 1, .silence = 120 * 1000}, 100 * 1000);
    check_gives_up("silence", sleep_on, (ChildLimits){.seconds = 20, .silence = 200}, 20 * 1000);
    check_gives_up("busy silence", loop, (ChildLimits){.seconds = 60, .silence = 200}, 20 * 1000);
    check_gives_up("a crash", crash, LIMITS, 20 * 1000);
    check_gives_up("no use any more", refuse, LIMITS, 20 * 1000);
    if (child_memory_is_limited())
        check_gives_up("memory", devour,
                       (ChildLimits){.seconds = 20, .memory = 512 * 1024 * 1024, .silence = 60 * 1000}, 40 * 1000);
    check_descriptors();
    check_outlives_nobody();
    arena_free(&arena);
    (void)fclose(shared);
    return check_done();
}
