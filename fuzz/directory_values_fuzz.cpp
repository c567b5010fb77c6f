// What comes from a hospital's directory, and the mapping of its groups: values are read in the one
// way or not at all, nothing typed can change a filter, and two roles are never one.
#include "access/group_mapping.h"
#include "directory/values.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::fuzz;
using namespace wardlight::directory;

namespace {

/// RFC 4515 backwards; nothing when it is not escaped as it should be.
std::optional<std::string> unescaped(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
        i += 2;
    }
    return out;
}

void check_filter(std::string_view typed) {
    const std::string escaped = escape_filter(typed);
    must(escaped.find_first_of(std::string_view("*()\0", 4)) == std::string::npos);
    must(unescaped(escaped) == std::string(typed));
    must(unescaped(escape_filter_bytes(typed)) == std::string(typed));
    must(fill_filter("(uid={user})", escaped) == "(uid=" + escaped + ')');
}

void check_name(std::string_view text) {
    const auto normal = normal_name(text);
    if (!normal) {
        must(normal.error().code == ErrorCode::invalid && !tells_secret(normal.error().message));
        return;
    }
    const auto again = normal_name(*normal);
    must(again && *again == *normal);
    if (normal->find('*') == std::string::npos) must(fits_name(*normal, *normal));
}

void check_pattern(std::string_view pattern, std::string_view name) {
    const bool fits = fits_name(pattern, name);
    if (pattern.find('*') == std::string_view::npos) must(fits == (pattern == name));
    // A star never reaches over a comma.
    if (fits) {
        must(std::count(pattern.begin(), pattern.end(), ',') ==
             std::count(name.begin(), name.end(), ','));
    }
}

void check_ids(std::string_view bytes) {
    if (const auto text = guid_text(bytes)) must(guid_bytes(*text) == std::string(bytes));
    if (const auto raw = guid_bytes(bytes)) must(guid_text(*raw).has_value());
    if (const auto sid = sid_in_domain(bytes, 513)) must(sid->size() == bytes.size());
}

void check_times(std::string_view text) {
    if (const auto time = parse_generalized_time(text)) must(text.ends_with('Z'));
    if (const auto time = parse_filetime(text)) {
        must(text.find_first_not_of("0123456789") == std::string_view::npos);
    }
}

void check_mapping(std::string_view text) {
    const auto mapping = access::parse_group_mapping(text);
    if (!mapping) {
        must(mapping.error().code == ErrorCode::invalid && !mapping.error().message.empty());
        return;
    }
    must(!mapping->version.empty());
    std::vector<std::string> everything;
    for (const access::GroupRule& rule : mapping->rules) {
        must(!rule.id.empty() && rule.role != access::Role::integration);
        must(rule.role || !rule.wards.empty() || !rule.teams.empty());
        everything.push_back(rule.group);
    }
    constexpr std::int64_t kToday = 20'000;
    must(access::rights_of({}, *mapping, kToday).outcome == access::MappedRights::Outcome::no_role);
    const auto all = access::rights_of(everything, *mapping, kToday);
    if (all.outcome != access::MappedRights::Outcome::granted) must(all.rights == access::Rights{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    check_mapping(input.rest());
    check_filter(input.rest());
    check_name(input.rest());
    check_ids(input.rest());
    check_times(input.rest());
    must(!refusal_reason(input.rest()).empty());
    const std::string_view pattern = input.line();
    check_pattern(pattern, input.rest());
    return 0;
}
