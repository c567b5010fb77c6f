// A second look at who holds the device, before what must not happen on a phone left lying: by the
// password or by a passkey. Used by emergency access and where passkeys are managed.
// Thread-safe. Comparing a password takes a tenth of a second: on the threads for slow work.
#pragma once

#include "access/passkey_ceremonies.h"
#include "access/sign_in.h"
#include "api/authorize.h"
#include "json/value.h"

namespace wardlight::api {

/// Both ways; must outlive the router.
struct StepUp {
    const access::SignIn& sign_in;
    const access::PasskeyCeremonies& passkeys;
};

enum class StepUpMethod { password, passkey };

/// Of a body with a member "password" (a text) or "passkey" (an AuthenticationResponseJSON that
/// answers POST /api/step-up/options). Which it was. Errors: `invalid` with neither or both;
/// `forbidden`, where "password", "passkey" or "passkey_blocked", when it is not right: the session
/// goes on, for it is not who signed in that is in doubt, but who holds the phone.
/// `unavailable`, where "directory", as SignIn::confirm says.
[[nodiscard]] Result<StepUpMethod> confirm_person(const StepUp& step_up, const Caller& caller,
                                                  const json::Value& body,
                                                  access::Unproven unproven);

/// "password", "passkey": for the audit log.
[[nodiscard]] std::string_view code_of(StepUpMethod method);

}  // namespace wardlight::api
