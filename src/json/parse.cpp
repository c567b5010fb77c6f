#include <fmt/format.h>
#include <simdjson.h>

#include <new>

#include "base/limits.h"
#include "json/value.h"

namespace wardlight::json {
namespace {

namespace sj = simdjson;
namespace od = simdjson::ondemand;

tl::unexpected<Error> refuse(std::string message, std::string where = {}) {
    return fail(ErrorCode::invalid, "JSON: " + std::move(message), std::move(where));
}

tl::unexpected<Error> refuse(sj::error_code code) {
    // Not the sender's fault: valid JSON must not be called invalid.
    if (code == sj::MEMALLOC) throw std::bad_alloc();
    return refuse(std::string(sj::error_message(code)));
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
    if (i < text.size() && text[i] == '-') ++i;
    const std::size_t whole_start = i;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[whole_start] == '0')) return false;
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (digits() == 0) return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
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

/// Where strings are unescaped, one after the other. simdjson's own place for them is not there
/// when memory was short, and it does not look.
struct Strings {
    const od::parser& parser;
    std::string room;

    sj::error_code read(od::raw_json_string raw, std::string_view& text) {
        auto* into = reinterpret_cast<std::uint8_t*>(room.data());
        return parser.unescape(raw, into).get(text);
    }
};

Result<Value> read(od::value source, Strings& strings, std::size_t depth);

Result<Value> read_array(od::array array, Strings& strings, std::size_t depth) {
    Array items;
    for (auto element : array) {
        if (element.error()) return refuse(element.error());
        items.push_back(TRY(read(element.value_unsafe(), strings, depth + 1)));
    }
    return Value(std::move(items));
}

Result<Value> read_object(od::object object, Strings& strings, std::size_t depth) {
    Object members;
    for (auto field : object) {
        if (field.error()) return refuse(field.error());
        std::string_view key;
        if (const auto error = strings.read(field.key().value_unsafe(), key)) return refuse(error);
        std::string name(key);
        for (const Member& member : members) {
            if (member.first == name) return refuse("the same member twice", name);
        }
        auto value = read(field.value().value_unsafe(), strings, depth + 1);
        if (!value) {
            Error error = std::move(value).error();
            error.where = error.where.empty() ? name : name + "." + error.where;
            return tl::unexpected(std::move(error));
        }
        members.emplace_back(std::move(name), std::move(*value));
    }
    return Value(std::move(members));
}

Result<Value> read_null(od::value source) {
    bool is_null = false;
    if (const auto error = source.is_null().get(is_null)) return refuse(error);
    if (!is_null) return refuse("not a value");
    return Value();
}

Result<Value> read(od::value source, Strings& strings, std::size_t depth) {
    if (depth > limits::kJsonDepth) return refuse("nested too deeply");
    od::json_type type;
    if (const auto error = source.type().get(type)) return refuse(error);
    switch (type) {
        case od::json_type::object: {
            od::object object;
            if (const auto error = source.get_object().get(object)) return refuse(error);
            return read_object(object, strings, depth);
        }
        case od::json_type::array: {
            od::array array;
            if (const auto error = source.get_array().get(array)) return refuse(error);
            return read_array(array, strings, depth);
        }
        case od::json_type::string: {
            od::raw_json_string raw;
            if (const auto error = source.get_raw_json_string().get(raw)) return refuse(error);
            std::string_view text;
            if (const auto error = strings.read(raw, text)) return refuse(error);
            return Value(text);
        }
        case od::json_type::boolean: {
            bool flag = false;
            if (const auto error = source.get_bool().get(flag)) return refuse(error);
            return Value(flag);
        }
        case od::json_type::null:
            return read_null(source);
        case od::json_type::number:
            break;
    }
    std::string digits(trimmed(source.raw_json_token()));
    // The token is only peeked at; reading the value as a double moves the reader on.
    double skipped = 0;
    const auto error = source.get_double().get(skipped);
    if (!is_number(digits)) return refuse("not a number");
    if (error && error != sj::NUMBER_ERROR) return refuse(error);
    return Value(Number{std::move(digits)});
}

}  // namespace

Result<Value> parse(std::string_view text) {
    if (trimmed(text).empty()) return refuse("empty");
    const sj::padded_string padded(text);
    if (padded.data() == nullptr) throw std::bad_alloc();
    od::parser parser;
    // A string is never longer than its escaped form; simdjson writes up to its padding behind it.
    Strings strings{parser, std::string(text.size() + sj::SIMDJSON_PADDING, '\0')};
    od::document document;
    if (const auto error = parser.iterate(padded).get(document)) return refuse(error);
    // A scalar document has its own readers in On-Demand; FHIR and our calls always send an object
    // or array.
    const char first = text[text.find_first_not_of(" \t\r\n")];
    if (first != '{' && first != '[') return refuse("an object or array is expected");
    od::value root;
    if (const auto error = document.get_value().get(root)) return refuse(error);
    Value value = TRY(read(root, strings, 0));
    if (!document.current_location().error()) return refuse("something follows the end");
    return value;
}

}  // namespace wardlight::json
