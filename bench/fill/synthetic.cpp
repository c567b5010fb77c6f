#include "fill/synthetic.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>

#include "app/simulate/people_names.h"
#include "fhir/analyte.h"

namespace wardlight::fill {
namespace {

using std::chrono::sys_seconds;

enum class Kind : std::uint64_t { patient = 1, observation = 2, name = 3, value = 4 };

/// splitmix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t random_of(Kind kind, std::uint64_t number) {
    return mix(mix(static_cast<std::uint64_t>(kind)) ^ number);
}

std::string uuid_of(Kind kind, std::uint64_t number) {
    const std::uint64_t high = random_of(kind, number);
    const std::uint64_t low = mix(high);
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                       high & 0xfff, 0x8000 | (low >> 50), low & 0xffffffffffff);
}

struct Measurement {
    std::string_view local;
    std::string_view name;
    std::string_view loinc;
    std::string_view unit;
    std::string_view ucum;
    std::string_view category;
    std::uint64_t least;  // in units of the last decimal
    std::uint64_t span;
    int decimals;
    std::string_view range;
};
// Five of a laboratory and five of the ward at each visit; all values unremarkable.
// clang-format off: a table reads better with its columns kept
constexpr std::array<Measurement, kObservationsPerVisit> kMeasurements = {{
    {"CRE", "Creatinine", kCreatinineLoinc, "umol/L", "umol/L", "laboratory", 70, 20, 0, "59-104"},
    {"K", "Potassium", "2823-3", "mmol/L", "mmol/L", "laboratory", 38, 10, 1, "3.5-5.3"},
    {"NA", "Sodium", "2951-2", "mmol/L", "mmol/L", "laboratory", 136, 8, 0, "133-146"},
    {"HB", "Haemoglobin", "718-7", "g/L", "g/L", "laboratory", 125, 30, 0, "120-165"},
    {"CRP", "C-reactive protein", "1988-5", "mg/L", "mg/L", "laboratory", 1, 4, 0, "0-5"},
    {"RR", "Respiratory rate", "9279-1", "/min", "/min", "vital-signs", 12, 8, 0, ""},
    {"SPO2", "Oxygen saturation", "59408-5", "%", "%", "vital-signs", 96, 4, 0, ""},
    {"SBP", "Systolic blood pressure", "8480-6", "mm[Hg]", "mm[Hg]", "vital-signs", 112, 40, 0, ""},
    {"PULSE", "Pulse", "8867-4", "/min", "/min", "vital-signs", 55, 34, 0, ""},
    {"TEMP", "Temperature", "8310-5", "Cel", "Cel", "vital-signs", 362, 16, 1, ""},
}};
// clang-format on

std::string decimal(std::uint64_t value, int decimals) {
    return decimals == 0 ? std::to_string(value) : fmt::format("{}.{}", value / 10, value % 10);
}

std::string date_time(sys_seconds at) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(at.time_since_epoch().count()));
}

json::Value coding(std::string_view system, std::string_view code, std::string_view display) {
    return json::object({{"system", system}, {"code", code}, {"display", display}});
}

json::Value observation(const Measurement& measurement, std::string_view id, std::uint64_t patient,
                        std::uint64_t value, sys_seconds taken) {
    const std::string digits =
        decimal(measurement.least + value % measurement.span, measurement.decimals);
    json::Value resource = json::object({{"resourceType", "Observation"}});
    if (!id.empty()) resource.set("id", id);
    resource.set("status", "final");
    resource.set(
        "category",
        json::array({json::object(
            {{"coding",
              json::array({coding("http://terminology.hl7.org/CodeSystem/observation-category",
                                  measurement.category, measurement.category)})}})}));
    resource.set(
        "code",
        json::object(
            {{"coding", json::array({coding(fhir::kLoinc, measurement.loinc, measurement.name),
                                     coding("urn:wardlight:code:WSHLAB", measurement.local,
                                            measurement.name)})},
             {"text", measurement.name}}));
    resource.set("subject", json::object({{"reference", "Patient/" + patient_id(patient)}}));
    resource.set("effectiveDateTime", date_time(taken));
    resource.set("issued", date_time(taken + std::chrono::minutes(40)));
    resource.set("valueQuantity", json::object({{"value", json::Number{digits}},
                                                {"unit", measurement.unit},
                                                {"system", "http://unitsofmeasure.org"},
                                                {"code", measurement.ucum}}));
    if (!measurement.range.empty())
        resource.set("referenceRange", json::array({json::object({{"text", measurement.range}})}));
    return resource;
}

}  // namespace

std::string patient_id(std::uint64_t patient) {
    return uuid_of(Kind::patient, patient);
}

std::string observation_id(std::uint64_t number) {
    return uuid_of(Kind::observation, number);
}

std::string medical_record_number(std::uint64_t patient) {
    return fmt::format("B{:08}", patient);
}

std::string family_name(std::uint64_t patient) {
    constexpr std::array<std::string_view, 32> kFirst = {
        "Ash",  "Bar", "Black", "Brad", "Brook", "Car",  "Chand", "Cold",  "Dal",  "Dun", "East",
        "Fair", "Gar", "Green", "Hal",  "Hart",  "Holl", "Kil",   "Lang",  "Mar",  "Nor", "Oak",
        "Pad",  "Ram", "Rich",  "Sand", "Shar",  "Stan", "Tal",   "Under", "Whit", "Wood"};
    constexpr std::array<std::string_view, 32> kMiddle = {
        "",   "a",  "e",  "en", "er", "i",  "ing", "in", "o",  "ol", "on",
        "or", "u",  "um", "un", "y",  "al", "am",  "an", "ar", "el", "em",
        "es", "ev", "id", "im", "ir", "ov", "ul",  "ur", "us", "yn"};
    constexpr std::array<std::string_view, 32> kLast = {
        "bury", "by",    "combe", "cott", "croft", "dale", "den",  "ell",  "field", "ford", "ham",
        "hill", "hurst", "kar",   "land", "ley",   "lo",   "man",  "mere", "more",  "ness", "ridge",
        "sen",  "shaw",  "ski",   "son",  "stone", "ton",  "wala", "well", "wick",  "worth"};
    const std::uint64_t random = random_of(Kind::name, patient);
    const auto& common = simulate::kFamilyNames;
    if (random % 3 == 0) return std::string(common[(random >> 8) % common.size()]);
    return fmt::format("{}{}{}", kFirst[(random >> 8) % 32], kMiddle[(random >> 16) % 32],
                       kLast[(random >> 24) % 32]);
}

json::Value make_patient(std::uint64_t patient) {
    const std::uint64_t random = random_of(Kind::name, patient);
    const bool is_woman = (random >> 32) % 2 == 0;
    const auto given = is_woman ? simulate::kWomen[(random >> 33) % simulate::kWomen.size()]
                                : simulate::kMen[(random >> 33) % simulate::kMen.size()];
    const std::string birth = fmt::format("{}-{:02}-{:02}", 1930 + (random >> 40) % 90,
                                          1 + (random >> 48) % 12, 1 + (random >> 52) % 28);
    return json::object(
        {{"resourceType", "Patient"},
         {"id", patient_id(patient)},
         {"active", true},
         {"identifier", json::array({json::object({{"use", "usual"},
                                                   {"system", kNumberSystem},
                                                   {"value", medical_record_number(patient)}})})},
         {"name", json::array({json::object({{"use", "official"},
                                             {"family", family_name(patient)},
                                             {"given", json::array({given})}})})},
         {"gender", is_woman ? "female" : "male"},
         {"birthDate", birth},
         {"address",
          json::array({json::object(
              {{"line", json::array({fmt::format("{} {}", 1 + random % 200,
                                                 simulate::kStreets[random % 12])})},
               {"city", simulate::kCities[(random >> 4) % simulate::kCities.size()]}})})}});
}

std::uint64_t patient_of(const Layout& layout, std::uint64_t number) {
    return number / kObservationsPerVisit % layout.patients;
}

json::Value make_observation(const Layout& layout, std::uint64_t number) {
    const std::uint64_t patient = patient_of(layout, number);
    const std::uint64_t visits =
        layout.observations / (layout.patients * kObservationsPerVisit) + 1;
    const std::uint64_t visit = number / kObservationsPerVisit / layout.patients;
    constexpr std::chrono::seconds kYear = std::chrono::hours(365 * 24);
    // Patients are not all seen in the same second.
    const auto offset = std::chrono::seconds(random_of(Kind::value, patient) % 40'000);
    const auto taken =
        layout.until - kYear +
        kYear / static_cast<std::int64_t>(visits) * static_cast<std::int64_t>(visit) + offset;
    return observation(kMeasurements[number % kObservationsPerVisit], observation_id(number),
                       patient, random_of(Kind::value, number), taken);
}

json::Value make_daily_observation(std::uint64_t patient, std::uint64_t number, sys_seconds taken) {
    return observation(kMeasurements[number % kObservationsPerVisit], observation_id(number),
                       patient, random_of(Kind::value, number), taken);
}

json::Value make_new_observation(std::uint64_t patient, std::uint64_t number, sys_seconds taken) {
    return observation(kMeasurements[number % kObservationsPerVisit], "", patient,
                       random_of(Kind::value, number), taken);
}

}  // namespace wardlight::fill
