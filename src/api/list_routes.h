// My patients: ward, team and starred lists; finding any patient; stars.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {
/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> list_routes(const AppServices& services);
}  // namespace wardlight::api
