#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/limits.h"
#include "json/value.h"

namespace wardlight::json {
namespace {

namespace sj = simdjson;
namespace od = simdjson::ondemand;

tl::unexpected<Error> refuse(std::string message, std::string where = {}) {
    return fail(ErrorCode::invalid, "JSON: " + std::move(message), std::move(where));
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// On-Demand hands out a number's characters unread; the grammar of RFC 8259 section 6 is checked
/// here.
bool is_number(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return i - start;
    };
    const auto take = [&](std::string_view one_of) {
        if (i == text.size() || one_of.find(text[i]) == std::string_view::npos) return false;
        ++i;
        return true;
    };
    take("-");
    const std::size_t whole_start = i;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[whole_start] == '0')) return false;
    if (take(".") && digits() == 0) return false;
    if (take("eE")) {
        take("+-");
        if (digits() == 0) return false;
    }
    return i == text.size();
}

std::string_view trimmed(std::string_view token) {
    while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                              token.back() == '\t')) {
        token.remove_suffix(1);
    }
    return token;
}

/// A name that is there twice, or nullptr. Objects of resources have few members; one with very
/// many is somebody's attack, and comparing each with each would hold a thread for hours.
const std::string* repeated_name(const Object& members) {
    constexpr std::size_t kFew = 16;
    if (members.size() <= kFew) {
        for (std::size_t i = 1; i < members.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (members[i].first == members[j].first) return &members[i].first;
            }
        }
        return nullptr;
    }
    std::vector<const std::string*> names;
    names.reserve(members.size());
    for (const Member& member : members) names.push_back(&member.first);
    std::sort(names.begin(), names.end(),
              [](const std::string* a, const std::string* b) { return *a < *b; });
    const auto twice =
        std::adjacent_find(names.begin(), names.end(),
                           [](const std::string* a, const std::string* b) { return *a == *b; });
    return twice == names.end() ? nullptr : *twice;
}

Result<Value> read(od::value source, std::size_t depth);

// What simdjson could not open comes as the error of its first element.
Result<Value> read_array(sj::simdjson_result<od::array> array, std::size_t depth) {
    Array items;
    for (auto element : array) {
        if (element.error()) return refuse(sj::error_message(element.error()));
        items.push_back(TRY(read(element.value_unsafe(), depth + 1)));
    }
    return Value(std::move(items));
}

Result<Value> read_object(sj::simdjson_result<od::object> object, std::size_t depth) {
    Object members;
    for (auto field : object) {
        if (field.error()) return refuse(sj::error_message(field.error()));
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key))
            return refuse(sj::error_message(error));
        std::string name(key);
        auto value = read(field.value().value_unsafe(), depth + 1);
        if (!value) {
            Error error = std::move(value).error();
            error.where = error.where.empty() ? name : name + "." + error.where;
            return tl::unexpected(std::move(error));
        }
        members.emplace_back(std::move(name), std::move(*value));
    }
    if (const std::string* name = repeated_name(members))
        return refuse("the same member twice", *name);
    return Value(std::move(members));
}

Result<Value> read_null(od::value source) {
    bool is_null = false;
    (void)source.is_null().get(is_null);
    if (!is_null) return refuse("not a value");
    return Value();
}

Result<Value> read(od::value source, std::size_t depth) {
    if (depth > limits::kJsonDepth) return refuse("nested too deeply");
    od::json_type type;
    if (const auto error = source.type().get(type)) return refuse(sj::error_message(error));
    switch (type) {
        case od::json_type::object:
            return read_object(source.get_object(), depth);
        case od::json_type::array:
            return read_array(source.get_array(), depth);
        case od::json_type::string: {
            std::string_view text;
            if (const auto error = source.get_string().get(text))
                return refuse(sj::error_message(error));
            return Value(text);
        }
        case od::json_type::boolean: {
            bool flag = false;
            if (const auto error = source.get_bool().get(flag))
                return refuse(sj::error_message(error));
            return Value(flag);
        }
        case od::json_type::null:
            return read_null(source);
        case od::json_type::number:
            break;
    }
    std::string digits(trimmed(source.raw_json_token()));
    // The token is only peeked at; reading the value as a double moves the reader on, also when no
    // double can hold it.
    double skipped = 0;
    (void)source.get_double().get(skipped);
    if (!is_number(digits)) return refuse("not a number");
    return Value(Number{std::move(digits)});
}

}  // namespace

Result<Value> parse(std::string_view text) {
    if (trimmed(text).empty()) return refuse("empty");
    const sj::padded_string padded(text);
    od::parser parser;
    od::document document;
    if (const auto error = parser.iterate(padded).get(document))
        return refuse(sj::error_message(error));
    // On-Demand has readers of its own for a document that is a single text or number; FHIR and our
    // calls always send an object or array.
    od::value root;
    if (document.get_value().get(root)) return refuse("an object or array is expected");
    Value value = TRY(read(root, 0));
    if (!document.current_location().error()) return refuse("something follows the end");
    return value;
}

}  // namespace wardlight::json
