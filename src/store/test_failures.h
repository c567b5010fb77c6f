// An engine whose n-th operation fails, for tests that try every place where the database can fail.
// The engine below it is the real one.
#pragma once

#include <atomic>
#include <map>
#include <memory>

#include "store/engine.h"

namespace wardlight::store {

/// Which operation fails next. Counted are prepare, bind, step and execute of every connection.
class Failures {
 public:
    /// The n-th operation from now on fails, once; 0: none.
    void fail_at(int n) { start(n, false); }
    /// The n-th operation from now on fails and so does every statement after it, until
    /// fail_at(0): a write that is run again fails again. Transactions can still be ended.
    void fail_from(int n) { start(n, true); }
    /// Whether it came to that operation.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

    /// For the engine: counts one operation.
    Result<> pass() {
        int left = left_;
        while (left > 0 && !left_.compare_exchange_weak(left, left - 1)) {
        }
        if (left != 1) return {};
        has_failed_ = true;
        return fail(ErrorCode::unavailable, "made to fail");
    }
    Result<> pass_statement() {
        if (has_failed_ && goes_on_) return fail(ErrorCode::unavailable, "made to fail");
        return pass();
    }
    /// Writers opened from now on do not wait for the disk: for tests of many thousand writes.
    bool skips_sync = false;
    /// While true, keeping the log short fails, at whichever of its two places.
    std::atomic<bool> fails_maintenance = false;
    /// As after a failed sync.
    std::atomic<bool> is_durability_lost = false;

    /// For the engine: what maintenance comes to.
    [[nodiscard]] Result<> pass_maintenance() const {
        if (fails_maintenance) return fail(ErrorCode::unavailable, "made to fail");
        return {};
    }

 private:
    void start(int n, bool goes_on) {
        has_failed_ = false;
        goes_on_ = goes_on;
        left_ = n;
    }
    std::atomic<bool> goes_on_ = false;
    std::atomic<int> left_ = 0;
    std::atomic<bool> has_failed_ = false;
};

class FailingStatement final : public SqlStatement {
 public:
    FailingStatement(SqlStatement& real, Failures& failures) : real_(real), failures_(failures) {}
    Result<> bind(std::size_t index, const SqlValue& value) override {
        TRY(failures_.pass_statement());
        return real_.bind(index, value);
    }
    Result<bool> step() override {
        TRY(failures_.pass_statement());
        return real_.step();
    }
    void reset() override { real_.reset(); }
    [[nodiscard]] bool is_null(int column) const override { return real_.is_null(column); }
    [[nodiscard]] std::int64_t integer(int column) const override { return real_.integer(column); }
    [[nodiscard]] std::string_view text(int column) const override { return real_.text(column); }

 private:
    SqlStatement& real_;
    Failures& failures_;
};

class FailingConnection final : public SqlConnection {
 public:
    FailingConnection(std::unique_ptr<SqlConnection> real, Failures& failures)
        : real_(std::move(real)), failures_(failures) {}
    Result<SqlStatement*> prepare(std::string_view sql) override {
        TRY(failures_.pass_statement());
        SqlStatement* real = TRY(real_->prepare(sql));
        auto& statement = statements_[real];
        if (!statement) statement = std::make_unique<FailingStatement>(*real, failures_);
        return statement.get();
    }
    [[nodiscard]] SqlConnection& real() { return *real_; }
    Result<> execute(std::string_view sql) override {
        TRY(failures_.pass());
        return real_->execute(sql);
    }
    [[nodiscard]] std::int64_t changes() const override { return real_->changes(); }
    [[nodiscard]] std::int64_t last_inserted() const override { return real_->last_inserted(); }
    [[nodiscard]] std::int64_t total_changes() const override { return real_->total_changes(); }
    [[nodiscard]] bool is_in_transaction() const override { return real_->is_in_transaction(); }

 private:
    std::unique_ptr<SqlConnection> real_;
    Failures& failures_;
    std::map<SqlStatement*, std::unique_ptr<SqlStatement>> statements_;
};

class FailingEngine final : public Engine {
 public:
    FailingEngine(std::unique_ptr<Engine> real, Failures& failures)
        : real_(std::move(real)), failures_(failures) {}
    Result<std::unique_ptr<SqlConnection>> open_writer() override {
        auto opened = real_->open_writer();
        if (opened && failures_.skips_sync) TRY((*opened)->execute("PRAGMA synchronous=OFF"));
        return wrap(std::move(opened));
    }
    Result<std::unique_ptr<SqlConnection>> open_reader() override {
        return wrap(real_->open_reader());
    }
    [[nodiscard]] std::string schema_text(std::string_view text) const override {
        return real_->schema_text(text);
    }
    Result<> maintain() override {
        TRY(failures_.pass_maintenance());
        return real_->maintain();
    }
    Result<> keep_short(SqlConnection& writer) override {
        TRY(failures_.pass_maintenance());
        return real_->keep_short(static_cast<FailingConnection&>(writer).real());
    }
    Result<> settle() override { return real_->settle(); }
    Result<> backup_to(const std::filesystem::path& file) override {
        return real_->backup_to(file);
    }
    Result<> check_integrity() override { return real_->check_integrity(); }
    [[nodiscard]] bool is_durability_lost() const override {
        return failures_.is_durability_lost || real_->is_durability_lost();
    }

 private:
    Result<std::unique_ptr<SqlConnection>> wrap(Result<std::unique_ptr<SqlConnection>> opened) {
        TRY(failures_.pass());
        return std::make_unique<FailingConnection>(TRY(std::move(opened)), failures_);
    }
    std::unique_ptr<Engine> real_;
    Failures& failures_;
};

}  // namespace wardlight::store
