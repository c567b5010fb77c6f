// What the app's calls read about a patient: the Patient, the current stay and the place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/patient_cache.h"
#include "base/ids.h"
#include "fhir/place.h"
#include "store/store.h"

namespace wardlight::api {

/// A patient and the stays in progress, newest first.
struct PatientFacts {
    json::Value patient;
    std::vector<json::Value> stays;
};

/// One patient as a list or chart shows it: with the newest stay, or the one that a list is about.
class PatientRecord {
 public:
    PatientRecord(PatientId patient_id, std::shared_ptr<const PatientFacts> facts,
                  std::size_t stay = 0);

    PatientId id;
    fhir::Place place;

    [[nodiscard]] const json::Value& patient() const { return facts_->patient; }
    /// Null when there is no stay in progress.
    [[nodiscard]] const json::Value& encounter() const;

 private:
    std::shared_ptr<const PatientFacts> facts_;
    std::size_t stay_;
};

/// Reads records; keeps what it has read, because a ward's people look at the same patients again
/// and again. Safe from any thread; for snapshots that are no transaction.
class PatientRecords {
 public:
    explicit PatientRecords(const store::Store& store);

    /// Follows a merge to the surviving patient. `not_found` when there is none.
    [[nodiscard]] Result<PatientRecord> load(store::Snapshot& snapshot, const PatientId& id);
    /// Nothing for a patient that does not exist; no error: lists go on without.
    [[nodiscard]] Result<std::optional<PatientRecord>> find(store::Snapshot& snapshot,
                                                            const PatientId& id);
    /// Patients with a stay in progress on a ward, by ward code as in the feed.
    [[nodiscard]] Result<std::vector<PatientRecord>> on_ward(store::Snapshot& snapshot,
                                                             std::string_view ward);
    /// Patients by name, number or date of birth, best first; at most `most`, one more says there
    /// are more.
    [[nodiscard]] Result<std::vector<PatientRecord>> matching(store::Snapshot& snapshot,
                                                              std::string_view text,
                                                              std::size_t most);

 private:
    Result<std::shared_ptr<const PatientFacts>> facts(store::Snapshot& snapshot,
                                                      const PatientId& id);

    PatientCache<PatientFacts> kept_;
};

/// As PatientRecords::find, of a transaction: nothing is kept.
[[nodiscard]] Result<std::optional<PatientRecord>> find_patient(store::WriteTransaction& tx,
                                                                const PatientId& id);

/// Beds of a ward that are known but hold nobody now.
[[nodiscard]] Result<std::vector<std::string>> empty_beds(
    store::Snapshot& snapshot, std::string_view ward, const std::vector<PatientRecord>& occupied);

/// A value that goes into a search as it is: "," and "|" lose their meaning.
[[nodiscard]] std::string escape_search(std::string_view value);

/// "Place" of the app's calls.
[[nodiscard]] json::Value place_json(const fhir::Place& place);

}  // namespace wardlight::api
