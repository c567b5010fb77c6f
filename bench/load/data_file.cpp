#include "load/data_file.h"

#include <sqlite3.h>

#include <thread>
#include <utility>

namespace wardlight::load {
namespace {

constexpr int kBusyMilliseconds = 10'000;
constexpr std::chrono::milliseconds kPause{5};

}  // namespace

Result<DataFile> DataFile::open(const std::filesystem::path& data_folder) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2((data_folder / "wardlight.db").c_str(), &handle,
                                     SQLITE_OPEN_READONLY, nullptr);
    DataFile file(handle);
    if (code != SQLITE_OK) return fail(ErrorCode::unavailable, "the data file cannot be opened");
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    return file;
}

DataFile::DataFile(DataFile&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

DataFile::~DataFile() {
    sqlite3_close(handle_);
}

Result<std::int64_t> DataFile::number(const std::string& query) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, query.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        return fail(ErrorCode::internal, sqlite3_errmsg(handle_));
    const int code = sqlite3_step(statement);
    const std::int64_t value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail(ErrorCode::unavailable, sqlite3_errmsg(handle_));
    return value;
}

Result<> DataFile::wait_until_applied(std::chrono::seconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (TRY(number("SELECT EXISTS (SELECT 1 FROM raw_message WHERE state = 0)")) != 0) {
        if (std::chrono::steady_clock::now() > deadline)
            return fail(ErrorCode::unavailable, "messages are still not applied");
        std::this_thread::sleep_for(kPause);
    }
    return {};
}

}  // namespace wardlight::load
