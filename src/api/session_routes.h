// Sign-in, sign-out, "who am I" and "where am I signed in": POST /api/sign-in, POST /api/sign-out,
// GET /api/me, GET /api/devices, DELETE /api/devices/{id}, DELETE /api/devices.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/sign_in.h"
#include "net/router.h"
#include "store/store.h"

namespace wardlight::api {

/// What the app shows about the hospital.
struct Site {
    std::string name;
    std::string zone;         ///< IANA: "Europe/London"
    std::string switchboard;  ///< phone number; may be empty
    bool is_demo = false;
};

struct SessionServices {
    store::Store& store;
    const access::SignIn& sign_in;
    access::SessionPolicy policy;
    Site site;
    std::chrono::seconds idle_lock{300};  ///< the app covers its screen after this
    /// Label of a team; the team's id itself when not given.
    std::function<std::string(std::string_view team)> team_name;
    /// Whether the account holds an on-call role now; false when not given.
    std::function<Result<bool>(store::Snapshot&, const access::Subject&)> is_on_duty;
    /// The session has been ended by its owner, here or from elsewhere: close its live streams.
    /// Optional.
    std::function<void(const std::string& session_id)> on_signed_out;
};

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> session_routes(const SessionServices& services);

}  // namespace wardlight::api
