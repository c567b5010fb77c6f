#include "base/toml_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace wardlight {
namespace {

tl::unexpected<Error> refuse(std::string_view what, std::size_t line) {
    return fail(ErrorCode::invalid, std::string(what), fmt::format("line {}", line));
}

/// What can begin the name of a table, or end one that is missing.
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '"' || c == '\'' || c == ']';
}

/// toml++ 3.3 asserts that a name follows "[" or "[[" at the beginning of a line. A list in a list
/// may begin a line so too; such a one has to have its first item on the same line.
bool is_nameless_header(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with('[')) return false;
    line.remove_prefix(1);
    if (line.starts_with('[')) line.remove_prefix(1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.empty() || line == "\r" || !begins_name(line.front());
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text) {
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (find_control_character(line)) return refuse("a control character", number);
        if (is_nameless_header(line)) return refuse("a name is missing after '['", number);
    }
    toml::parse_result parsed = toml::parse(text);
    if (!parsed) return refuse(parsed.error().description(), parsed.error().source().begin.line);
    return std::move(parsed).table();
}

}  // namespace wardlight
