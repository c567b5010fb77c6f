// What ties a caller to a patient at this moment: ward, team of an open alert, on-call role,
// ownership, emergency access.
#pragma once

#include <vector>

#include "access/decision.h"
#include "alerts/alert.h"
#include "alerts/rota.h"
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

/// Reads the ties of one caller to one patient after another; what holds for all of them, once.
class TieReader {
 public:
    TieReader(store::Snapshot& snapshot, const access::Subject& subject, Instant now)
        : snapshot_(snapshot), subject_(subject), now_(now) {}

    [[nodiscard]] Result<TiedPatient> of(const PatientRecord& record);

 private:
    [[nodiscard]] bool was_called(const alerts::Alert& alert) const;

    store::Snapshot& snapshot_;
    const access::Subject& subject_;
    const Instant now_;
    std::optional<alerts::Rota> rota_;  ///< read with the first alert
};

}  // namespace wardlight::api
