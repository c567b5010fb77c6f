// Passkeys: signing in with one, a person's own list of them, and confirming who one is.
// POST /api/passkeys/sign-in/options, POST /api/passkeys/sign-in, GET and POST /api/passkeys,
// POST /api/passkeys/options, PUT and DELETE /api/passkeys/{id}, POST /api/step-up/options,
// POST /api/step-up.
#pragma once

#include "api/step_up.h"
#include "net/router.h"

namespace wardlight::api {

struct PasskeyServices {
    store::Store& store;
    StepUp step_up;
    access::SessionPolicy policy;
};

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> passkey_routes(const PasskeyServices& services);

}  // namespace wardlight::api
