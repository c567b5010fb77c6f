// The gate before every patient's data in the app's calls: decide, record, and only then disclose.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "access/decision.h"
#include "api/authorize.h"
#include "store/store.h"

namespace wardlight::api {

/// One patient somebody asks for, with the ties known at this moment.
struct PatientRequest {
    std::string_view action;      ///< "patient.read", "results.read": for the audit log
    std::string_view permission;  ///< one of access::permission
    PatientId patient;
    access::PatientTies ties;
};

/// Permits and records, durably, or denies (`forbidden`, where "relationship" or "permission") and
/// records that. When recording fails nothing may be shown. Blocks: worker threads only.
/// Returns the reason of the permission.
Result<std::string_view> disclose(store::Store& store, const Caller& caller,
                                  const PatientRequest& request);

/// Entries for a list that shows several patients the caller has been found to have ties to; one
/// commit. `reasons` as from access::decide.
struct ListedPatient {
    PatientId patient;
    std::string_view reason;
};
Result<> disclose_list(store::Store& store, const Caller& caller, std::string_view action,
                       std::span<const ListedPatient> patients);

/// The entry for a write on behalf of the caller, to be appended in the write's own transaction.
[[nodiscard]] audit::Entry entry_for(const Caller& caller, std::string_view action,
                                     const PatientId& patient, std::string_view reason);

}  // namespace wardlight::api
