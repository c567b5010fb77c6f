// How a resource's JSON is kept: compressed, with the server's own meta.versionId and
// meta.lastUpdated left out, so that the bytes do not depend on when they are committed.
#pragma once

#include <string>

#include "base/time.h"
#include "json/value.h"

namespace wardlight::store {

/// Compressed form: `{"resourceType":...,"id":...,"meta":{...},...}` in that order.
[[nodiscard]] std::string pack_body(const json::Value& resource);
/// The whole resource with its meta filled in.
[[nodiscard]] Result<std::string> unpack_body(std::string_view packed, std::int64_t version,
                                              Instant last_updated);
/// As stored, without version and time: equal texts are equal content.
[[nodiscard]] Result<std::string> unpack_content(std::string_view packed);

}  // namespace wardlight::store
