#include "access/sign_in_delay.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::access {
namespace {

/// Hashed: what was typed as user name may have been a password.
std::string source_of(std::string_view user, std::string_view address) {
    return to_hex(sha256(ascii_lower(user) + '\n' + std::string(address)));
}

}  // namespace

Duration delay_after(std::int64_t failures) {
    if (failures < kFreeFailures) return Duration(0);
    const std::int64_t doublings = std::min<std::int64_t>(failures - kFreeFailures, 20);
    return std::min<Duration>(kFirstDelay * (std::int64_t{1} << doublings), kLongestDelay);
}

Result<bool> is_delayed(store::Snapshot& snapshot, std::string_view user, std::string_view address,
                        Instant now) {
    auto rows =
        TRY(snapshot.sql().query("SELECT failures, last_at FROM sign_in_failure WHERE source = $1",
                                 source_of(user, address)));
    if (!TRY(rows.next())) return false;
    return now < from_micros(rows.integer(1)) + delay_after(rows.integer(0));
}

Result<> note_failure(store::WriteTransaction& tx, std::string_view user,
                      std::string_view address) {
    TRY(tx.sql().run("DELETE FROM sign_in_failure WHERE last_at < $1",
                     to_micros(tx.now() - kFailuresForgotten)));
    return tx.sql().run(
        "INSERT INTO sign_in_failure (source, failures, last_at) VALUES ($1, 1, $2) "
        "ON CONFLICT (source) DO UPDATE SET failures = sign_in_failure.failures + 1, last_at = $2",
        source_of(user, address), to_micros(tx.now()));
}

Result<> forget_failures(store::WriteTransaction& tx, std::string_view user,
                         std::string_view address) {
    return tx.sql().run("DELETE FROM sign_in_failure WHERE source = $1", source_of(user, address));
}

}  // namespace wardlight::access
