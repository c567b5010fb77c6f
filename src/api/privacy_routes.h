// What the privacy officer works through: emergency accesses and what was looked at in them.
// GET /api/privacy/break-glass, POST /api/privacy/break-glass/{id}/review.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {

[[nodiscard]] std::vector<net::Route> privacy_routes(const AppServices& services);

}  // namespace wardlight::api
