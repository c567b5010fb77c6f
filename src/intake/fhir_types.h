// HL7 v2 data types -> FHIR data types, after the datatype maps of the v2-to-FHIR guide. Empty
// input gives a null value, which json::object leaves out. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hl7v2/data_types.h"
#include "intake/context.h"

namespace wardlight::intake {

/// {"reference": "Patient/..."}.
[[nodiscard]] json::Value reference(std::string_view type, std::string_view id,
                                    std::string_view display = {});
[[nodiscard]] json::Value coding(std::string_view system, std::string_view code,
                                 std::string_view display = {});
/// A concept with one coding.
[[nodiscard]] json::Value concept_of(std::string_view system, std::string_view code,
                                     std::string_view display = {});
/// {"text": ...}
[[nodiscard]] json::Value text_concept(std::string_view text);
/// Codings as sent, local systems as "urn:wardlight:codes:<name>", and the text.
[[nodiscard]] json::Value to_concept(const hl7v2::Cwe& code);
[[nodiscard]] json::Value to_concept(const hl7v2::Field& field);
[[nodiscard]] json::Value to_human_name(const hl7v2::Xpn& name);
[[nodiscard]] json::Value to_address(const hl7v2::Xad& address);
[[nodiscard]] json::Value to_contact_point(const hl7v2::Xtn& contact,
                                           std::string_view use_otherwise);
/// "Dr Ada Okafor".
[[nodiscard]] std::string display_name(const hl7v2::Xpn& name);
/// FHIR system of a v2 coding system name.
[[nodiscard]] std::string system_of(std::string_view v2_name);

/// A person of the staff: emits the Practitioner when he has a number and returns a reference, else
/// a reference with the name alone; null when empty.
[[nodiscard]] json::Value to_practitioner(Context& context, const hl7v2::Repetition& repetition);

/// Texts of NTE-3 joined by line ends.
[[nodiscard]] std::string note_text(const std::vector<const hl7v2::Segment*>& notes);

}  // namespace wardlight::intake
