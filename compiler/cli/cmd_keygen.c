/* cmd_keygen.c: `beding keygen`: a new pair of keys, NAME.secret for who signs and NAME.pub for everybody else.
**
** Neither file is ever overwritten: a secret key that is gone cannot be made again. The secret is readable for its owner only from the moment
** that it exists, whatever the umask.
*/
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/load.h"
#include "compiler/cli/signing.h"

static ExitStatus cannot_write(Cli *cli, const char *path, int error)
{
    bool exists = error == EEXIST;
    Holes holes = {.a = text_from_cstring(path), .b = text_from_cstring(exists ? "" : strerror(error))};
    message_error(cli, exists ? MSG_KEY_EXISTS : MSG_CANNOT_WRITE, holes);
    return EXIT_FILE;
}

/* 0, or the errno of the failing call. */
static int write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, text, size);
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
    return fsync(fd) != 0 && errno != EINVAL ? errno : 0;
}

/* Makes a file that is not there yet; on a failure there is none. */
static ExitStatus write_new(Cli *cli, const char *path, mode_t mode, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return cannot_write(cli, path, errno);
    int error = write_all(fd, text, size);
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0)
        return EXIT_GOOD;
    (void)unlink(path);
    return cannot_write(cli, path, error);
}

static ExitStatus write_pair(Cli *cli, const bd_secret_key *key, const char *secret_path, const char *public_path)
{
    char text[BD_SIGN_TEXT_MAX];
    if (access(public_path, F_OK) == 0)
        return cannot_write(cli, public_path, EEXIST);
    size_t size = bd_secret_key_write(key, text);
    ExitStatus status = write_new(cli, secret_path, 0600, text, size);
    if (status == EXIT_GOOD) {
        size = bd_public_key_write(&key->public_key, text);
        status = write_new(cli, public_path, 0666, text, size);
        if (status != EXIT_GOOD)
            (void)unlink(secret_path);
    }
    bd_secret_key erased;
    memset(&erased, 0, sizeof erased);
    (void)bd_secret_key_write(&erased, text); /* over the text of the secret, which is as long */
    return status;
}

ExitStatus cmd_keygen(Cli *cli, const Arguments *arguments)
{
    const char *name = arguments->free[0];
    const char *secret_path = signing_path(cli, name, ".secret"), *public_path = signing_path(cli, name, ".pub");
    bd_secret_key key;
    bd_error error = {.code = BD_OK};
    if (bd_secret_key_make(&key, &error) != BD_OK)
        return load_report(cli, &error);
    ExitStatus status = write_pair(cli, &key, secret_path, public_path);
    bd_secret_key_erase(&key);
    if (status != EXIT_GOOD)
        return status;
    StringBuilder out;
    builder_init(&out, &cli->arena);
    Holes holes = {.a = text_from_cstring(secret_path), .b = text_from_cstring(public_path)};
    message_append(cli, &out, MSG_KEYS_MADE, holes);
    builder_char(&out, '\n');
    message_print(builder_result(&out));
    return EXIT_GOOD;
}
