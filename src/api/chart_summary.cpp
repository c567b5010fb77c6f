#include "api/chart_summary.h"

#include <algorithm>

#include "base/text.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;

constexpr std::size_t kMost = 1'000;
// SNOMED CT 716186003 "No known allergy" and its kind are how a record says that there are none.
constexpr std::string_view kNoKnownAllergy[] = {"716186003", "409137002", "428607008", "716184000"};

Value text_of(const Value& concept_value) {
    if (!concept_value["text"].is_null()) return concept_value["text"];
    const Value& coding = concept_value["coding"][0];
    return coding["display"].is_null() ? coding["code"] : coding["display"];
}

bool says_none_known(const Value& allergy) {
    for (const Value& coding : allergy["code"]["coding"].items()) {
        for (const std::string_view code : kNoKnownAllergy) {
            if (coding["code"].text() == code) return true;
        }
    }
    return false;
}

bool is_in_force(const Value& resource) {
    const auto has = [&](const char* member, std::string_view code) {
        return resource[member]["coding"][0]["code"].text() == code;
    };
    return !has("verificationStatus", "entered-in-error") &&
           !has("verificationStatus", "refuted") && !has("clinicalStatus", "inactive") &&
           !has("clinicalStatus", "resolved");
}

Value newest_first(std::vector<std::pair<std::string, Value>> items) {
    std::stable_sort(items.begin(), items.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    Value out{json::Array{}};
    for (auto& [date, item] : items) out.push(std::move(item));
    return out;
}

Value document_text(const Value& document) {
    const Value& attachment = document["content"][0]["attachment"];
    if (!attachment["contentType"].text().starts_with("text/plain")) return {};
    const auto bytes = from_base64(attachment["data"].text());
    return bytes && is_valid_utf8(*bytes) ? Value(*bytes) : Value();
}

}  // namespace

Result<Value> allergies(store::Snapshot& snapshot, const PatientId& patient) {
    const auto found =
        TRY(store::search_all(snapshot, "AllergyIntolerance", {{"patient", patient.value}}, kMost));
    Value items{json::Array{}};
    bool none_known = false;
    for (const Value& allergy : found) {
        if (!is_in_force(allergy)) continue;
        if (says_none_known(allergy)) {
            none_known = true;
            continue;
        }
        const Value& reaction = allergy["reaction"][0];
        const Value severity =
            reaction["severity"].is_null() ? allergy["criticality"] : reaction["severity"];
        items.push(json::Object{{"substance", text_of(allergy["code"])},
                                {"reaction", text_of(reaction["manifestation"][0])},
                                {"severity", severity},
                                {"recorded_at", allergy["recordedDate"]}});
    }
    const char* state = !items.empty() ? "known" : none_known ? "none_known" : "not_recorded";
    return json::Object{{"state", state}, {"items", std::move(items)}};
}

Result<Value> problems(store::Snapshot& snapshot, const PatientId& patient) {
    std::vector<std::pair<std::string, Value>> items;
    for (const Value& condition :
         TRY(store::search_all(snapshot, "Condition", {{"patient", patient.value}}, kMost))) {
        if (!is_in_force(condition)) continue;
        items.emplace_back(condition["recordedDate"].text(),
                           json::Object{{"text", text_of(condition["code"])},
                                        {"recorded_at", condition["recordedDate"]}});
    }
    return newest_first(std::move(items));
}

Result<Value> documents(store::Snapshot& snapshot, const PatientId& patient) {
    std::vector<std::pair<std::string, Value>> items;
    for (const Value& document : TRY(store::search_all(snapshot, "DocumentReference",
                                                       {{"patient", patient.value}}, kMost))) {
        if (document["status"].text() == "entered-in-error") continue;
        const Value title =
            document["description"].is_null() ? text_of(document["type"]) : document["description"];
        items.emplace_back(document["date"].text(),
                           json::Object{{"id", document["id"]},
                                        {"title", title.is_null() ? Value("") : title},
                                        {"date", document["date"]},
                                        {"status", document["status"]},
                                        {"text", document_text(document)}});
    }
    return newest_first(std::move(items));
}

Result<Value> orders(store::Snapshot& snapshot, const PatientId& patient) {
    std::vector<std::pair<std::string, Value>> items;
    for (const Value& order :
         TRY(store::search_all(snapshot, "ServiceRequest", {{"patient", patient.value}}, kMost))) {
        const Value text = text_of(order["code"]);
        items.emplace_back(order["authoredOn"].text(),
                           json::Object{{"id", order["id"]},
                                        {"text", text.is_null() ? Value("") : text},
                                        {"status", order["status"]},
                                        {"ordered_at", order["authoredOn"]}});
    }
    return newest_first(std::move(items));
}

Value encounter_json(const Value& encounter) {
    if (encounter.is_null()) return {};
    Value consultant;
    for (const Value& participant : encounter["participant"].items()) {
        if (participant["type"][0]["coding"][0]["code"].text() == "ATND")
            consultant = participant["individual"]["display"];
    }
    return json::Object{{"id", encounter["id"]},
                        {"class", encounter["class"]["code"]},
                        {"status", encounter["status"]},
                        {"admitted_at", encounter["period"]["start"]},
                        {"discharged_at", encounter["period"]["end"]},
                        {"reason", text_of(encounter["reasonCode"][0])},
                        {"consultant", std::move(consultant)}};
}

}  // namespace wardlight::api
