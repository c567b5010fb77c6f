// The token by which a request says who sends it. Nothing is checked here. Pure; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "net/http_message.h"

namespace wardlight::api {

inline constexpr std::string_view kSessionCookie = "wl_session";

/// "Authorization: Bearer" (other systems) or the cookie (browsers); views into the request. A
/// request with another Authorization has no token, whatever its cookies say.
struct PresentedToken {
    std::string_view token;
    bool is_cookie;
};
[[nodiscard]] std::optional<PresentedToken> presented_token(const net::Request& request);

}  // namespace wardlight::api
