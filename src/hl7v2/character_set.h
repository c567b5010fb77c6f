// From the bytes of one message to UTF-8. Senders often declare one character set and use another;
// the policy is: as declared in MSH-18, else as set for the feed; when the bytes are not valid
// there, UTF-8, then windows-1252, each with a warning. Every message comes out as text; the caller
// keeps the raw bytes. Source: HL7 table 0211, HL7 v2.9 section 2.15.9.18. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardlight::hl7v2 {

struct DecodedText {
    std::string text;  // UTF-8, without a byte order mark
    /// "charset_unknown" (the declared name means nothing to us), "charset_fallback_utf8",
    /// "charset_fallback_cp1252" (not valid as declared, or nothing declared and not UTF-8),
    /// "charset_c1_as_cp1252" (declared 8859/1, holds windows-1252), "charset_looks_like_utf8"
    /// (declared 8859/1 and read so, but would be valid UTF-8), "charset_alternate_unsupported".
    std::vector<std::string_view> warnings;
};

/// `feed_default` is a name of table 0211 or an IANA name; empty means UTF-8, else windows-1252.
[[nodiscard]] DecodedText decode(std::string_view bytes, std::string_view feed_default = {});

/// Whether a feed may be configured with this name.
[[nodiscard]] bool is_known_character_set(std::string_view name);

}  // namespace wardlight::hl7v2
