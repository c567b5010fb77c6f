#include "alerts/rota.h"

#include <fmt/format.h>

#include <algorithm>

#include "alerts/json_fields.h"
#include "alerts/policy.h"
#include "alerts/setting_table.h"

namespace wardlight::alerts {
namespace {

constexpr std::string_view kKind = "rota";
constexpr std::size_t kRolesMost = 100;
constexpr std::size_t kShiftsMost = 20'000;
constexpr auto kMustBeCovered = std::chrono::hours(24);

bool covers(const Shift& shift, Instant at) {
    return shift.from <= at && at < shift.until;
}

Result<std::string> needed_text(const json::Value& object, const char* key,
                                const std::string& where) {
    const std::string text = text_in(object, key);
    if (text.empty()) return fail(ErrorCode::invalid, "must not be empty", where + "." + key);
    return text;
}

Result<Instant> needed_instant(const json::Value& object, const char* key,
                               const std::string& where) {
    const auto at = parse_instant(object[key].text());
    if (!at) return fail(ErrorCode::invalid, "expected a time with zone", where + "." + key);
    return *at;
}

Result<Shift> shift_from(const json::Value& value, const std::string& where) {
    Shift shift;
    shift.id = text_in(value, "id");
    if (shift.id.empty()) shift.id = new_uuid();
    shift.role = TRY(needed_text(value, "role", where));
    shift.person = AccountId{TRY(needed_text(value, "person", where))};
    shift.from = TRY(needed_instant(value, "from", where));
    shift.until = TRY(needed_instant(value, "until", where));
    if (shift.until <= shift.from)
        return fail(ErrorCode::invalid, "ends before it begins", where + ".until");
    return shift;
}

/// A chain must not lead to a role that is no more.
Result<> check_roles_in_use(store::Snapshot& snapshot, const Rota& rota) {
    const PolicySet set = TRY(load_policies(snapshot));
    for (const Policy& policy : set.policies) {
        for (const Step& step : policy.steps) {
            const bool is_there = is_built_in_target(step.to) ||
                                  std::any_of(rota.roles.begin(), rota.roles.end(),
                                              [&](const Role& role) { return role.id == step.to; });
            if (!is_there)
                return fail(ErrorCode::invalid, "an escalation chain leads to a missing role",
                            "roles");
        }
    }
    return {};
}

void add_gaps(const Rota& rota, const std::string& role, Instant from, Instant until,
              std::vector<Gap>& out) {
    std::vector<const Shift*> shifts;
    for (const Shift& shift : rota.shifts)
        if (shift.role == role) shifts.push_back(&shift);
    std::sort(shifts.begin(), shifts.end(),
              [](const Shift* a, const Shift* b) { return a->from < b->from; });
    Instant covered_until = from;
    for (const Shift* shift : shifts) {
        if (shift->from >= until) break;
        if (shift->from > covered_until) out.push_back({role, covered_until, shift->from});
        covered_until = std::max(covered_until, shift->until);
    }
    if (covered_until < until) out.push_back({role, covered_until, until});
}

}  // namespace

Rota default_rota() {
    Rota rota;
    rota.roles = {{"renal_oncall", "Renal on call"},
                  {"medical_oncall", "Medical on call"},
                  {"outreach", "Critical care outreach"},
                  {"site_coordinator", "Site coordinator"}};
    return rota;
}

std::vector<AccountId> on_duty(const Rota& rota, std::string_view role, Instant at) {
    std::vector<AccountId> people;
    for (const Shift& shift : rota.shifts) {
        if (shift.role != role || !covers(shift, at)) continue;
        if (std::find(people.begin(), people.end(), shift.person) == people.end())
            people.push_back(shift.person);
    }
    return people;
}

bool is_on_duty(const Rota& rota, const AccountId& person, Instant at) {
    return std::any_of(rota.shifts.begin(), rota.shifts.end(), [&](const Shift& shift) {
        return shift.person == person && covers(shift, at);
    });
}

std::vector<Gap> gaps(const Rota& rota, Instant from, Instant until) {
    std::vector<Gap> out;
    for (const Role& role : rota.roles) add_gaps(rota, role.id, from, until, out);
    return out;
}

Result<Rota> rota_from(const json::Value& value) {
    Rota rota;
    const auto& roles = value["roles"].items();
    const auto& shifts = value["shifts"].items();
    if (roles.size() > kRolesMost) return fail(ErrorCode::too_large, "too many roles", "roles");
    if (shifts.size() > kShiftsMost) return fail(ErrorCode::too_large, "too many shifts", "shifts");
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const std::string where = fmt::format("roles[{}]", i);
        Role role{TRY(needed_text(roles[i], "id", where)),
                  TRY(needed_text(roles[i], "label", where))};
        const bool is_known = std::any_of(rota.roles.begin(), rota.roles.end(),
                                          [&](const Role& other) { return other.id == role.id; });
        if (is_known) return fail(ErrorCode::invalid, "the role is there twice", where + ".id");
        rota.roles.push_back(std::move(role));
    }
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        const std::string where = fmt::format("shifts[{}]", i);
        Shift shift = TRY(shift_from(shifts[i], where));
        const bool is_known = std::any_of(rota.roles.begin(), rota.roles.end(),
                                          [&](const Role& role) { return role.id == shift.role; });
        if (!is_known) return fail(ErrorCode::invalid, "no such role", where + ".role");
        rota.shifts.push_back(std::move(shift));
    }
    return rota;
}

json::Value to_json(const Rota& rota) {
    json::Array roles;
    for (const Role& role : rota.roles)
        roles.push_back(json::object({{"id", role.id}, {"label", role.label}}));
    json::Array shifts;
    for (const Shift& shift : rota.shifts) {
        shifts.push_back(json::object({{"id", shift.id},
                                       {"role", shift.role},
                                       {"person", shift.person.value},
                                       {"from", format_instant(shift.from)},
                                       {"until", format_instant(shift.until)}}));
    }
    return json::object({{"roles", std::move(roles)}, {"shifts", std::move(shifts)}});
}

Result<Rota> load_rota(store::Snapshot& snapshot) {
    const auto saved = TRY(load_setting(snapshot, kKind));
    if (!saved) return default_rota();
    Rota rota = TRY(rota_from(saved->body));
    rota.version = saved->version;
    return rota;
}

Result<std::int64_t> save_rota(store::WriteTransaction& tx, const Rota& rota,
                               std::int64_t expected_version, const AccountId& author,
                               bool accepts_gaps) {
    if (!accepts_gaps && !gaps(rota, tx.now(), tx.now() + kMustBeCovered).empty())
        return fail(ErrorCode::precondition_failed, "nobody is on duty for some of the next 24 h",
                    "shifts");
    TRY(check_roles_in_use(tx, rota));
    return save_setting(tx, kKind, expected_version, author, to_json(rota));
}

}  // namespace wardlight::alerts
