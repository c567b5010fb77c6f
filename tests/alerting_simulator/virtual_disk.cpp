#include "alerting_simulator/virtual_disk.h"

#include <utility>

#include "base/text.h"
#include "store/sqlite/sqlite_engine.h"

namespace wardlight::simulator {
namespace {

using store::SqlConnection;
using store::SqlStatement;

/// The store's writer. There is one real connection; this one knows where transactions begin and
/// end.
class Writer final : public SqlConnection {
 public:
    explicit Writer(VirtualDisk& disk) : disk_(disk) {}
    Result<SqlStatement*> prepare(std::string_view sql) override { return disk_.prepare(sql); }
    Result<> execute(std::string_view sql) override {
        if (sql == "BEGIN IMMEDIATE") return disk_.begin();
        if (sql == "COMMIT") return disk_.commit();
        if (sql == "ROLLBACK") return disk_.rollback();
        return disk_.sql().execute(sql);
    }
    [[nodiscard]] std::int64_t changes() const override { return disk_.sql().changes(); }
    [[nodiscard]] std::int64_t last_inserted() const override {
        return disk_.sql().last_inserted();
    }
    [[nodiscard]] std::int64_t total_changes() const override {
        return disk_.sql().total_changes();
    }
    [[nodiscard]] bool is_in_transaction() const override {
        return disk_.sql().is_in_transaction();
    }

 private:
    VirtualDisk& disk_;
};

/// With one thread nothing is written while a snapshot is held: it needs no transaction.
class Reader final : public SqlConnection {
 public:
    explicit Reader(VirtualDisk& disk) : disk_(disk) {}
    Result<SqlStatement*> prepare(std::string_view sql) override {
        return disk_.sql().prepare(sql);
    }
    Result<> execute(std::string_view) override { return {}; }
    [[nodiscard]] std::int64_t changes() const override { return 0; }
    [[nodiscard]] std::int64_t last_inserted() const override { return 0; }
    [[nodiscard]] std::int64_t total_changes() const override { return 0; }
    [[nodiscard]] bool is_in_transaction() const override { return false; }

 private:
    VirtualDisk& disk_;
};

class VirtualEngine final : public store::Engine {
 public:
    explicit VirtualEngine(VirtualDisk& disk) : disk_(disk) {}
    Result<std::unique_ptr<SqlConnection>> open_writer() override {
        return std::make_unique<Writer>(disk_);
    }
    Result<std::unique_ptr<SqlConnection>> open_reader() override {
        return std::make_unique<Reader>(disk_);
    }
    [[nodiscard]] std::string schema_text(std::string_view text) const override {
        return store::sqlite_schema_text(text);
    }
    Result<> maintain() override { return {}; }
    Result<> keep_short(SqlConnection&) override { return {}; }
    Result<> settle() override { return {}; }
    Result<> backup_to(const std::filesystem::path&) override { return {}; }
    Result<> check_integrity() override { return {}; }
    [[nodiscard]] bool is_durability_lost() const override { return false; }

 private:
    VirtualDisk& disk_;
};

tl::unexpected<Error> full() {
    return fail(ErrorCode::unavailable, "the virtual disk is full");
}

}  // namespace

VirtualDisk::VirtualDisk(const std::filesystem::path& file) {
    auto opened = store::SqliteConnection::open(file, store::SqliteConnection::Mode::read_write,
                                                durability_lost_);
    CHECK_INVARIANT(opened.has_value());
    sql_ = std::move(*opened);
}

std::vector<std::string> VirtualDisk::tables() {
    auto rows = sql_->query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_version' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name");
    CHECK_INVARIANT(rows.has_value());
    std::vector<std::string> names;
    while (*rows->next()) names.push_back(rows->string(0));
    return names;
}

std::string VirtualDisk::digest() {
    std::string all;
    for (const std::string& table : tables()) {
        all += table;
        sqlite3_stmt* rows = nullptr;
        const std::string text = "SELECT * FROM " + table;  // in the order of its key
        CHECK_INVARIANT(sqlite3_prepare_v2(sql_->handle(), text.c_str(), -1, &rows, nullptr) ==
                        SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(rows); ++column) {
                const void* bytes = sqlite3_column_blob(rows, column);
                const int size = sqlite3_column_bytes(rows, column);
                if (bytes != nullptr)
                    all.append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
                all += '|';
            }
        }
        sqlite3_finalize(rows);
    }
    return to_hex(sha256(all));
}

void VirtualDisk::keep_as_new() {
    if (new_) return;
    auto opened = store::SqliteConnection::open(
        ":memory:", store::SqliteConnection::Mode::read_write, durability_lost_);
    CHECK_INVARIANT(opened.has_value());
    new_ = std::move(*opened);
    copy(*sql_, *new_);
}

void VirtualDisk::copy(store::SqliteConnection& from, store::SqliteConnection& to) {
    sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
    CHECK_INVARIANT(backup != nullptr);
    CHECK_INVARIANT(sqlite3_backup_step(backup, -1) == SQLITE_DONE);
    CHECK_INVARIANT(sqlite3_backup_finish(backup) == SQLITE_OK);
}

void VirtualDisk::wipe() {
    forget_uncommitted();
    fault_ = Fault::none;
    if (new_) copy(*new_, *sql_);
}

void VirtualDisk::forget_uncommitted() {
    is_writing_ = false;
    if (sqlite3_get_autocommit(sql_->handle()) == 0) (void)sql_->execute("ROLLBACK");
}

std::unique_ptr<store::Engine> VirtualDisk::engine() {
    return std::make_unique<VirtualEngine>(*this);
}

Fault VirtualDisk::take_fault() {
    return std::exchange(fault_, Fault::none);
}

Result<> VirtualDisk::begin() {
    is_writing_ = true;
    return sql_->execute("BEGIN");
}

Result<> VirtualDisk::commit() {
    is_writing_ = false;
    switch (take_fault()) {
        case Fault::killed_before_commit:
        case Fault::killed_in_statement:
            throw ProcessKilled{};
        case Fault::commit_fails:
            return full();
        case Fault::killed_after_commit:
            CHECK_INVARIANT(sql_->execute("COMMIT").has_value());
            throw ProcessKilled{};
        case Fault::none:
        case Fault::statement_fails:
            break;
    }
    return sql_->execute("COMMIT");
}

Result<> VirtualDisk::rollback() {
    is_writing_ = false;
    return sql_->execute("ROLLBACK");
}

Result<> VirtualDisk::meet_statement_fault() {
    const bool is_of_statement =
        fault_ == Fault::statement_fails || fault_ == Fault::killed_in_statement;
    if (!is_writing_ || !is_of_statement || statements_left_-- > 0) return {};
    if (take_fault() == Fault::killed_in_statement) throw ProcessKilled{};
    return full();
}

Result<SqlStatement*> VirtualDisk::prepare(std::string_view sql) {
    TRY(meet_statement_fault());
    return sql_->prepare(sql);
}

}  // namespace wardlight::simulator
