/* Preloaded into a test's child: calls of the kinds in HANG_CALLS ("stat,open,read,readdir,realpath") on what
 * lies under HANG_UNDER do not return while the file HANG_WHILE exists, as on a network drive that is gone. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void hang(const char *kind, const char *path)
{
    const char *under = getenv("HANG_UNDER"), *calls = getenv("HANG_CALLS"), *gate = getenv("HANG_WHILE");
    if (!under || !calls || !gate || !path)
        return;
    size_t length = strlen(under);
    if (strncmp(path, under, length) != 0 || (path[length] != 0 && path[length] != '/'))
        return;
    for (const char *at = strstr(calls, kind); at; at = strstr(at + 1, kind)) {
        char end = at[strlen(kind)];
        if ((at == calls || at[-1] == ',') && (end == 0 || end == ',')) {
            while (syscall(SYS_access, gate, F_OK) == 0)
                usleep(2000);
            return;
        }
    }
}

static void hang_fd(const char *kind, int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        hang(kind, path);
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                         \
    int name(const char *path, int flags, ...)             \
    {                                                      \
        va_list arguments;                                 \
        va_start(arguments, flags);                        \
        mode_t mode = mode_of(flags, arguments);           \
        va_end(arguments);                                 \
        hang("open", path);                                \
        return REAL(name)(path, flags, mode);              \
    }
OPEN(open)
OPEN(open64)

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict about)
{
    /* The standard library asks with no path whether there is such a call. */
    const char *volatile asked = path;
    if (asked && asked[0])
        hang("stat", asked);
    else
        hang_fd("stat", folder);
    return REAL(statx)(folder, path, flags, mask, about);
}

#define STAT(name, type)                       \
    int name(const char *path, type *about)    \
    {                                          \
        hang("stat", path);                    \
        return REAL(name)(path, about);        \
    }
STAT(stat, struct stat)
STAT(lstat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat64, struct stat64)

int fstat64(int fd, struct stat64 *about)
{
    hang_fd("stat", fd);
    return REAL(fstat64)(fd, about);
}

int fstat(int fd, struct stat *about)
{
    hang_fd("stat", fd);
    return REAL(fstat)(fd, about);
}

ssize_t read(int fd, void *into, size_t count)
{
    hang_fd("read", fd);
    return REAL(read)(fd, into, count);
}

ssize_t pread(int fd, void *into, size_t count, off_t at)
{
    hang_fd("read", fd);
    return REAL(pread)(fd, into, count, at);
}

ssize_t pread64(int fd, void *into, size_t count, off64_t at)
{
    hang_fd("read", fd);
    return REAL(pread64)(fd, into, count, at);
}

DIR *opendir(const char *path)
{
    hang("open", path);
    return REAL(opendir)(path);
}

struct dirent *readdir(DIR *folder)
{
    hang_fd("readdir", dirfd(folder));
    return REAL(readdir)(folder);
}

struct dirent64 *readdir64(DIR *folder)
{
    hang_fd("readdir", dirfd(folder));
    return REAL(readdir64)(folder);
}

char *realpath(const char *path, char *into)
{
    hang("realpath", path);
    return REAL(realpath)(path, into);
}
