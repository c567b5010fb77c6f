// Backups of the store: one file that holds everything but the key of the one-time codes
// (DataFolder::access_key), which must not lie beside it. What `wardlight backup` does, apart from
// the command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "app/data_folder.h"

namespace wardlight::app {

struct BackupReport {
    std::uintmax_t bytes = 0;
    ChangeNumber newest_change{};
    std::optional<Instant> newest_change_at;  // nothing in an empty store
};

/// Copies the store as it is at one moment, also while a server runs on it. `file` appears only
/// when the copy is complete, checked and on disk; until then the copy is called `<file>.partial`.
/// Mode 0600. `conflict` when either is already there: nothing is overwritten.
Result<BackupReport> make_backup(const DataFolder& folder, const std::filesystem::path& file);

/// Reads every page. `corrupt` when the file is damaged, `invalid` when it is not a Wardlight
/// backup, `unavailable` when a newer Wardlight wrote it. Changes nothing.
Result<BackupReport> verify_backup(const std::filesystem::path& file);

enum class WhenOccupied { refuse, move_aside };

struct Restored {
    BackupReport report;
    std::filesystem::path moved_aside;  // where the old store lies now; empty when there was none
};
/// Puts a copy of a verified backup in place of the store. `conflict` when a server runs there, or
/// when there is a store and it is not to be moved aside.
Result<Restored> restore_backup(const std::filesystem::path& file, const DataFolder& folder,
                                WhenOccupied when_occupied, const Clock& clock);

}  // namespace wardlight::app
