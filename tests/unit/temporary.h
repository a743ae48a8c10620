/* temporary.h - a folder for a test that needs files, away from the tree.
 *
 * Memory-backed where there is such a place: these tests write little and wait for the disk often.
 */
#ifndef BEDING_TESTS_TEMPORARY_H
#define BEDING_TESTS_TEMPORARY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEMPORARY_SIZE = 256 };

/* Makes the folder and writes its path; false when there is nowhere to make it. */
static inline bool temporary_folder(char path[TEMPORARY_SIZE])
{
    const char *wanted = getenv("TMPDIR");
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : wanted != NULL ? wanted : "/tmp";
    return snprintf(path, TEMPORARY_SIZE, "%s/beding-XXXXXX", root) < TEMPORARY_SIZE && mkdtemp(path) != NULL;
}

#endif
