#include "api/presented_token.h"

#include "base/text.h"

namespace wardlight::api {

std::optional<PresentedToken> presented_token(const net::Request& request) {
    constexpr std::string_view kBearer = "bearer ";
    if (const auto given = request.header("Authorization")) {
        if (!equals_ignoring_case(given->substr(0, kBearer.size()), kBearer)) return std::nullopt;
        return PresentedToken{trim(given->substr(kBearer.size())), false};
    }
    if (const auto cookie = request.cookie(kSessionCookie)) return PresentedToken{*cookie, true};
    return std::nullopt;
}

}  // namespace wardlight::api
