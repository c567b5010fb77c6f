// Reads the list of routes and names those somebody should look at: open to everyone without being
// on the published list, or asking for a permission that does not exist. For tests and `doctor`.
#pragma once

#include <string>
#include <vector>

#include "net/router.h"

namespace wardlight::api {

/// Empty when all is well; else one line per route: "GET /x: open to everyone".
[[nodiscard]] std::vector<std::string> questionable_routes(const net::Router& router);

}  // namespace wardlight::api
