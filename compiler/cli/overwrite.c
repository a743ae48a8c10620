/* overwrite.c: no output takes the place of a file that the command reads; see overwrite.h. */
#include "compiler/cli/overwrite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITTEN                                                                                   \
    (OPTION_BIT(OUT) | OPTION_BIT(CHANGED) | OPTION_BIT(OUT_MODULE) | OPTION_BIT(OUT_SIGNATURE) | \
     OPTION_BIT(RECEIPT) | OPTION_BIT(SUMMARY) | OPTION_BIT(JUNIT))
#define READ                                                                                                      \
    (OPTION_BIT(LINES) | OPTION_BIT(ALLOCATIONS) | OPTION_BIT(STARTS) | OPTION_BIT(STOPS) | OPTION_BIT(RECORDS) | \
     OPTION_BIT(PARAMS) | OPTION_BIT(SERIES) | OPTION_BIT(LEDGER) | OPTION_BIT(INPUT) | OPTION_BIT(KEY) |         \
     OPTION_BIT(REQUIRE_KEY) | OPTION_BIT(SECRET) | OPTION_BIT(SIGNATURE))

/* What makes two files the same one. */
typedef struct FileId {
    bool is_file; /* neither standard output nor a device, and its folder exists */
    dev_t device;
    ino_t inode;
    Text name; /* of a file that is not there yet: device and inode are those of its folder */
} FileId;

/* A file that the command is going to write; Cli.written is a list of them. */
typedef struct Written {
    FileId id;
    Text shown; /* "--out FILE" */
    struct Written *next;
} Written;

static FileId id_of(Cli *cli, const char *path, bool is_written)
{
    struct stat info;
    if (strcmp(path, "-") == 0) {
        bool is_there = !is_written && fstat(STDIN_FILENO, &info) == 0 && S_ISREG(info.st_mode);
        return is_there ? (FileId){true, info.st_dev, info.st_ino, {NULL, 0}} : (FileId){.is_file = false};
    }
    if (stat(path, &info) == 0)
        return (FileId){S_ISREG(info.st_mode), info.st_dev, info.st_ino, {NULL, 0}};
    const char *slash = strrchr(path, '/');
    Text folder = slash == NULL ? TEXT("./") : (Text){path, (size_t)(slash - path) + 1};
    if (stat(cli_cstring(cli, folder), &info) != 0)
        return (FileId){.is_file = false};
    return (FileId){true, info.st_dev, info.st_ino, text_from_cstring(slash == NULL ? path : slash + 1)};
}

/* "--out FILE", or only the file when no option names it. */
static Text shown_as(Cli *cli, const char *option, const char *path)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_text(&out, text_from_cstring(option));
    builder_text(&out, *option == '\0' ? TEXT("") : TEXT(" "));
    builder_text(&out, text_from_cstring(path));
    return builder_result(&out);
}

/* Whether a file is none of those that are written; reported as `message` when it is. */
static bool is_apart(Cli *cli, const FileId *id, Text shown, Message message)
{
    for (const Written *written = cli->written; written != NULL && id->is_file; written = written->next) {
        if (written->id.is_file && written->id.device == id->device && written->id.inode == id->inode &&
            text_equal(written->id.name, id->name)) {
            message_error(cli, message, (Holes){.a = written->shown, .b = shown});
            return false;
        }
    }
    return true;
}

static bool add_written(Cli *cli, const char *option, const char *path)
{
    FileId id = id_of(cli, path, true);
    Text shown = shown_as(cli, option, path);
    if (!is_apart(cli, &id, shown, MSG_OUTPUTS_ARE_ONE))
        return false;
    Written *written = arena_alloc(&cli->arena, sizeof *written);
    *written = (Written){id, shown, cli->written};
    cli->written = written;
    return true;
}

static bool may_read(Cli *cli, const char *option, const char *path)
{
    FileId id = id_of(cli, path, false);
    return is_apart(cli, &id, shown_as(cli, option, path), MSG_OUTPUT_IS_READ);
}

static const char *path_of(OptionId id, const char *value)
{
    const char *equals = id == OPTION_RECORDS ? strchr(value, '=') : NULL;
    return equals == NULL ? value : equals + 1;
}

bool overwrite_check(Cli *cli, const Arguments *arguments)
{
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if ((WRITTEN >> id & 1) != 0 && arguments->values[id] != NULL &&
            !add_written(cli, OPTION_ROWS[id].name, arguments->values[id]))
            return false;
    }
    bool is_good = true;
    for (size_t i = 0; i < arguments->free_count && is_good; i++)
        is_good = may_read(cli, "", arguments->free[i]);
    for (size_t id = 0; id < OPTION_COUNT && is_good; id++) {
        if ((READ >> id & 1) != 0 && arguments->values[id] != NULL && !OPTION_ROWS[id].repeatable)
            is_good = may_read(cli, OPTION_ROWS[id].name, arguments->values[id]);
    }
    for (size_t i = 0; i < arguments->repeated_count && is_good; i++) {
        const Repeated *option = &arguments->repeated[i];
        if ((READ >> option->id & 1) != 0)
            is_good = may_read(cli, OPTION_ROWS[option->id].name, path_of(option->id, option->value));
    }
    return is_good;
}

bool overwrite_may_read(Cli *cli, Text path)
{
    return cli->written == NULL || may_read(cli, "", cli_cstring(cli, path));
}
