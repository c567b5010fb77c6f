// How a resource's JSON is kept: compressed, with the server's own meta.versionId and
// meta.lastUpdated left out, so that the bytes do not depend on when they are committed.
#pragma once

#include <string>

#include "base/time.h"
#include "json/value.h"

namespace wardlight::store {

/// `{"resourceType":...,"id":...,"meta":{...},...}` in that order, without version and time.
[[nodiscard]] std::string canonical_text(const json::Value& resource);
/// Compressed form of a text.
[[nodiscard]] std::string pack(std::string_view text);
/// A canonical text with its version and time filled in.
[[nodiscard]] Result<std::string> with_meta(std::string text, std::int64_t version,
                                            Instant last_updated);
/// The whole resource with its meta filled in.
[[nodiscard]] Result<std::string> unpack_body(std::string_view packed, std::int64_t version,
                                              Instant last_updated);
/// As stored, without version and time: equal texts are equal content.
[[nodiscard]] Result<std::string> unpack_content(std::string_view packed);

}  // namespace wardlight::store
