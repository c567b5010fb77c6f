// GET /api/live: the stream of changes to a phone.
#pragma once

#include "api/authorize.h"
#include "api/live_hub.h"
#include "net/router.h"

namespace wardlight::api {

struct LiveServices {
    LiveHub& hub;
};

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> live_routes(const LiveServices& services);

}  // namespace wardlight::api
