#include "base/toml_text.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace wardlight {
namespace {

tl::unexpected<Error> refuse(std::string_view what, std::size_t line) {
    return fail(ErrorCode::invalid, std::string(what), fmt::format("line {}", line));
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

/// A text can begin where a key or a value does. toml++ reads on in what it takes for a number and
/// meets the letters within the quotes there.
bool may_begin_text(std::string_view before) {
    const std::string_view rest = trim(before);
    return rest.empty() || std::string_view("=[,{.").find(rest.back()) != std::string_view::npos;
}

/// What toml++ must not see outside of quotes and comments, as an error for people; empty if there
/// is nothing. It asks whether a letter beyond ASCII is a blank and has no answer for most.
std::string_view flaw_outside_quotes(std::string_view line) {
    for (std::size_t at = 0; at < line.size() && line[at] != '#';) {
        const std::string_view rest = line.substr(at);
        if (rest.starts_with("\"\"\"") || rest.starts_with("'''"))
            return "texts of several lines are not used here";
        if (static_cast<unsigned char>(line[at]) >= 0x80) return "this letter needs quotes";
        const bool is_quote = line[at] == '"' || line[at] == '\'';
        if (is_quote && !may_begin_text(line.substr(0, at)))
            return "a quote where neither a key nor a value begins";
        at += is_quote ? end_of_quoted(rest) : 1;
    }
    return {};
}

bool gives_up(std::string_view text) {
    try {
        (void)toml::parse(text);
    } catch (const detail::TomlAssertionFailed&) {
        return true;
    } catch (const toml::parse_error&) {
        return false;
    }
    return false;
}

/// The line at which toml++ gives up: the first that cannot be added to those before it.
std::size_t line_of_failure(std::string_view text, const std::vector<std::string_view>& lines) {
    std::size_t good = 0;
    std::size_t bad = lines.size();
    while (bad - good > 1) {
        const std::size_t middle = (good + bad) / 2;
        // Up to where the next line begins: the end of a line may be what it does not expect.
        const auto end = static_cast<std::size_t>(lines[middle].data() - text.data());
        const bool fails = gives_up(text.substr(0, end));
        (fails ? bad : good) = middle;
    }
    return bad;
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text) {
    const std::vector<std::string_view> lines = split(text, '\n');
    std::size_t number = 0;
    for (const std::string_view line : lines) {
        ++number;
        if (find_control_character(line)) return refuse("a control character", number);
        if (const auto flaw = flaw_outside_quotes(line); !flaw.empty()) return refuse(flaw, number);
    }
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        return refuse(error.description(), error.source().begin.line);
    } catch (const detail::TomlAssertionFailed&) {
        return refuse("this is not TOML", line_of_failure(text, lines));
    }
}

}  // namespace wardlight
