#include "store/sqlite/settle_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace wardlight::store {
namespace {

constexpr std::size_t kCopyBytes = 1U << 20;

struct Close {
    int fd;
    ~Close() { ::close(fd); }
};

tl::unexpected<Error> failed(const char* what) {
    const int number = errno;
    return fail(ErrorCode::unavailable, std::string("the log of the store cannot be ") + what +
                                            ": " + std::strerror(number));
}

Result<> write_at(int fd, const char* bytes, std::size_t size, off_t offset) {
    while (size > 0) {
        const ssize_t put = ::pwrite64(fd, bytes, size, offset);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return failed("written");
        bytes += put;
        size -= static_cast<std::size_t>(put);
        offset += put;
    }
    return {};
}

}  // namespace

Result<Settled> settle_log(const std::filesystem::path& log) {
    const int fd = ::open(log.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return Settled::done;
    if (fd < 0) return failed("opened");
    const Close closed_at_end{fd};
    const auto buffer = std::make_unique<char[]>(kCopyBytes);
    for (off_t offset = 0;;) {
        const ssize_t got = ::pread64(fd, buffer.get(), kCopyBytes, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read");
        if (got == 0) break;
        TRY(write_at(fd, buffer.get(), static_cast<std::size_t>(got), offset));
        offset += got;
    }
    if (::fdatasync(fd) != 0) return Settled::sync_failed;
    return Settled::done;
}

}  // namespace wardlight::store
