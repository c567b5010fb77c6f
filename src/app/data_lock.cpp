#include "app/data_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

namespace wardlight::app {
namespace {

std::filesystem::path lock_file(const DataFolder& folder) {
    return folder.root / "server.lock";
}

}  // namespace

Result<DataLock> DataLock::take(const DataFolder& folder) {
    const auto path = lock_file(folder);
    net::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        return fail(ErrorCode::unavailable,
                    std::string("cannot open the lock file: ") + std::strerror(errno),
                    path.string());
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::conflict, "a Wardlight server is running on this data folder",
                    folder.root.string());
    }
    return DataLock(std::move(file));
}

bool DataLock::is_taken(const DataFolder& folder) {
    const net::Descriptor file(::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC));
    return file.is_open() && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace wardlight::app
