// HL7 v2 tables -> FHIR codes, as data. Source: HL7 v2-to-FHIR Implementation Guide (HL7/v2-to-fhir
// 8c9b414, Apache-2.0) concept maps; rows the guide leaves unmapped are decided here and marked in
// the table. Pure functions on constant tables; thread-safe.
#pragma once

#include <optional>
#include <string_view>

namespace wardlight::intake {

namespace systems {
inline constexpr std::string_view kInterpretation =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
inline constexpr std::string_view kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view kIdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
inline constexpr std::string_view kNhsNumber = "https://fhir.nhs.uk/Id/nhs-number";
inline constexpr std::string_view kObservationCategory =
    "http://terminology.hl7.org/CodeSystem/observation-category";
inline constexpr std::string_view kDataAbsent =
    "http://terminology.hl7.org/CodeSystem/data-absent-reason";
inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";
/// Tags of our own: "stub", "time-from-received", "time-from-message".
inline constexpr std::string_view kTag = "urn:wardlight:tag";
}  // namespace systems

/// FHIR code and display; empty code: the table has no row.
struct Coded {
    std::string_view code;
    std::string_view display;
    std::string_view system;
};

/// How a result status (OBX-11, table 0085) is to be treated.
struct ObservationStatus {
    std::string_view fhir;
    /// Among versions with the same time the higher one is the later one.
    int step = 0;
    /// The message does not repeat the value; the stored one stays.
    bool keeps_value = false;
};
[[nodiscard]] std::optional<ObservationStatus> observation_status(std::string_view obx_11);
/// OBR-25, table 0123.
[[nodiscard]] std::optional<ObservationStatus> report_status(std::string_view obr_25);
/// PV1-2, table 0004: class of an Encounter. Unknown codes stay local.
[[nodiscard]] std::optional<Coded> encounter_class(std::string_view pv1_2);
/// PID-8, table 0001; nullopt for a code that is none of the table's.
[[nodiscard]] std::optional<std::string_view> gender(std::string_view pid_8);
/// OBX-8, table 0078.
[[nodiscard]] std::optional<Coded> interpretation(std::string_view obx_8);
/// ORC-1, table 0119, and ORC-5, table 0038: status of a ServiceRequest.
[[nodiscard]] std::optional<std::string_view> order_control_status(std::string_view orc_1);
[[nodiscard]] std::optional<std::string_view> order_status(std::string_view orc_5);
[[nodiscard]] std::optional<std::string_view> name_use(std::string_view xpn_7);           // 0200
[[nodiscard]] std::optional<std::string_view> address_use(std::string_view xad_7);        // 0190
[[nodiscard]] std::optional<std::string_view> telecom_use(std::string_view xtn_2);        // 0201
[[nodiscard]] std::optional<std::string_view> telecom_system(std::string_view xtn_3);     // 0202
[[nodiscard]] std::optional<Coded> marital_status(std::string_view pid_16);               // 0002
[[nodiscard]] std::optional<std::string_view> allergy_category(std::string_view al1_2);   // 0127
[[nodiscard]] std::optional<std::string_view> reaction_severity(std::string_view al1_4);  // 0128
[[nodiscard]] std::optional<std::string_view> criticality(std::string_view al1_4);        // 0128
/// TXA-17, table 0271: docStatus of a DocumentReference.
[[nodiscard]] std::optional<std::string_view> document_status(std::string_view txa_17);
/// HL7 v2 coding system names (table 0396) -> FHIR systems ("LN" -> LOINC).
[[nodiscard]] std::optional<std::string_view> coding_system(std::string_view v2_name);
/// OBR-24, table 0074: true for imaging sections.
[[nodiscard]] bool is_imaging(std::string_view obr_24);
/// Local spellings of units -> UCUM; nullopt when unknown.
[[nodiscard]] std::optional<std::string_view> ucum_unit(std::string_view unit);

}  // namespace wardlight::intake
