// What is particular to one hospital and constant while the server runs. Routes, chains and the
// rota change at run time and live in the store (policy.h, rota.h).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "alerts/people.h"
#include "base/time.h"
#include "clinical/critical_results.h"

namespace wardlight::alerts {

using namespace std::chrono_literals;

/// Waits and windows. A hospital's safety officer signs them off: docs/alerts.md.
inline constexpr auto kUndoWindow = 10s;
/// A hand-over that nobody accepts goes back to who gave it.
inline constexpr auto kHandoverWithin = 10min;
/// An acknowledged alert without an outcome opens again.
inline constexpr auto kOutcomeWithin = std::chrono::hours(4);
/// Older samples and observations change the record but ring nobody.
inline constexpr auto kTooOldToTell = std::chrono::hours(72);
inline constexpr auto kSnoozeMostCritical = 1h;
inline constexpr auto kSnoozeMostUrgent = 4h;
inline constexpr auto kSnoozeMostRoutine = 12h;
inline constexpr std::size_t kReasonBytes = 500;

struct Site {
    /// `directory` must outlive this.
    Site(TimeZone the_zone, const Directory& the_directory,
         std::vector<std::string> the_kidney_wards = {})
        : zone(std::move(the_zone)),
          directory(&the_directory),
          kidney_wards(std::move(the_kidney_wards)) {}

    TimeZone zone;  // calendar days and hours of the day are the hospital's
    const Directory* directory;
    /// Renal units and intensive care: they know of the kidney injury before we do.
    std::vector<std::string> kidney_wards;
    clinical::CriticalPack critical_pack = clinical::kDefaultCriticalPack;
    clinical::RepeatPolicy repeat_policy;
};

}  // namespace wardlight::alerts
