#include "store/sqlite/sqlite_engine.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "store/sqlite/settle_log.h"
#include "store/sqlite/sqlite_connection.h"

namespace wardlight::store {
namespace {

constexpr int kLogPages = 16'384;  // 64 MiB: read again within a tenth of a second after a crash
constexpr int kTryAgainAfterPages = 1'024;
/// How long the writer waits for the readers of the moment: the longer the log, the more it is
/// worth.
constexpr int kShortestPatience = 20;  // milliseconds
constexpr int kLongestPatience = 2'000;

int patience_for(int log_pages) {
    const int doublings = std::min(log_pages / kLogPages, 8) - 1;
    return std::min(kShortestPatience << std::max(doublings, 0), kLongestPatience);
}

class SqliteEngine final : public Engine {
 public:
    SqliteEngine(std::filesystem::path file, SqliteConnection::Mode reading)
        : file_(std::move(file)), reading_(reading) {}

    Result<std::unique_ptr<SqlConnection>> open_writer() override {
        auto writer = TRY(
            SqliteConnection::open(file_, SqliteConnection::Mode::read_write, durability_lost_));
        sqlite3_wal_hook(writer->handle(), note_log_pages, &log_pages_);
        return writer;
    }
    Result<std::unique_ptr<SqlConnection>> open_reader() override {
        return TRY(SqliteConnection::open(file_, reading_, durability_lost_));
    }

    [[nodiscard]] std::string schema_text(std::string_view text) const override {
        return sqlite_schema_text(text);
    }

    Result<> maintain() override {
        // A connection has no lock of its own: two threads in it at once damage the file.
        const std::lock_guard lock(checkpointer_mutex_);
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

    Result<> keep_short(SqlConnection& writer) override {
        if (log_pages_ < keep_short_at_) return {};
        // While the writer itself copies, nothing is added behind what it copies; then the next
        // commit begins the log anew. A reader that stays longer (a backup) holds that up.
        sqlite3* handle = static_cast<SqliteConnection&>(writer).handle();
        sqlite3_busy_timeout(handle, patience_for(log_pages_));
        const int code =
            sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
        sqlite3_busy_timeout(handle, SqliteConnection::kBusyMilliseconds);
        keep_short_at_ = code == SQLITE_OK ? kLogPages : log_pages_ + kTryAgainAfterPages;
        if (code == SQLITE_OK) log_pages_ = 0;
        if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY)
            return tl::unexpected(static_cast<SqliteConnection&>(writer).to_error(code));
        return {};
    }

    Result<> settle() override {
        const Settled settled = TRY(settle_log(std::filesystem::path(file_) += "-wal"));
        if (settled == Settled::done) return {};
        durability_lost_ = true;
        return fail(ErrorCode::unavailable, "the log of the store cannot be synced");
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
        // A step that found the file busy counts as no error when it is finished.
        int code = stepped == SQLITE_DONE ? finished : stepped;
        // All of it belongs into the file: closing would only try to bring it there, and say
        // nothing when it cannot.
        if (code == SQLITE_OK) {
            code = sqlite3_wal_checkpoint_v2(copy->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
        }
        if (code != SQLITE_OK) return tl::unexpected(copy->to_error(code));
        return {};
    }

    Result<> check_integrity() override {
        auto connection = TRY(SqliteConnection::open(file_, reading_, durability_lost_));
        auto rows = TRY(connection->query("PRAGMA integrity_check(1)"));
        bool is_sound = false;
        while (TRY(rows.next())) is_sound = rows.text(0) == "ok";
        if (is_sound) return {};
        return fail(ErrorCode::corrupt, "the data file is damaged: restore the last backup");
    }

    [[nodiscard]] bool is_durability_lost() const override { return durability_lost_; }

 private:
    static int note_log_pages(void* pages, sqlite3* /*handle*/, const char* /*name*/, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
    }

    std::filesystem::path file_;
    SqliteConnection::Mode reading_;
    // Writer thread only.
    int log_pages_ = 0;
    int keep_short_at_ = kLogPages;
    std::atomic<bool> durability_lost_ = false;
    std::mutex checkpointer_mutex_;
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
