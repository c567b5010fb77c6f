#include "store/sqlite/sqlite_connection.h"

#include <fmt/format.h>

#include <mutex>
#include <vector>

#include "base/text.h"
#include "store/sqlite/log_buffer.h"

namespace wardlight::store {
namespace {

struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

class SqliteStatement final : public SqlStatement {
 public:
    SqliteStatement(SqliteConnection& connection, StatementHandle handle)
        : connection_(connection), owned_(std::move(handle)), handle_(owned_.get()) {
        // SQLite numbers "$2" by first appearance, not by its digit.
        const int count = sqlite3_bind_parameter_count(handle_);
        positions_.resize(static_cast<std::size_t>(count) + 1, 0);
        for (int position = 1; position <= count; ++position) {
            const char* name = sqlite3_bind_parameter_name(handle_, position);
            const auto number = name == nullptr ? std::nullopt : parse_integer(name + 1);
            if (number && *number >= 1 && *number <= count)
                positions_[static_cast<std::size_t>(*number)] = position;
        }
    }

    Result<> bind(std::size_t index, const SqlValue& value) override {
        if (index >= positions_.size() || positions_[index] == 0) {
            return fail(ErrorCode::internal, fmt::format("SQL has no parameter ${}", index));
        }
        const int position = positions_[index];
        const int code =
            std::visit([&](const auto& typed) { return bind_typed(position, typed); }, value);
        if (code != SQLITE_OK) return tl::unexpected(connection_.to_error(code));
        return {};
    }

    Result<bool> step() override {
        const int code = sqlite3_step(handle_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        return tl::unexpected(connection_.to_error(code));
    }

    void reset() override {
        sqlite3_reset(handle_);
        sqlite3_clear_bindings(handle_);
    }

    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(handle_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override {
        return sqlite3_column_int64(handle_, column);
    }
    [[nodiscard]] std::string_view text(int column) const override {
        const void* data = sqlite3_column_blob(handle_, column);
        const int size = sqlite3_column_bytes(handle_, column);
        return data == nullptr ? std::string_view{}
                               : std::string_view(static_cast<const char*>(data),
                                                  static_cast<std::size_t>(size));
    }

 private:
    int bind_typed(int position, std::monostate) { return sqlite3_bind_null(handle_, position); }
    int bind_typed(int position, std::int64_t value) {
        return sqlite3_bind_int64(handle_, position, value);
    }
    int bind_typed(int position, std::string_view value) {
        return sqlite3_bind_text64(handle_, position, value.data() == nullptr ? "" : value.data(),
                                   value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    int bind_typed(int position, Bytes value) {
        return sqlite3_bind_blob64(handle_, position,
                                   value.view.data() == nullptr ? "" : value.view.data(),
                                   value.view.size(), SQLITE_TRANSIENT);
    }

    SqliteConnection& connection_;
    StatementHandle owned_;
    sqlite3_stmt* handle_;
    std::vector<int> positions_;  // by parameter number
};

/// How SQLite is told that a file does not change: only as a parameter of a URI.
std::string unchanging_uri(const std::filesystem::path& file) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        const bool has_meaning = c == '%' || c == '?' || c == '#';
        uri +=
            has_meaning ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return uri + "?immutable=1";
}

/// SQLite counts its memory under a lock of the whole process at every allocation unless told not
/// to before its first use; nothing here asks for that count.
void leave_memory_uncounted() {
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(
    const std::filesystem::path& file, Mode mode, std::atomic<bool>& durability_lost) {
    leave_memory_uncounted();
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                : SQLITE_OPEN_READONLY) |
                      (mode == Mode::unchanging ? SQLITE_OPEN_URI : 0);
    const std::string name = mode == Mode::unchanging ? unchanging_uri(file) : file.string();
    // Made first, so that no handle is without an owner when memory ends.
    std::unique_ptr<SqliteConnection> connection(new SqliteConnection(durability_lost));
    const char* vfs = mode == Mode::read_write ? gathering_vfs() : nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &connection->handle_, flags, vfs);
    sqlite3* handle = connection->handle_;
    if (code != SQLITE_OK) {
        Error error = connection->to_error(code);
        error.message = "cannot open the data file: " + error.message;
        return tl::unexpected(std::move(error));
    }
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    // Plans do not depend on values: else a statement near a partial index is prepared anew each
    // time it runs.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
    // No memory map: SQLite drops it at the start of every transaction that sees another's commit,
    // and the page faults that follow cost more than reading the pages.
    // secure_delete off: pages of removed rows are not overwritten at once; disks are encrypted
    // below us.
    TRY(connection->execute(
        "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; "
        "PRAGMA mmap_size=0; PRAGMA foreign_keys=OFF;"));
    if (mode == Mode::read_write) {
        // Temporary files for the writer: a journal in memory is a list that SQLite walks at the
        // end of every statement inside a savepoint, so that a large write takes quadratic time.
        TRY(connection->execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
            "PRAGMA cache_size=-262144; PRAGMA temp_store=FILE;"));
    }
    return connection;
}

SqliteConnection::~SqliteConnection() {
    statements_.clear();
    sqlite3_close_v2(handle_);
}

Result<SqlStatement*> SqliteConnection::prepare(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end())
        return found->second.get();
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    StatementHandle owned(handle);
    if (code != SQLITE_OK) return tl::unexpected(to_error(code));
    auto statement = std::make_unique<SqliteStatement>(*this, std::move(owned));
    return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
}

Result<> SqliteConnection::execute(std::string_view sql) {
    const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(to_error(code));
    return {};
}

std::int64_t SqliteConnection::last_inserted() const {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t SqliteConnection::changes() const {
    return sqlite3_changes64(handle_);
}

std::int64_t SqliteConnection::total_changes() const {
    return sqlite3_total_changes64(handle_);
}

bool SqliteConnection::is_in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

Error SqliteConnection::to_error(int code) const {
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) durability_lost_ = true;
    // SQLite's message may quote a value; its code and our statement's place say enough.
    const char* meaning = sqlite3_errstr(code);
    const int primary = code & 0xFF;
    switch (primary) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::busy, fmt::format("database busy ({})", meaning), {}};
        case SQLITE_FULL:
            return {ErrorCode::unavailable, "the disk is full", {}};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::corrupt, fmt::format("database damaged ({})", meaning), {}};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::conflict, fmt::format("constraint ({})", meaning), {}};
        case SQLITE_ERROR:
            return {ErrorCode::internal, fmt::format("SQL: {}", sqlite3_errmsg(handle_)), {}};
        default:
            return {ErrorCode::unavailable, fmt::format("database: {} ({})", meaning, code), {}};
    }
}

}  // namespace wardlight::store
