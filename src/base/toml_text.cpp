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

/// Where the text in quotes at the front of `rest` ends, or all of it when nothing closes it.
std::size_t end_of_quoted(std::string_view rest) {
    const char quote = rest.front();
    for (std::size_t at = 1; at < rest.size(); ++at) {
        if (rest[at] == quote) return at + 1;
        if (rest[at] == '\\' && quote == '"') ++at;
    }
    return rest.size();
}

/// What toml++ must not see outside of quotes and comments, as an error for people; empty if there
/// is nothing. It asks whether a letter beyond ASCII is a blank and has no answer for most.
std::string_view flaw_outside_quotes(std::string_view line) {
    for (std::size_t at = 0; at < line.size() && line[at] != '#';) {
        const std::string_view rest = line.substr(at);
        if (rest.starts_with("\"\"\"") || rest.starts_with("'''"))
            return "texts of several lines are not used here";
        if (static_cast<unsigned char>(line[at]) >= 0x80) return "this letter needs quotes";
        at += line[at] == '"' || line[at] == '\'' ? end_of_quoted(rest) : 1;
    }
    return {};
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text) {
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (find_control_character(line)) return refuse("a control character", number);
        if (const auto flaw = flaw_outside_quotes(line); !flaw.empty()) return refuse(flaw, number);
        if (is_nameless_header(line)) return refuse("a name is missing after '['", number);
    }
    toml::parse_result parsed = toml::parse(text);
    if (!parsed) return refuse(parsed.error().description(), parsed.error().source().begin.line);
    return std::move(parsed).table();
}

}  // namespace wardlight
