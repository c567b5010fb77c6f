#include "store/timers.h"

namespace wardlight::store {
namespace {
Timer timer_from(const Rows& rows) {
    return {rows.string(0), rows.string(1), rows.string(2), from_micros(rows.integer(3))};
}
}  // namespace

Result<> set_timer(WriteTransaction& tx, const Timer& timer) {
    return tx.sql().run(
        "INSERT INTO timer (key, kind, payload, due_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (key) DO UPDATE SET kind = $2, payload = $3, due_at = $4",
        timer.key, timer.kind, timer.payload, to_micros(timer.due_at));
}

Result<> cancel_timer(WriteTransaction& tx, std::string_view key) {
    return tx.sql().run("DELETE FROM timer WHERE key = $1", key);
}

Result<std::vector<Timer>> take_due_timers(WriteTransaction& tx, std::size_t limit,
                                           std::optional<std::string_view> kind) {
    std::vector<Timer> due;
    {
        auto rows =
            TRY(tx.sql().query("SELECT key, kind, payload, due_at FROM timer WHERE due_at <= $1 "
                               "AND ($3 IS NULL OR kind = $3) ORDER BY due_at, key LIMIT $2",
                               to_micros(tx.now()), static_cast<std::int64_t>(limit), kind));
        while (TRY(rows.next())) due.push_back(timer_from(rows));
    }
    for (const Timer& timer : due) TRY(cancel_timer(tx, timer.key));
    return due;
}

Result<std::optional<Instant>> next_timer(Snapshot& snapshot,
                                          std::optional<std::string_view> kind) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT due_at FROM timer WHERE $1 IS NULL OR kind = $1 ORDER BY due_at LIMIT 1", kind));
    if (!TRY(rows.next())) return std::nullopt;
    return from_micros(rows.integer(0));
}

Result<std::vector<Timer>> timers_of(Snapshot& snapshot, std::string_view kind) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT key, kind, payload, due_at FROM timer WHERE kind = $1 ORDER BY key", kind));
    std::vector<Timer> timers;
    while (TRY(rows.next())) timers.push_back(timer_from(rows));
    return timers;
}

Result<std::optional<Timer>> find_timer(Snapshot& snapshot, std::string_view key) {
    auto rows = TRY(
        snapshot.sql().query("SELECT key, kind, payload, due_at FROM timer WHERE key = $1", key));
    if (!TRY(rows.next())) return std::nullopt;
    return timer_from(rows);
}

}  // namespace wardlight::store
