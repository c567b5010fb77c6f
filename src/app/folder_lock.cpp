#include "app/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>

namespace wardlight::app {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    const auto file = folder / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(ErrorCode::unavailable, fmt::format("cannot write in {}", folder.string()),
                    folder.string());
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return fail(ErrorCode::conflict,
                    fmt::format("another server is running on {}", folder.string()),
                    folder.string());
    }
    return FolderLock(fd);
}

bool FolderLock::is_taken(const std::filesystem::path& folder) {
    const int fd = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool is_held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
    ::close(fd);
    return is_held;
}

FolderLock::~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
}

Result<> make_private_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) return {};
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error)
        return fail(ErrorCode::unavailable,
                    fmt::format("cannot make {}: {}", folder.string(), error.message()),
                    folder.string());
    return {};
}

}  // namespace wardlight::app
