// Whether a laboratory result is critical, and whether it must be told (again).
// Two questions kept apart: `critical_decision` never looks at what was told before, and
// `critical_notice` only decides about telling; a result not told stays on record with its reason.
// What cannot be judged (unit, comparator, no number) is never "not critical" by default.
// Pure functions, no allocation; safe from any thread. Source: critical_limits.h,
// docs/clinical/critical-results.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "clinical/critical_limits.h"

namespace wardlight::clinical {

struct CriticalInput {
    std::string_view analyte;
    /// nullopt: the result is text.
    std::optional<Reading> reading;
    Unit unit = Unit::unknown;
    std::optional<int> age_years;
    /// OBX-8 of the laboratory, or its FHIR interpretation code: HH, LL and AA are critical.
    std::string_view interpretation;
    /// Upper reference limit reported with the result, for limits that are multiples of it.
    std::optional<Decimal> upper_reference_limit;
};

enum class CriticalKind : std::uint8_t {
    not_critical,
    critical_low,
    critical_high,
    declared_by_laboratory,  // HH, LL or AA, whatever the number says
    no_limits,               // the pack says nothing about this analyte: not judged
    unknown_unit,            // data quality: not judged
    undetermined,            // data quality: "<20" against a limit of 2.5, text, no upper limit
};

struct CriticalDecision {
    CriticalKind kind = CriticalKind::no_limits;
    const CriticalLimit* limit = nullptr;  // the row that was used
    bool is_approximate = false;           // the reading had a comparator
    bool is_age_unknown = false;           // judged by the adult row

    [[nodiscard]] bool is_critical() const {
        return kind == CriticalKind::critical_low || kind == CriticalKind::critical_high ||
               kind == CriticalKind::declared_by_laboratory;
    }
    /// A person must look at the data before anyone may believe this result is harmless.
    [[nodiscard]] bool is_data_quality() const {
        return kind == CriticalKind::unknown_unit || kind == CriticalKind::undetermined;
    }
};

CriticalDecision critical_decision(const CriticalInput& input, const CriticalPack& pack);

/// HH, LL, AA; repetitions ("H~HH") count when any of them does.
bool laboratory_declares_critical(std::string_view interpretation);

/// A result of the same person and analyte that somebody was told about.
struct CommunicatedResult {
    std::optional<Reading> reading;  // in the same unit as the new one
    CriticalKind kind = CriticalKind::critical_high;
    std::int64_t local_day = 0;
};

/// How long and how closely a result counts as already communicated. Sources: HEFT ("similar result
/// within 7 days"), Pathlab NZ ("delta > 20 %").
struct RepeatPolicy {
    std::string_view version = "wardlight-default/1";
    int window_days = 7;
    int delta_percent = 20;
};

enum class CriticalNotice : std::uint8_t {
    not_critical,           // nothing to tell
    first_presentation,     // tell: nothing comparable was communicated in the window
    amended,                // tell: a corrected report of a critical result
    opposite_direction,     // tell: was low, is high, or the other way
    worsening,              // tell: further beyond the limit than what was communicated
    delta,                  // tell: changed by more than the policy's percentage
    not_comparable,         // tell: one of the two has no exact number
    suppressed_consistent,  // kept, not told: consistent with what was communicated
};

constexpr bool must_be_told(CriticalNotice notice) {
    return notice != CriticalNotice::not_critical &&
           notice != CriticalNotice::suppressed_consistent;
}

struct RepeatInput {
    CriticalDecision decision;
    std::optional<Reading> reading;
    std::int64_t local_day = 0;
    bool is_amendment = false;
    std::optional<CommunicatedResult> last_communicated;
};

CriticalNotice critical_notice(const RepeatInput& input, const RepeatPolicy& policy);

/// Stable codes kept with each record: "first_presentation", "suppressed_consistent" ...
std::string_view text_of(CriticalKind kind);
std::string_view text_of(CriticalNotice notice);

}  // namespace wardlight::clinical
