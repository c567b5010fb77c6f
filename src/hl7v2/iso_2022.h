// The switches between character sets inside one message (ISO 2022), as Japanese senders use them:
// either the real escape bytes or HL7's spelling \Cxxyy\ and \Mxxyyzz\ of them. Used by
// character_set.cpp only; works on bytes, before anything is split.
#pragma once

#include <string>
#include <string_view>

namespace wardlight::hl7v2 {

[[nodiscard]] bool has_iso_2022_switches(std::string_view bytes);

/// HL7's spelling replaced by the real escape bytes.
[[nodiscard]] std::string with_iso_2022_switches(std::string_view bytes);

}  // namespace wardlight::hl7v2
