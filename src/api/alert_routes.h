// The alert inbox, one alert with its history, what a clinician does about it, and the switchboard.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {
/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> alert_routes(const AppServices& services);
}  // namespace wardlight::api
