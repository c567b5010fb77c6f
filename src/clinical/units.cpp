#include "clinical/units.h"

#include <array>

namespace wardlight::clinical {
namespace {

struct Spelling {
    std::string_view folded;
    Unit unit;
};

// After folding: lower case, no spaces, micro signs written "u".
constexpr std::array kSpellings = std::to_array<Spelling>({
    {"umol/l", Unit::micromole_per_litre},
    {"mcmol/l", Unit::micromole_per_litre},
    {"micmol/l", Unit::micromole_per_litre},
    {"micromol/l", Unit::micromole_per_litre},
    {"micromole/l", Unit::micromole_per_litre},
    {"micromoles/l", Unit::micromole_per_litre},
    {"umol/litre", Unit::micromole_per_litre},
    {"micromol/litre", Unit::micromole_per_litre},
    {"mmol/l", Unit::millimole_per_litre},
    {"mmol/litre", Unit::millimole_per_litre},
    {"nmol/l", Unit::nanomole_per_litre},
    {"mg/dl", Unit::milligram_per_decilitre},
    {"mg/100ml", Unit::milligram_per_decilitre},
    {"mg%", Unit::milligram_per_decilitre},
    {"mg/l", Unit::milligram_per_litre},
    {"ug/l", Unit::microgram_per_litre},
    {"mcg/l", Unit::microgram_per_litre},
    {"g/l", Unit::gram_per_litre},
    {"g/dl", Unit::gram_per_decilitre},
    {"10*9/l", Unit::billion_per_litre},
    {"10^9/l", Unit::billion_per_litre},
    {"x10*9/l", Unit::billion_per_litre},
    {"x10^9/l", Unit::billion_per_litre},
    {"10e9/l", Unit::billion_per_litre},
    {"x10e9/l", Unit::billion_per_litre},
    {"u/l", Unit::unit_per_litre},
    {"iu/l", Unit::unit_per_litre},
    {"[iu]/l", Unit::unit_per_litre},
    {"{inr}", Unit::ratio},
    {"inr", Unit::ratio},
    {"ratio", Unit::ratio},
    {"{ratio}", Unit::ratio},
    {"1", Unit::ratio},
    {"cel", Unit::celsius},
    {"c", Unit::celsius},
    {"degc", Unit::celsius},
    {"\xC2\xB0"
     "c",
     Unit::celsius},
    {"celsius", Unit::celsius},
    {"[degf]", Unit::fahrenheit},
    {"f", Unit::fahrenheit},
    {"degf", Unit::fahrenheit},
    {"\xC2\xB0"
     "f",
     Unit::fahrenheit},
    {"fahrenheit", Unit::fahrenheit},
    {"%", Unit::percent},
    {"/min", Unit::per_minute},
    {"min-1", Unit::per_minute},
    {"bpm", Unit::per_minute},
    {"mm[hg]", Unit::mm_hg},
    {"mmhg", Unit::mm_hg},
});

constexpr std::string_view kMicroSign = "\xC2\xB5";
constexpr std::string_view kGreekMu = "\xCE\xBC";

struct Ratio {
    Unit from;
    Unit to;
    Decimal factor;
};
constexpr std::array kRatios = std::to_array<Ratio>({
    {Unit::gram_per_decilitre, Unit::gram_per_litre, {10, 0}},
    {Unit::gram_per_litre, Unit::gram_per_decilitre, {1, 1}},
    {Unit::milligram_per_decilitre, Unit::milligram_per_litre, {10, 0}},
    {Unit::milligram_per_litre, Unit::milligram_per_decilitre, {1, 1}},
    {Unit::micromole_per_litre, Unit::millimole_per_litre, {1, 3}},
    {Unit::millimole_per_litre, Unit::micromole_per_litre, {1000, 0}},
});

constexpr Exact floor_divide(Exact a, Exact b) {
    const Exact quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

}  // namespace

Unit unit_from_text(std::string_view text) {
    std::array<char, 16> folded{};
    std::size_t length = 0;
    while (!text.empty()) {
        char c = text.front();
        if (text.starts_with(kMicroSign) || text.starts_with(kGreekMu)) {
            c = 'u';
            text.remove_prefix(1);
        }
        text.remove_prefix(1);
        if (c == ' ' || c == '\t') continue;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (length == folded.size()) return Unit::unknown;
        folded[length++] = c;
    }
    const std::string_view key{folded.data(), length};
    for (const Spelling& spelling : kSpellings)
        if (spelling.folded == key) return spelling.unit;
    return Unit::unknown;
}

std::string_view ucum_code(Unit unit) {
    switch (unit) {
        case Unit::unknown:
            return "";
        case Unit::micromole_per_litre:
            return "umol/L";
        case Unit::millimole_per_litre:
            return "mmol/L";
        case Unit::nanomole_per_litre:
            return "nmol/L";
        case Unit::milligram_per_decilitre:
            return "mg/dL";
        case Unit::milligram_per_litre:
            return "mg/L";
        case Unit::microgram_per_litre:
            return "ug/L";
        case Unit::gram_per_litre:
            return "g/L";
        case Unit::gram_per_decilitre:
            return "g/dL";
        case Unit::billion_per_litre:
            return "10*9/L";
        case Unit::unit_per_litre:
            return "U/L";
        case Unit::ratio:
            return "{ratio}";
        case Unit::celsius:
            return "Cel";
        case Unit::fahrenheit:
            return "[degF]";
        case Unit::percent:
            return "%";
        case Unit::per_minute:
            return "/min";
        case Unit::mm_hg:
            return "mm[Hg]";
    }
    return "";
}

std::optional<Reading> creatinine_in_micromoles(Reading reported, Unit unit) {
    if (unit == Unit::micromole_per_litre) return reported;
    if (unit != Unit::milligram_per_decilitre) return std::nullopt;
    constexpr Decimal kMicromolesPerMilligram{884, 1};
    const auto converted = multiply(reported.value, kMicromolesPerMilligram);
    if (!converted) return std::nullopt;
    return Reading{*converted, reported.comparator};
}

std::optional<Decimal> convert(Decimal value, Unit from, Unit to) {
    if (from == Unit::unknown || to == Unit::unknown) return std::nullopt;
    if (from == to) return value;
    for (const Ratio& ratio : kRatios)
        if (ratio.from == from && ratio.to == to) return multiply(value, ratio.factor);
    return std::nullopt;
}

std::optional<int> temperature_tenths(Decimal value, Unit unit) {
    // In units of 10^-18 degree; 10 t + 1/2 is kept over a common denominator so nothing is lost.
    constexpr Exact one = exact(Decimal{1, 0});
    constexpr Decimal kFarBeyondPlausible{1000, 0};
    if (value > kFarBeyondPlausible || value < Decimal{-1000, 0}) return std::nullopt;
    Exact numerator = 0;
    Exact denominator = 0;
    if (unit == Unit::celsius) {
        numerator = exact(value) * 20 + one;
        denominator = one * 2;
    } else if (unit == Unit::fahrenheit) {
        numerator = (exact(value) - 32 * one) * 100 + 9 * one;
        denominator = one * 18;
    } else {
        return std::nullopt;
    }
    return static_cast<int>(floor_divide(numerator, denominator));
}

}  // namespace wardlight::clinical
