// Limits that only the network layer knows; the ones shared with the application are in
// base/limits.h. Each has a test that reaches it.
#pragma once

#include <chrono>
#include <cstddef>

namespace wardlight::net {

using namespace std::chrono_literals;

inline constexpr std::size_t kReadChunkBytes = 64U << 10;
inline constexpr std::size_t kHeaderFields = 100;
inline constexpr std::size_t kQueryParameters = 256;
inline constexpr std::size_t kPathSegments = 16;
inline constexpr std::size_t kDefaultBodyBytes = 1U << 20;
/// Bodies up to here are taken even when large uploads have used up what follows: a tap on
/// "I'll see to this" must get through.
inline constexpr std::size_t kSmallBodyBytes = 64U << 10;
/// Request bodies of all connections together, so that many large uploads cannot fill the memory.
inline constexpr std::size_t kBodyBytesInFlight = 512U << 20;
inline constexpr auto kHandshakeDeadline = 10s;
inline constexpr auto kHeaderDeadline = 10s;
/// A transfer may take the request deadline plus the time these bytes per second need.
inline constexpr std::size_t kSlowestBytesPerSecond = 32U << 10;
inline constexpr auto kLingerDeadline = 2s;
inline constexpr std::size_t kLingerBytes = 1U << 20;

inline constexpr std::size_t kLiveQueueFrames = 256;
inline constexpr std::size_t kLiveQueueBytes = 256U << 10;

inline constexpr std::size_t kMllpUnacknowledgedMessages = 64;
inline constexpr std::size_t kMllpUnacknowledgedBytes = 16U << 20;
/// Bytes of all MLLP connections together: messages not yet acknowledged and unfinished frames.
inline constexpr std::size_t kMllpBytesHeld = 512U << 20;
/// A started frame that gets no more bytes: the sender is gone or confused.
inline constexpr auto kMllpFrameTimeout = 60s;

inline constexpr std::size_t kStaticFileBytes = 64U << 20;

}  // namespace wardlight::net
