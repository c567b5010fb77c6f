#include "api/passkey_routes.h"

#include "api/app_services.h"
#include "api/device_name.h"
#include "api/passkey_json.h"
#include "api/session_cookie.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

/// A key's id of 1023 bytes, a certificate and its signature, in base64, are far below it.
constexpr std::size_t kBodyBytes = 64U << 10;

access::SignedIn signed_in(const Request& request) {
    const Caller& caller = caller_of(request);
    return {caller.session, caller.address};
}

Value with_options(Value options) {
    return json::object({{"publicKey", std::move(options)}});
}

std::shared_ptr<const access::RelyingParty> party_of(const PasskeyServices& services) {
    auto party = services.step_up.passkeys.relying_party();
    CHECK_INVARIANT(party != nullptr);  // whoever began a ceremony has one, and it stays
    return party;
}

Result<Value> sign_in_options(const PasskeyServices& services, const Request& request) {
    TRY(check_from_app(request));
    TRY(json_body(request));
    const std::string challenge = TRY(services.step_up.passkeys.begin_sign_in());
    return with_options(request_options(*party_of(services), challenge, {}));
}

Result<net::Response> sign_in(const PasskeyServices& services, const Request& request) {
    TRY(check_from_app(request));
    const Value body = TRY(json_body(request));
    access::PasskeyAnswer answer = TRY(read_assertion(body["passkey"]));
    answer.address = request.peer.text();
    answer.device = device_name(request.header("User-Agent").value_or(""));
    const std::string token = TRY(services.step_up.passkeys.sign_in(answer));
    net::Response response =
        net::Response::json(200, json::serialize(json::object({{"state", "signed_in"}})));
    set_session_cookie(response, token, services.policy);
    return response;
}

Result<Value> list(const PasskeyServices& services, const Request& request) {
    Value passkeys{json::Array{}};
    auto snapshot = TRY(services.store.read());
    for (const access::Passkey& passkey :
         TRY(access::passkeys_of(snapshot, caller_of(request).subject().account))) {
        passkeys.push(json::Object{{"id", passkey.id},
                                   {"name", passkey.name},
                                   {"created_at", format_instant(passkey.created_at)},
                                   {"last_used_at", instant_or_null(passkey.last_used_at)},
                                   {"is_synced", passkey.is_backed_up},
                                   {"blocked_at", instant_or_null(passkey.blocked_at)}});
    }
    return json::Object{
        {"available", services.step_up.passkeys.relying_party() != nullptr},
        {"passkeys", std::move(passkeys)},
    };
}

Result<Value> step_up_options(const PasskeyServices& services, const Request& request) {
    TRY(json_body(request));
    const auto start = TRY(services.step_up.passkeys.begin_step_up(caller_of(request).session));
    return with_options(request_options(*party_of(services), start.challenge, start.passkeys));
}

Result<Value> step_up(const PasskeyServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    const StepUpMethod method =
        TRY(confirm_person(services.step_up, caller, body, access::Unproven::refuse));
    // A passkey's use is noted with its own entry.
    if (method == StepUpMethod::passkey) return Value();
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        audit::Entry entry;
        entry.actor = caller.actor();
        entry.action = "step_up";
        entry.reason = code_of(method);
        TRY(audit::append(tx, entry));
        return access::note_confirmed(tx, caller.session.id);
    }));
    return Value();
}

Result<Value> add_options(const PasskeyServices& services, const Request& request) {
    TRY(json_body(request));
    const auto start = TRY(services.step_up.passkeys.begin_registration(signed_in(request)));
    return with_options(creation_options(*party_of(services), start, caller_of(request).subject()));
}

Result<Value> add(const PasskeyServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    access::RegistrationAnswer answer = TRY(read_registration(body["passkey"]));
    answer.name = body["name"].text();
    const std::string id =
        TRY(services.step_up.passkeys.finish_registration(answer, signed_in(request)));
    return json::Object{{"id", id}};
}

Result<Value> rename(const PasskeyServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    TRY(services.step_up.passkeys.rename(request.path_parameter("id"), body["name"].text(),
                                         signed_in(request)));
    return Value();
}

Result<Value> remove(const PasskeyServices& services, const Request& request) {
    TRY(services.step_up.passkeys.remove(request.path_parameter("id"), signed_in(request)));
    return Value();
}

using PasskeyHandler = Result<Value> (*)(const PasskeyServices&, const Request&);

net::Handler call(const PasskeyServices& services, PasskeyHandler handler) {
    return json_handler(
        [&services, handler](const Request& request) { return handler(services, request); });
}

}  // namespace

std::vector<net::Route> passkey_routes(const PasskeyServices& services) {
    const auto everyone = net::Permission::everyone();
    const auto anybody = net::Permission::signed_in();
    return {
        {"POST", "/api/passkeys/sign-in/options", everyone, call(services, sign_in_options),
         kBodyBytes},
        {"POST", "/api/passkeys/sign-in", everyone,
         [&services](const Request& request) {
             auto response = sign_in(services, request);
             return response ? std::move(*response) : net::error_response(response.error());
         },
         kBodyBytes},
        {"GET", "/api/passkeys", anybody, call(services, list)},
        {"POST", "/api/passkeys/options", anybody, call(services, add_options), kBodyBytes},
        {"POST", "/api/passkeys", anybody, call(services, add), kBodyBytes},
        {"PUT", "/api/passkeys/{id}", anybody, call(services, rename), kBodyBytes},
        {"DELETE", "/api/passkeys/{id}", anybody, call(services, remove)},
        {"POST", "/api/step-up/options", anybody, call(services, step_up_options), kBodyBytes},
        // Comparing a password takes a tenth of a second: on the threads for slow work.
        {"POST", "/api/step-up", anybody, call(services, step_up), kBodyBytes, net::Lane::slow},
    };
}

}  // namespace wardlight::api
