// Durable timers: rows, so that a restart loses none and fires none twice. A timer is taken and its
// work done in one transaction.
#pragma once

#include <vector>

#include "store/store.h"

namespace wardlight::store {

struct Timer {
    std::string key;  // unique; setting it again moves it
    std::string kind;
    std::string payload;
    Instant due_at;
};

inline constexpr std::string_view kTimerSteps[] = {R"sql(
CREATE TABLE timer (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    payload TEXT NOT NULL
) {clustered};
CREATE INDEX timer_due ON timer (due_at);
)sql"};

Result<> set_timer(WriteTransaction& tx, const Timer& timer);
Result<> cancel_timer(WriteTransaction& tx, std::string_view key);
/// Takes (removes) timers due at tx.now(), oldest first; the caller does their work in the same
/// transaction. With `kind`, only those of that kind: a folder never takes another's.
Result<std::vector<Timer>> take_due_timers(WriteTransaction& tx, std::size_t limit,
                                           std::optional<std::string_view> kind = {});
/// When the next timer is due, of any kind or of one.
Result<std::optional<Instant>> next_timer(Snapshot& snapshot,
                                          std::optional<std::string_view> kind = {});
/// All of one kind, by key.
Result<std::vector<Timer>> timers_of(Snapshot& snapshot, std::string_view kind);
Result<std::optional<Timer>> find_timer(Snapshot& snapshot, std::string_view key);

}  // namespace wardlight::store
