// The checked forms of what is replaced here would stand in the way.
#undef _FORTIFY_SOURCE

#include "failing_disk.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <string_view>

namespace wardlight::testing {
namespace {

struct Rule {
    std::mutex mutex;
    bool is_armed = false;
    DiskCall call{};
    std::string path_end;
    int error = 0;
    int passing = 0;
    int failing = 0;
    int failed = 0;
};

Rule& rule() {
    static Rule the_rule;
    return the_rule;
}

std::string path_of(int fd) {
    std::array<char, 64> link{};
    std::array<char, 4096> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link.data(), path.data(), path.size());
    return size < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(size));
}

/// True with errno set when this call is to fail.
bool must_fail(DiskCall call, int fd) {
    Rule& now = rule();
    const std::lock_guard lock(now.mutex);
    if (!now.is_armed || now.call != call || now.failed == now.failing) return false;
    if (!std::string_view(path_of(fd)).ends_with(now.path_end)) return false;
    if (now.passing > 0) {
        --now.passing;
        return false;
    }
    ++now.failed;
    errno = now.error;
    return true;
}

}  // namespace

DiskFault::DiskFault(DiskCall call, std::string path_end, int error, int passing, int failing) {
    Rule& now = rule();
    const std::lock_guard lock(now.mutex);
    now.call = call;
    now.path_end = std::move(path_end);
    now.error = error;
    now.passing = passing;
    now.failing = failing;
    now.failed = 0;
    now.is_armed = true;
}

DiskFault::~DiskFault() {
    const std::lock_guard lock(rule().mutex);
    rule().is_armed = false;
}

int DiskFault::failed() const {
    const std::lock_guard lock(rule().mutex);
    return rule().failed;
}

}  // namespace wardlight::testing

using wardlight::testing::DiskCall;
using wardlight::testing::must_fail;

// Straight to the kernel: looking for the real ones takes memory. The store is written against
// these names, SQLite is linked to them.
extern "C" {

ssize_t pread64(int fd, void* into, size_t size, off64_t offset) {
    return must_fail(DiskCall::read, fd) ? -1 : ::syscall(SYS_pread64, fd, into, size, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
    return must_fail(DiskCall::write, fd) ? -1 : ::syscall(SYS_pwrite64, fd, bytes, size, offset);
}

int fdatasync(int fd) {
    return must_fail(DiskCall::sync, fd) ? -1 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int fsync(int fd) {
    return must_fail(DiskCall::sync, fd) ? -1 : static_cast<int>(::syscall(SYS_fsync, fd));
}
}
