// One server per data folder: an exclusive lock that goes with the process, however it ends.
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace wardlight::app {

class FolderLock {
 public:
    /// `conflict` when another server holds the folder.
    static Result<FolderLock> take(const std::filesystem::path& folder);
    /// Whether a server holds the folder now. A folder without a lock file is free.
    [[nodiscard]] static bool is_taken(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock();

 private:
    explicit FolderLock(int fd) : fd_(fd) {}
    int fd_;
};

/// Makes the folder, readable by its owner only; an existing one is left as it is.
Result<> make_private_folder(const std::filesystem::path& folder);

}  // namespace wardlight::app
