// The one place where TOML is parsed. toml++ stops the process at some texts that are not TOML;
// those are refused before it sees them. Pure; thread-safe.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <string_view>

#include "base/result.h"

namespace wardlight {

/// The error says what is wrong; its `where` is the line ("line 3").
[[nodiscard]] Result<toml::table> parse_toml(std::string_view text);

}  // namespace wardlight
