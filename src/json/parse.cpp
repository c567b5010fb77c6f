#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
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

/// Where strings are unescaped, one after the other. simdjson's own place for them is not there
/// when memory was short, and it does not look.
struct Strings {
    const od::parser& parser;
    std::string& room;

    sj::error_code read(od::raw_json_string raw, std::string_view& text) {
        auto* into = reinterpret_cast<std::uint8_t*>(room.data());
        return parser.unescape(raw, into).get(text);
    }
};

/// What simdjson hands out and asks back: a value, or why there is none.
using Source = sj::simdjson_result<od::value>;

Result<Value> read(Source source, Strings& strings, std::size_t depth);

/// Of a container that could not be opened the only element is the reason.
Result<Value> read_array(sj::simdjson_result<od::array> array, Strings& strings,
                         std::size_t depth) {
    Array items;
    for (auto element : array) items.push_back(TRY(read(element, strings, depth + 1)));
    return Value(std::move(items));
}

Result<Value> read_object(sj::simdjson_result<od::object> object, Strings& strings,
                          std::size_t depth) {
    Object members;
    for (auto field : object) {
        if (field.error()) return refuse(field.error());
        std::string_view key;
        if (const auto error = strings.read(field.key().value_unsafe(), key)) return refuse(error);
        std::string name(key);
        auto value = read(field.value(), strings, depth + 1);
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

Result<Value> read_boolean(Source source) {
    bool flag = false;
    if (const auto error = source.get_bool().get(flag)) return refuse(error);
    return Value(flag);
}

Result<Value> read_null(Source source) {
    bool is_null = false;
    const auto error = source.is_null().get(is_null);
    if (!is_null) return refuse(error);
    return Value();
}

/// Only looks at the number: the container goes on behind what was not read, and reading it as a
/// double would take time and lose digits.
Result<Value> read_number(std::string_view token) {
    const std::string_view digits = trimmed(token);
    if (!is_number(digits)) return refuse("not a number");
    return Value(Number{std::string(digits)});
}

Result<Value> read(Source source, Strings& strings, std::size_t depth) {
    if (depth > limits::kJsonDepth) return refuse("nested too deeply");
    // Most values are strings.
    od::raw_json_string raw;
    if (!source.get_raw_json_string().get(raw)) {
        std::string_view text;
        if (const auto error = strings.read(raw, text)) return refuse(error);
        return Value(text);
    }
    od::json_type type;
    if (const auto error = source.type().get(type)) return refuse(error);
    switch (type) {
        case od::json_type::object:
            return read_object(source.get_object(), strings, depth);
        case od::json_type::array:
            return read_array(source.get_array(), strings, depth);
        case od::json_type::boolean:
            return read_boolean(source);
        case od::json_type::null:
            return read_null(source);
        default:
            return read_number(source.raw_json_token().value_unsafe());
    }
}

/// Kept from one text to the next: making them costs more than reading a small resource.
struct Buffers {
    od::parser parser;
    std::string input;    // with the padding that simdjson reads
    std::string strings;  // never longer than escaped; simdjson writes up to its padding behind
};

Buffers& buffers_for(std::string_view text) {
    constexpr std::size_t kKept = 1U << 20;
    thread_local Buffers buffers;
    const std::size_t size = text.size() + sj::SIMDJSON_PADDING;
    if (size < kKept && buffers.input.size() > kKept) buffers = Buffers();
    // The one that is looked at grows last, should the other find no memory.
    if (buffers.input.size() < size) {
        buffers.strings.resize(size);
        buffers.input.resize(size);
    }
    text.copy(buffers.input.data(), text.size());
    std::fill_n(buffers.input.begin() + static_cast<std::ptrdiff_t>(text.size()),
                sj::SIMDJSON_PADDING, '\0');
    return buffers;
}

}  // namespace

Result<Value> parse(std::string_view text) {
    if (trimmed(text).empty()) return refuse("empty");
    Buffers& buffers = buffers_for(text);
    od::document document;
    const sj::padded_string_view padded(buffers.input.data(), text.size(), buffers.input.size());
    if (const auto error = buffers.parser.iterate(padded).get(document)) {
        // Whatever it lacked, it starts afresh.
        buffers.parser = od::parser();
        return refuse(error);
    }
    Strings strings{buffers.parser, buffers.strings};
    // A scalar document has its own readers in On-Demand; FHIR and our calls always send an object
    // or array.
    const char first = text[text.find_first_not_of(" \t\r\n")];
    if (first != '{' && first != '[') return refuse("an object or array is expected");
    Value value = TRY(read(document.get_value(), strings, 0));
    if (!document.current_location().error()) return refuse("something follows the end");
    return value;
}

}  // namespace wardlight::json
