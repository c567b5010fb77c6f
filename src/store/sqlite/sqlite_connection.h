// One SQLite connection with its prepared statements. Not thread-safe: one thread at a time.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "store/sql.h"

namespace wardlight::store {

class SqliteConnection final : public SqlConnection {
 public:
    /// `unchanging`: a file that nobody writes, such as a backup. Nothing is made beside it, so it
    /// may lie on a read-only medium.
    enum class Mode { read_write, read_only, unchanging };
    static constexpr int kBusyMilliseconds = 10'000;
    static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                          Mode mode,
                                                          std::atomic<bool>& durability_lost);
    ~SqliteConnection() override;
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    Result<SqlStatement*> prepare(std::string_view sql) override;
    Result<> execute(std::string_view sql) override;
    [[nodiscard]] std::int64_t changes() const override;
    [[nodiscard]] std::int64_t last_inserted() const override;
    [[nodiscard]] std::int64_t total_changes() const override;
    [[nodiscard]] bool is_in_transaction() const override;
    [[nodiscard]] sqlite3* handle() const { return handle_; }

    /// Turns SQLite's result code into an Error; notes a failed sync.
    Error to_error(int code) const;

 private:
    explicit SqliteConnection(std::atomic<bool>& durability_lost)
        : durability_lost_(durability_lost) {}

    sqlite3* handle_ = nullptr;
    std::atomic<bool>& durability_lost_;
    std::map<std::string, std::unique_ptr<SqlStatement>, std::less<>> statements_;
};

}  // namespace wardlight::store
