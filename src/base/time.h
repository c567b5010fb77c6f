// Points in time. Everything inside is UTC in microseconds; zones appear only at the edges (HL7
// messages, screens, calendar-day rules).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wardlight {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// "2026-11-21T10:32:05.123Z": FHIR instant, milliseconds, UTC.
[[nodiscard]] std::string format_instant(Instant instant);

/// Reads an RFC 3339 / FHIR dateTime that has a zone. Fraction up to microseconds.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// A FHIR date or dateTime of any precision as the half-open interval it stands for.
/// Values without a zone are read as UTC. "2026-11" covers the whole month.
struct InstantRange {
    Instant from;
    Instant until;
};
[[nodiscard]] Result<InstantRange> parse_fhir_date_range(std::string_view text);

[[nodiscard]] std::int64_t to_micros(Instant instant);
[[nodiscard]] Instant from_micros(std::int64_t micros);

/// A named IANA time zone from the system's tzdata ("Europe/London").
class TimeZone {
 public:
    static Result<TimeZone> find(std::string_view iana_name);

    /// Days since 1970-01-01 of the local calendar date at `instant`: what calendar-day windows
    /// count.
    [[nodiscard]] std::int64_t local_day(Instant instant) const;
    /// Minutes since local midnight, 0..1439.
    [[nodiscard]] int local_minute_of_day(Instant instant) const;
    /// Offset from UTC in force at `instant`.
    [[nodiscard]] std::chrono::minutes offset_at(Instant instant) const;

    /// A local wall-clock time as an instant. `ambiguous` (autumn) takes the earlier, `nonexistent`
    /// (spring) the moment of the change; both are reported so that the caller can warn.
    enum class LocalKind { unique, ambiguous, nonexistent };
    struct FromLocal {
        Instant instant;
        LocalKind kind;
    };
    [[nodiscard]] FromLocal from_local(
        std::chrono::local_time<std::chrono::microseconds> local) const;

    [[nodiscard]] const std::string& name() const { return name_; }

 private:
    TimeZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
    std::string name_;
    const void* zone_;  // date::time_zone, kept out of this header: it is slow to compile
};

}  // namespace wardlight
