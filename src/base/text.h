// Small, allocation-aware text functions that several folders need. UTF-8 throughout.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardlight {

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

/// Where the first control character other than tab, CR and LF stands; nothing without one.
[[nodiscard]] std::optional<std::size_t> find_control_character(std::string_view text);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);  // no padding
/// Accepts standard and URL-safe alphabets, padding optional; nullopt on anything else.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// SHA-256, 32 raw bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Whole-string decimal integer; nullopt on anything else or overflow.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// Case- and accent-folded form used to compare and search names ("MÜLLER" -> "muller").
[[nodiscard]] std::string fold_for_search(std::string_view utf8);

}  // namespace wardlight
