// Critical limits of laboratory results as versioned data.
// The default pack is a starting point taken from published lists; a hospital replaces it by its
// own signed-off pack of the same shape, parsed elsewhere and passed as a span.
// Sources per row. G158: Royal College of Pathologists, "The communication of critical and
// unexpected pathology results", 2017 (values not yet checked against the original, except
// potassium). RMH: Royal Melbourne Hospital. Barnsley, Homerton, HEFT: the hospitals' published
// lists. docs/clinical/critical-results.md says what a clinician must confirm.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "clinical/decimal.h"
#include "clinical/units.h"

namespace wardlight::clinical {

/// Whether the limit itself is already critical ("<= 2.5") or only what lies beyond it ("< 2.5").
enum class LimitEdge : std::uint8_t { critical_at_limit, critical_beyond_limit };

struct Limit {
    Decimal value;
    LimitEdge edge = LimitEdge::critical_at_limit;
};

/// What the limits of a row are measured in.
enum class LimitBasis : std::uint8_t {
    value,                    // in the row's unit
    times_upper_limit_normal  // multiples of the upper reference limit reported with the result
};

struct CriticalLimit {
    std::string_view analyte;  // key of the code map, e.g. "potassium"
    int from_years = 0;        // completed years, both ends included
    int until_years = 150;
    Unit unit = Unit::unknown;
    std::optional<Limit> low;
    std::optional<Limit> high;
    std::string_view source;
    LimitBasis basis = LimitBasis::value;
};

struct CriticalPack {
    std::string_view id;
    std::string_view version;
    std::span<const CriticalLimit> limits;
};

namespace critical_table {
constexpr Limit at(std::int64_t mantissa, int scale = 0) {
    return {{mantissa, scale}, LimitEdge::critical_at_limit};
}
constexpr Limit beyond(std::int64_t mantissa, int scale = 0) {
    return {{mantissa, scale}, LimitEdge::critical_beyond_limit};
}
inline constexpr int kChildUntil = 15;
inline constexpr int kAdultFrom = 16;
inline constexpr int kOldest = 150;
inline constexpr std::nullopt_t kNone = std::nullopt;

// clang-format off
inline constexpr std::array kDefaultLimits = std::to_array<CriticalLimit>({
    {"sodium",            0, kChildUntil, Unit::millimole_per_litre, at(130),     at(155),   "G158"},
    {"sodium",  kAdultFrom, kOldest,      Unit::millimole_per_litre, at(120),     at(155),   "G158"},
    {"potassium",         0, kOldest,     Unit::millimole_per_litre, at(25, 1),   at(65, 1), "G158"},
    {"urea",              0, kChildUntil, Unit::millimole_per_litre, kNone,       at(10),    "G158"},
    {"urea",    kAdultFrom, kOldest,      Unit::millimole_per_litre, kNone,       at(30),    "G158"},
    {"creatinine",        0, kChildUntil, Unit::micromole_per_litre, kNone,       at(200),   "G158"},
    {"creatinine", kAdultFrom, kOldest,   Unit::micromole_per_litre, kNone,       at(354),   "G158"},
    {"glucose",           0, kChildUntil, Unit::millimole_per_litre, at(25, 1),   at(15),    "G158"},
    {"glucose", kAdultFrom, kOldest,      Unit::millimole_per_litre, at(25, 1),   at(25),    "G158"},
    {"calcium_adjusted",  0, kOldest,     Unit::millimole_per_litre, at(18, 1),   at(35, 1), "G158"},
    {"magnesium",         0, kOldest,     Unit::millimole_per_litre, at(4, 1),    beyond(2), "G158; high: Homerton, RMH"},
    {"phosphate",         0, kOldest,     Unit::millimole_per_litre, at(3, 1),    kNone,     "G158"},
    {"creatine_kinase",   0, kOldest,     Unit::unit_per_litre,      kNone,       at(5000),  "G158"},
    {"crp",               0, kOldest,     Unit::milligram_per_litre, kNone,       at(300),   "G158"},
    {"cortisol",          0, kOldest,     Unit::nanomole_per_litre,  at(50),      kNone,     "G158"},
    {"digoxin",           0, kOldest,     Unit::microgram_per_litre, kNone,       at(25, 1), "G158"},
    {"lithium",           0, kOldest,     Unit::millimole_per_litre, kNone,       at(15, 1), "G158"},
    {"alt",               0, kOldest,     Unit::unit_per_litre,      kNone,       at(15),    "G158", LimitBasis::times_upper_limit_normal},
    {"ast",               0, kOldest,     Unit::unit_per_litre,      kNone,       at(15),    "G158", LimitBasis::times_upper_limit_normal},
    {"amylase",           0, kOldest,     Unit::unit_per_litre,      kNone,       at(5),     "G158", LimitBasis::times_upper_limit_normal},
    {"haemoglobin",       0, kOldest,     Unit::gram_per_litre,      beyond(70),  beyond(200),  "RMH, Barnsley"},
    {"platelets",         0, kOldest,     Unit::billion_per_litre,   beyond(50),  beyond(1000), "RMH, Barnsley"},
    {"neutrophils",       0, kOldest,     Unit::billion_per_litre,   beyond(1),   beyond(30),   "RMH, Barnsley"},
    {"inr",               0, kOldest,     Unit::ratio,               kNone,       beyond(45, 1), "RMH"},
    {"aptt_ratio",        0, kOldest,     Unit::ratio,               kNone,       beyond(45, 1), "Barnsley"},
    {"fibrinogen",        0, kOldest,     Unit::gram_per_litre,      beyond(15, 1), kNone,   "Barnsley"},
});
// clang-format on
}  // namespace critical_table

inline constexpr CriticalPack kDefaultCriticalPack{"wardlight-default", "2026-11/1",
                                                   critical_table::kDefaultLimits};

/// The first row for this analyte and age. Unknown age reads the adult row.
const CriticalLimit* find_critical_limit(std::span<const CriticalLimit> limits,
                                         std::string_view analyte, std::optional<int> age_years);

}  // namespace wardlight::clinical
