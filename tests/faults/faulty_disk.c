// A disk that fails on demand, for tests: preloaded into the server, it stands before the calls with
// which SQLite reaches its files. What is to fail is in the file that WARDLIGHT_FAULTS names, read
// anew at each call, one rule on a line:
//   CALL FILE FAULT [AFTER]
//   CALL   write, sync, read, map
//   FILE   end of the file's path, such as wardlight.db-wal
//   FAULT  a number of <errno.h>; "short" (write: half of the bytes), "hole" (map: pages that
//          cannot be read), "none" (only noted)
//   AFTER  calls that pass before
// Every call that a rule applies to is noted in WARDLIGHT_FAULTS.log: CALL FILE FAULT OFFSET SIZE.
// libfiu can neither write short nor make a page of a mapping unreadable.
// Faults of one process are counted for as long as the rules stay the same. Thread-safe.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { kRulesMost = 4096, kLinesMost = 16, kPathMost = 512 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char known_rules[kRulesMost];
static int passed[kLinesMost];

// Straight to the kernel: the rules and the notes must not fail with the rest.
static size_t read_rules(char* into) {
    const char* path = getenv("WARDLIGHT_FAULTS");
    if (path == NULL) return 0;
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return 0;
    const long got = syscall(SYS_read, fd, into, kRulesMost - 1);
    syscall(SYS_close, fd);
    const size_t size = got > 0 ? (size_t)got : 0;
    into[size] = '\0';
    return size;
}

static void note(const char* call, const char* file, const char* fault, long long offset, size_t amount) {
    char path[kPathMost];
    snprintf(path, sizeof path, "%s.log", getenv("WARDLIGHT_FAULTS"));
    const int fd =
        (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    char line[kPathMost];
    const int size = snprintf(line, sizeof line, "%s %s %s %lld %zu\n", call, file, fault, offset, amount);
    syscall(SYS_write, fd, line, (size_t)size);
    syscall(SYS_close, fd);
}

static int ends_with(const char* text, const char* end) {
    const size_t size = strlen(text);
    const size_t end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/// The fault for this call in `fault`; 0 when there is none.
static int find_fault(const char* call, int fd, long long offset, size_t amount, char fault[16]) {
    char rules[kRulesMost];
    if (fd < 0 || read_rules(rules) == 0) return 0;
    char link[64];
    char path[kPathMost];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = '\0';

    int found = 0;
    pthread_mutex_lock(&mutex);
    if (strcmp(rules, known_rules) != 0) {
        strcpy(known_rules, rules);
        memset(passed, 0, sizeof passed);
    }
    char* rest = NULL;
    int index = 0;
    for (char* line = strtok_r(rules, "\n", &rest); line != NULL && index < kLinesMost;
         line = strtok_r(NULL, "\n", &rest), ++index) {
        char rule_call[16];
        char file[128];
        int after = 0;
        if (sscanf(line, "%15s %127s %15s %d", rule_call, file, fault, &after) < 3) continue;
        if (strcmp(rule_call, call) != 0 || !ends_with(path, file)) continue;
        if (passed[index]++ < after) continue;
        note(call, file, fault, offset, amount);
        found = strcmp(fault, "none") != 0;
        if (found) break;
    }
    pthread_mutex_unlock(&mutex);
    return found;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int sync_fails(int fd) {
    char fault[16];
    if (!find_fault("sync", fd, 0, 0, fault)) return 0;
    errno = atoi(fault);
    return 1;
}

int fdatasync(int fd) {
    return sync_fails(fd) ? -1 : REAL(fdatasync)(fd);
}

int fsync(int fd) {
    return sync_fails(fd) ? -1 : REAL(fsync)(fd);
}

/// Bytes to write, or -1 with errno.
static ssize_t allowed_to_write(int fd, size_t size, long long offset) {
    char fault[16];
    if (!find_fault("write", fd, offset, size, fault)) return (ssize_t)size;
    if (strcmp(fault, "short") == 0) return (ssize_t)(size > 1 ? size / 2 : size);
    errno = atoi(fault);
    return -1;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
    const ssize_t allowed = allowed_to_write(fd, size, offset);
    return allowed < 0 ? -1 : REAL(pwrite64)(fd, bytes, (size_t)allowed, offset);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
    return pwrite64(fd, bytes, size, offset);
}

ssize_t write(int fd, const void* bytes, size_t size) {
    const ssize_t allowed = allowed_to_write(fd, size, -1);
    return allowed < 0 ? -1 : REAL(write)(fd, bytes, (size_t)allowed);
}

ssize_t pread64(int fd, void* into, size_t size, off64_t offset) {
    char fault[16];
    if (find_fault("read", fd, offset, size, fault)) {
        errno = atoi(fault);
        return -1;
    }
    return REAL(pread64)(fd, into, size, offset);
}

ssize_t pread(int fd, void* into, size_t size, off_t offset) {
    return pread64(fd, into, size, offset);
}

void* mmap64(void* address, size_t size, int protection, int flags, int fd, off64_t offset) {
    char fault[16];
    if (find_fault("map", fd, offset, size, fault)) {
        if (strcmp(fault, "hole") != 0) {
            errno = atoi(fault);
            return MAP_FAILED;
        }
        // Pages behind the end of a file: touching one is what an unreadable sector is.
        const int empty = memfd_create("hole", MFD_CLOEXEC);
        void* mapped = REAL(mmap64)(address, size, protection, flags, empty, 0);
        close(empty);
        return mapped;
    }
    return REAL(mmap64)(address, size, protection, flags, fd, offset);
}
