// Alerts follow their patient: into the record it was merged into, and to another ward.
#pragma once

#include "alerts/site.h"

namespace wardlight::alerts {

/// Moves alerts and evaluations of `from` to `to`. Again: no change.
[[nodiscard]] Result<> move_patient(store::WriteTransaction& tx, const PatientId& from,
                                    const PatientId& to);

/// Living alerts of a patient go where the patient is; the new ward's nurses are told.
[[nodiscard]] Result<> refresh_place(store::WriteTransaction& tx, const Site& site,
                                     const PatientId& patient);

}  // namespace wardlight::alerts
