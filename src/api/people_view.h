// Colleagues as the app shows them: name, role, whether on duty now.
#pragma once

#include "alerts/people.h"
#include "alerts/rota.h"
#include "json/value.h"

namespace wardlight::api {

/// "Person" of one; null when there is nobody of that id.
[[nodiscard]] json::Value person_json(const std::vector<alerts::Person>& people,
                                      const alerts::Rota& rota, const AccountId& id, Instant now);
/// All who may be given an alert or a shift, those on duty first.
[[nodiscard]] Result<json::Value> people_json(store::Snapshot& snapshot,
                                              const alerts::Directory& directory,
                                              const alerts::Rota& rota, Instant now);
[[nodiscard]] json::Value gaps_json(const alerts::Rota& rota, Instant from, Instant until);

}  // namespace wardlight::api
