// Emergency access: what a clinician without a tie may see before it, and opening and closing it.
// GET /api/patients/{id}/identity, POST and DELETE /api/patients/{id}/break-glass.
#pragma once

#include "api/app_services.h"
#include "api/step_up.h"

namespace wardlight::api {

/// Both must outlive the router.
[[nodiscard]] std::vector<net::Route> break_glass_routes(const AppServices& services,
                                                         const StepUp& step_up);

}  // namespace wardlight::api
