// Checks an audit log against its seals: every entry is what was sealed, none is missing, every
// checkpoint was of a beginning of the same list and is signed, and no patient's chain has a gap.
// With a checkpoint that was kept elsewhere also against whoever holds database and key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/log_key.h"
#include "store/store.h"

namespace wardlight::audit {

struct Verification {
    std::uint64_t entries = 0;
    std::uint64_t sealed = 0;
    std::uint64_t checkpoints = 0;
    std::vector<std::string> problems;  // the first few, in words with their place
    bool has_more_problems = false;

    [[nodiscard]] bool is_sound() const { return problems.empty(); }
};

/// `kept_elsewhere`: a signed checkpoint of this log. Errors only when the store cannot be read or
/// that checkpoint is none of this log; what is wrong with the log is in the answer.
[[nodiscard]] Result<Verification> verify(store::Snapshot& snapshot, const LogKey& key,
                                          const std::optional<std::string>& kept_elsewhere = {});

}  // namespace wardlight::audit
