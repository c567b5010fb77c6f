#include "json/value.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"

namespace wardlight::json {
namespace {
const Value kNull;
const Array kNoItems;
const Object kNoMembers;
}  // namespace

std::string_view Value::text() const {
    if (const auto* string = std::get_if<std::string>(&data_)) return *string;
    if (const auto* number = std::get_if<Number>(&data_)) return number->text;
    return {};
}

bool Value::as_bool(bool otherwise) const {
    const auto* value = std::get_if<bool>(&data_);
    return value ? *value : otherwise;
}

std::optional<std::int64_t> Value::as_integer() const {
    const auto* number = std::get_if<Number>(&data_);
    return number ? parse_integer(number->text) : std::nullopt;
}

const Value& Value::operator[](std::string_view key) const {
    if (const auto* object = std::get_if<Object>(&data_)) {
        for (const Member& member : *object) {
            if (member.first == key) return member.second;
        }
    }
    return kNull;
}

const Value& Value::operator[](std::size_t index) const {
    const auto* array = std::get_if<Array>(&data_);
    return array && index < array->size() ? (*array)[index] : kNull;
}

const Array& Value::items() const {
    const auto* array = std::get_if<Array>(&data_);
    return array ? *array : kNoItems;
}

const Object& Value::members() const {
    const auto* object = std::get_if<Object>(&data_);
    return object ? *object : kNoMembers;
}

std::size_t Value::size() const {
    return is_array() ? items().size() : members().size();
}

Value& Value::edit(std::string_view key) {
    if (is_null()) data_ = Object{};
    auto* object = std::get_if<Object>(&data_);
    CHECK_INVARIANT(object != nullptr);
    for (Member& member : *object) {
        if (member.first == key) return member.second;
    }
    return object->emplace_back(std::string(key), Value{}).second;
}

Value& Value::set(std::string_view key, Value value) {
    if (value.is_null()) {
        remove(key);
    } else {
        edit(key) = std::move(value);
    }
    return *this;
}

void Value::remove(std::string_view key) {
    if (auto* object = std::get_if<Object>(&data_)) {
        std::erase_if(*object, [&](const Member& member) { return member.first == key; });
    }
}

Value& Value::push(Value value) {
    edit_items().push_back(std::move(value));
    return *this;
}

Array& Value::edit_items() {
    if (is_null()) data_ = Array{};
    auto* array = std::get_if<Array>(&data_);
    CHECK_INVARIANT(array != nullptr);
    return *array;
}

Object& Value::edit_members() {
    auto* object = std::get_if<Object>(&data_);
    CHECK_INVARIANT(object != nullptr);
    return *object;
}

Value object(std::initializer_list<MemberInit> members) {
    Object out;
    out.reserve(members.size());
    for (const MemberInit& member : members) {
        if (!member.value.is_null())
            out.emplace_back(std::string(member.key), std::move(member.value));
    }
    return out;
}

Value array(std::initializer_list<ItemInit> items) {
    Array out;
    out.reserve(items.size());
    for (const ItemInit& item : items) out.push_back(std::move(item.value));
    return out;
}

}  // namespace wardlight::json
