// Stands before every handler (net::Router::set_before): finds the session, checks the CSRF token
// and the route's declared permission, and gives the handler a Caller. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/sessions.h"
#include "api/presented_token.h"
#include "audit/audit_log.h"
#include "net/router.h"
#include "store/store.h"

namespace wardlight::api {

inline constexpr std::string_view kCsrfHeader = "X-Wardlight-CSRF";

/// The signed-in account behind a request.
struct Caller {
    access::Session session;
    std::string address;

    [[nodiscard]] const access::Subject& subject() const { return session.subject; }
    [[nodiscard]] bool may(std::string_view permission) const;
    /// For audit entries.
    [[nodiscard]] audit::Actor actor() const;
};

/// In handlers of routes that are not for everyone.
[[nodiscard]] const Caller& caller_of(const net::Request& request);

class Authorizer {
 public:
    /// `quiet_patterns`: routes whose use is no sign of a person at the device (the live stream
    /// reconnects by itself) and does not keep a session alive.
    Authorizer(store::Store& store, access::SessionPolicy policy,
               std::vector<std::string> quiet_patterns);

    /// Nothing when the handler may run; else the answer: 401 without a session, 403 without the
    /// CSRF token or the permission (recorded).
    [[nodiscard]] std::optional<net::Response> check(net::Request& request,
                                                     const net::Route& route) const;

    /// The session of a token, if it still lives: for streams that outlast their request.
    [[nodiscard]] Result<std::optional<access::Session>> session_of(std::string_view token) const;

 private:
    [[nodiscard]] Result<Error> refusal_of(const std::optional<PresentedToken>& presented) const;
    [[nodiscard]] Result<> admit(net::Request& request, const net::Route& route) const;
    void note_activity(const access::Session& session, const net::Route& route) const;

    store::Store& store_;
    const access::SessionPolicy policy_;
    const std::vector<std::string> quiet_patterns_;
};

}  // namespace wardlight::api
