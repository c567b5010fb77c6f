// The one decision between a request and a resource: may this subject do that to this patient?
// A pure function over plain values: no I/O, no clock. Denies whatever no rule permits, and says
// which rule decided, for the audit log and for the person who was refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/ids.h"

namespace wardlight::access {

/// Who asks. Read anew for every request, so that a change counts from the next one on.
struct Subject {
    AccountId account;
    std::string user;  ///< what is typed at sign-in
    std::string name;  ///< what colleagues see
    Role role{};
    std::vector<std::string> wards;
    std::vector<std::string> teams;
    PractitionerId practitioner;  ///< empty: not known to the hospital's messages
};

/// What is known about the patient's ties at this moment, gathered by the caller.
struct PatientTies {
    std::string ward;                ///< where the patient is; empty: nowhere now
    std::vector<std::string> teams;  ///< responsible for the patient or for an open alert
    bool is_on_call_for = false;     ///< the subject holds the on-call role an open alert went to
    bool owns_alert = false;         ///< the subject owns an alert of this patient
    bool has_broken_glass = false;   ///< opened in an emergency (break_glass.h), still in time
};

/// The reason of what only emergency access permitted.
inline constexpr std::string_view kBreakGlassTie = "break_glass";

struct Decision {
    bool is_permitted;
    /// "ward", "team", "on_call", "alert_owner", "break_glass", "site", "role", or "no_permission",
    /// "no_relationship", "no_clinical_access".
    std::string_view reason;
};

/// Emergency access opens a record. Lists go by the other ties: they are kept for reading offline,
/// and a reason was given for one look at one patient.
[[nodiscard]] inline bool may_be_listed(const Decision& decision) {
    return decision.is_permitted && decision.reason != kBreakGlassTie;
}

/// For what concerns no patient: the role alone decides.
[[nodiscard]] Decision decide(const Subject& subject, std::string_view permission);

/// For what concerns a patient: the role must have the permission and the subject a tie.
[[nodiscard]] Decision decide(const Subject& subject, std::string_view permission,
                              const PatientTies& ties);

}  // namespace wardlight::access
