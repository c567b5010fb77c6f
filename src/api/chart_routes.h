// One patient's page: summary, results, trend of one analyte, observations.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {
/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> chart_routes(const AppServices& services);
}  // namespace wardlight::api
