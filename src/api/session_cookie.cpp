#include "api/session_cookie.h"

#include <fmt/format.h>

#include "api/presented_token.h"
#include "base/text.h"

namespace wardlight::api {

Result<> check_from_app(const net::Request& request) {
    const std::string_view type = request.header("Content-Type").value_or("");
    if (!equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json")) {
        return fail(ErrorCode::invalid, "Content-Type must be application/json", "Content-Type");
    }
    const auto site = request.header("Sec-Fetch-Site");
    if (site && *site != "same-origin" && *site != "none") {
        return fail(ErrorCode::forbidden, "the request did not come from the app",
                    "Sec-Fetch-Site");
    }
    return {};
}

void set_session_cookie(net::Response& response, std::string_view token,
                        const access::SessionPolicy& policy) {
    const auto seconds = token.empty()
                             ? std::chrono::seconds(0)
                             : std::chrono::duration_cast<std::chrono::seconds>(policy.longest);
    response.set("Set-Cookie",
                 fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; Secure; SameSite=Strict",
                             kSessionCookie, token, seconds.count()));
}

}  // namespace wardlight::api
