// The C interface of the WebAssembly build (script/wasm): flat numbers in linear memory and one
// text buffer, so that the module imports nothing. Only web/src/clinical/clinical.ts calls it.
//
// A call is: write the text of a value into wl_text(), name its length; the module parses it with
// the same code as the server. Results are int32 arrays whose order is the enums below, repeated in
// clinical.ts; wl_interface_version() changes with them.
//
// State is one case at a time; a WebAssembly instance has one thread.
#include <array>
#include <cstdint>
#include <span>

#include "clinical/aki.h"
#include "clinical/news2.h"
#include "clinical/units.h"

#define WL_EXPORT(name) __attribute__((export_name(#name), used)) name

namespace {

using namespace wardlight::clinical;

constexpr std::int32_t kInterfaceVersion = 1;
constexpr std::size_t kMostHistory = 4'096;
constexpr std::int32_t kAbsent = INT32_MIN;

enum ParseAnswer : std::int32_t { kParsed, kNotANumber, kHistoryFull };

constinit std::array<char, 256> text_buffer{};
constinit std::array<Creatinine, kMostHistory> history;
constinit std::array<std::uint32_t, kMostHistory> scratch{};
constinit std::size_t history_count = 0;
constinit AkiInput aki_input;
constinit std::array<std::int32_t, 13> aki_answer{};
constinit std::array<std::int32_t, 13> news2_answer{};

std::string_view text(std::int32_t length) {
    const auto size = length < 0 ? 0U : static_cast<std::size_t>(length);
    return {text_buffer.data(), size < text_buffer.size() ? size : text_buffer.size()};
}

std::int32_t read_creatinine(std::int32_t length, double collected_ms, std::int32_t local_day,
                             Creatinine& into) {
    const auto reading = parse_reading(text(length));
    if (!reading) return kNotANumber;
    into = Creatinine{};
    into.micromoles_per_litre = *reading;
    into.collected =
        Moment{std::chrono::microseconds{static_cast<std::int64_t>(collected_ms) * 1'000}};
    into.local_day = local_day;
    return kParsed;
}

std::int32_t or_absent(const std::optional<std::uint32_t>& position) {
    return position ? static_cast<std::int32_t>(*position) : -1;
}

std::optional<int> present(std::int32_t value) {
    return value == kAbsent ? std::nullopt : std::optional<int>(value);
}

/// Writes the number into the text buffer and returns its length; 0 if there is none.
std::int32_t put(const std::optional<Decimal>& value) {
    if (!value) return 0;
    DecimalText buffer;
    const std::string_view written = format_decimal(*value, buffer);
    for (std::size_t i = 0; i < written.size(); ++i) text_buffer[i] = written[i];
    return static_cast<std::int32_t>(written.size());
}

constinit AkiResult last_aki;

}  // namespace

extern "C" {

std::int32_t WL_EXPORT(wl_interface_version)() {
    return kInterfaceVersion;
}
char* WL_EXPORT(wl_text)() {
    return text_buffer.data();
}
std::int32_t WL_EXPORT(wl_text_size)() {
    return static_cast<std::int32_t>(text_buffer.size());
}

/// Starts a case. age_years: absent = unknown; sex as enum Sex; exactly_48_hours_counts 0 or 1.
void WL_EXPORT(wl_aki_begin)(std::int32_t age_years, std::int32_t sex,
                             std::int32_t exactly_48_hours_counts) {
    aki_input = AkiInput{};
    aki_input.age_years = present(age_years);
    aki_input.sex = sex == 1 ? Sex::male : sex == 2 ? Sex::female : Sex::unknown;
    aki_input.exactly_48_hours_counts = exactly_48_hours_counts != 0;
    history_count = 0;
}
/// which: 0 lower, 1 upper reference limit, in µmol/L.
std::int32_t WL_EXPORT(wl_aki_limit)(std::int32_t which, std::int32_t length) {
    const auto limit = parse_decimal(text(length));
    if (!limit) return kNotANumber;
    (which == 0 ? aki_input.lower_limit : aki_input.upper_limit) = limit;
    return kParsed;
}
std::int32_t WL_EXPORT(wl_aki_index)(std::int32_t length, double collected_ms,
                                     std::int32_t local_day) {
    return read_creatinine(length, collected_ms, local_day, aki_input.index);
}
std::int32_t WL_EXPORT(wl_aki_history)(std::int32_t length, double collected_ms,
                                       std::int32_t local_day) {
    if (history_count == history.size()) return kHistoryFull;
    const auto answer = read_creatinine(length, collected_ms, local_day, history[history_count]);
    if (answer == kParsed) ++history_count;
    return answer;
}
/// Order: status, stage, flag, comment, kdigo, ratio, rv1, median lower, median upper, lowest of
/// 48 h, results in 7 days, in 8-365 days, quality; -1 where there is no history entry.
const std::int32_t* WL_EXPORT(wl_aki_evaluate)() {
    aki_input.history = std::span(history).first(history_count);
    last_aki = aki_warning(aki_input, scratch);
    const AkiResult& r = last_aki;
    aki_answer = {static_cast<std::int32_t>(r.status),
                  r.stage,
                  static_cast<std::int32_t>(r.flag),
                  static_cast<std::int32_t>(r.comment),
                  r.kdigo_stage,
                  static_cast<std::int32_t>(r.ratio),
                  or_absent(r.lowest_of_7_days),
                  or_absent(r.median_lower),
                  or_absent(r.median_upper),
                  or_absent(r.lowest_of_48_hours),
                  static_cast<std::int32_t>(r.results_in_7_days),
                  static_cast<std::int32_t>(r.results_in_8_to_365_days),
                  static_cast<std::int32_t>(r.quality)};
    return aki_answer.data();
}
/// Texts of the last evaluation: 0 doubled median, 1 rise in 48 h, 2 lower limit, 3 upper limit.
std::int32_t WL_EXPORT(wl_aki_number)(std::int32_t which) {
    switch (which) {
        case 0:
            return put(last_aki.doubled_median);
        case 1:
            return put(last_aki.rise_in_48_hours);
        case 2:
            return put(last_aki.limits_used.lower);
        case 3:
            return put(last_aki.limits_used.upper);
        default:
            return 0;
    }
}

/// Tenths of a degree Celsius of the text; absent if it is no number. Unit: 0 Celsius, 1
/// Fahrenheit.
std::int32_t WL_EXPORT(wl_temperature_tenths)(std::int32_t length, std::int32_t unit) {
    const auto value = parse_decimal(text(length));
    if (!value) return kAbsent;
    return temperature_tenths(*value, unit == 1 ? Unit::fahrenheit : Unit::celsius)
        .value_or(kAbsent);
}

/// Every parameter may be absent. consciousness as enum Consciousness, scale 1 or 2.
/// Order: state, least total, red, band, missing, implausible, then points of the 7 parameters.
const std::int32_t* WL_EXPORT(wl_news2)(std::int32_t respiration, std::int32_t saturation,
                                        std::int32_t scale, std::int32_t on_oxygen,
                                        std::int32_t systolic, std::int32_t pulse,
                                        std::int32_t consciousness,
                                        std::int32_t temperature_in_tenths) {
    Observations set;
    set.respirations_per_minute = present(respiration);
    set.oxygen_saturation_percent = present(saturation);
    set.saturation_scale = scale == 2 ? SaturationScale::two : SaturationScale::one;
    if (on_oxygen != kAbsent) set.on_oxygen = on_oxygen != 0;
    set.systolic_mm_hg = present(systolic);
    set.pulse_per_minute = present(pulse);
    constexpr std::int32_t kLastLevel = static_cast<std::int32_t>(Consciousness::unresponsive);
    if (consciousness >= 0 && consciousness <= kLastLevel)
        set.consciousness = static_cast<Consciousness>(consciousness);
    set.temperature_tenths_celsius = present(temperature_in_tenths);

    const News2Result result = news2_score(set);
    news2_answer = {
        static_cast<std::int32_t>(result.state),      result.least_total, result.is_red ? 1 : 0,
        static_cast<std::int32_t>(result.least_band), result.missing,     result.implausible};
    for (std::size_t i = 0; i < kNews2Parameters; ++i)
        news2_answer[6 + i] = result.points[i] ? *result.points[i] : -1;
    return news2_answer.data();
}

}  // extern "C"
