// A new passkey for somebody who has lost all of theirs: what administrators do for it, and what
// the person does with the code. GET and POST /api/admin/recoveries, POST and DELETE
// /api/admin/recoveries/{id}, POST /api/recovery/options, POST /api/recovery.
#pragma once

#include "access/recovery_ceremony.h"
#include "net/router.h"

namespace wardlight::api {

struct RecoveryServices {
    store::Store& store;
    const access::PasskeyCeremonies& passkeys;
    const access::RecoveryCeremony& recoveries;
    access::SessionPolicy policy;
};

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> recovery_routes(const RecoveryServices& services);

}  // namespace wardlight::api
