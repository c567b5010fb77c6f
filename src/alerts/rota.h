// Who holds which on-call role when. Resolved at the moment of telling, never before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

namespace wardlight::alerts {

struct Role {
    std::string id;
    std::string label;
};

/// `from` inclusive, `until` exclusive.
struct Shift {
    std::string id;
    std::string role;
    AccountId person;
    Instant from;
    Instant until;
};

struct Gap {
    std::string role;
    Instant from;
    Instant until;
};

struct Rota {
    std::int64_t version = 0;
    std::vector<Role> roles;
    std::vector<Shift> shifts;
};

/// The on-call roles of the default chains, nobody on duty.
[[nodiscard]] Rota default_rota();

[[nodiscard]] std::vector<AccountId> on_duty(const Rota& rota, std::string_view role, Instant at);
[[nodiscard]] bool is_on_duty(const Rota& rota, const AccountId& person, Instant at);

/// When nobody holds a role, between two instants, per role in order of time.
[[nodiscard]] std::vector<Gap> gaps(const Rota& rota, Instant from, Instant until);

/// Errors name the place ("shifts[3].until").
[[nodiscard]] Result<Rota> rota_from(const json::Value& value);
[[nodiscard]] json::Value to_json(const Rota& rota);

[[nodiscard]] Result<Rota> load_rota(store::Snapshot& snapshot);
/// Fails with conflict when `expected_version` is not the newest, and with precondition_failed when
/// a role would be uncovered within the next 24 h and `accepts_gaps` is false.
[[nodiscard]] Result<std::int64_t> save_rota(store::WriteTransaction& tx, const Rota& rota,
                                             std::int64_t expected_version, const AccountId& author,
                                             bool accepts_gaps);

}  // namespace wardlight::alerts
