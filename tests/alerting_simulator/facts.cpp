#include "alerting_simulator/facts.h"

#include <fmt/format.h>

#include <string_view>

#include "base/result.h"

namespace wardlight::simulator {
namespace {

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kOwn = "urn:wardlight:observation";

json::Value concept_of(std::string_view system, std::string_view code) {
    return json::object(
        {{"coding", json::array({json::object({{"system", system}, {"code", code}})})}});
}

json::Value quantity(const std::string& value, std::string_view unit) {
    return json::object({{"value", json::Number{value}}, {"unit", unit}});
}

json::Value reference(const std::string& patient) {
    return json::object({{"reference", "Patient/" + patient}});
}

std::string tenths(int amount) {
    return fmt::format("{}.{}", amount / 10, amount % 10);
}

class Observations {
 public:
    Observations(const Fact& fact, const Version& version, const std::string& patient)
        : fact_(fact), version_(version), patient_(patient) {}

    void add(std::string_view suffix, std::string_view system, std::string_view code,
             std::string_view member, json::Value value) {
        const std::string_view status = version_.is_withdrawn ? "entered-in-error"
                                        : version_.number > 1 ? "corrected"
                                                              : "final";
        out_.push_back(json::object({{"resourceType", "Observation"},
                                     {"id", fact_.id + std::string(suffix)},
                                     {"status", status},
                                     {"code", concept_of(system, code)},
                                     {"subject", reference(patient_)},
                                     {"effectiveDateTime", format_instant(fact_.taken)},
                                     {member, std::move(value)}}));
    }
    void add_number(std::string_view suffix, std::string_view code, int amount,
                    std::string_view unit) {
        if (amount >= 0)
            add(suffix, kLoinc, code, "valueQuantity", quantity(std::to_string(amount), unit));
    }
    void add_vitals() {
        const auto& v = version_.vitals;
        add_number("-rr", "9279-1", v[0], "/min");
        add_number("-spo2", "59408-5", v[1], "%");
        if (v[2] >= 0)
            add("-air", kOwn, "air-or-oxygen", "valueCodeableConcept",
                concept_of(kOwn, v[2] == 1 ? "OXYGEN" : "AIR"));
        add_number("-sbp", "8480-6", v[3], "mm[Hg]");
        add_number("-pulse", "8867-4", v[4], "/min");
        if (v[5] >= 0)
            add("-acvpu", kLoinc, "67775-7", "valueCodeableConcept",
                concept_of(kOwn, v[5] == 1 ? "C" : "A"));
        if (v[6] >= 0)
            add("-temp", kLoinc, "8310-5", "valueQuantity", quantity(tenths(v[6]), "Cel"));
    }
    std::vector<json::Value> take() { return std::move(out_); }

 private:
    const Fact& fact_;
    const Version& version_;
    const std::string& patient_;
    std::vector<json::Value> out_;
};

}  // namespace

std::vector<json::Value> resources_of(const Fact& fact, const Version& version,
                                      const std::string& patient) {
    Observations observations(fact, version, patient);
    switch (fact.kind) {
        case FactKind::creatinine:
            observations.add_number("", "14682-9", version.amount, "umol/L");
            break;
        case FactKind::potassium:
            observations.add("", kLoinc, "2823-3", "valueQuantity",
                             quantity(tenths(version.amount), "mmol/L"));
            break;
        case FactKind::vitals:
            observations.add_vitals();
            break;
    }
    return observations.take();
}

json::Value patient_resource(const std::string& patient, const std::string& replaced_by) {
    json::Value out = json::object({{"resourceType", "Patient"},
                                    {"id", patient},
                                    {"birthDate", "1950-06-01"},
                                    {"gender", "male"}});
    if (!replaced_by.empty())
        out.set("link", json::array({json::object(
                            {{"other", reference(replaced_by)}, {"type", "replaced-by"}})}));
    return out;
}

json::Value stay_resource(const std::string& patient, const std::string& ward, Instant since) {
    json::Value out = json::object({{"resourceType", "Encounter"},
                                    {"id", "stay-" + patient},
                                    {"status", ward.empty() ? "finished" : "in-progress"},
                                    {"class", json::object({{"code", "IMP"}})},
                                    {"subject", reference(patient)},
                                    {"period", json::object({{"start", format_instant(since)}})}});
    if (ward.empty()) return out;
    out.set("location",
            json::array({json::object(
                {{"location",
                  json::object({{"reference", "Location/ward-" + ward}, {"display", ward}})},
                 {"status", "active"},
                 {"physicalType",
                  json::object({{"coding", json::array({json::object({{"code", "wa"}})})}})}})}));
    return out;
}

json::Value dialysis_resource(const std::string& patient) {
    return json::object(
        {{"resourceType", "Condition"},
         {"id", "dialysis-" + patient},
         {"subject", reference(patient)},
         {"code", concept_of("http://hl7.org/fhir/sid/icd-10", "Z99.2")},
         {"clinicalStatus",
          concept_of("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")}});
}

}  // namespace wardlight::simulator
