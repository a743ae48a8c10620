/* check.h - the harness of the unit tests: count, report, and end with a status.
 *
 * A test program groups its checks: check_group("name") opens a group and prints one `ok` line for the one before it
 * if nothing failed there. Each failure prints its own `not ok` line with file, line and what was found.
 * End with `return check_done();`: 0 when every check passed and there was at least one.
 */
#ifndef BEDING_TESTS_CHECK_H
#define BEDING_TESTS_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct CheckState {
    const char *group;
    unsigned checks, failures; /* in this group */
    unsigned all_checks, all_failures;
} CheckState;

static CheckState check_state;

static inline void check_close_group(void)
{
    CheckState *s = &check_state;

    if (s->group != NULL && s->failures == 0)
        printf("ok - %s (%u checks)\n", s->group, s->checks);
    s->all_checks += s->checks;
    s->all_failures += s->failures;
    s->checks = s->failures = 0;
}

static inline void check_group(const char *name)
{
    check_close_group();
    check_state.group = name;
}

#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
static inline bool
check_that(bool good, const char *file, int line, const char *format, ...)
{
    va_list arguments;

    check_state.checks++;
    if (good)
        return true;
    check_state.failures++;
    printf("not ok - %s: %s:%d: ", check_state.group == NULL ? "" : check_state.group, file, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    return false;
}

/* CHECK(condition, "printf format of what was found", ...). Yields whether it held. */
#define CHECK(condition, ...) check_that((condition), __FILE__, __LINE__, __VA_ARGS__)

static inline int check_done(void)
{
    check_close_group();
    printf("# %u checks, %u failed\n", check_state.all_checks, check_state.all_failures);
    return check_state.all_failures > 0 || check_state.all_checks == 0;
}

#endif
