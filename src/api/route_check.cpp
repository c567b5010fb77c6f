#include "api/route_check.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "access/roles.h"

namespace wardlight::api {
namespace {

/// Everything that answers without a sign-in. None of it shows a patient's data.
constexpr std::array<std::string_view, 9> kOpen{
    "GET /{path...}",
    "GET /livez",
    "GET /readyz",
    "GET /fhir/metadata",
    "POST /api/sign-in",
    "POST /api/passkeys/sign-in",
    "POST /api/passkeys/sign-in/options",
    "POST /api/recovery",
    "POST /api/recovery/options",
};

template <class Range>
bool contains(const Range& range, std::string_view wanted) {
    return std::find(range.begin(), range.end(), wanted) != range.end();
}

}  // namespace

std::vector<std::string> questionable_routes(const net::Router& router) {
    std::vector<std::string> questions;
    for (const auto& route : router.routes()) {
        const std::string name = route->method + " " + route->pattern;
        const net::Permission& permission = route->permission;
        if (permission.kind() == net::Permission::Kind::everyone && !contains(kOpen, name)) {
            questions.push_back(name + ": open to everyone");
        }
        if (permission.kind() == net::Permission::Kind::named &&
            !contains(access::permission::kAll, permission.name())) {
            questions.push_back(name + ": unknown permission " + std::string(permission.name()));
        }
    }
    return questions;
}

}  // namespace wardlight::api
