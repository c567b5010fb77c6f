// JSON from outside: what is read is written back with the same digits and order, writing and
// reading again changes nothing, depth has its limit, and an error never repeats a value.
#include "base/limits.h"
#include "base/text.h"
#include "json/value.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

std::size_t depth_of(const json::Value& value) {
    std::size_t deepest = 0;
    for (const json::Value& item : value.items()) deepest = std::max(deepest, depth_of(item) + 1);
    for (const json::Member& member : value.members())
        deepest = std::max(deepest, depth_of(member.second) + 1);
    return deepest;
}

/// The digits of every number, in order.
void collect_numbers(const json::Value& value, std::string& out) {
    if (value.is_number()) out.append(value.text()).append(" ");
    for (const json::Value& item : value.items()) collect_numbers(item, out);
    for (const json::Member& member : value.members()) {
        must(&value[member.first] == &member.second);  // so no name is there twice
        must(is_valid_utf8(member.first));
        collect_numbers(member.second, out);
    }
    if (value.is_string()) must(is_valid_utf8(value.text()));
}

void check_error(const Error& error) {
    must(error.code == ErrorCode::invalid || error.code == ErrorCode::too_large);
    must(!tells_secret(error.message) && !tells_secret(error.where));
}

void check_document(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return;
    must(value->is_object() || value->is_array());
    must(depth_of(*value) <= limits::kJsonDepth + 1);
    const std::string written = json::serialize(*value);
    must(is_valid_utf8(written));
    const auto again = json::parse(written);
    must(again && *again == *value);
    must(json::serialize(*again) == written);
    std::string numbers;
    collect_numbers(*value, numbers);
    std::size_t at = 0;
    for (const std::string_view digits : split(numbers, ' ')) {
        const std::size_t found = text.find(digits, at);
        must(found != std::string_view::npos);
        at = found + digits.size();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_document(text);
    if (tells_secret(text)) return 0;
    // The same text behind a value that nobody may repeat.
    for (const char* start : {"{\"name\":\"zq7x9k\",", "[\"zq7x9k", "[\"zq7x9k\",", "zq7x9k"}) {
        const auto value = json::parse(start + std::string(text));
        if (!value) check_error(value.error());
    }
    return 0;
}
