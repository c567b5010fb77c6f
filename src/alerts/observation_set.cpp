#include "alerts/observation_set.h"

#include <algorithm>

#include "alerts/rules.h"
#include "base/text.h"
#include "fhir/analyte.h"
#include "store/search.h"

namespace wardlight::alerts {
namespace {

using clinical::News2Parameter;

constexpr std::array<std::string_view, 10> kMeasured = {
    "respiratory_rate", "oxygen_saturation", "air_or_oxygen", "inspired_oxygen", "systolic",
    "blood_pressure",   "diastolic",         "pulse",         "consciousness",   "temperature"};
constexpr std::string_view kScale = "spo2_scale";
constexpr auto kScaleLooksBack = std::chrono::hours(24 * 365);
constexpr auto kMargin = std::chrono::seconds(1);
/// A time written to the minute is, to the search, the end of that minute.
constexpr auto kPrecision = std::chrono::minutes(1);

std::string codes_of_measured() {
    std::string codes;
    for (const std::string_view analyte : kMeasured) {
        if (!codes.empty()) codes += ',';
        codes += fhir::search_codes(analyte);
    }
    return codes;
}

/// Search dates carry milliseconds; the exact bounds are applied afterwards.
std::string bound(const char* prefix, Instant at) {
    return prefix + format_instant(at);
}

/// The components of a blood pressure panel as observations of their own.
void add_components(const json::Value& observation, const ReadObservation& panel,
                    std::vector<ReadObservation>& out) {
    for (const json::Value& component : observation["component"].items()) {
        json::Value single = component;
        single.set("id", panel.id);
        single.set("status", panel.status);
        single.set("subject", observation["subject"]);
        ReadObservation read = read_observation(single);
        if (read.analyte != "systolic" && read.analyte != "diastolic") continue;
        read.taken = panel.taken;
        out.push_back(std::move(read));
    }
}

void sort_by_time(std::vector<ReadObservation>& observations) {
    std::sort(observations.begin(), observations.end(),
              [](const ReadObservation& a, const ReadObservation& b) {
                  return a.taken != b.taken ? a.taken < b.taken : a.id < b.id;
              });
}

std::optional<int> whole_number(const ReadObservation& observation) {
    if (!observation.reading || !observation.reading->is_exact()) return std::nullopt;
    const clinical::Decimal value = observation.reading->value;
    if (value.mantissa < 0) return std::nullopt;
    // Half up to a whole number: 18.5 breaths a minute score as 19.
    const auto divisor = clinical::detail::pow10(value.scale);
    const auto rounded = (value.mantissa + divisor / 2) / divisor;
    constexpr std::int64_t kSane = 100'000;
    return rounded < kSane ? std::optional(static_cast<int>(rounded)) : std::nullopt;
}

std::optional<bool> oxygen_from_words(const ReadObservation& observation) {
    const std::string words =
        ascii_lower(observation.value_code) + " " + ascii_lower(observation.value_text);
    const auto says = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    if (says("oxygen") || says("o2") || says("nasal") || says("mask") || says("cannula") ||
        says("venturi") || says("cpap") || says("niv"))
        return true;
    if (says("air")) return false;
    return std::nullopt;
}

/// Flow in L/min (any is oxygen) or concentration in % (21 is air).
std::optional<bool> oxygen_from_amount(const ReadObservation& observation) {
    if (!observation.reading) return std::nullopt;
    const bool is_percent = observation.unit == clinical::Unit::percent;
    const clinical::Decimal air{is_percent ? 21 : 0, 0};
    return observation.reading->value > air;
}

/// Builds one set out of what lies in its window.
class SetBuilder {
 public:
    SetBuilder(const Vitals& vitals, const PatientFacts& facts, const TimeZone& zone, Instant at)
        : vitals_(vitals), facts_(facts), zone_(zone) {
        set_.at = at;
    }

    ObservationSet build() {
        clinical::Observations& in = set_.observations;
        in.respirations_per_minute = number(News2Parameter::respiration, "respiratory_rate");
        in.oxygen_saturation_percent = number(News2Parameter::saturation, "oxygen_saturation");
        in.on_oxygen = oxygen();
        in.systolic_mm_hg = number(News2Parameter::systolic, "systolic");
        in.pulse_per_minute = number(News2Parameter::pulse, "pulse");
        in.consciousness = consciousness();
        in.temperature_tenths_celsius = temperature();
        if (const ReadObservation* diastolic = newest("diastolic"))
            set_.diastolic = diastolic->value_text;
        choose_scale();
        in.age_years = facts_.age_at(zone_, set_.at);
        in.is_pregnant = facts_.is_pregnant;
        set_.result = clinical::news2_score(in);
        note_quality();
        std::sort(set_.evidence.begin(), set_.evidence.end());
        set_.evidence.erase(std::unique(set_.evidence.begin(), set_.evidence.end()),
                            set_.evidence.end());
        return std::move(set_);
    }

 private:
    const ReadObservation* newest(std::string_view analyte) const {
        const ReadObservation* found = nullptr;
        for (const ReadObservation& observation : vitals_.measured) {
            if (observation.taken > set_.at) break;
            if (observation.analyte == analyte && *observation.taken > set_.at - kSetWindow)
                found = &observation;
        }
        return found;
    }

    void show(News2Parameter parameter, const ReadObservation& observation) {
        set_.values[static_cast<std::size_t>(parameter)] = {observation.value_text,
                                                            observation.unit_text, observation.id};
        set_.evidence.push_back(observation.id);
    }
    /// What was understood instead of what was sent: "air", "A".
    void reword(News2Parameter parameter, std::string_view code) {
        SetValue& value = set_.values[static_cast<std::size_t>(parameter)];
        value.text = code;
        value.unit.clear();
    }

    std::optional<int> number(News2Parameter parameter, std::string_view analyte) {
        const ReadObservation* observation = newest(analyte);
        if (observation == nullptr) return std::nullopt;
        show(parameter, *observation);
        return whole_number(*observation);
    }

    std::optional<bool> oxygen() {
        const std::optional<bool> answer = read_oxygen();
        if (answer) reword(News2Parameter::oxygen, *answer ? "oxygen" : "air");
        return answer;
    }

    std::optional<bool> read_oxygen() {
        std::optional<bool> answer;
        if (const ReadObservation* amount = newest("inspired_oxygen")) {
            answer = oxygen_from_amount(*amount);
            if (answer) show(News2Parameter::oxygen, *amount);
        }
        const ReadObservation* device = newest("air_or_oxygen");
        if (device == nullptr) return answer;
        const std::optional<bool> said = oxygen_from_words(*device);
        if (!said) return answer;
        show(News2Parameter::oxygen, *device);
        // "Air" with a flow running contradicts itself: taken as oxygen, the safer reading.
        return *said || answer.value_or(false);
    }

    std::optional<clinical::Consciousness> consciousness() {
        const ReadObservation* observation = newest("consciousness");
        if (observation == nullptr) return std::nullopt;
        show(News2Parameter::consciousness, *observation);
        auto level = clinical::consciousness_from_text(observation->value_code);
        if (!level) level = clinical::consciousness_from_text(trim(observation->value_text));
        constexpr std::array<std::string_view, 5> kCodes = {"A", "C", "V", "P", "U"};
        if (level) reword(News2Parameter::consciousness, kCodes[static_cast<std::size_t>(*level)]);
        return level;
    }

    std::optional<int> temperature() {
        const ReadObservation* observation = newest("temperature");
        if (observation == nullptr) return std::nullopt;
        show(News2Parameter::temperature, *observation);
        if (!observation->reading || !observation->reading->is_exact()) return std::nullopt;
        const auto tenths =
            clinical::temperature_tenths(observation->reading->value, observation->unit);
        if (!tenths) set_.quality.emplace_back("unknown_unit");
        return tenths;
    }

    void choose_scale() {
        const ReadObservation* recorded = nullptr;
        for (const ReadObservation& scale : vitals_.scales)
            if (*scale.taken <= set_.at) recorded = &scale;
        if (recorded == nullptr) return;
        const std::string text =
            recorded->value_code.empty() ? recorded->value_text : recorded->value_code;
        set_.scale = trim(text) == "2" ? 2 : 1;
        set_.scale_recorded_at = recorded->taken;
        set_.observations.saturation_scale =
            set_.scale == 2 ? clinical::SaturationScale::two : clinical::SaturationScale::one;
        if (set_.scale == 2) set_.evidence.push_back(recorded->id);
    }

    void note_quality() {
        if (set_.result.state == clinical::News2State::incomplete)
            set_.quality.emplace_back("incomplete");
        if (set_.result.state == clinical::News2State::invalid)
            set_.quality.emplace_back("implausible_value");
        if (!set_.observations.age_years) set_.quality.emplace_back("age_unknown");
        if (set_.scale == 2) set_.quality.emplace_back("scale_2");
    }

    const Vitals& vitals_;
    const PatientFacts& facts_;
    const TimeZone& zone_;
    ObservationSet set_;
};

bool is_scored(std::string_view analyte) {
    return analyte != "diastolic" && analyte != "inspired_oxygen" && analyte != "blood_pressure";
}

json::Value values_json(const ObservationSet& set) {
    json::Array values;
    for (std::size_t i = 0; i < clinical::kNews2Parameters; ++i) {
        const SetValue& value = set.values[i];
        const auto parameter = static_cast<News2Parameter>(i);
        const auto& points = set.result.points[i];
        json::Object out;
        out.emplace_back("parameter", name_of(parameter));
        out.emplace_back("value", value.text.empty() ? json::Value() : json::Value(value.text));
        out.emplace_back("unit", value.unit.empty() ? json::Value() : json::Value(value.unit));
        out.emplace_back("points", points ? json::Value(static_cast<int>(*points)) : json::Value());
        const bool shows_diastolic =
            parameter == News2Parameter::systolic && !set.diastolic.empty();
        out.emplace_back("dbp", shows_diastolic ? json::Value(set.diastolic) : json::Value());
        values.emplace_back(std::move(out));
    }
    return values;
}

json::Value set_json(const ObservationSet& set) {
    const auto total = set.result.total();
    json::Object out;
    out.emplace_back("at", format_instant(set.at));
    out.emplace_back("entered_at", json::Value());
    out.emplace_back("total", total ? json::Value(*total) : json::Value());
    out.emplace_back("partial_minimum", set.result.least_total);
    out.emplace_back("incomplete", !total.has_value());
    out.emplace_back("band", clinical::text_of(set.result.least_band));
    out.emplace_back("red", set.result.is_red);
    out.emplace_back("min_monitoring", clinical::minimum_monitoring(set.result.least_band));
    out.emplace_back("scale", set.scale);
    out.emplace_back("values", values_json(set));
    return out;
}

store::QueryParameters measured_within(const PatientId& patient, Instant from, Instant until) {
    static const std::string kCodes = codes_of_measured();
    return {{"patient", patient.value},
            {"code", kCodes},
            {"date", bound("ge", from - kSetWindow - kMargin)},
            {"date", bound("le", until + kMargin)}};
}

}  // namespace

Result<Vitals> load_vitals(store::Snapshot& snapshot, const PatientId& patient, Instant from,
                           Instant until) {
    Vitals vitals;
    const auto found = TRY(store::search_all(
        snapshot, "Observation", measured_within(patient, from, until), kObservationsMost));
    for (const json::Value& observation : found) {
        ReadObservation read = read_observation(observation);
        if (!read.has_usable_status() || !read.taken) continue;
        if (read.analyte == "blood_pressure")
            add_components(observation, read, vitals.measured);
        else
            vitals.measured.push_back(std::move(read));
    }
    const auto scales = TRY(store::search_all(snapshot, "Observation",
                                              {{"patient", patient.value},
                                               {"code", fhir::search_codes(kScale)},
                                               {"date", bound("ge", from - kScaleLooksBack)},
                                               {"date", bound("le", until + kMargin)}},
                                              kObservationsMost));
    for (const json::Value& observation : scales) {
        ReadObservation read = read_observation(observation);
        if (read.has_usable_status() && read.taken) vitals.scales.push_back(std::move(read));
    }
    sort_by_time(vitals.measured);
    sort_by_time(vitals.scales);
    return vitals;
}

Result<Vitals> load_newest_vitals(store::Snapshot& snapshot, const PatientId& patient, Instant from,
                                  Instant until) {
    const auto request = TRY(store::parse_search(*fhir::type_number("Observation"),
                                                 measured_within(patient, from, until)));
    const auto newest = TRY(store::newest_date(snapshot, request, "date"));
    if (!newest) return Vitals{};
    if (*newest <= until) {
        const Instant start = std::max(from, *newest - kPrecision);
        Vitals vitals = TRY(load_vitals(snapshot, patient, start, *newest));
        if (!set_times(vitals, start, *newest).empty()) return vitals;
    }
    // The newest is withdrawn, no scored one, or its time is known to the day only.
    return load_vitals(snapshot, patient, from, until);
}

std::vector<Instant> set_times(const Vitals& vitals, Instant from, Instant until) {
    std::vector<Instant> times;
    for (const ReadObservation& observation : vitals.measured) {
        if (!is_scored(observation.analyte)) continue;
        if (*observation.taken < from || *observation.taken > until) continue;
        if (times.empty() || times.back() != *observation.taken)
            times.push_back(*observation.taken);
    }
    return times;
}

ObservationSet set_at(const Vitals& vitals, const PatientFacts& facts, const TimeZone& zone,
                      Instant at) {
    return SetBuilder(vitals, facts, zone, at).build();
}

std::string_view name_of(clinical::News2Parameter parameter) {
    constexpr std::array<std::string_view, clinical::kNews2Parameters> kNames = {
        "rr", "spo2", "air_oxygen", "sbp", "pulse", "acvpu", "temp"};
    return kNames[static_cast<std::size_t>(parameter)];
}

Result<json::Value> sets_json(store::Snapshot& snapshot, const Site& site, const PatientId& patient,
                              Instant from, Instant until) {
    const PatientFacts facts = TRY(load_facts(snapshot, patient));
    const Vitals vitals = TRY(load_vitals(snapshot, patient, from, until));
    json::Array sets;
    for (const Instant at : set_times(vitals, from, until))
        sets.push_back(set_json(set_at(vitals, facts, site.zone, at)));
    return sets;
}

}  // namespace wardlight::alerts
