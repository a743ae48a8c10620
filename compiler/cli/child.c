/* child.c: see child.h. A message is its size and its bytes, either way; the two ends are one program, so there is no other form to them. */
#include "compiler/cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { FIRST_OTHER = STDERR_FILENO + 1, DESCRIPTORS_MOST = 1024, MESSAGE_MOST = 64 * 1024 * 1024 };
#ifdef __has_feature
#define HAS_SANITIZER (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define HAS_SANITIZER 0
#endif
#if HAS_SANITIZER || defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif
static const int64_t NEVER = INT64_MAX;

/* ---- messages ---- */

static int64_t now(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / (1000 * 1000);
}

static bool is_ready(int end, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline == NEVER ? -1 : deadline - now();
        if (deadline != NEVER && left <= 0)
            return false;
        struct pollfd one = {.fd = end, .events = events};
        int count = poll(&one, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            return false;
    }
}

static bool has_to_wait(void)
{
    return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Without a signal where nobody listens any more. */
static bool put(int end, const void *bytes, size_t size, int64_t deadline)
{
    const char *at = bytes;
    while (size > 0) {
        if (!is_ready(end, POLLOUT, deadline))
            return false;
        ssize_t count = send(end, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && !has_to_wait())
            return false;
        at += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool take(int end, void *bytes, size_t size, int64_t deadline)
{
    char *at = bytes;
    while (size > 0) {
        if (!is_ready(end, POLLIN, deadline))
            return false;
        ssize_t count = recv(end, at, size, MSG_DONTWAIT);
        if (count == 0 || (count < 0 && !has_to_wait()))
            return false;
        at += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool put_message(int end, Text message, int64_t deadline)
{
    uint64_t size = message.size;
    return put(end, &size, sizeof size, deadline) && put(end, message.data, message.size, deadline);
}

static bool take_message(int end, Arena *arena, Text *message, int64_t deadline)
{
    uint64_t size = 0;
    if (!take(end, &size, sizeof size, deadline) || size > MESSAGE_MOST)
        return false;
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    *message = (Text){bytes, (size_t)size};
    return bytes != NULL && take(end, bytes, (size_t)size, deadline);
}

/* ---- the child ---- */

static void limit(int what, rlim_t most)
{
    struct rlimit now_is;
    if (getrlimit(what, &now_is) != 0)
        return;
    rlim_t least = now_is.rlim_max != RLIM_INFINITY && now_is.rlim_max < most ? now_is.rlim_max : most;
    (void)setrlimit(what, &(struct rlimit){.rlim_cur = least, .rlim_max = least});
}

/* Whoever reads what the parent writes must not wait for the child, so it lets go of all but the socket. What sanitizers find is still told. */
static int let_go(int end)
{
    int kept = end < FIRST_OTHER ? fcntl(end, F_DUPFD, FIRST_OTHER) : end;
    int nothing = open("/dev/null", O_RDWR);
    for (int i = 0; i < (IS_SANITIZED ? STDERR_FILENO : FIRST_OTHER) && nothing >= 0; i++)
        (void)dup2(nothing, i);
    long most = sysconf(_SC_OPEN_MAX);
    for (int i = FIRST_OTHER; i < (most < 0 || most > DESCRIPTORS_MOST ? DESCRIPTORS_MOST : most); i++)
        if (i != kept)
            (void)close(i);
    return kept;
}

static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
}

bool child_memory_is_limited(void)
{
    return !IS_SANITIZED;
}

/* Never returns. What is open for the standard streams is the parent's to write out: nothing here ends by exit. */
static void live(int end, pid_t parent, const ChildLimits *limits, ChildWork *work, void *context)
{
    Arena arena;
    jmp_buf landing;
    Text question;
    die_with_parent(parent);
    end = let_go(end);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, limits->seconds);
    if (limits->memory > 0 && child_memory_is_limited())
        limit(RLIMIT_AS, limits->memory);
    arena_init(&arena, NULL);
    if (setjmp(landing) != 0)
        _exit(EXIT_FAILURE);
    arena.landing = &landing;
    while (take_message(end, &arena, &question, NEVER)) {
        StringBuilder answer;
        builder_init(&answer, &arena);
        if (!work(context, &arena, question, &answer) || !put_message(end, builder_result(&answer), NEVER))
            _exit(EXIT_FAILURE);
    }
    _exit(EXIT_SUCCESS);
}

/* ---- the parent ---- */

void child_start(Child *child, const ChildLimits *limits, ChildWork *work, void *context)
{
    int ends[2];
    *child = (Child){.process = -1, .socket = -1, .silence = limits->silence, .gave_up = true};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    pid_t parent = getpid();
    child->process = fork();
    if (child->process == 0)
        live(ends[1], parent, limits, work, context);
    (void)close(ends[1]);
    child->socket = ends[0];
    child->gave_up = child->process < 0;
    if (child->gave_up)
        child_end(child);
}

bool child_ask(Child *child, Arena *arena, Text question, Text *answer)
{
    int64_t deadline = now() + child->silence;
    if (!child->gave_up &&
        (!put_message(child->socket, question, deadline) || !take_message(child->socket, arena, answer, deadline))) {
        child->gave_up = true;
        child_end(child);
    }
    return !child->gave_up;
}

void child_end(Child *child)
{
    if (child->socket >= 0)
        (void)close(child->socket);
    if (child->process > 0) {
        (void)kill(child->process, SIGKILL);
        while (waitpid(child->process, NULL, 0) < 0 && errno == EINTR) {}
    }
    child->process = -1;
    child->socket = -1;
}
