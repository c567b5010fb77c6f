// What the app's calls read about a patient: the Patient, the current stay, the place, and the
// caller's ties. Functions over one snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/decision.h"
#include "base/ids.h"
#include "fhir/place.h"
#include "store/store.h"

namespace wardlight::api {

struct PatientRecord {
    PatientId id;
    json::Value patient;
    json::Value encounter;  // the stay in progress; null when there is none
    fhir::Place place;
};

/// Follows a merge to the surviving patient. `not_found` when there is none.
[[nodiscard]] Result<PatientRecord> load_patient(store::Snapshot& snapshot, const PatientId& id);
/// Nothing for a patient that does not exist; no error: lists go on without.
[[nodiscard]] Result<std::optional<PatientRecord>> find_patient(store::Snapshot& snapshot,
                                                                const PatientId& id);

/// Patients with a stay in progress on a ward, by ward code as in the feed.
[[nodiscard]] Result<std::vector<PatientRecord>> patients_on_ward(store::Snapshot& snapshot,
                                                                  std::string_view ward);

/// Beds of a ward that are known but hold nobody now.
[[nodiscard]] Result<std::vector<std::string>> empty_beds(
    store::Snapshot& snapshot, std::string_view ward, const std::vector<PatientRecord>& occupied);

/// Patients by name, number or date of birth, best first; at most `most`, one more says there are
/// more.
[[nodiscard]] Result<std::vector<PatientRecord>> find_patients(store::Snapshot& snapshot,
                                                               std::string_view text,
                                                               std::size_t most);

/// A value that goes into a search as it is: "," and "|" lose their meaning.
[[nodiscard]] std::string escape_search(std::string_view value);

/// "Place" of the app's calls.
[[nodiscard]] json::Value place_json(const fhir::Place& place);

}  // namespace wardlight::api
