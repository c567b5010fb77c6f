#include "api/patient_access.h"

namespace wardlight::api {

audit::Entry entry_for(const Caller& caller, std::string_view action, const PatientId& patient,
                       std::string_view reason) {
    audit::Entry entry;
    entry.actor = caller.actor();
    entry.action = action;
    entry.resource_type = "Patient";
    entry.resource_id = patient.value;
    entry.patient = patient;
    entry.purpose =
        reason == access::kBreakGlassTie ? audit::purpose::kBreakGlass : audit::purpose::kTreatment;
    entry.reason = reason;
    return entry;
}

Result<std::string_view> disclose(store::Store& store, const Caller& caller,
                                  const PatientRequest& request) {
    const auto decision = access::decide(caller.subject(), request.permission, request.ties);
    audit::Entry entry = entry_for(caller, request.action, request.patient, decision.reason);
    if (decision.is_permitted) {
        TRY(audit::record(store, entry));
        return decision.reason;
    }
    entry.decision = audit::Decision::deny;
    entry.outcome = audit::Outcome::failure;
    TRY(audit::record(store, entry));
    if (decision.reason == "no_relationship") {
        return fail(ErrorCode::forbidden, "this patient is not on your wards, teams or alerts",
                    "relationship");
    }
    return fail(ErrorCode::forbidden, "your role does not allow this", "permission");
}

Result<> disclose_list(store::Store& store, const Caller& caller, std::string_view action,
                       std::span<const ListedPatient> patients) {
    std::vector<audit::Entry> entries;
    entries.reserve(patients.size());
    for (const ListedPatient& listed : patients) {
        entries.push_back(entry_for(caller, action, listed.patient, listed.reason));
    }
    return audit::record(store, entries);
}

}  // namespace wardlight::api
