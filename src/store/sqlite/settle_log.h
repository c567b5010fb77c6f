// Makes a write-ahead log that an earlier process left behind durable for certain. When a sync
// fails, Linux reports it once and counts the pages as written; the next process would read them
// from memory, append behind them, and a power cut would then tear a hole into the log, with
// everything behind it lost. Writing the same bytes again makes the pages dirty again.
// Source: PostgreSQL's fsync findings of 2018 (wiki.postgresql.org/wiki/Fsync_Errors).
#pragma once

#include <filesystem>

#include "base/result.h"

namespace wardlight::store {

enum class Settled { done, sync_failed };

/// Writes the log over itself and syncs it; a log that is not there is settled. The caller holds
/// SQLite's write lock, so that nobody else writes it; readers see no difference.
Result<Settled> settle_log(const std::filesystem::path& log);

}  // namespace wardlight::store
