// Times as people type them into a table of cases: ISO 8601 with or without a zone
// ("2024-03-31T01:30", "2024-03-31 01:30:00.5+01:00", "2024-03-31T00:30Z", "2024-03-31") and
// HL7 ("20240331013000", "202403310130+0100"). Without a zone the time is the hospital's own.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace wardlight::app {

/// nullopt if the text is none of these or no real date. A date alone is its local midnight. A
/// local time that occurs twice (autumn) is the earlier; one that does not occur (spring) is the
/// moment the clocks change.
std::optional<Instant> parse_table_time(std::string_view text, const TimeZone& zone);

}  // namespace wardlight::app
