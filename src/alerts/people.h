// Who can be told. The accounts themselves belong to access/; alerts only ask for people with their
// role, wards and teams, inside the transaction that tells them, so that a message never goes to
// somebody who has just left.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace wardlight::alerts {

inline constexpr std::string_view kWardNurse = "ward_nurse";

struct Person {
    AccountId id;
    std::string name;
    std::string role;
    std::vector<std::string> wards;  // ward codes as in the place of a patient
    std::vector<std::string> teams;  // team ids as in the routes
};

/// Thread-safe.
class Directory {
 public:
    virtual ~Directory() = default;
    /// Everybody who may be told, in a stable order.
    virtual Result<std::vector<Person>> people(store::Snapshot& snapshot) const = 0;
};

/// The one with this id, or nothing.
[[nodiscard]] const Person* find_person(const std::vector<Person>& people, const AccountId& id);

[[nodiscard]] bool contains(const std::vector<std::string>& list, std::string_view text);

}  // namespace wardlight::alerts
