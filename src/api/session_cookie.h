// The cookie that holds a session's token, and whether a request to get one comes from the app.
// Pure; thread-safe.
#pragma once

#include <string_view>

#include "access/sessions.h"
#include "net/http_message.h"

namespace wardlight::api {

/// A page of somebody else's must not be able to sign a person in as someone (login CSRF). Errors:
/// `invalid` for another content type, `forbidden` from another site.
[[nodiscard]] Result<> check_from_app(const net::Request& request);

/// For as long as a session can last; an empty token removes it.
void set_session_cookie(net::Response& response, std::string_view token,
                        const access::SessionPolicy& policy);

}  // namespace wardlight::api
