// What lies where in a data folder, and how commands open the store in it.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace wardlight::app {

struct DataFolder {
    std::filesystem::path root;

    [[nodiscard]] std::filesystem::path store_file() const { return root / "wardlight.db"; }
    /// Seals the secrets of one-time codes; backed up apart from the store.
    [[nodiscard]] std::filesystem::path access_key() const { return root / "access.key"; }
    /// Signs the audit log and makes its pseudonyms; backed up apart from the store.
    [[nodiscard]] std::filesystem::path audit_key() const { return root / "audit.key"; }
};

/// The tables of every folder that has some.
[[nodiscard]] std::vector<store::Schema> all_schemas();

/// Makes the folder (readable by its owner only) when it is not there, and opens the store. Safe
/// while a server runs on the same folder.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_store(const DataFolder& folder,
                                                               const Clock& clock);

}  // namespace wardlight::app
