// Slows down guessing. Failures are counted per account and address together, so that nobody can
// lock a colleague out by typing wrong passwords elsewhere; unknown user names are counted like
// known ones, so that the delay tells nothing. Attempts during the delay do not prolong it.
#pragma once

#include <string_view>

#include "store/store.h"

namespace wardlight::access {

using namespace std::chrono_literals;

inline constexpr std::int64_t kFreeFailures = 5;
inline constexpr Duration kFirstDelay = 1s;  // doubles with each further failure
inline constexpr Duration kLongestDelay = 15min;
inline constexpr Duration kFailuresForgotten = 1h;

/// How long to wait after so many failures.
[[nodiscard]] Duration delay_after(std::int64_t failures);

Result<bool> is_delayed(store::Snapshot& snapshot, std::string_view user, std::string_view address,
                        Instant now);
Result<> note_failure(store::WriteTransaction& tx, std::string_view user, std::string_view address);
Result<> forget_failures(store::WriteTransaction& tx, std::string_view user,
                         std::string_view address);

}  // namespace wardlight::access
