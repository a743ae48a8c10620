/* load.c: MODULE arguments made ready to decide; see load.h. */
#include "compiler/cli/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/memory.h"
#include "compiler/cli/overwrite.h"
#include "compiler/cli/signing.h"
#include "vm/module.h"

static ExitStatus cannot_read(Cli *cli, Text path, int error)
{
    message_error(cli, MSG_CANNOT_READ, (Holes){.a = path, .b = text_from_cstring(strerror(error))});
    return EXIT_FILE;
}

static bool ends_with(const char *string, const char *end)
{
    size_t length = strlen(string), end_length = strlen(end);
    return length >= end_length && strcmp(string + length - end_length, end) == 0;
}

bool load_is_module(const char *path)
{
    return ends_with(path, ".bdc");
}

/* Reads what is left of a descriptor. 0, or the errno of the failing call; EFBIG when there is more than `limit`. */
static int read_all(Cli *cli, int fd, size_t limit, Text *out)
{
    size_t capacity = 0, size = 0;
    char *data = NULL;
    for (;;) {
        data = arena_reserve(&cli->arena, data, size, &capacity, 1, size + 65536);
        ssize_t got = read(fd, data + size, capacity - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0)
            break;
        size += (size_t)got;
        if (size > limit)
            return EFBIG;
    }
    *out = (Text){data, size};
    return 0;
}

ExitStatus load_file(Cli *cli, const char *path, size_t limit, Text *out)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot_read(cli, text_from_cstring(path), errno);
    int error = read_all(cli, fd, limit, out);
    if (!is_stdin)
        (void)close(fd);
    return error == 0 ? EXIT_GOOD : cannot_read(cli, text_from_cstring(path), error);
}

/* The compiler's reader: one byte more than the limit is enough for it to see that a file is too large. */
bool load_read_source(void *context, Text path, const char **data, size_t *size)
{
    Cli *cli = context;
    int fd = open(cli_cstring(cli, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct stat info;
    Text text = {NULL, 0};
    bool is_folder = fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
    int error = is_folder ? EISDIR : read_all(cli, fd, SOURCE_MAX_BYTES, &text);
    (void)close(fd);
    *data = text.data;
    *size = text.size;
    return error == 0;
}

static bool is_source_name(const char *name)
{
    return name[0] != '.' && (ends_with(name, ".bdg") || ends_with(name, ".bdg.md"));
}

static const char *in_folder(Cli *cli, const char *path, const char *file)
{
    StringBuilder name;
    builder_init(&name, &cli->arena);
    builder_text(&name, text_from_cstring(path));
    if (!ends_with(path, "/"))
        builder_char(&name, '/');
    builder_text(&name, text_from_cstring(file));
    return cli_cstring(cli, builder_result(&name));
}

/* An agreement in several files says by this name which of them imports the others. */
static const char *find_main_source(Cli *cli, const char *path)
{
    static const char *const NAMES[] = {"overeenkomst.bdg.md", "overeenkomst.bdg", "agreement.bdg.md", "agreement.bdg"};
    struct stat info;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *whole = in_folder(cli, path, NAMES[i]);
        if (stat(whole, &info) == 0)
            return whole;
    }
    return NULL;
}

const char *load_find_source(Cli *cli, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return path;
    const char *main_source = find_main_source(cli, path);
    if (main_source != NULL)
        return main_source;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        (void)cannot_read(cli, text_from_cstring(path), errno);
        return NULL;
    }
    const char *found = NULL;
    bool is_one = true;
    for (const struct dirent *entry = readdir(folder); entry != NULL && is_one; entry = readdir(folder)) {
        if (!is_source_name(entry->d_name))
            continue;
        const char *whole = in_folder(cli, path, entry->d_name);
        if (found != NULL) {
            bool is_first = strcmp(found, whole) < 0;
            Holes holes = {.a = text_from_cstring(path),
                           .b = text_from_cstring(is_first ? found : whole),
                           .c = text_from_cstring(is_first ? whole : found)};
            message_error(cli, MSG_MANY_CONTRACTS_IN_FOLDER, holes);
            is_one = false;
        }
        found = whole;
    }
    (void)closedir(folder);
    if (found == NULL)
        message_error(cli, MSG_NO_CONTRACT_IN_FOLDER, (Holes){.a = text_from_cstring(path)});
    return is_one ? found : NULL;
}

static ExitStatus compile_path(Cli *cli, Compilation *compilation, const char *path, const CompileOptions *options)
{
    memset(compilation, 0, sizeof *compilation);
    struct stat info;
    if (stat(path, &info) != 0)
        return cannot_read(cli, text_from_cstring(path), errno);
    if (S_ISREG(info.st_mode) && info.st_size > SOURCE_MAX_BYTES) {
        message_error(cli, MSG_TOO_LARGE,
                      (Holes){.a = text_from_cstring(path), .b = cli_number(cli, SOURCE_MAX_BYTES)});
        return EXIT_WANTING;
    }
    if (access(path, R_OK) != 0)
        return cannot_read(cli, text_from_cstring(path), errno);
    if (compile_file(compilation, text_from_cstring(path), options) != BD_OK)
        longjmp(cli->landing, BD_NOMEM);
    bool may_go_on = true;
    for (uint32_t i = 0; i < compilation->sources.count && may_go_on; i++)
        may_go_on = overwrite_may_read(cli, compilation->sources.items[i]->name);
    if (may_go_on)
        return EXIT_GOOD;
    compile_free(compilation);
    memset(compilation, 0, sizeof *compilation);
    return EXIT_USAGE;
}

ExitStatus load_compile(Cli *cli, Compilation *compilation, const char *path, Stage last, StringBuilder *dump)
{
    CompileOptions options = {
        .allocator = memory_allocator(), .read = load_read_source, .read_context = cli, .last = last, .dump = dump};
    return compile_path(cli, compilation, path, &options);
}

ExitStatus load_compile_clauses(Cli *cli, Compilation *compilation, const char *path)
{
    CompileOptions options = {.allocator = memory_allocator(),
                              .read = load_read_source,
                              .read_context = cli,
                              .last = STAGE_MODULE,
                              .clauses = true};
    return compile_path(cli, compilation, path, &options);
}

/* Whether the ledger was read and found wanting, rather than not reached. */
static bool ledger_is_at_fault(uint32_t problem)
{
    return problem != BD_LEDGER_IN_USE && problem != BD_LEDGER_READ_ONLY && problem != BD_LEDGER_FULL &&
           problem != BD_LEDGER_UNREACHABLE;
}

ExitStatus load_report(Cli *cli, const bd_error *error)
{
    message_error(cli, MSG_LIBRARY, (Holes){.a = text_from_cstring(error->message)});
    switch (error->code) {
    case BD_NOMEM:
    case BD_LIMIT: return EXIT_LIMIT;
    case BD_LEDGER: return ledger_is_at_fault(error->offset) ? EXIT_WANTING : EXIT_FILE;
    case BD_MODULE:
    case BD_NEWER:
    case BD_NAME:
    case BD_MISSING:
    case BD_FAULT:
    case BD_ORDER:
    case BD_NATIVE:
    case BD_SIGNATURE:
    case BD_SYNTAX:
    case BD_RANGE:
    case BD_DIVIDE: return EXIT_WANTING;
    case BD_OK:
    case BD_ARGUMENT:
    case BD_STATE:
    case BD_STATUS_COUNT: break;
    }
    return EXIT_BUG;
}

static Text number_text(Cli *cli, uint64_t number)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_uint64(&out, number);
    return builder_result(&out);
}

/* What is no module at all, and one of a later format, are said in the user's language; the rest is the library's to tell. */
static Text why_unusable(Cli *cli, const void *bytes, size_t size, Text reason)
{
    FileHeader header;
    StringBuilder out;
    bool is_module = size >= offsetof(FileHeader, sections) && memcmp(bytes, MODULE_MAGIC, sizeof header.magic) == 0;
    builder_init(&out, &cli->arena);
    if (!is_module)
        return message_pattern(cli, MSG_NO_MODULE);
    memcpy(&header, bytes, offsetof(FileHeader, sections));
    if (header.format <= BD_FORMAT_VERSION)
        return reason;
    message_append(cli, &out, MSG_NEWER_MODULE,
                   (Holes){.a = number_text(cli, header.format), .b = number_text(cli, BD_FORMAT_VERSION)});
    return builder_result(&out);
}

static ExitStatus load_module(Loaded *loaded, const void *bytes, size_t size)
{
    bd_error error = {.code = BD_OK};
    bd_status status = bd_module_load(bytes, size, NULL, &loaded->module, &error);
    if (status == BD_OK)
        return EXIT_GOOD;
    if (status == BD_NOMEM)
        return load_report(loaded->cli, &error);
    Text reason = text_from_cstring(error.message);
    if (loaded->is_compiled) {
        message_error(loaded->cli, MSG_BUG, (Holes){.a = reason});
        return EXIT_BUG;
    }
    reason = why_unusable(loaded->cli, bytes, size, reason);
    message_error(loaded->cli, MSG_BAD_MODULE, (Holes){.a = loaded->name, .b = reason});
    return EXIT_WANTING;
}

static ExitStatus map_module(Loaded *loaded, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        return cannot_read(loaded->cli, loaded->name, errno);
    void *map = MAP_FAILED;
    /* Who asks for a signature does not trust whoever can write the file: what was checked must be what is loaded, so it is read once. */
    bool may_map = S_ISREG(info.st_mode) && info.st_size > 0 && loaded->cli->trust == NULL;
    if (may_map)
        map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int error = errno;
    (void)close(fd);
    if (map == MAP_FAILED && may_map)
        return cannot_read(loaded->cli, loaded->name, error);
    if (map != MAP_FAILED) {
        loaded->map = map;
        loaded->map_size = (size_t)info.st_size;
        return load_module(loaded, map, loaded->map_size);
    }
    if (S_ISDIR(info.st_mode))
        return cannot_read(loaded->cli, loaded->name, EISDIR);
    /* An empty file, one that cannot be mapped (a pipe), or one whose signature is checked: read it. */
    Text text = {NULL, 0};
    ExitStatus status = load_file(loaded->cli, path, MODULE_MAX_BYTES, &text);
    if (status == EXIT_GOOD)
        status = signing_require(loaded->cli, path, text);
    return status == EXIT_GOOD ? load_module(loaded, text.data, text.size) : status;
}

ExitStatus load_open(Loaded *loaded, Cli *cli, const char *path)
{
    memset(loaded, 0, sizeof *loaded);
    loaded->cli = cli;
    loaded->name = text_from_cstring(path);
    if (load_is_module(path))
        return map_module(loaded, path);
    ExitStatus status = signing_require_module(cli, path);
    if (status != EXIT_GOOD)
        return status;
    const char *source = load_find_source(cli, path);
    if (source == NULL)
        return EXIT_WANTING;
    loaded->is_compiled = true;
    loaded->name = text_from_cstring(source);
    status = load_compile(cli, &loaded->compilation, source, STAGE_MODULE, NULL);
    if (status != EXIT_GOOD)
        return status;
    /* Warnings are for who writes the contract (check, build, test); who uses it only hears what keeps it from running. */
    if (diag_has_errors(&loaded->compilation.diags))
        load_print_diagnostics(cli, &loaded->compilation);
    if (loaded->compilation.module == NULL)
        return EXIT_WANTING;
    return load_module(loaded, loaded->compilation.module, loaded->compilation.module_size);
}

ExitStatus load_compiled(Loaded *loaded, Cli *cli, Text name, const CompileOptions *options)
{
    memset(loaded, 0, sizeof *loaded);
    loaded->cli = cli;
    loaded->name = name;
    loaded->is_compiled = true;
    if (compile_file(&loaded->compilation, name, options) != BD_OK)
        longjmp(cli->landing, BD_NOMEM);
    if (loaded->compilation.module == NULL)
        return EXIT_WANTING;
    return load_module(loaded, loaded->compilation.module, loaded->compilation.module_size);
}

void load_close(Loaded *loaded)
{
    bd_module_free(loaded->module);
    loaded->module = NULL;
    if (loaded->is_compiled)
        compile_free(&loaded->compilation);
    if (loaded->map != NULL)
        (void)munmap(loaded->map, loaded->map_size);
    loaded->map = NULL;
}

uint32_t load_find_table(const bd_module *module, Text name)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    for (uint32_t i = 0; i < info.tables; i++) {
        bd_table_info table;
        if (bd_module_table(module, i, &table) == BD_OK && text_equal(table.name, name))
            return i;
    }
    return BD_NONE;
}

uint64_t load_cost(const Compilation *compilation)
{
    bd_module *module = NULL;
    bd_error error = {.code = BD_OK};
    bd_module_info info = {.cost = 0};
    if (compilation->module == NULL ||
        bd_module_load(compilation->module, compilation->module_size, NULL, &module, &error) != BD_OK)
        return 0;
    bd_module_describe(module, &info);
    bd_module_free(module);
    return info.cost;
}

void load_append_cost(const Cli *cli, StringBuilder *out, uint64_t cost)
{
    StringBuilder number;
    if (cost == 0)
        return;
    builder_init(&number, out->arena);
    message_count(cli, &number, cost);
    message_append(cli, out, MSG_COST, (Holes){.a = builder_result(&number)});
    builder_char(out, '\n');
}
