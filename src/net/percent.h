// Percent-encoding of URLs (RFC 3986) and of query strings. What does not decode to valid UTF-8
// text without NUL is refused, never repaired.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wardlight::net {

enum class Plus { is_plus, is_space };

[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, Plus plus);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// "a=1&b=x%20y": in order, repeated names kept. `too_large` beyond kQueryParameters.
[[nodiscard]] Result<QueryParameters> parse_query(std::string_view query);

}  // namespace wardlight::net
