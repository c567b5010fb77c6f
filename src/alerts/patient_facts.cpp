#include "alerts/patient_facts.h"

#include <array>

#include "base/text.h"
#include "clinical/age.h"
#include "fhir/place.h"
#include "store/search.h"

namespace wardlight::alerts {
namespace {

constexpr std::size_t kConditionsMost = 2'000;
constexpr std::size_t kEncountersMost = 5'000;

/// Diagnoses that matter to the rules. ICD-10 codes match with everything below them ("N18" also
/// N18.4). Sources: ICD-10 (WHO 2019); SNOMED CT International.
struct Meaning {
    std::string_view code;
    bool PatientFacts::* fact;
};
constexpr std::array kIcd10 = std::to_array<Meaning>({
    {"Z99.2", &PatientFacts::is_on_dialysis},
    {"Z49", &PatientFacts::is_on_dialysis},
    {"N18", &PatientFacts::has_chronic_kidney_disease},
    {"Z51.5", &PatientFacts::is_palliative},
    {"Z33", &PatientFacts::is_pregnant},
    {"Z34", &PatientFacts::is_pregnant},
});
constexpr std::array kSnomedCodes = std::to_array<Meaning>({
    {"105502003", &PatientFacts::is_on_dialysis},              // dependence on renal dialysis
    {"265764009", &PatientFacts::is_on_dialysis},              // renal dialysis
    {"302497006", &PatientFacts::is_on_dialysis},              // haemodialysis
    {"71192002", &PatientFacts::is_on_dialysis},               // peritoneal dialysis
    {"709044004", &PatientFacts::has_chronic_kidney_disease},  // chronic kidney disease
    {"431855005", &PatientFacts::has_chronic_kidney_disease},  // stage 1
    {"431856006", &PatientFacts::has_chronic_kidney_disease},  // stage 2
    {"433144002", &PatientFacts::has_chronic_kidney_disease},  // stage 3
    {"431857002", &PatientFacts::has_chronic_kidney_disease},  // stage 4
    {"433146000", &PatientFacts::has_chronic_kidney_disease},  // stage 5
    {"103735009", &PatientFacts::is_palliative},               // palliative care
    {"77386006", &PatientFacts::is_pregnant},                  // pregnancy
});

std::string without_point(std::string_view code) {
    std::string out;
    for (const char c : code)
        if (c != '.') out += c;
    return out;
}

void note_coding(std::string_view code, PatientFacts& facts) {
    for (const Meaning& meaning : kSnomedCodes)
        if (code == meaning.code) facts.*meaning.fact = true;
    const std::string plain = without_point(code);
    for (const Meaning& meaning : kIcd10)
        if (plain.starts_with(without_point(meaning.code))) facts.*meaning.fact = true;
}

bool is_over(const json::Value& condition) {
    const std::string_view clinical = condition["clinicalStatus"]["coding"][0]["code"].text();
    const std::string_view verification =
        condition["verificationStatus"]["coding"][0]["code"].text();
    return clinical == "resolved" || clinical == "inactive" || clinical == "remission" ||
           !condition["abatementDateTime"].is_null() || verification == "refuted" ||
           verification == "entered-in-error";
}

std::optional<std::chrono::year_month_day> date_from(std::string_view text) {
    constexpr std::size_t kFullDate = 10;
    if (text.size() < kFullDate) return std::nullopt;  // a year alone is no age
    const auto parts = split(text.substr(0, kFullDate), '-');
    if (parts.size() != 3) return std::nullopt;
    const auto year = parse_integer(parts[0]);
    const auto month = parse_integer(parts[1]);
    const auto day = parse_integer(parts[2]);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(date) : std::nullopt;
}

}  // namespace

std::optional<int> PatientFacts::age_at(const TimeZone& zone, Instant at) const {
    if (!born) return std::nullopt;
    const std::chrono::sys_days day{std::chrono::days(zone.local_day(at))};
    return clinical::completed_years(*born, std::chrono::year_month_day(day));
}

json::Value PatientFacts::context() const {
    return json::object({{"chronic_kidney_disease", has_chronic_kidney_disease},
                         {"dialysis", is_on_dialysis},
                         {"comments", json::Array{}}});
}

Result<PatientPlace> load_place(store::Snapshot& snapshot, const PatientId& patient) {
    const auto encounters = TRY(store::search_all(
        snapshot, "Encounter",
        {{"patient", patient.value}, {"status", "in-progress,onleave,arrived"}}, kEncountersMost));
    const json::Value* current = nullptr;
    for (const json::Value& encounter : encounters) {
        const bool is_newer = current == nullptr || encounter["period"]["start"].text() >
                                                        (*current)["period"]["start"].text();
        if (is_newer) current = &encounter;
    }
    if (current == nullptr) return PatientPlace{};
    fhir::Place place = fhir::place_of(*current);
    return PatientPlace{std::move(place.ward), std::move(place.room), std::move(place.bed),
                        std::move(place.facility)};
}

Result<PatientFacts> load_facts(store::Snapshot& snapshot, const PatientId& patient) {
    PatientFacts facts;
    const auto key = TRY(store::ResourceKey::make("Patient", patient.value));
    if (const auto resource = TRY(snapshot.get_json(key))) {
        facts.born = date_from((*resource)["birthDate"].text());
        const std::string_view gender = (*resource)["gender"].text();
        if (gender == "male") facts.sex = clinical::Sex::male;
        if (gender == "female") facts.sex = clinical::Sex::female;
    }
    const auto conditions = TRY(
        store::search_all(snapshot, "Condition", {{"patient", patient.value}}, kConditionsMost));
    for (const json::Value& condition : conditions) {
        if (is_over(condition)) continue;
        for (const json::Value& coding : condition["code"]["coding"].items())
            note_coding(coding["code"].text(), facts);
    }
    facts.place = TRY(load_place(snapshot, patient));
    return facts;
}

Result<std::optional<PatientId>> merged_into(store::Snapshot& snapshot, const PatientId& patient) {
    const auto key = TRY(store::ResourceKey::make("Patient", patient.value));
    const auto resource = TRY(snapshot.get_json(key));
    if (!resource) return std::nullopt;
    for (const json::Value& link : (*resource)["link"].items()) {
        if (link["type"].text() != "replaced-by") continue;
        const std::string_view other = link["other"]["reference"].text();
        constexpr std::string_view kPatient = "Patient/";
        if (other.starts_with(kPatient))
            return PatientId{std::string(other.substr(kPatient.size()))};
    }
    return std::nullopt;
}

}  // namespace wardlight::alerts
