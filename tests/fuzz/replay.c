/* Replays known inputs through a fuzz target.
**
** Each argument is a file, or a folder whose files and folders are taken in name order; a path that does not exist is passed
** over, so that a target without a corpus still runs. This makes every crash once found an ordinary test under
** gcc's sanitizers, without libFuzzer. The empty input always comes first.
*/
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_SIZE = 4096 };

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
        return 1;
    }
    uint8_t *data = NULL;
    size_t size = 0;
    size_t room = 0;
    for (;;) {
        if (size == room) {
            room = room == 0 ? 65536 : room * 2;
            uint8_t *larger = realloc(data, room);
            if (larger == NULL) {
                fprintf(stderr, "replay: %s: out of memory\n", path);
                free(data);
                fclose(file);
                return 1;
            }
            data = larger;
        }
        size_t got = fread(data + size, 1, room - size, file);
        if (got == 0) {
            break;
        }
        size += got;
    }
    int failed = ferror(file);
    fclose(file);
    /* A block of exactly `size` bytes lets the sanitizer see a read one past the end. */
    uint8_t *exact = size == 0 ? NULL : realloc(data, size);
    if (exact != NULL) {
        data = exact;
    }
    if (!failed) {
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return failed ? 1 : 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_path(const char *path, unsigned *count);

static int replay_folder(const char *path, unsigned *count)
{
    struct dirent **entries = NULL;
    int entry_count = scandir(path, &entries, is_visible, alphasort);
    int failed = entry_count < 0;
    for (int i = 0; i < entry_count; i++) {
        char name[PATH_SIZE];
        int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        failed |= length < 0 || length >= PATH_SIZE || replay_path(name, count);
        free(entries[i]);
    }
    free(entries);
    return failed;
}

static int replay_path(const char *path, unsigned *count)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return 0;
    if (S_ISDIR(status.st_mode))
        return replay_folder(path, count);
    ++*count;
    return replay_file(path);
}

int main(int argument_count, char **arguments)
{
    static const uint8_t nothing[1];
    LLVMFuzzerTestOneInput(nothing, 0);
    unsigned count = 1;
    int failed = 0;
    for (int i = 1; i < argument_count; i++)
        failed |= replay_path(arguments[i], &count);
    printf("replayed %u inputs\n", count);
    return failed;
}
