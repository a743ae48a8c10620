/* feed.c: a file read piece by piece; see feed.h. */
#include "compiler/cli/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/messages.h"

static bool report(Feed *feed, int error)
{
    feed->failed = true;
    message_error(feed->cli, MSG_CANNOT_READ, (Holes){.a = feed->name, .b = text_from_cstring(strerror(error))});
    return false;
}

void feed_seal(char *data, size_t size)
{
    static const char SEAL[FEED_PADDING] = "\njanee";
    memcpy(data + size, SEAL, sizeof SEAL);
}

void feed_take_over(Feed *feed, Cli *cli, int fd, Text name)
{
    *feed = (Feed){.cli = cli, .name = name, .fd = fd, .capacity = FEED_BUFFER};
    feed->data = malloc(feed->capacity + FEED_PADDING);
    if (feed->data == NULL)
        longjmp(cli->landing, BD_NOMEM);
    feed_seal(feed->data, feed->end);
}

bool feed_open(Feed *feed, Cli *cli, const char *path)
{
    *feed = (Feed){.cli = cli, .name = text_from_cstring(path), .fd = STDIN_FILENO};
    if (strcmp(path, "-") != 0) {
        feed->fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat info;
        if (feed->fd < 0)
            return report(feed, errno);
        if (fstat(feed->fd, &info) == 0 && S_ISDIR(info.st_mode))
            return report(feed, EISDIR);
    }
    feed_take_over(feed, cli, feed->fd, feed->name);
    return true;
}

static bool grow(Feed *feed)
{
    if (feed->capacity >= FEED_MAX_RECORD)
        return false;
    char *bigger = realloc(feed->data, feed->capacity * 2 + FEED_PADDING);
    if (bigger == NULL)
        longjmp(feed->cli->landing, BD_NOMEM);
    feed->data = bigger;
    feed->capacity *= 2;
    return true;
}

/* Reads until `wanted` bytes are there or the file ends, which is noted; how many there are. */
static size_t read_bytes(Feed *feed, char *to, size_t wanted)
{
    size_t done = 0;
    while (done < wanted && !feed->at_end && !feed->failed) {
        ssize_t got = read(feed->fd, to + done, wanted - done);
        if (got > 0)
            done += (size_t)got;
        else if (got == 0)
            feed->at_end = true;
        else if (errno != EINTR)
            (void)report(feed, errno);
    }
    return done;
}

bool feed_fill(Feed *feed)
{
    if (feed->at_end || feed->failed || feed->is_piece)
        return false;
    size_t rest = feed->end - feed->begin;
    if (rest > 0 && feed->begin > 0)
        memmove(feed->data, feed->data + feed->begin, rest);
    feed->begin = 0;
    feed->end = rest;
    if (feed->end == feed->capacity && !grow(feed))
        return false;
    feed->end += read_bytes(feed, feed->data + feed->end, feed->capacity - feed->end);
    feed_seal(feed->data, feed->end);
    return feed->end > rest && !feed->failed;
}

size_t feed_take(Feed *feed, char *to, size_t wanted)
{
    size_t part = feed->end - feed->begin;
    part = part < wanted ? part : wanted;
    memcpy(to, feed->data + feed->begin, part);
    feed->begin += part;
    return part + read_bytes(feed, to + part, wanted - part);
}

void feed_give_back(Feed *feed, const char *data, size_t size)
{
    if (feed->begin < feed->end) { /* nothing came past the buffer */
        feed->begin -= size;
        return;
    }
    while (feed->capacity < size && grow(feed))
        continue;
    memcpy(feed->data, data, size);
    feed->begin = 0;
    feed->end = size;
    feed_seal(feed->data, feed->end);
}

void feed_close(Feed *feed)
{
    if (feed->fd > STDERR_FILENO)
        (void)close(feed->fd);
    feed->fd = -1;
    if (!feed->is_piece)
        free(feed->data);
    feed->data = NULL;
}
