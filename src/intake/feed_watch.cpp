#include "intake/feed_watch.h"

#include <algorithm>

#include "intake/raw_message.h"

namespace wardlight::intake {
namespace {
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::size_t kMinutesShown = 60;
}  // namespace

std::chrono::seconds stale_after(SourceKind kind) {
    using std::chrono::minutes;
    switch (kind) {
        case SourceKind::adt:
        case SourceKind::obs:
            return minutes{5};
        case SourceKind::lab:
            return minutes{15};
        case SourceKind::orders:
        case SourceKind::documents:
            return minutes{60};
    }
    return minutes{5};
}

Result<> note_applied(store::WriteTransaction& tx, const FeedId& feed, SourceKind kind,
                      Instant received_at, MessageNumber number,
                      const std::vector<std::string>& warnings) {
    TRY(
        tx.sql().run("INSERT INTO feed_source (feed, kind, last_message_at) VALUES ($1, $2, $3) "
                     "ON CONFLICT (feed, kind) DO UPDATE SET last_message_at = $3 WHERE "
                     "feed_source.last_message_at < $3",
                     feed.value, static_cast<int>(kind), to_micros(received_at)));
    return note_warnings(tx, received_at, number, warnings);
}

Result<> note_warnings(store::WriteTransaction& tx, Instant at, MessageNumber number,
                       const std::vector<std::string>& warnings) {
    for (const std::string& code : warnings) {
        TRY(tx.sql().run(
            "INSERT INTO data_quality (day, code, count, example) VALUES ($1, $2, 1, $3) "
            "ON CONFLICT (day, code) DO UPDATE SET count = data_quality.count + 1, example = $3",
            to_micros(at) / kMicrosPerDay, code, static_cast<std::int64_t>(number)));
    }
    return {};
}

Result<std::vector<FeedSource>> feed_sources(store::Snapshot& snapshot) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT feed, kind, last_message_at FROM feed_source ORDER BY feed, kind"));
    std::vector<FeedSource> sources;
    while (TRY(rows.next())) {
        sources.push_back({FeedId{rows.string(0)}, static_cast<SourceKind>(rows.integer(1)),
                           from_micros(rows.integer(2))});
    }
    return sources;
}

Result<std::vector<DataQualityCount>> data_quality(store::Snapshot& snapshot, Instant since) {
    auto rows =
        TRY(snapshot.sql().query("SELECT code, SUM(count), MAX(example) FROM data_quality WHERE "
                                 "day >= $1 GROUP BY code ORDER BY 2 DESC, code",
                                 to_micros(since) / kMicrosPerDay));
    std::vector<DataQualityCount> counts;
    while (TRY(rows.next())) counts.push_back({rows.string(0), rows.integer(1), rows.integer(2)});
    return counts;
}

namespace {

Result<> count_states(store::Snapshot& snapshot, const FeedId& feed, Instant midnight,
                      FeedCounts& counts) {
    auto rows =
        TRY(snapshot.sql().query("SELECT state, COUNT(*) FROM raw_message WHERE feed = $1 AND "
                                 "received_at >= $2 GROUP BY state",
                                 feed.value, to_micros(midnight)));
    while (TRY(rows.next())) {
        const auto state = static_cast<MessageState>(rows.integer(0));
        counts.received_today += rows.integer(1);
        if (state == MessageState::applied) counts.applied_today = rows.integer(1);
        if (state == MessageState::duplicate) counts.duplicates_today = rows.integer(1);
    }
    auto open = TRY(snapshot.sql().query(
        "SELECT COUNT(*) FROM raw_message WHERE state = 2 AND feed = $1", feed.value));
    TRY(open.next());
    counts.quarantined_open = open.integer(0);
    return {};
}

Result<> read_times(store::Snapshot& snapshot, const FeedId& feed, Instant now,
                    FeedCounts& counts) {
    auto last = TRY(snapshot.sql().query("SELECT MAX(received_at) FROM raw_message WHERE feed = $1",
                                         feed.value));
    TRY(last.next());
    if (const auto at = last.maybe_integer(0)) counts.last_received_at = from_micros(*at);
    auto oldest = TRY(snapshot.sql().query(
        "SELECT MIN(received_at) FROM raw_message WHERE state = 0 AND feed = $1", feed.value));
    TRY(oldest.next());
    if (const auto at = oldest.maybe_integer(0)) counts.oldest_waiting_at = from_micros(*at);

    counts.per_minute.assign(kMinutesShown, 0);
    const std::int64_t start =
        to_micros(now) - static_cast<std::int64_t>(kMinutesShown) * kMicrosPerMinute;
    auto minutes =
        TRY(snapshot.sql().query("SELECT (received_at - $2) / $3, COUNT(*) FROM raw_message WHERE "
                                 "feed = $1 AND received_at >= $2 GROUP BY 1",
                                 feed.value, start, kMicrosPerMinute));
    while (TRY(minutes.next())) {
        const auto minute = static_cast<std::size_t>(minutes.integer(0));
        if (minute < kMinutesShown) counts.per_minute[minute] = minutes.integer(1);
    }
    return {};
}

}  // namespace

Result<FeedCounts> feed_counts(store::Snapshot& snapshot, const FeedId& feed, Instant now,
                               Instant midnight) {
    FeedCounts counts;
    TRY(count_states(snapshot, feed, midnight, counts));
    TRY(read_times(snapshot, feed, now, counts));
    std::vector<std::int64_t> delays;
    auto rows =
        TRY(snapshot.sql().query("SELECT applied_at - received_at FROM raw_message WHERE feed = $1 "
                                 "AND applied_at IS NOT NULL "
                                 "AND received_at >= $2 ORDER BY received_at DESC LIMIT 200",
                                 feed.value, to_micros(midnight)));
    while (TRY(rows.next())) delays.push_back(rows.integer(0) / 1000);
    if (!delays.empty()) {
        std::nth_element(delays.begin(),
                         delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2),
                         delays.end());
        counts.median_delay_ms = delays[delays.size() / 2];
    }
    return counts;
}

}  // namespace wardlight::intake
