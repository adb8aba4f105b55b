/* Faults on purpose, under a program that knows nothing of them: loaded before the C library, it counts and records
 * what is done to the files of one folder, and at the point that was asked for the process dies, the disk says that it
 * cannot, or the disk is full.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static size_t folder_length;
static long die_at = -1; /* the operation before which the process dies */
static long fail_at = -1; /* the operation that fails, as on a stick with a loose contact; the next one works again */
static const char *failed = ""; /* which it was */
static long done;        /* operations so far */
static long room = -1;   /* bytes by which files may still grow; -1: as many as they like */
static long grown;       /* bytes by which they grew */
static int record = -1;  /* where operations are written down */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Start over: watch the folder, die before operation `die`, let operation `fail` fail, be full after `bytes`, record
 * into `trace` ('' for no). */
void faults_arm(const char *watched, long die, long fail, long bytes, const char *trace) {
    strncpy(folder, watched, sizeof folder - 1);
    folder_length = strlen(folder);
    die_at = die;
    fail_at = fail;
    room = bytes;
    done = grown = 0;
    failed = "";
    record = *trace ? REAL(open)(trace, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600) : -1;
}
void faults_disarm(void) { folder_length = 0; }
const char *faults_failed(void) { return failed; }
long faults_done(void) { return done; }
long faults_grown(void) { return grown; }

static int is_watched(const char *path) {
    return folder_length && strncmp(path, folder, folder_length) == 0 &&
           (path[folder_length] == '/' || path[folder_length] == '\0');
}

/* A path with its folders, also one that begins where the program stands. */
static const char *whole(const char *path, char *room_for_it) {
    if (!folder_length || *path == '/' || !getcwd(room_for_it, 4096) || strlen(room_for_it) + strlen(path) > 4094)
        return path;
    strcat(room_for_it, "/");
    return strcat(room_for_it, path);
}

static int watched_file(int fd, char *path) {
    char link[64];
    if (!folder_length)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, 4095);
    if (length <= 0)
        return 0;
    path[length] = '\0';
    return is_watched(path);
}

/* One line of the record: what, where, how much, and then the bytes themselves. */
static void note(const char *what, const char *path, const char *other, long offset, const void *bytes, size_t count) {
    if (record < 0)
        return;
    char line[9000];
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\t%ld\t%zu\n", what, path, other, offset, bytes ? count : 0);
    REAL(write)(record, line, (size_t)length);
    if (bytes)
        REAL(write)(record, bytes, count);
}

/* Count one operation; not 0 if it is the one that fails. */
static int operation(const char *what) {
    long number = done++;
    if (number == die_at)
        raise(SIGKILL);
    if (number != fail_at)
        return 0;
    failed = what;
    errno = EIO;
    return -1;
}

static int is_full(int fd, off_t end) {
    struct stat found;
    if (fstat(fd, &found) || end <= found.st_size)
        return 0;
    if (room >= 0 && grown + (end - found.st_size) > room)
        return 1;
    grown += end - found.st_size;
    return 0;
}

static ssize_t written(int fd, const void *bytes, size_t count, off_t offset, int positioned) {
    char path[4096];
    if (!watched_file(fd, path))
        return positioned ? REAL(pwrite64)(fd, bytes, count, offset) : REAL(write)(fd, bytes, count);
    if (operation("write"))
        return -1;
    off_t at = positioned ? offset : lseek(fd, 0, SEEK_CUR);
    if (!positioned && (fcntl(fd, F_GETFL) & O_APPEND)) {
        struct stat found;
        fstat(fd, &found);
        at = found.st_size;
    }
    if (is_full(fd, at + (off_t)count)) {
        errno = ENOSPC;
        return -1;
    }
    ssize_t result = positioned ? REAL(pwrite64)(fd, bytes, count, offset) : REAL(write)(fd, bytes, count);
    if (result > 0)
        note("write", path, "", (long)at, bytes, (size_t)result);
    return result;
}

ssize_t write(int fd, const void *bytes, size_t count) { return written(fd, bytes, count, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return written(fd, bytes, count, offset, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    return written(fd, bytes, count, offset, 1);
}

/* What copies a whole file at once. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    char path[4096];
    struct stat found;
    if (!watched_file(to, path))
        return REAL(sendfile64)(to, from, offset, count);
    if (operation("write"))
        return -1;
    off_t at = lseek(to, 0, SEEK_CUR), left = fstat(from, &found) || !offset ? (off_t)count : found.st_size - *offset;
    if (left > 0 && is_full(to, at + (left < (off_t)count ? left : (off_t)count))) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(sendfile64)(to, from, offset, count);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

static int truncated(int fd, off_t length) {
    char path[4096];
    if (!watched_file(fd, path))
        return REAL(ftruncate64)(fd, length);
    if (operation("truncate"))
        return -1;
    if (is_full(fd, length)) {
        errno = ENOSPC;
        return -1;
    }
    note("truncate", path, "", (long)length, NULL, 0);
    return REAL(ftruncate64)(fd, length);
}
int ftruncate(int fd, off_t length) { return truncated(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }

static int synced(int fd, int (*real)(int)) {
    char path[4096];
    if (!watched_file(fd, path))
        return real(fd);
    if (operation("sync"))
        return -1;
    int result = real(fd);
    note("sync", path, "", 0, NULL, 0);
    return result;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int opened(const char *path, int flags, mode_t mode) {
    static int (*real)(const char *, int, ...);
    if (!real)
        real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    char named[4096];
    path = whole(path, named);
    if (!is_watched(path) || !(flags & O_CREAT))
        return real(path, flags, mode);
    if (operation("create"))
        return -1;
    int is_new = access(path, F_OK) != 0;
    int fd = real(path, flags, mode);
    if (fd >= 0 && is_new)
        note("create", path, "", 0, NULL, 0);
    else if (fd >= 0 && (flags & O_TRUNC))
        note("truncate", path, "", 0, NULL, 0);
    return fd;
}
#define WITH_MODE                        \
    mode_t mode = 0;                     \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list more;                    \
        va_start(more, flags);           \
        mode = va_arg(more, mode_t);     \
        va_end(more);                    \
    }
int open(const char *path, int flags, ...) {
    WITH_MODE
    return opened(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    WITH_MODE
    return opened(path, flags, mode);
}

static int named(const char *what, const char *from, const char *to, int (*real)(const char *, const char *)) {
    char one[4096], other[4096];
    from = whole(from, one);
    to = whole(to, other);
    if (!is_watched(from) && !is_watched(to))
        return real(from, to);
    if (operation(what))
        return -1;
    int result = real(from, to);
    if (!result)
        note(what, from, to, 0, NULL, 0);
    return result;
}
int rename(const char *from, const char *to) { return named("rename", from, to, REAL(rename)); }
int link(const char *from, const char *to) { return named("link", from, to, REAL(link)); }
int unlink(const char *path) {
    char named[4096];
    path = whole(path, named);
    if (!is_watched(path))
        return REAL(unlink)(path);
    if (operation("unlink"))
        return -1;
    int result = REAL(unlink)(path);
    if (!result)
        note("unlink", path, "", 0, NULL, 0);
    return result;
}
int mkdir(const char *path, mode_t mode) {
    char named[4096];
    if (is_watched(whole(path, named)) && operation("folder"))
        return -1;
    return REAL(mkdir)(path, mode);
}
