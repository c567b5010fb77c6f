// How asking the directory goes, kept in the store so that `wardlight doctor` can say since when it
// does not. Functions over a transaction or snapshot; as thread-safe as those.
#pragma once

#include <optional>
#include <string>

#include "store/store.h"

namespace wardlight::access {

struct DirectoryStatus {
    std::optional<Instant> succeeded_at;   ///< newest round that could ask; to the minute
    std::optional<Instant> failing_since;  ///< not since then
    std::string problem;                   ///< why; empty while it does not fail
    std::optional<Instant> held_since;     ///< too many would lose access: waits for a word
    std::int64_t held_losing = 0;
    std::int64_t held_of = 0;
    std::string mapping_version;  ///< and digest of the mapping in force
    std::string mapping_problem;  ///< why a newer file is not; empty when it is
    std::string clashes;          ///< user names of ours that the directory has too
    bool operator==(const DirectoryStatus&) const = default;
};

/// Empty before the first round.
Result<DirectoryStatus> directory_status(store::Snapshot& snapshot);
Result<> save_directory_status(store::WriteTransaction& tx, const DirectoryStatus& status);

}  // namespace wardlight::access
