#include "alerting_simulator/virtual_disk.h"

#include <utility>

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

VirtualDisk::VirtualDisk() {
    auto opened = store::SqliteConnection::open(
        ":memory:", store::SqliteConnection::Mode::read_write, durability_lost_);
    CHECK_INVARIANT(opened.has_value());
    sql_ = std::move(*opened);
}

void VirtualDisk::wipe() {
    forget_uncommitted();
    fault_ = Fault::none;
    if (wipe_statements_.empty()) {
        auto rows = sql_->query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_version' "
            "AND name NOT LIKE 'sqlite_%'");
        CHECK_INVARIANT(rows.has_value());
        while (*rows->next()) wipe_statements_.push_back("DELETE FROM " + rows->string(0));
    }
    CHECK_INVARIANT(sql_->execute("BEGIN").has_value());
    for (const std::string& statement : wipe_statements_)
        CHECK_INVARIANT(sql_->execute(statement).has_value());
    CHECK_INVARIANT(sql_->execute("COMMIT").has_value());
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
