#include "alerts/observation.h"

#include "base/text.h"
#include "fhir/analyte.h"

namespace wardlight::alerts {
namespace {

using clinical::Comparator;

struct ComparatorText {
    std::string_view text;
    Comparator comparator;
};
constexpr std::array kComparators = std::to_array<ComparatorText>({
    {"<", Comparator::less},
    {"<=", Comparator::less_or_equal},
    {">", Comparator::greater},
    {">=", Comparator::greater_or_equal},
});

std::string_view sign_of(Comparator comparator) {
    for (const auto& row : kComparators)
        if (row.comparator == comparator) return row.text;
    return "";
}

std::optional<Comparator> comparator_from(std::string_view text) {
    if (text.empty()) return Comparator::none;
    for (const auto& row : kComparators)
        if (row.text == text) return row.comparator;
    return std::nullopt;
}

void read_value(const json::Value& observation, ReadObservation& out) {
    const json::Value& quantity = observation["valueQuantity"];
    if (quantity.is_object()) {
        const std::string_view sign = quantity["comparator"].text();
        out.value_text = std::string(sign) + std::string(quantity["value"].text());
        out.unit_text = quantity["unit"].text();
        if (out.unit_text.empty()) out.unit_text = quantity["code"].text();
        out.unit = clinical::unit_from_text(quantity["code"].text());
        if (out.unit == clinical::Unit::unknown)
            out.unit = clinical::unit_from_text(quantity["unit"].text());
        const auto value = clinical::parse_decimal(quantity["value"].text());
        const auto comparator = comparator_from(sign);
        if (value && comparator) out.reading = clinical::Reading{*value, *comparator};
        return;
    }
    const json::Value& coded = observation["valueCodeableConcept"];
    if (coded.is_object()) {
        out.value_code = coded["coding"][0]["code"].text();
        out.value_text = coded["text"].text();
        if (out.value_text.empty()) out.value_text = coded["coding"][0]["display"].text();
        if (out.value_text.empty()) out.value_text = out.value_code;
        return;
    }
    // A bare number sent as text has no unit and is no reading: nothing guesses one.
    out.value_text = observation["valueString"].text();
    if (observation["valueInteger"].is_number()) {
        out.value_text = observation["valueInteger"].text();
        if (const auto value = clinical::parse_decimal(out.value_text))
            out.reading = clinical::Reading{*value};
    }
}

std::optional<Instant> instant_of(const json::Value& value) {
    const auto at = parse_instant(value.text());
    return at ? std::optional(*at) : std::nullopt;
}

void read_time(const json::Value& observation, ReadObservation& out) {
    out.taken = instant_of(observation["effectiveDateTime"]);
    if (!out.taken) out.taken = instant_of(observation["effectiveInstant"]);
    if (!out.taken) out.taken = instant_of(observation["effectivePeriod"]["start"]);
    if (!out.taken) {
        out.taken = instant_of(observation["issued"]);
        out.time_source = clinical::TimeSource::message;
    }
    for (const json::Value& tag : observation["meta"]["tag"].items()) {
        if (tag["code"].text() == kTimeFromReceived)
            out.time_source = clinical::TimeSource::received_by_laboratory;
        if (tag["code"].text() == kTimeFromMessage) out.time_source = clinical::TimeSource::message;
    }
}

/// "59-104", "59 - 104", "<7.2", ">7.2".
void read_range_text(std::string_view text, ReadObservation& out) {
    text = trim(text);
    if (const auto reading = clinical::parse_reading(text); reading && !reading->is_exact()) {
        const bool is_upper = reading->comparator == Comparator::less ||
                              reading->comparator == Comparator::less_or_equal;
        (is_upper ? out.high : out.low) = reading->value;
        return;
    }
    const auto dash = text.find('-', 1);
    if (text.empty() || dash == std::string_view::npos) return;
    const auto low = clinical::parse_decimal(text.substr(0, dash));
    const auto high = clinical::parse_decimal(text.substr(dash + 1));
    if (!low || !high) return;
    out.low = low;
    out.high = high;
}

void read_range(const json::Value& observation, ReadObservation& out) {
    const json::Value& range = observation["referenceRange"][0];
    out.low = clinical::parse_decimal(range["low"]["value"].text());
    out.high = clinical::parse_decimal(range["high"]["value"].text());
    if (!out.low && !out.high) read_range_text(range["text"].text(), out);
}

bool says_haemolysed(std::string_view text) {
    const std::string folded = ascii_lower(text);
    return folded.find("haemolys") != std::string::npos ||
           folded.find("hemolys") != std::string::npos ||
           folded.find("hemolyz") != std::string::npos;
}

/// "not haemolysed" is rare and losing a value to it is safe: the sample is simply not compared.
bool is_haemolysed(const json::Value& observation, const ReadObservation& read) {
    if (says_haemolysed(read.value_text)) return true;
    for (const json::Value& note : observation["note"].items())
        if (says_haemolysed(note["text"].text())) return true;
    return false;
}

void read_code(const json::Value& observation, ReadObservation& out) {
    const json::Value& code = observation["code"];
    if (const auto analyte = fhir::analyte_of(code)) out.analyte = *analyte;
    out.name = code["text"].text();
    for (const json::Value& coding : code["coding"].items()) {
        if (out.name.empty()) out.name = coding["display"].text();
        const std::string_view system = coding["system"].text();
        const bool is_standard = system == fhir::kLoinc || system == fhir::kSnomed ||
                                 system == fhir::kWardlightObservation;
        if (out.code.empty() && !is_standard) out.code = coding["code"].text();
    }
    if (out.code.empty()) out.code = code["coding"][0]["code"].text();
    if (out.name.empty()) out.name = out.code;
}

}  // namespace

bool ReadObservation::has_usable_status() const {
    return clinical::creatinine_status_counts(status);
}

ReadObservation read_observation(const json::Value& observation) {
    ReadObservation out;
    out.id = observation["id"].text();
    out.is_first_version = observation["meta"]["versionId"].text() == "1";
    constexpr std::string_view kPatient = "Patient/";
    const std::string_view subject = observation["subject"]["reference"].text();
    if (subject.starts_with(kPatient))
        out.patient = PatientId{std::string(subject.substr(kPatient.size()))};
    out.status = observation["status"].text();
    read_code(observation, out);
    read_value(observation, out);
    read_time(observation, out);
    read_range(observation, out);
    for (const json::Value& interpretation : observation["interpretation"].items()) {
        const std::string_view code = interpretation["coding"][0]["code"].text();
        if (code.empty()) continue;
        if (!out.interpretation.empty()) out.interpretation += '~';
        out.interpretation += code;
    }
    out.is_haemolysed = is_haemolysed(observation, out);
    return out;
}

std::string text_of(clinical::Decimal value) {
    clinical::DecimalText buffer;
    return std::string(clinical::format_decimal(value, buffer));
}

std::string text_of(const clinical::Reading& reading) {
    return std::string(sign_of(reading.comparator)) + text_of(reading.value);
}

json::Value amount_of(std::string_view value_text, std::string_view unit) {
    const auto reading = clinical::parse_reading(value_text);
    json::Object amount;
    amount.emplace_back("text", value_text);
    amount.emplace_back(
        "number", reading ? json::Value(json::Number{text_of(reading->value)}) : json::Value());
    amount.emplace_back("unit", unit.empty() ? json::Value() : json::Value(unit));
    amount.emplace_back("comparator", reading && !reading->is_exact()
                                          ? json::Value(sign_of(reading->comparator))
                                          : json::Value());
    return amount;
}

json::Value amount_of(const ReadObservation& observation) {
    return amount_of(observation.value_text, observation.unit_text);
}

}  // namespace wardlight::alerts
