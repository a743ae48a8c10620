/* measure.c: runs one command and reports what it took.
**
** Job: `measure OUT COMMAND ARG...` writes wall and processor time in nanoseconds and the peak of resident memory in bytes to OUT, as one
** JSON object. A program of its own because the peak that wait4 tells includes the process that forked, and this one is tiny.
** Exit status: that of the command; 127 when it cannot be started.
*/
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t time_ns(struct timeval time)
{
    return ((int64_t)time.tv_sec * 1000000 + time.tv_usec) * 1000;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: measure OUT COMMAND ARG...\n");
        return 2;
    }
    int64_t begin = now_ns();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measure");
        return 127;
    }
    int64_t wall = now_ns() - begin;
    FILE *out = fopen(argv[1], "w");
    if (out == NULL) {
        perror(argv[1]);
        return 127;
    }
    /* ru_maxrss is in KiB. */
    fprintf(out, "{\"wall_ns\": %" PRId64 ", \"cpu_ns\": %" PRId64 ", \"peak_bytes\": %" PRId64 "}\n", wall,
            time_ns(usage.ru_utime) + time_ns(usage.ru_stime), (int64_t)usage.ru_maxrss * 1024);
    if (fclose(out) != 0)
        return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
