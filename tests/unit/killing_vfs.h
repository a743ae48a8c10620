/* killing_vfs.h - a layer under SQLite that ends the process at the n-th change of a file, as `kill -9` would.
 *
 * Writing, cutting, syncing, deleting and opening count. Of a write that ends the process half the bytes are written, which is the worst
 * that a killed process leaves: the system keeps what reached it.
 */
#ifndef BEDING_TESTS_KILLING_VFS_H
#define BEDING_TESTS_KILLING_VFS_H

#include <signal.h>
#include <sqlite3.h>
#include <stddef.h>

static unsigned killing_moments; /* so far */
static unsigned killing_at;      /* the moment to end at; 0: never */

typedef struct KillingFile {
    sqlite3_file base;
    _Alignas(sqlite3_int64) char real[];
} KillingFile;

static sqlite3_vfs *killing_real; /* the system's own */

static inline sqlite3_file *killing_below(sqlite3_file *file)
{
    return (sqlite3_file *)(void *)((KillingFile *)file)->real;
}

static inline void killing_moment(void)
{
    if (++killing_moments == killing_at)
        raise(SIGKILL);
}

static inline int killing_close(sqlite3_file *file)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xClose(below);
}

static inline int killing_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xRead(below, data, size, offset);
}

static inline int killing_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    sqlite3_file *below = killing_below(file);
    if (killing_moments + 1 == killing_at)
        below->pMethods->xWrite(below, data, size / 2, offset);
    killing_moment();
    return below->pMethods->xWrite(below, data, size, offset);
}

static inline int killing_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *below = killing_below(file);
    killing_moment();
    return below->pMethods->xTruncate(below, size);
}

static inline int killing_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *below = killing_below(file);
    killing_moment();
    return below->pMethods->xSync(below, flags);
}

static inline int killing_size(sqlite3_file *file, sqlite3_int64 *size)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xFileSize(below, size);
}

static inline int killing_lock(sqlite3_file *file, int lock)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xLock(below, lock);
}

static inline int killing_unlock(sqlite3_file *file, int lock)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xUnlock(below, lock);
}

static inline int killing_check_lock(sqlite3_file *file, int *result)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xCheckReservedLock(below, result);
}

static inline int killing_control(sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xFileControl(below, what, argument);
}

static inline int killing_sector(sqlite3_file *file)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xSectorSize(below);
}

static inline int killing_device(sqlite3_file *file)
{
    sqlite3_file *below = killing_below(file);
    return below->pMethods->xDeviceCharacteristics(below);
}

static inline int killing_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = killing_close,
        .xRead = killing_read,
        .xWrite = killing_write,
        .xTruncate = killing_truncate,
        .xSync = killing_sync,
        .xFileSize = killing_size,
        .xLock = killing_lock,
        .xUnlock = killing_unlock,
        .xCheckReservedLock = killing_check_lock,
        .xFileControl = killing_control,
        .xSectorSize = killing_sector,
        .xDeviceCharacteristics = killing_device,
    };
    (void)vfs;
    killing_moment();
    file->pMethods = NULL;
    int result = killing_real->xOpen(killing_real, name, killing_below(file), flags, out);
    if (result == SQLITE_OK)
        file->pMethods = &methods;
    return result;
}

static inline int killing_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    killing_moment();
    return killing_real->xDelete(killing_real, name, sync_folder);
}

/* Puts the layer under every database that is opened from now on. */
static inline void killing_install(void)
{
    static sqlite3_vfs vfs;
    killing_real = sqlite3_vfs_find(NULL);
    vfs = *killing_real;
    vfs.pNext = NULL;
    vfs.zName = "killing";
    vfs.szOsFile = (int)sizeof(KillingFile) + killing_real->szOsFile;
    vfs.xOpen = killing_open;
    vfs.xDelete = killing_delete;
    sqlite3_vfs_register(&vfs, 1);
}

#endif
