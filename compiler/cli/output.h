/* output.h: files being written, whole or not at all.
**
** Job: buffered writing to a file or to stdout. A named file is written under a temporary name in its own folder and takes its name in
** output_finish; whatever is not finished when the program ends is removed. A reader that went away (EPIPE) is no error to talk about.
** Invariant: after the first failure nothing more is written and output_finish says false.
*/
#ifndef BEDING_CLI_OUTPUT_H
#define BEDING_CLI_OUTPUT_H

#include "compiler/cli/cli.h"

typedef struct Output {
    Cli *cli;
    const char *path; /* as the user named it; "-" for stdout */
    char *temporary;  /* what is written to until output_finish; NULL for stdout and for devices */
    int fd;
    bool failed, open;
    bool is_memory; /* nothing is sent on: the buffer grows, and belongs to output_free */
    char *data;
    size_t size, capacity;
    struct Sha256 *digest; /* when set: counts and hashes every byte that is sent on */
    struct Output *next;   /* in Cli.outputs */
} Output;

/* Opens `path` for writing ("-" or NULL: stdout). Reports what goes wrong; then false. The Output must live until the program ends. */
bool output_open(Output *out, Cli *cli, const char *path);

/* Whether `path` (NULL too) names a file that is made whole or not at all, so that what was written can be dropped. */
bool output_can_drop(const char *path);

/* An output that stays in memory. No call on it fails; running out of memory goes to out->cli, which may be set anew. */
void output_open_memory(Output *out, Cli *cli);
void output_free(Output *out);

/* Appends bytes. */
void output_text(Output *out, Text text);
void output_char(Output *out, char c);

/* Sends on what was appended, and then `text` without a copy in between. Of a file, not of memory. */
void output_long_text(Output *out, Text text);

/* Room for `size` bytes at the end of the buffer, to be filled by the caller and counted with output_advance. */
enum { OUTPUT_MAX_ROOM = 64 * 1024 };
void output_make_room(Output *out, size_t size);
static inline char *output_room(Output *out, size_t size)
{
    if (out->capacity - out->size < size)
        output_make_room(out, size);
    return out->data + out->size;
}
static inline void output_advance(Output *out, size_t size)
{
    out->size += size;
}

/* Sends the buffer on. */
void output_flush(Output *out);

/* Flushes, closes and gives the file its name. Reports what goes wrong; then false, and the named file is as it was. */
bool output_finish(Output *out);

/* Removes the temporary files of all outputs that were not finished. */
void output_abandon_all(Cli *cli);

/* Writes one text to a file (or stdout) as a whole. EXIT_GOOD or EXIT_FILE. */
ExitStatus output_write_all(Cli *cli, const char *path, Text text);

#endif
