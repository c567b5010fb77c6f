// NEWS2, the national early warning score of adults: one set of observations, a score, its band.
// A set with a parameter missing has no NEWS2: it is `incomplete` and carries only the least the
// score could be. An implausible value is `invalid` and scores nothing, least of all "normal".
// Pure function, no clock, no allocation; safe from any thread; also built to WebAssembly.
// Source: Royal College of Physicians, NEWS2, December 2017. Precision: docs/clinical/news2.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "clinical/news2_thresholds.h"

namespace wardlight::clinical {

enum class Consciousness : std::uint8_t { alert, new_confusion, voice, pain, unresponsive };

/// Scale 2 (target 88-92 %) only where a competent clinician decided so; everyone else is scale 1.
enum class SaturationScale : std::uint8_t { one, two };

struct Observations {
    std::optional<int> respirations_per_minute;
    std::optional<int> oxygen_saturation_percent;
    SaturationScale saturation_scale = SaturationScale::one;
    std::optional<bool> on_oxygen;
    std::optional<int> systolic_mm_hg;
    std::optional<int> pulse_per_minute;
    std::optional<Consciousness> consciousness;
    /// Rounded half up to tenths before: see `temperature_tenths` in units.h.
    std::optional<int> temperature_tenths_celsius;

    /// NEWS2 must not be used below 16 years or in pregnancy. nullopt age: an adult ward, scored.
    std::optional<int> age_years;
    bool is_pregnant = false;
};

enum class News2Parameter : std::uint8_t {
    respiration,
    saturation,
    oxygen,
    systolic,
    pulse,
    consciousness,
    temperature,
};
inline constexpr std::size_t kNews2Parameters = 7;

enum class News2State : std::uint8_t {
    complete,
    incomplete,       // `least_total` is a lower bound
    invalid,          // a value is implausible: correct it; the rest is scored as in incomplete
    not_for_patient,  // below 16 years or pregnant: nothing scored
};

/// Clinical risk as in chart 2; total 0 has its own name because it asks for less monitoring.
enum class News2Band : std::uint8_t { none, low, low_medium, medium, high };

struct News2Result {
    News2State state = News2State::complete;
    /// NEWS2 if `complete`; otherwise the least it can be.
    int least_total = 0;
    bool is_red = false;  // a single parameter scores 3
    /// Of `least_total` and `is_red`. If not complete, the true band may be higher.
    News2Band least_band = News2Band::none;
    /// Points per parameter; nullopt: missing or not usable.
    std::array<std::optional<std::uint8_t>, kNews2Parameters> points;
    std::uint8_t missing = 0;      // bit per News2Parameter
    std::uint8_t implausible = 0;  // bit per News2Parameter

    /// The score, only if there is one.
    [[nodiscard]] std::optional<int> total() const {
        return state == News2State::complete ? std::optional<int>(least_total) : std::nullopt;
    }
    /// Something known already asks for urgent review, whatever is missing.
    [[nodiscard]] bool is_urgent() const { return least_band >= News2Band::low_medium; }
};

News2Result news2_score(const Observations& observations);

News2Band news2_band(int total, bool is_red);

/// "none", "low", "low_medium", "medium", "high".
std::string_view text_of(News2Band band);

/// Least monitoring of chart 4: "12-hourly", "4-6-hourly", "1-hourly", "continuous".
std::string_view minimum_monitoring(News2Band band);

/// "A", "C", "V", "P", "U" or the words, any letter case; nullopt otherwise.
std::optional<Consciousness> consciousness_from_text(std::string_view text);

}  // namespace wardlight::clinical
