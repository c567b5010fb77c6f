// One server for each data folder: `serve` holds this lock while it runs, `backup restore` while it
// swaps the store. Commands that only add to the store (user, backup) do not need it. The lock is
// the operating system's (flock on a file in the folder): it ends with the process, however that
// ends. Belongs to one thread.
#pragma once

#include "app/data_folder.h"
#include "net/descriptor.h"

namespace wardlight::app {

class DataLock {
 public:
    /// `conflict` when another process holds it. Makes the lock file, not the folder.
    static Result<DataLock> take(const DataFolder& folder);
    /// Whether somebody holds it now. A folder without a lock file is free.
    [[nodiscard]] static bool is_taken(const DataFolder& folder);

 private:
    explicit DataLock(net::Descriptor file) : file_(std::move(file)) {}
    net::Descriptor file_;
};

}  // namespace wardlight::app
