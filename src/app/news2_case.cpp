#include "app/news2_case.h"

#include <fmt/format.h>

#include "base/text.h"
#include "clinical/news2.h"
#include "clinical/units.h"

namespace wardlight::app {
namespace {

using clinical::News2Parameter;

enum Column : std::size_t {
    kId,
    kRespiration,
    kSaturation,
    kScale,
    kOxygen,
    kSystolic,
    kPulse,
    kConsciousness,
    kTemperature
};

std::string_view name_of_column(Column column) {
    return kNews2InputColumns[column];
}

/// "96" and "96.0" are 96; 96.5 is an error: these are counted, not rounded.
Result<std::optional<int>> read_count(Column column, std::string_view cell) {
    constexpr clinical::Decimal kMost{100'000, 0};
    const auto value = TRY(optional_decimal(name_of_column(column), cell));
    if (!value) return std::nullopt;
    const auto unit = clinical::detail::pow10(value->scale);
    if (value->mantissa % unit != 0)
        return bad_cell(name_of_column(column), "is not a whole number");
    if (*value > kMost || *value < clinical::Decimal{-100'000, 0})
        return bad_cell(name_of_column(column), "is not plausible");
    return static_cast<int>(value->mantissa / unit);
}

/// Empty is scale 1: scale 2 is only ever an explicit decision.
Result<clinical::SaturationScale> read_scale(std::string_view cell) {
    if (cell.empty() || cell == "1") return clinical::SaturationScale::one;
    if (cell == "2") return clinical::SaturationScale::two;
    return bad_cell(name_of_column(kScale), "is not 1 or 2");
}

Result<std::optional<bool>> read_oxygen(std::string_view cell) {
    if (cell.empty()) return std::nullopt;
    for (const std::string_view yes : {"1", "y", "yes", "t", "true", "oxygen", "o2"})
        if (equals_ignoring_case(cell, yes)) return true;
    for (const std::string_view no : {"0", "n", "no", "f", "false", "air"})
        if (equals_ignoring_case(cell, no)) return false;
    return bad_cell(name_of_column(kOxygen), "is not true or false");
}

Result<std::optional<clinical::Consciousness>> read_consciousness(std::string_view cell) {
    if (cell.empty()) return std::nullopt;
    const auto level = clinical::consciousness_from_text(cell);
    if (!level) return bad_cell(name_of_column(kConsciousness), "is not A, C, V, P or U");
    return level;
}

/// Degrees Celsius. A Fahrenheit value is recognised by its unit only, never by its size.
Result<std::optional<int>> read_temperature(std::string_view cell) {
    if (cell.empty()) return std::nullopt;
    const auto end_of_number = cell.find_last_of("0123456789");
    const auto number = clinical::parse_decimal(
        cell.substr(0, end_of_number == std::string_view::npos ? cell.size() : end_of_number + 1));
    if (!number) return bad_cell(name_of_column(kTemperature), "is not a number");
    const std::string_view unit_text = trim(cell.substr(end_of_number + 1));
    const auto unit =
        unit_text.empty() ? clinical::Unit::celsius : clinical::unit_from_text(unit_text);
    const auto tenths = clinical::temperature_tenths(*number, unit);
    if (!tenths) return bad_cell(name_of_column(kTemperature), "is not a temperature");
    return tenths;
}

Column column_of(News2Parameter parameter) {
    switch (parameter) {
        case News2Parameter::respiration:
            return kRespiration;
        case News2Parameter::saturation:
            return kSaturation;
        case News2Parameter::oxygen:
            return kOxygen;
        case News2Parameter::systolic:
            return kSystolic;
        case News2Parameter::pulse:
            return kPulse;
        case News2Parameter::consciousness:
            return kConsciousness;
        case News2Parameter::temperature:
            return kTemperature;
    }
    return kId;
}

std::string_view first_implausible(const clinical::News2Result& result) {
    for (unsigned i = 0; i < clinical::kNews2Parameters; ++i)
        if ((result.implausible & (1U << i)) != 0)
            return name_of_column(column_of(static_cast<News2Parameter>(i)));
    return "";
}

}  // namespace

Result<std::vector<std::string>> evaluate_news2_case(const CaseCells& cells) {
    clinical::Observations observations;
    observations.respirations_per_minute = TRY(read_count(kRespiration, cells[kRespiration]));
    observations.oxygen_saturation_percent = TRY(read_count(kSaturation, cells[kSaturation]));
    observations.saturation_scale = TRY(read_scale(cells[kScale]));
    observations.on_oxygen = TRY(read_oxygen(cells[kOxygen]));
    observations.systolic_mm_hg = TRY(read_count(kSystolic, cells[kSystolic]));
    observations.pulse_per_minute = TRY(read_count(kPulse, cells[kPulse]));
    observations.consciousness = TRY(read_consciousness(cells[kConsciousness]));
    observations.temperature_tenths_celsius = TRY(read_temperature(cells[kTemperature]));

    const clinical::News2Result result = clinical::news2_score(observations);
    if (result.state == clinical::News2State::invalid)
        return bad_cell(first_implausible(result), "is not plausible: not scored");
    const bool is_complete = result.state == clinical::News2State::complete;
    const bool band_is_known = is_complete || result.is_urgent();
    return std::vector<std::string>{
        std::to_string(result.least_total), result.is_red ? "true" : "false",
        band_is_known ? std::string(clinical::text_of(result.least_band)) : "",
        band_is_known ? std::string(clinical::minimum_monitoring(result.least_band)) : "",
        is_complete ? "false" : "true"};
}

}  // namespace wardlight::app
