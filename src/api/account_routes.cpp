#include "api/account_routes.h"

#include <map>

#include "access/passkey_ceremonies.h"
#include "api/app_services.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kBodyBytes = 4'096;

Value texts(const std::vector<std::string>& list) {
    Value out{json::Array{}};
    for (const std::string& text : list) out.push(text);
    return out;
}

Result<Value> list(const AccountServices& services, const Request& request) {
    const std::string& own = caller_of(request).session.id;
    auto snapshot = TRY(services.store.read());
    std::map<AccountId, Value> devices;
    for (const access::SignedInDevice& one :
         TRY(access::all_devices(snapshot, services.store.clock().now(), services.policy))) {
        const auto known = devices.emplace(one.account, json::Array{}).first;
        known->second.push(json::Object{{"id", one.session},
                                        {"device", one.device},
                                        {"signed_in_at", format_instant(one.signed_in_at)},
                                        {"last_seen_at", format_instant(one.last_seen)},
                                        {"is_this", one.session == own}});
    }
    Value accounts{json::Array{}};
    for (const access::Account& account : TRY(access::list_accounts(snapshot))) {
        const access::Subject& subject = account.subject;
        const auto known = devices.find(subject.account);
        accounts.push(json::Object{
            {"id", subject.account.value},
            {"user", subject.user},
            {"name", subject.name},
            {"role", access::code_of(subject.role)},
            {"wards", texts(subject.wards)},
            {"teams", texts(subject.teams)},
            {"disabled", account.is_disabled},
            {"of_directory", account.is_of_directory},
            {"devices", known == devices.end() ? Value(json::Array{}) : std::move(known->second)}});
    }
    return json::Object{{"accounts", std::move(accounts)}};
}

Result<AccountId> account_in(store::Snapshot& snapshot, const Request& request) {
    const auto found = TRY(access::find_account(snapshot, AccountId{request.path_parameter("id")}));
    if (!found) return fail(ErrorCode::not_found, "there is no such account", "id");
    return found->subject.account;
}

Result<> note(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
              std::string_view type, const std::string& id) {
    audit::Entry entry;
    entry.actor = caller.actor();
    entry.action = action;
    entry.resource_type = type;
    entry.resource_id = id;
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "administrator";
    TRY(audit::append(tx, entry));
    return {};
}

/// One device, or with none all of the account; never the one that asks.
Result<Value> sign_out(const AccountServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    if (!body["device"].is_null() && !body["device"].is_string())
        return fail(ErrorCode::invalid, "is the id of a device", "device");
    const std::string device(body["device"].text());
    if (device == caller.session.id)
        return fail(ErrorCode::conflict, "this is the sign-in you are using: sign out", "device");
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        const AccountId account = TRY(account_in(tx, request));
        TRY(device.empty() ? access::revoke_sessions_of(tx, account, caller.session.id)
                           : access::revoke_session(tx, account, device));
        return device.empty() ? note(tx, caller, "session.revoke", "account", account.value)
                              : note(tx, caller, "session.revoke", "session", device);
    }));
    return Value();
}

/// Needs a second look at who holds the device: it can keep a whole hospital out.
Result<Value> set_disabled(const AccountServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    if (!body["disabled"].is_bool())
        return fail(ErrorCode::invalid, "is true or false", "disabled");
    const bool is_disabled = body["disabled"].as_bool();
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(access::check_confirmed(tx, caller.session.id, tx.now()));
        const AccountId account = TRY(account_in(tx, request));
        if (account == caller.subject().account)
            return fail(ErrorCode::conflict, "nobody locks themselves out", "id");
        TRY(access::set_disabled(tx, account, is_disabled));
        return note(tx, caller, is_disabled ? "account.disable" : "account.enable", "account",
                    account.value);
    }));
    return Value();
}

using AccountHandler = Result<Value> (*)(const AccountServices&, const Request&);

net::Handler call(const AccountServices& services, AccountHandler handler) {
    return json_handler(
        [&services, handler](const Request& request) { return handler(services, request); });
}

}  // namespace

std::vector<net::Route> account_routes(const AccountServices& services) {
    const auto accounts = net::Permission::named(access::permission::kAccountsManage);
    return {
        {"GET", "/api/admin/accounts", accounts, call(services, list)},
        {"POST", "/api/admin/accounts/{id}/sign-out", accounts, call(services, sign_out),
         kBodyBytes},
        {"POST", "/api/admin/accounts/{id}/disabled", accounts, call(services, set_disabled),
         kBodyBytes},
    };
}

}  // namespace wardlight::api
