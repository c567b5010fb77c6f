#include "api/authorize.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "api/fhir_routes.h"
#include "base/text.h"

namespace wardlight::api {
namespace {

bool changes_something(std::string_view method) {
    return method != "GET" && method != "HEAD";
}

bool is_same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<> check_csrf(const net::Request& request, const access::Session& session) {
    const auto given = request.header(kCsrfHeader);
    if (given && is_same_secret(*given, session.csrf)) return {};
    return fail(ErrorCode::forbidden, "the request did not come from the app", "csrf");
}

net::Response answer(const net::Request& request, const Error& error) {
    return request.path().starts_with("/fhir") ? operation_outcome(error)
                                               : net::error_response(error);
}

}  // namespace

bool Caller::may(std::string_view permission) const {
    return access::has_permission(subject().role, permission);
}

audit::Actor Caller::actor() const {
    return {subject().account, std::string(access::code_of(subject().role)), session.id, address};
}

const Caller& caller_of(const net::Request& request) {
    CHECK_INVARIANT(request.caller != nullptr);
    return *static_cast<const Caller*>(request.caller.get());
}

Authorizer::Authorizer(store::Store& store, access::SessionPolicy policy,
                       std::vector<std::string> quiet_patterns)
    : store_(store), policy_(policy), quiet_patterns_(std::move(quiet_patterns)) {}

std::optional<net::Response> Authorizer::check(net::Request& request,
                                               const net::Route& route) const {
    if (route.permission.kind() == net::Permission::Kind::everyone) return std::nullopt;
    const auto admitted = admit(request, route);
    if (admitted) return std::nullopt;
    return answer(request, admitted.error());
}

Result<std::optional<access::Session>> Authorizer::session_of(std::string_view token) const {
    auto snapshot = TRY(store_.read());
    return access::find_session(snapshot, token, store_.clock().now(), policy_);
}

/// A device that was signed out from elsewhere must know that it was: it then forgets what it kept.
Result<Error> Authorizer::refusal_of(const std::optional<PresentedToken>& presented) const {
    if (presented) {
        auto snapshot = TRY(store_.read());
        if (TRY(access::is_revoked(snapshot, presented->token)))
            return Error{ErrorCode::unauthenticated, "signed out from another device", "revoked"};
    }
    return Error{ErrorCode::unauthenticated, "please sign in", "session"};
}

Result<> Authorizer::admit(net::Request& request, const net::Route& route) const {
    const auto presented = presented_token(request);
    auto session = presented ? TRY(session_of(presented->token)) : std::nullopt;
    if (!session) return tl::unexpected(TRY(refusal_of(presented)));
    // A browser sends the cookie by itself, also for a page of somebody else's; a header it does
    // not.
    if (presented->is_cookie && changes_something(request.method)) {
        TRY(check_csrf(request, *session));
    }
    const auto caller =
        std::make_shared<const Caller>(Caller{std::move(*session), request.peer.text()});
    if (route.permission.kind() == net::Permission::Kind::named) {
        const auto decision = access::decide(caller->subject(), route.permission.name());
        if (!decision.is_permitted) {
            audit::Entry entry;
            entry.actor = caller->actor();
            entry.action = route.permission.name();
            entry.decision = audit::Decision::deny;
            entry.reason = decision.reason;
            entry.outcome = audit::Outcome::failure;
            TRY(audit::record(store_, entry));
            return fail(ErrorCode::forbidden, "your role does not allow this", "permission");
        }
    }
    note_activity(caller->session, route);
    request.caller = caller;
    return {};
}

void Authorizer::note_activity(const access::Session& session, const net::Route& route) const {
    const bool is_quiet = std::find(quiet_patterns_.begin(), quiet_patterns_.end(),
                                    route.pattern) != quiet_patterns_.end();
    if (is_quiet || store_.clock().now() - session.last_seen < policy_.touch_every) return;
    // Nobody waits for this: lost in a crash it costs a minute of a session's life.
    store_.submit(
        [id = session.id](store::WriteTransaction& tx) { return access::touch_session(tx, id); },
        [](const Result<store::Commit>&) {});
}

}  // namespace wardlight::api
