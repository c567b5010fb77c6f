// For the administrator: live feeds with their silence, and the quarantine with replay.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {
/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> feed_routes(const AppServices& services);
}  // namespace wardlight::api
