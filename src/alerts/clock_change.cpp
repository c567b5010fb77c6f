#include "alerts/clock_change.h"

#include <future>

#include "alerts/alert_table.h"
#include "base/log.h"
#include "store/timers.h"

namespace wardlight::alerts {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr std::string_view kMark = "server";

struct Mark {
    std::string boot;
    Instant at_boot;
    ChangeNumber change{};  // the newest when the mark was set ...
    Instant at;             // ... and the time then, by the clock as it was from then on
};

Result<std::optional<Mark>> load_mark(store::Snapshot& snapshot) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT boot, at_boot, change, at FROM clock_mark WHERE name = $1", kMark));
    if (!TRY(rows.next())) return std::nullopt;
    return Mark{rows.string(0), from_micros(rows.integer(1)), ChangeNumber{rows.integer(2)},
                from_micros(rows.integer(3))};
}

Result<> save_mark(store::WriteTransaction& tx, const ServerClock& clock) {
    return tx.sql().run(
        "INSERT INTO clock_mark (name, boot, at_boot, change, at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (name) DO UPDATE SET boot = $2, at_boot = $3, change = $4, at = $5",
        kMark, clock.machine().boot(), to_micros(clock.at_boot()),
        static_cast<std::int64_t>(TRY(tx.last_change())), to_micros(clock.now()));
}

/// The latest moment that is on record.
Result<std::optional<Instant>> newest_moment(store::Snapshot& snapshot,
                                             const std::optional<Mark>& mark) {
    const ChangeNumber last = TRY(snapshot.last_change());
    // Older records may carry times of a clock that was set since.
    if (mark && last <= mark->change) return mark->at;
    if (last == ChangeNumber{}) return std::nullopt;
    const ChangeNumber before{static_cast<std::int64_t>(last) - 1};
    const auto changes = TRY(snapshot.changes_after(before, 1));
    return changes.empty() ? std::nullopt : std::optional(changes.front().at);
}

bool is_set(Duration by) {
    return by > kClockTolerance || by < -kClockTolerance;
}

bool is_damaged(const Error& error) {
    return error.code == ErrorCode::corrupt || error.code == ErrorCode::invalid;
}

Result<> move_waits(store::WriteTransaction& tx, Alert& alert, Duration by) {
    Event event{.kind = EventKind::clock_set, .at = tx.now()};
    event.shift = by;
    TRY(record(tx, alert, event));
    return save(tx, alert);
}

Result<> move_all_waits(store::WriteTransaction& tx, Duration by) {
    for (store::Timer& timer : TRY(store::timers_of(tx, kTimerKind))) {
        auto alert = load_alert(tx, AlertId{timer.payload});
        if (alert && *alert) {
            TRY(move_waits(tx, **alert, by));
            continue;
        }
        if (!alert && !is_damaged(alert.error())) return tl::unexpected(alert.error());
        // An alert that can never be read must not keep the others waiting.
        log::error("an alert's waits could not be moved with the clock; its timer was");
        timer.due_at += by;
        TRY(store::set_timer(tx, timer));
    }
    return {};
}

void report(Duration by, std::string_view when) {
    log::error("the machine's clock was set; waits of alerts go on unchanged",
               {{"seconds", std::to_string(duration_cast<seconds>(by).count())},
                {"when", std::string(when)}});
}

}  // namespace

Result<> resume_clock(store::Store& store, ServerClock& clock) {
    std::optional<Mark> mark;
    std::optional<Instant> newest;
    {
        auto snapshot = TRY(store.read());
        mark = TRY(load_mark(snapshot));
        newest = TRY(newest_moment(snapshot, mark));
    }
    const std::string boot = clock.machine().boot();
    Duration by{};
    if (mark && !boot.empty() && mark->boot == boot) {
        by = clock.at_boot() - mark->at_boot;
        if (!is_set(by)) clock.set_at_boot(mark->at_boot);
    } else if (newest && *newest > clock.now()) {
        by = clock.now() - *newest;
    }
    if (is_set(by)) report(by, "while no server ran");
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        if (is_set(by)) TRY(move_all_waits(tx, by));
        return save_mark(tx, clock);
    }));
    return {};
}

Result<> follow_clock(store::Store& store, ServerClock& clock) {
    const Duration by = clock.set_by();
    if (!is_set(by)) return {};
    report(by, "while the server ran");
    const Instant before = clock.at_boot();
    std::promise<Result<>> moved;
    // The clock changes on the writer's thread, between one commit and the next, so that no wait is
    // begun by one clock and moved as if begun by the other.
    store.submit(
        [&](store::WriteTransaction& tx) -> Result<> {
            clock.set_at_boot(before + by);
            auto done = move_all_waits(tx, by);
            if (done) done = save_mark(tx, clock);
            if (!done) clock.set_at_boot(before);
            return done;
        },
        [&](const Result<store::Commit>& committed) {
            if (!committed) clock.set_at_boot(before);
            moved.set_value(committed ? Result<>{} : tl::unexpected(committed.error()));
        },
        store::Priority::alone);
    return moved.get_future().get();
}

}  // namespace wardlight::alerts
