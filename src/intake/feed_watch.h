// When each feed last brought each kind of data, and what was odd about it: so that silence is seen
// and no screen takes old data for current.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "intake/facts.h"
#include "store/store.h"

namespace wardlight::intake {

/// How long a kind may be silent before its data counts as stale. Observations and patient moves
/// come every few minutes in a working hospital, results in batches (docs/intake.md; a site may
/// differ).
[[nodiscard]] std::chrono::seconds stale_after(SourceKind kind);

struct FeedSource {
    FeedId feed;
    SourceKind kind{};
    std::optional<Instant> last_message_at;
};

struct DataQualityCount {
    std::string code;
    std::int64_t count = 0;
    std::int64_t example = 0;  // number of a message that showed it
};

inline constexpr std::string_view kFeedWatchSteps[] = {R"sql(
CREATE TABLE feed_source (
    feed TEXT NOT NULL,
    kind INTEGER NOT NULL,
    last_message_at BIGINT NOT NULL,
    PRIMARY KEY (feed, kind)
) {clustered};
CREATE TABLE data_quality (
    day BIGINT NOT NULL,
    code TEXT NOT NULL,
    count BIGINT NOT NULL,
    example BIGINT NOT NULL,
    PRIMARY KEY (day, code)
) {clustered};
)sql"};

/// Notes an applied message and its warnings. `received_at` is when it came, not when it was
/// applied.
Result<> note_applied(store::WriteTransaction& tx, const FeedId& feed, SourceKind kind,
                      Instant received_at, MessageNumber number,
                      const std::vector<std::string>& warnings);

/// Counts warnings of a message for the data quality page.
Result<> note_warnings(store::WriteTransaction& tx, Instant at, MessageNumber number,
                       const std::vector<std::string>& warnings);

[[nodiscard]] Result<std::vector<FeedSource>> feed_sources(store::Snapshot& snapshot);
/// Warnings since a moment (whole days), most frequent first.
[[nodiscard]] Result<std::vector<DataQualityCount>> data_quality(store::Snapshot& snapshot,
                                                                 Instant since);

struct FeedCounts {
    std::int64_t received_today = 0;
    std::int64_t applied_today = 0;
    std::int64_t quarantined_open = 0;
    std::int64_t duplicates_today = 0;
    std::optional<Instant> last_received_at;
    std::optional<Instant> oldest_waiting_at;
    std::vector<std::int64_t> per_minute;         // the last 60 minutes, oldest first
    std::optional<std::int64_t> median_delay_ms;  // arrival to applied, newest 200
};
[[nodiscard]] Result<FeedCounts> feed_counts(store::Snapshot& snapshot, const FeedId& feed,
                                             Instant now, Instant midnight);

}  // namespace wardlight::intake
