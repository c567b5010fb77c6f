// The one place where TOML is parsed. toml++ 3.3 stops the process at some texts that are not TOML:
// its assertions are made exceptions, which do not leave toml_text.cpp. Texts of several lines,
// which no setting needs, are not taken. Pure; thread-safe.
#pragma once

#include <string_view>

#include "base/result.h"

namespace wardlight::detail {
struct TomlAssertionFailed {};
/// A function, as GCC refuses a plain throw where toml++ promises to throw nothing.
[[noreturn]] inline void fail_toml_assertion() {
    throw TomlAssertionFailed{};
}
}  // namespace wardlight::detail

// All sources that include toml++ must see the same of these, and so include it from here.
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ASSERT(expression) \
    ((expression) ? static_cast<void>(0) : ::wardlight::detail::fail_toml_assertion())
#include <toml++/toml.h>

namespace wardlight {

/// The error says what is wrong; its `where` is the line ("line 3").
[[nodiscard]] Result<toml::table> parse_toml(std::string_view text);

}  // namespace wardlight
