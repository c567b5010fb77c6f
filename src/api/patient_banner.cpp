#include "api/patient_banner.h"

#include "base/text.h"
#include "fhir/search_values.h"

namespace wardlight::api {
namespace {

using json::Value;

constexpr std::string_view kNhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";

/// The name in use: official before usual before any, never one that has ended.
const Value& current_name(const Value& patient) {
    const Value* best = nullptr;
    int best_rank = -1;
    for (const Value& name : patient["name"].items()) {
        const std::string_view use = name["use"].text();
        const int rank = use == "official"                 ? 3
                         : use == "usual"                  ? 2
                         : use == "old" || use == "maiden" ? 0
                                                           : 1;
        if (rank > best_rank) {
            best = &name;
            best_rank = rank;
        }
    }
    static const Value kNone;
    return best == nullptr ? kNone : *best;
}

Value joined(const Value& texts) {
    std::string out;
    for (const Value& text : texts.items()) {
        if (!out.empty()) out.push_back(' ');
        out += text.text();
    }
    return out.empty() ? Value() : Value(out);
}

bool is_type(const Value& identifier, std::string_view code) {
    for (const Value& coding : identifier["type"]["coding"].items()) {
        if (coding["code"].text() == code) return true;
    }
    return false;
}

Value identifier_value(const Value& patient, bool wants_nhs_number) {
    for (const Value& identifier : patient["identifier"].items()) {
        if (identifier["use"].text() == "old") continue;
        const bool is_nhs = identifier["system"].text() == kNhsNumberSystem;
        if (wants_nhs_number ? is_nhs : (!is_nhs && is_type(identifier, "MR")))
            return identifier["value"];
    }
    return {};
}

std::string folded_start(std::string_view text, std::size_t letters) {
    return fold_for_search(text).substr(0, letters);
}

}  // namespace

Value banner(const Value& patient) {
    const Value& name = current_name(patient);
    const std::string_view gender = patient["gender"].text();
    Value merged;
    for (const Value& link : patient["link"].items()) {
        if (link["type"].text() == "replaced-by")
            merged = fhir::parse_reference(link["other"]["reference"].text()).id;
    }
    json::Object out;
    const auto add = [&out](const char* key, Value value) {
        out.emplace_back(key, std::move(value));
    };
    add("id", patient["id"]);
    add("family", name["family"]);
    add("given", joined(name["given"]));
    add("title", joined(name["prefix"]));
    add("born", patient["birthDate"]);
    add("deceased", !patient["deceasedDateTime"].is_null() || patient["deceasedBoolean"].as_bool());
    add("died", patient["deceasedDateTime"]);
    add("gender", gender.empty() ? Value("unknown") : Value(gender));
    add("mrn", identifier_value(patient, false));
    add("nhs_number", identifier_value(patient, true));
    add("merged_into", std::move(merged));
    return out;
}

FoldedName folded_name(const Value& banner) {
    FoldedName name{
        fold_for_search(banner["family"].text()), {}, fold_for_search(banner["given"].text())};
    name.family_start = folded_start(name.family, 3);
    return name;
}

bool are_similar(const FoldedName& one, const FoldedName& other) {
    if (one.family.empty() || other.family.empty()) return false;
    if (one.family == other.family) return true;
    return !one.given.empty() && one.given == other.given && one.family_start == other.family_start;
}

}  // namespace wardlight::api
