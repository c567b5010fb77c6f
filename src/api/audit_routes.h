// The audit log for the privacy officer: by person, patient, time and reason, as a file, and what
// in it is out of the ordinary. GET /api/audit/people, POST /api/audit/search, POST
// /api/audit/export, POST /api/audit/unusual. What is asked for goes in the body: addresses end in
// logs.
#pragma once

#include "api/app_services.h"

namespace wardlight::api {

[[nodiscard]] std::vector<net::Route> audit_routes(const AppServices& services);

}  // namespace wardlight::api
