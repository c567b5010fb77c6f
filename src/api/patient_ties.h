// What ties a caller to a patient at this moment: ward, team of an open alert, on-call role,
// ownership.
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
};
[[nodiscard]] Result<TiedPatient> ties_of(store::Snapshot& snapshot, const access::Subject& subject,
                                          const PatientRecord& record, Instant now);

}  // namespace wardlight::api
