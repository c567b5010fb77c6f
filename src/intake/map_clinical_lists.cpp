// AL1 and IAM -> AllergyIntolerance, DG1 -> Condition. An entry that a later message does not
// repeat stays: absence is no statement. Only an explicit deletion (IAM-6, DG1-21) withdraws one.
#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Segment;

std::string key_of(const hl7v2::Cwe& code) {
    if (!code.code.empty()) return code.code;
    if (!code.alternate_code.empty()) return code.alternate_code;
    return fold_for_search(code.text);
}

json::Value allergy_reactions(const Segment& segment) {
    json::Value out;
    const auto severity = reaction_severity(segment.field(4).text());
    for (const hl7v2::Repetition one : segment.field(5).each()) {
        const std::string text(trim(one.value()));
        if (text.empty()) continue;
        json::Value reaction =
            json::object({{"manifestation", json::array({json::object({{"text", text}})})}});
        if (severity) reaction.set("severity", *severity);
        out.push(std::move(reaction));
    }
    return out;
}

/// Table 0438 (IAM-17) and the deletion of IAM-6.
void set_allergy_state(json::Value& out, const Segment& segment) {
    const bool is_iam = segment.id() == "IAM";
    const std::string state = is_iam ? segment.field(17).text() : std::string();
    const bool is_wrong = state == "E" || (is_iam && segment.field(6).text() == "D");
    constexpr std::string_view kClinical =
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
    constexpr std::string_view kVerification =
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
    if (is_wrong) {
        out.set("verificationStatus", concept_of(kVerification, "entered-in-error"));
        return;
    }
    out.set("clinicalStatus", concept_of(kClinical, state == "I" ? "inactive" : "active"));
    if (state == "C") out.set("verificationStatus", concept_of(kVerification, "confirmed"));
    if (state == "U" || state == "P" || state == "S" || state == "D")
        out.set("verificationStatus", concept_of(kVerification, "unconfirmed"));
}

json::Value describe_allergy(Context& context, const Segment& segment) {
    json::Value out = json::object({});
    set_allergy_state(out, segment);
    const std::string type = segment.field(2).text();
    if (type == "DA" || type == "FA" || type == "MA" || type == "EA" || type == "AA" ||
        type == "PA" || type == "LA")
        out.set("type", "allergy");
    if (const auto category = allergy_category(type)) out.set("category", json::array({*category}));
    if (const auto level = criticality(segment.field(4).text())) out.set("criticality", *level);
    out.set("code", to_concept(segment.field(3)));
    const bool is_iam = segment.id() == "IAM";
    if (const auto onset = context.time(segment.field(is_iam ? 11 : 6)))
        out.set("onsetDateTime", onset->fhir);
    if (is_iam) {
        if (const auto reported = context.time(segment.field(13)))
            out.set("recordedDate", reported->fhir);
    }
    out.set("reaction", allergy_reactions(segment));
    return out;
}

json::Value describe_condition(Context& context, const Segment& dg1, json::Value code) {
    constexpr std::string_view kClinical =
        "http://terminology.hl7.org/CodeSystem/condition-clinical";
    constexpr std::string_view kVerification =
        "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    json::Value out = json::object({});
    if (dg1.field(21).text() == "D") {
        out.set("verificationStatus", concept_of(kVerification, "entered-in-error"));
    } else {
        out.set("clinicalStatus", concept_of(kClinical, "active"));
        // Table 0052: F is final, W a working diagnosis.
        const std::string type = dg1.field(6).text();
        if (type == "W") out.set("verificationStatus", concept_of(kVerification, "provisional"));
        if (type == "F") out.set("verificationStatus", concept_of(kVerification, "confirmed"));
    }
    out.set("category",
            json::array({concept_of("http://terminology.hl7.org/CodeSystem/condition-category",
                                    "encounter-diagnosis", "Encounter Diagnosis")}));
    out.set("code", std::move(code));
    if (const auto onset = context.time(dg1.field(5))) out.set("onsetDateTime", onset->fhir);
    if (const auto recorded = context.time(dg1.field(19))) out.set("recordedDate", recorded->fhir);
    return out;
}

/// DG1-3, else the description alone (DG1-4).
json::Value diagnosis_code(const Segment& dg1) {
    json::Value code = to_concept(dg1.field(3));
    const std::string description = dg1.field(4).text();
    if (code.is_null()) return text_concept(description);
    if (code["text"].is_null() && !description.empty()) code.set("text", description);
    return code;
}

}  // namespace

void map_allergies(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const Segment* segment : group.allergies) {
        const std::string key = key_of(hl7v2::read_cwe(segment->field(3).first()));
        if (key.empty()) {
            context.warn("allergy_without_substance");
            continue;
        }
        Record record;
        record.kind = RecordKind::allergy;
        record.natural_id = deterministic_id({"AllergyIntolerance", key});
        record.owner = subject.patient;
        record.add("allergy", context.stamp(context.authority()),
                   describe_allergy(context, *segment));
        context.out().records.push_back(std::move(record));
    }
}

void map_diagnoses(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const Segment* dg1 : group.diagnoses) {
        json::Value code = diagnosis_code(*dg1);
        std::string key = key_of(hl7v2::read_cwe(dg1->field(3).first()));
        if (key.empty()) key = fold_for_search(dg1->field(4).text());
        if (key.empty()) {
            context.warn("diagnosis_without_code");
            continue;
        }
        const std::string stamp = context.stamp(context.authority());
        Record record;
        record.kind = RecordKind::condition;
        record.natural_id = deterministic_id({"Condition", key});
        record.owner = subject.patient;
        record.visit = subject.visit;
        record.add("condition", stamp, describe_condition(context, *dg1, std::move(code)));
        if (!subject.visit.empty()) record.add("visit", stamp, json::Value(subject.visit));
        context.out().records.push_back(std::move(record));
    }
}

}  // namespace wardlight::intake
