// For the administrator: who is on call when, and who is told of which alert.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {
/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> rota_routes(const AppServices& services);
}  // namespace wardlight::api
