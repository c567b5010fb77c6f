// Looks into a server's data file from outside: are all messages applied? What is on the disk
// counts, not what the server says about it. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

struct sqlite3;

namespace wardlight::load {

class DataFile {
 public:
    static Result<DataFile> open(const std::filesystem::path& data_folder);
    DataFile(DataFile&& other) noexcept;
    DataFile& operator=(DataFile&&) = delete;
    ~DataFile();

    /// Waits until no message is waiting to be applied; error when that takes longer than
    /// `longest`.
    Result<> wait_until_applied(std::chrono::seconds longest);
    /// The one number that a query yields.
    Result<std::int64_t> number(const std::string& query);

 private:
    explicit DataFile(sqlite3* handle) : handle_(handle) {}
    sqlite3* handle_;
};

}  // namespace wardlight::load
