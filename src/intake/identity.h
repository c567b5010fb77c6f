// Who a message is about: the identifiers of PID-3 and of MRG, and which of them names the patient.
// A patient is his number at its assigning authority; the NHS number is an attribute that names him
// only where there is nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hl7v2/data_types.h"
#include "intake/context.h"

namespace wardlight::intake {

struct Identifier {
    std::string authority;
    std::string value;
    std::string type;  // table 0203
    std::string system;
    bool is_nhs_number = false;
};

struct Identity {
    Identifier primary;
    std::vector<Identifier> others;

    /// Id of the Patient resource.
    [[nodiscard]] std::string patient_id() const;
    [[nodiscard]] std::optional<Identifier> nhs_number() const;
};

inline constexpr std::string_view kNhsAuthority = "NHS";

[[nodiscard]] std::string patient_id(std::string_view authority, std::string_view value);
[[nodiscard]] std::string visit_id(std::string_view authority, std::string_view number);

/// The identity in a list of CX: a local number first, else the NHS number. An NHS number that
/// fails its check is left out with a warning. Nothing when the list holds no number at all.
[[nodiscard]] std::optional<Identity> read_identity(Context& context, const hl7v2::Field& list);

/// PID-3, else PID-2, else PID-4.
[[nodiscard]] std::optional<Identity> read_patient_identity(Context& context,
                                                            const hl7v2::Segment& pid);

/// Natural id of the visit in a CX (PV1-19, MRG-5); empty when there is no number.
[[nodiscard]] std::string read_visit(Context& context, const hl7v2::Field& number);

/// FHIR Identifier.
[[nodiscard]] json::Value to_fhir(const Identifier& identifier, std::string_view use);

/// FHIR system of an authority: of the profile, else its OID, else a name of ours.
[[nodiscard]] std::string identifier_system(const FeedProfile& profile, const hl7v2::Hd& authority,
                                            std::string_view name);

}  // namespace wardlight::intake
