/* sorter.c: see sorter.h. */
#include "compiler/cli/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/messages.h"

typedef struct Sizes {
    uint32_t key, content;
} Sizes;

FILE *sorter_temporary(Cli *cli, char **path)
{
    const char *folder = getenv("TMPDIR");
    StringBuilder name;
    builder_init(&name, &cli->arena);
    builder_text(&name, text_from_cstring(folder && *folder ? folder : "/tmp"));
    builder_text(&name, TEXT("/beding-XXXXXX"));
    *path = cli_cstring(cli, builder_result(&name));
    int fd = mkstemp(*path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
    if (file == NULL) {
        message_error(cli, MSG_CANNOT_WRITE,
                      (Holes){.a = text_from_cstring(*path), .b = text_from_cstring(strerror(errno))});
        if (fd >= 0)
            (void)close(fd);
    }
    return file;
}

static bool fail(Sorter *sorter)
{
    if (!sorter->failed)
        message_error(sorter->cli, MSG_CANNOT_WRITE,
                      (Holes){.a = TEXT("(tmp)"), .b = text_from_cstring(strerror(errno))});
    sorter->failed = true;
    return false;
}

static void *grown(Sorter *sorter, void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL)
        longjmp(sorter->cli->landing, BD_NOMEM);
    return memory;
}

void sorter_init(Sorter *sorter, Cli *cli)
{
    *sorter = (Sorter){.cli = cli};
}

static Sizes sizes_of(const char *record)
{
    Sizes sizes;
    memcpy(&sizes, record, sizeof sizes);
    return sizes;
}

static int compare_records(const char *a, const char *b)
{
    Sizes first = sizes_of(a), second = sizes_of(b);
    size_t common = first.key < second.key ? first.key : second.key;
    int order = memcmp(a + sizeof first, b + sizeof second, common);
    return order != 0 ? order : (first.key > second.key) - (first.key < second.key);
}

/* Sorts records[from .. to): merging keeps equal keys in order and needs no global for the bytes they lie in. */
static void sort(Sorter *sorter, size_t *room, size_t from, size_t to)
{
    if (to - from < 2)
        return;
    size_t middle = from + (to - from) / 2, left = from, right = middle;
    sort(sorter, room, from, middle);
    sort(sorter, room, middle, to);
    for (size_t i = from; i < to; i++) {
        bool takes_left =
            left < middle && (right == to || compare_records(sorter->bytes + sorter->records[left],
                                                             sorter->bytes + sorter->records[right]) <= 0);
        room[i] = sorter->records[takes_left ? left++ : right++];
    }
    memcpy(sorter->records + from, room + from, (to - from) * sizeof *room);
}

static void sort_records(Sorter *sorter)
{
    size_t *room = grown(sorter, NULL, (sorter->count + 1) * sizeof *room);
    sort(sorter, room, 0, sorter->count);
    free(room);
}

/* Sets aside what is in memory. */
static bool write_run(Sorter *sorter)
{
    char *path = NULL;
    sort_records(sorter);
    FILE *file = sorter_temporary(sorter->cli, &path);
    if (file == NULL) {
        sorter->failed = true;
        return false;
    }
    (void)unlink(path);
    if (sorter->run_count == sorter->run_capacity) {
        sorter->run_capacity = sorter->run_capacity == 0 ? 16 : sorter->run_capacity * 2;
        sorter->runs = grown(sorter, sorter->runs, sorter->run_capacity * sizeof *sorter->runs);
    }
    sorter->runs[sorter->run_count++] = (SorterRun){.file = file};
    for (size_t i = 0; i < sorter->count; i++) {
        const char *record = sorter->bytes + sorter->records[i];
        Sizes sizes = sizes_of(record);
        if (fwrite(record, sizeof sizes + sizes.key + sizes.content, 1, file) != 1)
            return fail(sorter);
    }
    sorter->used = sorter->count = 0;
    return fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0 ? true : fail(sorter);
}

bool sorter_add(Sorter *sorter, Text key, Text content)
{
    Sizes sizes = {(uint32_t)key.size, (uint32_t)content.size};
    size_t size = sizeof sizes + key.size + content.size;
    bool is_full = sorter->used + size + (sorter->count + 1) * sizeof *sorter->records > SORTER_MEMORY;
    if (sorter->failed || (is_full && sorter->count > 0 && !write_run(sorter)))
        return false;
    if (sorter->used + size > sorter->capacity) {
        sorter->capacity = sorter->used + size > sorter->capacity * 2 ? sorter->used + size : sorter->capacity * 2;
        sorter->bytes = grown(sorter, sorter->bytes, sorter->capacity);
    }
    if (sorter->count == sorter->record_capacity) {
        sorter->record_capacity = sorter->record_capacity == 0 ? 1024 : sorter->record_capacity * 2;
        sorter->records = grown(sorter, sorter->records, sorter->record_capacity * sizeof *sorter->records);
    }
    char *record = sorter->bytes + sorter->used;
    memcpy(record, &sizes, sizeof sizes);
    if (key.size > 0)
        memcpy(record + sizeof sizes, key.data, key.size);
    if (content.size > 0)
        memcpy(record + sizeof sizes + key.size, content.data, content.size);
    sorter->records[sorter->count++] = sorter->used;
    sorter->used += size;
    return true;
}

/* Reads the next record of a run. */
static bool advance(Sorter *sorter, SorterRun *run)
{
    Sizes sizes;
    if (fread(&sizes, sizeof sizes, 1, run->file) != 1) {
        run->is_done = true;
        return ferror(run->file) ? fail(sorter) : true;
    }
    size_t size = sizeof sizes + sizes.key + sizes.content;
    if (size > run->capacity) {
        run->capacity = size * 2;
        run->record = grown(sorter, run->record, run->capacity);
    }
    memcpy(run->record, &sizes, sizeof sizes);
    run->key_size = sizes.key;
    run->size = sizes.content;
    bool is_read = size == sizeof sizes || fread(run->record + sizeof sizes, size - sizeof sizes, 1, run->file) == 1;
    return is_read ? true : fail(sorter);
}

bool sorter_finish(Sorter *sorter)
{
    sorter->is_reading = true;
    sorter->next = 0;
    if (sorter->failed)
        return false;
    if (sorter->run_count == 0) {
        sort_records(sorter);
        return true;
    }
    if (sorter->count > 0 && !write_run(sorter))
        return false;
    for (size_t i = 0; i < sorter->run_count; i++) {
        if (!advance(sorter, &sorter->runs[i]))
            return false;
    }
    sorter->next = sorter->run_count; /* no record was handed out yet */
    return true;
}

static bool next_in_memory(Sorter *sorter, Text *content)
{
    if (sorter->next == sorter->count)
        return false;
    const char *record = sorter->bytes + sorter->records[sorter->next++];
    Sizes sizes = sizes_of(record);
    *content = (Text){record + sizeof sizes + sizes.key, sizes.content};
    return true;
}

bool sorter_next(Sorter *sorter, Text *content)
{
    if (sorter->failed)
        return false;
    if (sorter->run_count == 0)
        return next_in_memory(sorter, content);
    if (sorter->next < sorter->run_count && !advance(sorter, &sorter->runs[sorter->next]))
        return false;
    SorterRun *least = NULL;
    for (size_t i = 0; i < sorter->run_count; i++) {
        SorterRun *run = &sorter->runs[i];
        if (!run->is_done && (least == NULL || compare_records(run->record, least->record) < 0))
            least = run;
    }
    if (least == NULL)
        return false;
    sorter->next = (size_t)(least - sorter->runs);
    *content = (Text){least->record + sizeof(Sizes) + least->key_size, least->size};
    return true;
}

void sorter_close(Sorter *sorter)
{
    for (size_t i = 0; i < sorter->run_count; i++) {
        (void)fclose(sorter->runs[i].file);
        free(sorter->runs[i].record);
    }
    free(sorter->runs);
    free(sorter->records);
    free(sorter->bytes);
    *sorter = (Sorter){.cli = sorter->cli};
}
