// The quiet parts of a patient's page: allergies, problems, documents, orders, the stay.
#pragma once

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::api {

/// "Allergies": known, none known, or not recorded; the last never looks like none.
[[nodiscard]] Result<json::Value> allergies(store::Snapshot& snapshot, const PatientId& patient);
[[nodiscard]] Result<json::Value> problems(store::Snapshot& snapshot, const PatientId& patient);
[[nodiscard]] Result<json::Value> documents(store::Snapshot& snapshot, const PatientId& patient);
[[nodiscard]] Result<json::Value> orders(store::Snapshot& snapshot, const PatientId& patient);
/// null without a stay in progress.
[[nodiscard]] json::Value encounter_json(const json::Value& encounter);

}  // namespace wardlight::api
