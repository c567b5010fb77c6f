// What ties a caller to a patient at this moment: ward, team of an open alert, on-call role,
// ownership, emergency access.
#pragma once

#include <vector>

#include "access/decision.h"
#include "alerts/alert.h"
#include "api/patient_record.h"

namespace wardlight::api {

/// The patient's alerts and the caller's ties that follow from them.
struct TiedPatient {
    std::vector<alerts::Alert> alive;
    access::PatientTies ties;
    std::optional<Instant> glass_broken_until;  ///< emergency access, while it lasts
};
/// "Access": by what tie the caller may see the patient, and until when if that ends by itself.
[[nodiscard]] json::Value access_json(std::string_view reason, const TiedPatient& tied);

[[nodiscard]] Result<TiedPatient> ties_of(store::Snapshot& snapshot, const access::Subject& subject,
                                          const PatientRecord& record, Instant now);

}  // namespace wardlight::api
