// Rows of patient lists: who, where, how ill, what is new. One row costs a few index look-ups.
#pragma once

#include <vector>

#include "api/app_services.h"
#include "api/patient_ties.h"

namespace wardlight::api {

struct ListedRow {
    PatientRecord record;
    TiedPatient tied;
};

/// "PatientRow" list, most in need first: NEWS2, then alerts, then bed. Marks similar names.
[[nodiscard]] Result<json::Value> patient_rows(store::Snapshot& snapshot,
                                               const AppServices& services,
                                               const access::Subject& subject,
                                               const std::vector<ListedRow>& rows);

/// "AlertLabel" chip of an alert in a row.
[[nodiscard]] json::Value alert_chip(const alerts::Alert& alert);

}  // namespace wardlight::api
