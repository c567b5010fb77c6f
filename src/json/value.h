// A JSON tree that keeps the text of every number and the order of every member, so that a FHIR
// resource written back is the one that was read: "38.0" stays "38.0" (FHIR decimals carry their
// precision). Reading is simdjson's; the tree is plain values. Not thread-safe; copy freely.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace wardlight::json {

class Value;
using Member = std::pair<std::string, Value>;
using Array = std::vector<Value>;
using Object = std::vector<Member>;

/// The digits of a JSON number exactly as written.
struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
};

class Value {
 public:
    Value() = default;  // null
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    Value(int value) : data_(Number{std::to_string(value)}) {}
    Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
    Value(std::uint64_t value) : data_(Number{std::to_string(value)}) {}
    Value(Number value) : data_(std::move(value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(Array value) : data_(std::move(value)) {}
    Value(Object value) : data_(std::move(value)) {}
    /// Absent becomes null.
    template <class T>
    Value(const std::optional<T>& value) {
        if (value) *this = Value(*value);
    }

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(data_); }
    [[nodiscard]] bool is_number() const { return std::holds_alternative<Number>(data_); }
    [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }
    [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(data_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }

    /// The text of a string or the digits of a number; empty for anything else.
    [[nodiscard]] std::string_view text() const;
    [[nodiscard]] bool as_bool(bool otherwise = false) const;
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;

    /// Member of an object, or a null value when there is none: safe to chain.
    [[nodiscard]] const Value& operator[](std::string_view key) const;
    [[nodiscard]] const Value& operator[](std::size_t index) const;
    [[nodiscard]] const Value& operator[](const char* key) const {
        return (*this)[std::string_view(key)];
    }
    [[nodiscard]] const Value& operator[](int index) const {
        return (*this)[static_cast<std::size_t>(index)];
    }

    /// Elements of an array; a single value that is not an array counts as none.
    [[nodiscard]] const Array& items() const;
    [[nodiscard]] const Object& members() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Sets a member (turns a null into an object); a null value removes it.
    Value& set(std::string_view key, Value value);
    /// Member for changing, made null when absent (turns a null into an object).
    Value& edit(std::string_view key);
    void remove(std::string_view key);
    /// Appends to an array (turns a null into an array).
    Value& push(Value value);
    [[nodiscard]] Array& edit_items();
    /// Of an object only.
    [[nodiscard]] Object& edit_members();

    bool operator==(const Value&) const = default;

 private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

/// One member or item of what object() and array() build. Mutable because the elements of an
/// initializer list are constant and would have to be copied, nested ones at every level.
struct MemberInit {
    std::string_view key;
    mutable Value value;
};
struct ItemInit {
    template <class T>
        requires std::convertible_to<T, Value>
    ItemInit(T&& item) : value(std::forward<T>(item)) {}
    mutable Value value;
};

/// Builds an object in place: `json::object({{"code", code}, {"text", text}})`; null members are
/// left out.
[[nodiscard]] Value object(std::initializer_list<MemberInit> members);
[[nodiscard]] Value array(std::initializer_list<ItemInit> items);

/// Strict JSON: one value, valid UTF-8, no duplicate keys, nesting up to limits::kJsonDepth.
/// The error says where by byte offset or key path, never the value.
[[nodiscard]] Result<Value> parse(std::string_view text);

/// Minified. Numbers come out digit for digit.
[[nodiscard]] std::string serialize(const Value& value);
void serialize_to(std::string& out, const Value& value);
void serialize_string_to(std::string& out, std::string_view text);

}  // namespace wardlight::json
