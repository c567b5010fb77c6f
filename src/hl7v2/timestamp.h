// HL7 v2 points in time (TS, DTM, DT, TM): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ].
// The precision the sender gave is kept and what is doubtful is said. Thread-safe.
// Zone: of the value, else of MSH-7, else of the feed. A zone in MSH-7 that agrees with the feed's
// zone at that moment only says "our local time", so the feed's zone with its summer time applies
// to the values: a winter result in a summer message is not read an hour off.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace wardlight::hl7v2 {

enum class Precision { year, month, day, hour, minute, second, fraction };

struct Timestamp {
    Instant instant;  // the first moment of the year, month, day ... it names
    Precision precision = Precision::second;
    bool zone_known = false;  // the value said its own zone
    /// FHIR text of the same precision: "2024", "2024-06", "2024-06-15" or
    /// "2024-06-15T11:30:59.1234-05:00". Hours and minutes are filled up with zeros, as FHIR wants.
    std::string fhir;
    /// The calendar date alone, of at most day precision, as written: for a date of birth.
    std::string fhir_date;
};

/// "time_zone_gap" (the local time never was: summer time began), "time_ambiguous" (it was twice:
/// the earlier is taken), "time_invalid", "time_zone_invalid" (ignored), "time_fraction_cut"
/// (beyond microseconds), "time_leap_second" (second 60 read as 59), "time_hour_24" (the next
/// midnight), "time_zero_part" (month or day 00 left out), "time_not_hl7" (written as ISO 8601).
using Warnings = std::vector<std::string_view>;

struct TimestampReading {
    /// Empty for missing ("", "\"\"", all zeros) and for invalid text; only the latter warns.
    std::optional<Timestamp> value;
    Warnings warnings;
};

/// How to read values that do not say their zone.
class ZoneRule {
 public:
    explicit ZoneRule(TimeZone feed_zone) : feed_zone_(std::move(feed_zone)) {}
    /// Takes the zone of the message's MSH-7 into account.
    ZoneRule(TimeZone feed_zone, std::string_view msh_7);

    [[nodiscard]] const TimeZone& feed_zone() const { return feed_zone_; }
    /// The fixed offset of MSH-7 when it contradicts the feed's zone.
    [[nodiscard]] std::optional<std::chrono::minutes> message_offset() const { return offset_; }

 private:
    TimeZone feed_zone_;
    std::optional<std::chrono::minutes> offset_;
};

[[nodiscard]] TimestampReading parse_timestamp(std::string_view text, const ZoneRule& zone);
[[nodiscard]] TimestampReading parse_timestamp(std::string_view text, const TimeZone& zone);

/// TM: HH[MM[SS[.S...]]] as FHIR time "11:30:00"; nullopt when it is not one.
[[nodiscard]] std::optional<std::string> parse_time_of_day(std::string_view text);

}  // namespace wardlight::hl7v2
