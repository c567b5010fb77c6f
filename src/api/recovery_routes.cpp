#include "api/recovery_routes.h"

#include "api/app_services.h"
#include "api/device_name.h"
#include "api/passkey_json.h"
#include "api/session_cookie.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kBodyBytes = 64U << 10;

audit::Entry entry_for_account(const Caller& caller, std::string_view action,
                               const AccountId& account) {
    audit::Entry entry;
    entry.actor = caller.actor();
    entry.action = action;
    entry.resource_type = "account";
    entry.resource_id = account.value;
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "administrator";
    return entry;
}

Result<Value> person(store::Snapshot& snapshot, const AccountId& id) {
    const auto account = TRY(access::find_account(snapshot, id));
    return json::object({{"id", id.value},
                         {"user", account ? account->subject.user : ""},
                         {"name", account ? account->subject.name : ""}});
}

Result<Value> list(const RecoveryServices& services, const Request&) {
    Value recoveries{json::Array{}};
    auto snapshot = TRY(services.store.read());
    for (const access::Recovery& recovery :
         TRY(access::open_recoveries(snapshot, services.store.clock().now()))) {
        recoveries.push(json::Object{{"id", recovery.id},
                                     {"who", TRY(person(snapshot, recovery.account))},
                                     {"reason", recovery.reason},
                                     {"removes_passkeys", recovery.removes_passkeys},
                                     {"started_by", TRY(person(snapshot, recovery.started_by))},
                                     {"started_at", format_instant(recovery.started_at)},
                                     {"confirmed_at", instant_or_null(recovery.confirmed_at)}});
    }
    return json::Object{{"available", services.passkeys.relying_party() != nullptr},
                        {"recoveries", std::move(recoveries)}};
}

Result<Value> start(const RecoveryServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    TRY(services.passkeys.party());
    const std::string id =
        TRY(services.store.transact([&](store::WriteTransaction& tx) -> Result<std::string> {
            TRY(access::check_confirmed(tx, caller.session.id, tx.now()));
            const auto account = TRY(access::find_account_of_user(tx, body["user"].text()));
            if (!account)
                return fail(ErrorCode::not_found, "no such account that may sign in", "user");
            const AccountId& who = account->subject.account;
            std::string made = TRY(access::start_recovery(
                tx, {who, std::string(body["reason"].text()), body["removes_passkeys"].as_bool(),
                     caller.subject().account}));
            TRY(audit::append(tx, entry_for_account(caller, "recovery.start", who)));
            return made;
        }));
    return json::Object{{"id", id}};
}

Result<Value> confirm(const RecoveryServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    TRY(json_body(request));
    const std::string& id = request.path_parameter("id");
    const std::string code =
        TRY(services.store.transact([&](store::WriteTransaction& tx) -> Result<std::string> {
            TRY(access::check_confirmed(tx, caller.session.id, tx.now()));
            AccountId who;
            for (const access::Recovery& recovery : TRY(access::open_recoveries(tx, tx.now()))) {
                if (recovery.id == id) who = recovery.account;
            }
            std::string made = TRY(access::confirm_recovery(tx, id, caller.subject().account));
            TRY(audit::append(tx, entry_for_account(caller, "recovery.confirm", who)));
            return made;
        }));
    return json::Object{{"code", code}};
}

Result<Value> cancel(const RecoveryServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        const auto recovery = TRY(access::cancel_recovery(tx, request.path_parameter("id")));
        TRY(audit::append(tx, entry_for_account(caller, "recovery.cancel", recovery.account)));
        return {};
    }));
    return Value();
}

access::RecoveryCode typed_in(const Request& request, const Value& body) {
    return {std::string(body["user"].text()), std::string(body["code"].text()),
            request.peer.text()};
}

Result<Value> options(const RecoveryServices& services, const Request& request) {
    TRY(check_from_app(request));
    const Value body = TRY(json_body(request));
    if (!body["user"].is_string() || !body["code"].is_string())
        return fail(ErrorCode::invalid, "user and code are needed", "user");
    const auto start = TRY(services.recoveries.begin(typed_in(request, body)));
    const auto party = TRY(services.passkeys.party());
    return json::object(
        {{"publicKey", creation_options(*party, start.registration, start.subject)}});
}

Result<net::Response> use(const RecoveryServices& services, const Request& request) {
    TRY(check_from_app(request));
    const Value body = TRY(json_body(request));
    access::RegistrationAnswer answer = TRY(read_registration(body["passkey"]));
    answer.name = body["name"].text();
    const std::string token = TRY(services.recoveries.finish(
        typed_in(request, body), answer, device_name(request.header("User-Agent").value_or(""))));
    net::Response response =
        net::Response::json(200, json::serialize(json::object({{"state", "signed_in"}})));
    set_session_cookie(response, token, services.policy);
    return response;
}

using RecoveryHandler = Result<Value> (*)(const RecoveryServices&, const Request&);

net::Handler call(const RecoveryServices& services, RecoveryHandler handler) {
    return json_handler(
        [&services, handler](const Request& request) { return handler(services, request); });
}

}  // namespace

std::vector<net::Route> recovery_routes(const RecoveryServices& services) {
    const auto everyone = net::Permission::everyone();
    const auto accounts = net::Permission::named(access::permission::kAccountsManage);
    return {
        {"GET", "/api/admin/recoveries", accounts, call(services, list)},
        {"POST", "/api/admin/recoveries", accounts, call(services, start), kBodyBytes},
        {"POST", "/api/admin/recoveries/{id}", accounts, call(services, confirm), kBodyBytes},
        {"DELETE", "/api/admin/recoveries/{id}", accounts, call(services, cancel)},
        {"POST", "/api/recovery/options", everyone, call(services, options), kBodyBytes},
        {"POST", "/api/recovery", everyone,
         [&services](const Request& request) {
             auto response = use(services, request);
             return response ? std::move(*response) : net::error_response(response.error());
         },
         kBodyBytes},
    };
}

}  // namespace wardlight::api
