// Texts and values of LDAP and of Active Directory: filters, names, times, ids, and what a refused
// bind says. Everything here may come from outside. Pure functions; thread-safe.
// Sources: RFC 4514 (names), RFC 4515 (filters), RFC 4517 (times), MS-ADTS 2.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace wardlight::directory {

/// A value inside a filter: nothing in it can end the value or match more than itself (RFC 4515,
/// 3).
[[nodiscard]] std::string escape_filter(std::string_view value);
/// Every byte escaped: for ids that are no text.
[[nodiscard]] std::string escape_filter_bytes(std::string_view bytes);

/// The place in a configured filter that what a person typed goes to.
inline constexpr std::string_view kUserPlace = "{user}";
/// `filter` with `value`, already escaped or "*", in each place.
[[nodiscard]] std::string fill_filter(std::string_view filter, std::string_view value);

/// A name in the one spelling that names are compared in: escapes, spaces and ASCII case the same.
/// `invalid` when it is no distinguished name.
[[nodiscard]] Result<std::string> normal_name(std::string_view name);
/// Whether a name in its normal spelling fits a pattern in its normal spelling; `*` stands for any
/// characters within one part of the name, never for a further part.
[[nodiscard]] bool fits_name(std::string_view pattern, std::string_view name);

/// objectGUID: 16 bytes, the first three groups little-endian (MS-DTYP 2.3.4), as a UUID's text.
[[nodiscard]] std::optional<std::string> guid_text(std::string_view bytes);
[[nodiscard]] std::optional<std::string> guid_bytes(std::string_view text);

/// The SID of a group of the same domain: a person's objectSid with its last number replaced by
/// their primaryGroupID (MS-DTYP 2.4.2). Nothing when it is no SID.
[[nodiscard]] std::optional<std::string> sid_in_domain(std::string_view sid, std::uint32_t rid);

/// accountExpires: 100 ns since 1601; nothing for "never" (0 and 2^63 - 1) and for no number.
[[nodiscard]] std::optional<Instant> parse_filetime(std::string_view text);
/// "20261128200000Z", with a fraction perhaps; UTC only. Nothing for anything else.
[[nodiscard]] std::optional<Instant> parse_generalized_time(std::string_view text);

/// Why a bind was refused, as the audit log says it: from the number that Active Directory puts
/// into its text ("..., data 533, v4563"), else "wrong_password".
[[nodiscard]] std::string_view refusal_reason(std::string_view diagnostic);

}  // namespace wardlight::directory
