/* output.c: files being written, whole or not at all; see output.h. */
#include "compiler/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/messages.h"
#include "vm/core/sha256.h"

enum { BUFFER_SIZE = 256 * 1024, NAME_TRIES = 100 };

static void report(Output *out, int error)
{
    out->failed = true;
    if (error != EPIPE) {
        message_error(out->cli, MSG_CANNOT_WRITE,
                      (Holes){.a = text_from_cstring(out->path), .b = text_from_cstring(strerror(error))});
    }
}

/* Opens a new file beside `path`, so that the rename stays on one file system. */
static bool open_temporary(Output *out)
{
    size_t length = strlen(out->path);
    char *name = arena_alloc(&out->cli->arena, length + 32);
    for (int attempt = 0; attempt < NAME_TRIES; attempt++) {
        int written = snprintf(name, length + 32, "%s.%ld-%d.tmp", out->path, (long)getpid(), attempt);
        if (written < 0)
            break;
        out->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (out->fd >= 0) {
            out->temporary = name;
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    report(out, errno);
    return false;
}

bool output_can_drop(const char *path)
{
    struct stat info;
    return path != NULL && strcmp(path, "-") != 0 && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}

static bool open_with_room(Output *out, Cli *cli, const char *path, size_t capacity)
{
    *out = (Output){.cli = cli, .path = path == NULL ? "-" : path, .fd = -1};
    out->capacity = capacity;
    out->data = arena_alloc(&cli->arena, out->capacity);
    if (strcmp(out->path, "-") == 0) {
        out->fd = STDOUT_FILENO;
    } else if (!output_can_drop(out->path)) {
        /* A device or a pipe has no half-written state to hide, and must not be replaced by a file. */
        out->fd = open(out->path, O_WRONLY | O_CLOEXEC);
        if (out->fd < 0) {
            report(out, errno);
            return false;
        }
    } else if (!open_temporary(out)) {
        return false;
    }
    out->open = true;
    out->next = cli->outputs;
    cli->outputs = out;
    return true;
}

bool output_open(Output *out, Cli *cli, const char *path)
{
    return open_with_room(out, cli, path, BUFFER_SIZE);
}

void output_open_memory(Output *out, Cli *cli)
{
    *out = (Output){.cli = cli, .fd = -1, .is_memory = true};
}

void output_free(Output *out)
{
    free(out->data);
    out->data = NULL;
    out->size = out->capacity = 0;
}

static void grow(Output *out, size_t size)
{
    size_t capacity = out->capacity * 2 < BUFFER_SIZE ? BUFFER_SIZE : out->capacity * 2;
    while (capacity - out->size < size)
        capacity *= 2;
    char *bigger = realloc(out->data, capacity);
    if (bigger == NULL)
        longjmp(out->cli->landing, BD_NOMEM);
    out->data = bigger;
    out->capacity = capacity;
}

static void send(Output *out, const char *data, size_t size)
{
    size_t done = 0;
    if (out->digest != NULL)
        sha256_update(out->digest, data, size);
    while (!out->failed && done < size) {
        ssize_t written = write(out->fd, data + done, size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            report(out, errno);
    }
}

void output_flush(Output *out)
{
    if (out->is_memory)
        return;
    send(out, out->data, out->size);
    out->size = 0;
}

void output_text(Output *out, Text text)
{
    if (out->is_memory && out->capacity - out->size < text.size)
        grow(out, text.size);
    if (out->capacity - out->size < text.size)
        output_flush(out);
    if (out->capacity < text.size) {
        send(out, text.data, text.size);
    } else if (text.size > 0) {
        memcpy(out->data + out->size, text.data, text.size);
        out->size += text.size;
    }
}

void output_long_text(Output *out, Text text)
{
    output_flush(out);
    send(out, text.data, text.size);
}

void output_char(Output *out, char c)
{
    *output_room(out, 1) = c;
    out->size++;
}

void output_make_room(Output *out, size_t size)
{
    if (out->is_memory)
        grow(out, size);
    else
        output_flush(out);
}

/* Takes the output out of the list of those to abandon. */
static void forget(Output *out)
{
    for (Output **link = &out->cli->outputs; *link != NULL; link = &(*link)->next) {
        if (*link == out) {
            *link = out->next;
            return;
        }
    }
}

bool output_finish(Output *out)
{
    if (!out->open)
        return false;
    output_flush(out);
    bool is_stdout = out->fd == STDOUT_FILENO;
    if (!is_stdout && close(out->fd) != 0 && !out->failed)
        report(out, errno);
    out->fd = -1;
    if (out->temporary != NULL && !out->failed && rename(out->temporary, out->path) != 0)
        report(out, errno);
    if (out->temporary != NULL && out->failed)
        (void)unlink(out->temporary);
    out->open = false;
    forget(out);
    return !out->failed;
}

void output_abandon_all(Cli *cli)
{
    for (Output *out = cli->outputs; out != NULL; out = out->next) {
        if (out->fd > STDERR_FILENO)
            (void)close(out->fd);
        if (out->temporary != NULL)
            (void)unlink(out->temporary);
        out->open = false;
    }
    cli->outputs = NULL;
}

ExitStatus output_write_all(Cli *cli, const char *path, Text text)
{
    Output *out = arena_alloc(&cli->arena, sizeof *out);
    if (!open_with_room(out, cli, path, 0)) /* it is sent as it is */
        return EXIT_FILE;
    output_long_text(out, text);
    return output_finish(out) ? EXIT_GOOD : EXIT_FILE;
}
