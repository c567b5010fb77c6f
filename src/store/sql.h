// The small SQL surface that every engine offers. Texts are written once, in the common subset of
// SQLite and PostgreSQL: $1.. parameters, ON CONFLICT, CTEs, keyset paging; no triggers, no engine
// JSON, no engine clock. Only src/store/sqlite (and later src/store/postgres) knows which
// engine runs.
//
//   auto rows = TRY(sql.query("SELECT name FROM account WHERE id = $1", id));
//   while (TRY(rows.next())) use(rows.text(0));
//   TRY(sql.run("DELETE FROM session WHERE expires_at < $1", to_micros(now)));
//
// A Connection belongs to one thread at a time. Rows borrow their connection's statement: finish
// one result before running the same text again.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.h"

namespace wardlight::store {

/// Bytes that are not text (BLOB / bytea).
struct Bytes {
    std::string_view view;
};

/// What a parameter may be; std::monostate is NULL.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;

class SqlStatement {
 public:
    virtual ~SqlStatement() = default;
    virtual Result<> bind(std::size_t index, const SqlValue& value) = 0;  // index from 1
    /// True while there is a row to read.
    virtual Result<bool> step() = 0;
    virtual void reset() = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    /// Text or bytes; valid until the next step.
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

/// A running query; resets its statement when it goes.
class Rows {
 public:
    explicit Rows(SqlStatement& statement) : statement_(&statement) {}
    Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Rows& operator=(Rows&&) = delete;
    ~Rows() {
        if (statement_ != nullptr) statement_->reset();
    }

    Result<bool> next() { return statement_->step(); }
    [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
    [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
    [[nodiscard]] std::string_view text(int column) const { return statement_->text(column); }
    [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
        return is_null(column) ? std::nullopt : std::optional(integer(column));
    }
    [[nodiscard]] std::optional<std::string> maybe_string(int column) const {
        return is_null(column) ? std::nullopt : std::optional(string(column));
    }

 private:
    SqlStatement* statement_;
};

namespace detail {
inline SqlValue to_sql(std::nullptr_t) {
    return std::monostate{};
}
inline SqlValue to_sql(std::int64_t value) {
    return value;
}
inline SqlValue to_sql(int value) {
    return std::int64_t{value};
}
inline SqlValue to_sql(bool value) {
    return std::int64_t{value ? 1 : 0};
}
inline SqlValue to_sql(std::string_view value) {
    return value;
}
inline SqlValue to_sql(const std::string& value) {
    return std::string_view(value);
}
inline SqlValue to_sql(const char* value) {
    return std::string_view(value);
}
inline SqlValue to_sql(Bytes value) {
    return value;
}
template <class T>
SqlValue to_sql(const std::optional<T>& value) {
    return value ? to_sql(*value) : SqlValue{};
}
}  // namespace detail

class SqlConnection {
 public:
    virtual ~SqlConnection() = default;
    /// Prepared once per text and kept; the text must be a literal or otherwise bounded in variety.
    virtual Result<SqlStatement*> prepare(std::string_view sql) = 0;
    /// Several statements without parameters or results (schema, transaction control).
    virtual Result<> execute(std::string_view sql) = 0;
    /// Rows changed by the last INSERT, UPDATE or DELETE.
    [[nodiscard]] virtual std::int64_t changes() const = 0;
    /// The {rowid} key of the row that was inserted last.
    [[nodiscard]] virtual std::int64_t last_inserted() const = 0;
    /// Rows changed since the connection was opened.
    [[nodiscard]] virtual std::int64_t total_changes() const = 0;
    /// False also when the engine has rolled everything back by itself, as it may after a full
    /// disk, a failed read or write, or without memory.
    [[nodiscard]] virtual bool is_in_transaction() const = 0;

    template <class... Args>
    Result<Rows> query(std::string_view sql, const Args&... args) {
        return query_with(sql, {detail::to_sql(args)...});
    }
    template <class... Args>
    Result<> run(std::string_view sql, const Args&... args) {
        auto rows = query_with(sql, {detail::to_sql(args)...});
        if (!rows) return tl::unexpected(std::move(rows).error());
        auto stepped = rows->next();
        if (!stepped) return tl::unexpected(std::move(stepped).error());
        return {};
    }
    /// An INSERT of one row into a table with a {rowid} key; that key. Not by RETURNING: SQLite
    /// makes a temporary table for it each time, which costs more than the row.
    template <class... Args>
    Result<std::int64_t> insert(std::string_view sql, const Args&... args) {
        TRY(run(sql, args...));
        return last_inserted();
    }
    Result<Rows> query_with(std::string_view sql, std::initializer_list<SqlValue> values);
};

/// The tables of one folder, as numbered steps that are applied once each, in order. Never change a
/// step that has been released: add one.
struct Schema {
    std::string_view name;
    std::span<const std::string_view> steps;
};

}  // namespace wardlight::store
