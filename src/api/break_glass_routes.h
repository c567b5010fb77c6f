// Emergency access: what a clinician without a tie may see before it, and opening and closing it.
// GET /api/patients/{id}/identity, POST and DELETE /api/patients/{id}/break-glass.
#pragma once

#include "access/sign_in.h"
#include "api/app_services.h"

namespace wardlight::api {

/// Both must outlive the router.
[[nodiscard]] std::vector<net::Route> break_glass_routes(const AppServices& services,
                                                         const access::SignIn& sign_in);

}  // namespace wardlight::api
