// Versioned JSON documents that people edit: every save is a new row, none is ever changed.
#pragma once

#include <optional>

#include "store/store.h"

namespace wardlight::alerts {

struct Setting {
    std::int64_t version = 0;
    json::Value body;
};

/// The newest version; nothing when it was never saved.
[[nodiscard]] Result<std::optional<Setting>> load_setting(store::Snapshot& snapshot,
                                                          std::string_view kind);

/// Appends the version after `expected_version`; conflict when somebody saved meanwhile.
[[nodiscard]] Result<std::int64_t> save_setting(store::WriteTransaction& tx, std::string_view kind,
                                                std::int64_t expected_version,
                                                const AccountId& author, const json::Value& body);

}  // namespace wardlight::alerts
