#include "api/session_routes.h"

#include "api/authorize.h"
#include "api/device_name.h"
#include "api/session_cookie.h"
#include "base/text.h"
#include "json/value.h"

namespace wardlight::api {
namespace {

constexpr std::size_t kSignInBodyBytes = 4'096;

Result<access::SignInRequest> read_sign_in(const net::Request& request) {
    TRY(check_from_app(request));
    const json::Value body = TRY(json::parse(request.body));
    if (!body["user"].is_string() || !body["password"].is_string()) {
        return fail(ErrorCode::invalid, "user and password are needed", "user");
    }
    access::SignInRequest sign_in;
    sign_in.user = body["user"].text();
    sign_in.password = body["password"].text();
    if (body["code"].is_string()) sign_in.code = std::string(body["code"].text());
    sign_in.address = request.peer.text();
    sign_in.device = device_name(request.header("User-Agent").value_or(""));
    return sign_in;
}

Result<net::Response> sign_in(const SessionServices& services, const net::Request& request) {
    const auto attempt = TRY(read_sign_in(request));
    const auto outcome = TRY(services.sign_in.attempt(attempt));
    const bool needs_code = outcome.state == access::SignInOutcome::State::code_needed;
    net::Response response = net::Response::json(
        200, json::serialize(json::object({{"state", needs_code ? "code_needed" : "signed_in"}})));
    if (!needs_code) set_session_cookie(response, outcome.token, services.policy);
    return response;
}

Result<net::Response> sign_out(const SessionServices& services, const net::Request& request) {
    const Caller& caller = caller_of(request);
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        audit::Entry entry;
        entry.actor = caller.actor();
        entry.action = "sign_out";
        TRY(audit::append(tx, entry));
        return access::end_session(tx, caller.session.id);
    }));
    if (services.on_signed_out) services.on_signed_out(caller.session.id);
    net::Response response = net::Response::empty(204);
    set_session_cookie(response, {}, services.policy);
    // What the app keeps for offline reading goes as well.
    response.set("Clear-Site-Data", "\"storage\"");
    return response;
}

json::Value teams_of(const SessionServices& services, const access::Subject& subject) {
    json::Value teams{json::Array{}};
    for (const std::string& team : subject.teams) {
        const std::string label = services.team_name ? services.team_name(team) : team;
        teams.push(json::object({{"id", team}, {"name", label}}));
    }
    return teams;
}

Result<net::Response> me(const SessionServices& services, const net::Request& request) {
    const Caller& caller = caller_of(request);
    const access::Subject& subject = caller.subject();
    bool is_on_duty = false;
    if (services.is_on_duty) {
        auto snapshot = TRY(services.store.read());
        is_on_duty = TRY(services.is_on_duty(snapshot, subject));
    }
    json::Value permissions{json::Array{}};
    for (const auto permission : access::permissions_of(subject.role)) permissions.push(permission);
    json::Value wards{json::Array{}};
    for (const std::string& ward : subject.wards) wards.push(ward);
    const Site& site = services.site;
    const json::Value body = json::object({
        {"account", json::object({{"id", subject.account.value},
                                  {"user", subject.user},
                                  {"name", subject.name},
                                  {"role", access::code_of(subject.role)},
                                  {"on_duty", is_on_duty}})},
        {"permissions", std::move(permissions)},
        {"wards", std::move(wards)},
        {"teams", teams_of(services, subject)},
        {"csrf", caller.session.csrf},
        {"expires_at", format_instant(caller.session.expires_at)},
        {"idle_lock_seconds", static_cast<std::int64_t>(services.idle_lock.count())},
        {"site", json::object({{"name", site.name},
                               {"zone", site.zone},
                               {"switchboard", site.switchboard},
                               {"demo", site.is_demo}})},
    });
    return net::Response::json(200, json::serialize(body));
}

Result<net::Response> devices(const SessionServices& services, const net::Request& request) {
    const Caller& caller = caller_of(request);
    json::Value list{json::Array{}};
    auto snapshot = TRY(services.store.read());
    for (const access::SignedInDevice& device : TRY(access::devices_of(
             snapshot, caller.subject().account, services.store.clock().now(), services.policy))) {
        list.push(json::object({{"id", device.session},
                                {"device", device.device},
                                {"signed_in_at", format_instant(device.signed_in_at)},
                                {"last_seen_at", format_instant(device.last_seen)},
                                {"is_this", device.session == caller.session.id}}));
    }
    return net::Response::json(200, json::serialize(json::object({{"devices", std::move(list)}})));
}

/// Ends one sign-in of the caller's, or with no id all but this one.
Result<net::Response> end_elsewhere(const SessionServices& services, const net::Request& request,
                                    const std::string& id) {
    const Caller& caller = caller_of(request);
    const AccountId& account = caller.subject().account;
    if (id == caller.session.id)
        return fail(ErrorCode::conflict, "this is the sign-in you are using: sign out", "id");
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        audit::Entry entry;
        entry.actor = caller.actor();
        entry.action = "session.revoke";
        entry.resource_type = "session";
        entry.resource_id = id;
        entry.reason = "own";
        TRY(audit::append(tx, entry));
        return id.empty() ? access::revoke_sessions_of(tx, account, caller.session.id)
                          : access::revoke_session(tx, account, id);
    }));
    // The live hub finds the others within half a second.
    if (!id.empty() && services.on_signed_out) services.on_signed_out(id);
    return net::Response::empty(204);
}

Result<net::Response> end_one(const SessionServices& services, const net::Request& request) {
    return end_elsewhere(services, request, request.path_parameter("id"));
}

Result<net::Response> end_others(const SessionServices& services, const net::Request& request) {
    return end_elsewhere(services, request, {});
}

using SessionHandler = Result<net::Response> (*)(const SessionServices&, const net::Request&);

net::Handler call(const SessionServices& services, SessionHandler handler) {
    return [&services, handler](const net::Request& request) {
        auto response = handler(services, request);
        return response ? std::move(*response) : net::error_response(response.error());
    };
}

}  // namespace

std::vector<net::Route> session_routes(const SessionServices& services) {
    return {
        // Hashing a password takes a tenth of a second: on the threads for slow work.
        {"POST", "/api/sign-in", net::Permission::everyone(), call(services, sign_in),
         kSignInBodyBytes, net::Lane::slow},
        {"POST", "/api/sign-out", net::Permission::signed_in(), call(services, sign_out)},
        {"GET", "/api/me", net::Permission::signed_in(), call(services, me)},
        {"GET", "/api/devices", net::Permission::signed_in(), call(services, devices)},
        {"DELETE", "/api/devices/{id}", net::Permission::signed_in(), call(services, end_one)},
        {"DELETE", "/api/devices", net::Permission::signed_in(), call(services, end_others)},
    };
}

}  // namespace wardlight::api
