#include "api/rota_routes.h"

#include "access/roles.h"
#include "alerts/people.h"
#include "alerts/policy.h"
#include "alerts/rota.h"
#include "api/patient_access.h"
#include "api/people_view.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr auto kGapsShown = std::chrono::hours{24};

Result<std::int64_t> expected_version(const Value& body) {
    const auto version = body["version"].as_integer();
    if (!version)
        return fail(ErrorCode::invalid, "the version that was edited is needed", "version");
    return *version;
}

audit::Entry setting_entry(const Request& request, std::string_view action) {
    audit::Entry entry;
    entry.actor = caller_of(request).actor();
    entry.action = action;
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "role";
    return entry;
}

Result<Value> get_rota(const AppServices& services) {
    auto snapshot = TRY(services.store.read());
    const Instant now = services.store.clock().now();
    const alerts::Rota rota = TRY(alerts::load_rota(snapshot));
    Value out = alerts::to_json(rota);
    out.set("version", rota.version);
    out.set("people", TRY(people_json(snapshot, *services.site.directory, rota, now)));
    out.set("gaps", gaps_json(rota, now, now + kGapsShown));
    return out;
}

Result<Value> put_rota(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    const auto version = TRY(expected_version(body));
    const alerts::Rota rota = TRY(alerts::rota_from(body));
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(alerts::save_rota(tx, rota, version, caller_of(request).subject().account,
                              body["accept_gaps"].as_bool()));
        TRY(audit::append(tx, setting_entry(request, "rota.save")));
        return {};
    }));
    return get_rota(services);
}

Result<Value> get_policies(const AppServices& services) {
    auto snapshot = TRY(services.store.read());
    const alerts::PolicySet set = TRY(alerts::load_policies(snapshot));
    Value out = alerts::to_json(set);
    out.set("version", set.version);
    return out;
}

Result<Value> put_policies(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    const auto version = TRY(expected_version(body));
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(alerts::save_policies(tx, body, version, caller_of(request).subject().account));
        TRY(audit::append(tx, setting_entry(request, "policies.save")));
        return {};
    }));
    return get_policies(services);
}

Result<Value> get_on_duty(const AppServices& services) {
    auto snapshot = TRY(services.store.read());
    const Instant now = services.store.clock().now();
    const alerts::Rota rota = TRY(alerts::load_rota(snapshot));
    return json::Object{{"people", TRY(people_json(snapshot, *services.site.directory, rota, now))},
                        {"gaps", gaps_json(rota, now, now + kGapsShown)}};
}

}  // namespace

std::vector<net::Route> rota_routes(const AppServices& services) {
    const auto rota = net::Permission::named(access::permission::kRotaManage);
    const auto policies = net::Permission::named(access::permission::kPoliciesManage);
    const auto read = [&services](auto function) {
        return json_handler([&services, function](const Request&) { return function(services); });
    };
    const auto write = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    return {
        {"GET", "/api/admin/rota", rota, read(get_rota)},
        {"PUT", "/api/admin/rota", rota, write(put_rota)},
        {"GET", "/api/admin/policies", policies, read(get_policies)},
        {"PUT", "/api/admin/policies", policies, write(put_policies)},
        {"GET", "/api/on-duty", net::Permission::named(access::permission::kAlertsRead),
         read(get_on_duty)},
    };
}

}  // namespace wardlight::api
