// Units as laboratories and monitors write them, and the few conversions a rule may need.
// A unit that is missing or not in the table is `Unit::unknown`: a rule must then refuse to compute
// and raise a data-quality item. Nothing guesses a unit from the size of a number.
// Pure, no allocation. Sources: docs/clinical/aki.md (units), docs/clinical/news2.md (temperature).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "clinical/decimal.h"

namespace wardlight::clinical {

enum class Unit : std::uint8_t {
    unknown,
    micromole_per_litre,
    millimole_per_litre,
    nanomole_per_litre,
    milligram_per_decilitre,
    milligram_per_litre,
    microgram_per_litre,
    gram_per_litre,
    gram_per_decilitre,
    billion_per_litre,  // 10*9/L
    unit_per_litre,
    ratio,
    celsius,
    fahrenheit,
    percent,
    per_minute,
    mm_hg,
};

/// Reads a unit in UCUM or everyday spelling; letter case, spaces and both micro signs are folded.
Unit unit_from_text(std::string_view text);

/// The UCUM code, "" for unknown.
std::string_view ucum_code(Unit unit);

/// Creatinine in µmol/L: µmol/L as it is, mg/dL x 88.4 exactly. nullopt: unknown or another unit,
/// do not compute.
std::optional<Reading> creatinine_in_micromoles(Reading reported, Unit unit);

/// The same quantity in another unit where the factor needs no molar mass (g/dL <-> g/L,
/// mg/dL -> mg/L, µmol/L <-> mmol/L). nullopt where it would.
std::optional<Decimal> convert(Decimal value, Unit from, Unit to);

/// Temperature in tenths of a degree Celsius, rounded half up once, after the conversion:
/// 35.05 °C is 351, 100.4 °F is 380. nullopt: unknown unit.
std::optional<int> temperature_tenths(Decimal value, Unit unit);

}  // namespace wardlight::clinical
