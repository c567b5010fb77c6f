// Every queue, buffer, loop over input, wait and retry has a limit, and the limit has a name here.
// A limit that only one folder knows lives in that folder's header.
#pragma once

#include <chrono>
#include <cstddef>

namespace wardlight::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t kHttpBodyBytes = 64U << 20;  // a transaction Bundle of 25,000 entries
inline constexpr std::size_t kHttpHeaderBytes = 32U << 10;
inline constexpr std::size_t kHttpConnections = 10'000;
inline constexpr std::size_t kWorkerQueue = 4'096;  // requests waiting for a worker thread
inline constexpr std::size_t kWriteQueue = 4'096;   // writes waiting for the writer thread
inline constexpr std::size_t kWritesPerCommit = 512;
inline constexpr auto kCommitWithin = 5ms;    // while somebody waits; then the next commit
inline constexpr auto kLongestCommit = 40ms;  // the longer, the more pages its writes share
inline constexpr std::size_t kUnappliedMessages = 50'000;  // then feeds are no longer read
inline constexpr std::size_t kMllpFrameBytes = 64U << 20;
inline constexpr std::size_t kMllpConnections = 256;
inline constexpr auto kMllpIdleTimeout = 15min;
inline constexpr auto kHttpIdleTimeout = 60s;
inline constexpr auto kHttpRequestDeadline = 30s;
inline constexpr auto kLiveHeartbeat = 15s;
inline constexpr std::size_t kLiveStreamsPerAccount = 8;
inline constexpr std::size_t kSearchPageDefault = 50;
inline constexpr std::size_t kSearchPageMost = 1'000;
inline constexpr std::size_t kJsonDepth = 64;
inline constexpr std::size_t kBundleEntries = 50'000;

}  // namespace wardlight::limits
