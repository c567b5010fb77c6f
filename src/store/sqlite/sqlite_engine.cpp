#include "store/sqlite/sqlite_engine.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <atomic>

#include "store/sqlite/sqlite_connection.h"

namespace wardlight::store {
namespace {

class SqliteEngine final : public Engine {
 public:
    SqliteEngine(std::filesystem::path file, SqliteConnection::Mode reading)
        : file_(std::move(file)), reading_(reading) {}

    Result<std::unique_ptr<SqlConnection>> open_writer() override {
        return TRY(
            SqliteConnection::open(file_, SqliteConnection::Mode::read_write, durability_lost_));
    }
    Result<std::unique_ptr<SqlConnection>> open_reader() override {
        return TRY(SqliteConnection::open(file_, reading_, durability_lost_));
    }

    [[nodiscard]] std::string schema_text(std::string_view text) const override {
        return sqlite_schema_text(text);
    }

    Result<> maintain() override {
        if (!checkpointer_) {
            checkpointer_ = TRY(SqliteConnection::open(file_, SqliteConnection::Mode::read_write,
                                                       durability_lost_));
        }
        // PASSIVE never makes the writer wait; the WAL is reused from its start once all of it is
        // copied.
        const int code = sqlite3_wal_checkpoint_v2(checkpointer_->handle(), nullptr,
                                                   SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY)
            return tl::unexpected(checkpointer_->to_error(code));
        return {};
    }

    Result<> backup_to(const std::filesystem::path& target) override {
        auto source = TRY(SqliteConnection::open(file_, reading_, durability_lost_));
        std::atomic<bool> ignored = false;
        auto copy =
            TRY(SqliteConnection::open(target, SqliteConnection::Mode::read_write, ignored));
        sqlite3_backup* backup =
            sqlite3_backup_init(copy->handle(), "main", source->handle(), "main");
        if (backup == nullptr)
            return tl::unexpected(copy->to_error(sqlite3_errcode(copy->handle())));
        const int stepped = sqlite3_backup_step(backup, -1);
        const int finished = sqlite3_backup_finish(backup);
        if (stepped != SQLITE_DONE) return tl::unexpected(copy->to_error(stepped));
        if (finished != SQLITE_OK) return tl::unexpected(copy->to_error(finished));
        return {};
    }

    Result<> check_integrity() override {
        auto connection = TRY(SqliteConnection::open(file_, reading_, durability_lost_));
        auto rows = TRY(connection->query("PRAGMA integrity_check(1)"));
        if (TRY(rows.next()) && rows.text(0) == "ok") return {};
        return fail(ErrorCode::corrupt, "the data file is damaged: restore the last backup");
    }

    [[nodiscard]] bool is_durability_lost() const override { return durability_lost_; }

 private:
    std::filesystem::path file_;
    SqliteConnection::Mode reading_;
    std::atomic<bool> durability_lost_ = false;
    std::unique_ptr<SqliteConnection> checkpointer_;
};

}  // namespace

std::string sqlite_schema_text(std::string_view text) {
    std::string out(text);
    const auto fill = [&out](std::string_view word, std::string_view meaning) {
        for (std::size_t at; (at = out.find(word)) != std::string::npos;)
            out.replace(at, word.size(), meaning);
    };
    fill("{clustered}", "WITHOUT ROWID");
    fill("{rowid}", "INTEGER PRIMARY KEY");
    fill("{bytes}", "BLOB");
    return out;
}

Result<std::unique_ptr<Engine>> open_sqlite(const std::filesystem::path& file) {
    auto engine = std::make_unique<SqliteEngine>(file, SqliteConnection::Mode::read_only);
    // Creates the file and switches it to WAL before the first read-only connection needs it;
    // patient data is readable by the server's own user only.
    const mode_t before = ::umask(0077);
    auto writer = engine->open_writer();
    ::umask(before);
    if (!writer) return tl::unexpected(std::move(writer).error());
    return engine;
}

Result<std::unique_ptr<Engine>> open_sqlite_copy(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        return fail(ErrorCode::not_found, "there is no such file", file.string());
    return std::make_unique<SqliteEngine>(file, SqliteConnection::Mode::unchanging);
}

}  // namespace wardlight::store
