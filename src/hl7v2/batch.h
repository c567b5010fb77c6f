// Several messages in one frame or file: split where MSH begins a line, before any character set is
// decoded, because each message declares its own. Batch and file headers and trailers (FHS, BHS,
// BTS, FTS) are read for their counts and left out. Nothing is ever dropped silently: text that
// belongs to no message is handed back. Source: HL7 v2.9 section 2.10.3. Pure functions,
// thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardlight::hl7v2 {

inline constexpr std::size_t kMessagesPerBatch = 100'000;

struct Batch {
    /// Views into the input; each begins with MSH. Input without any MSH is one "message" of all
    /// that is there, so that somebody answers for it; blank input is none.
    std::vector<std::string_view> messages;
    /// What stands before the first message, after a trailer or beyond the limit, from its first
    /// line to its last.
    std::string_view stray;
    bool has_envelope = false;
    /// "batch_count_mismatch", "batch_trailer_missing", "text_outside_messages",
    /// "too_many_messages" (the rest is in `stray`).
    std::vector<std::string_view> warnings;
};

[[nodiscard]] Batch split_messages(std::string_view bytes);

struct MessageFile {
    std::vector<std::string> messages;
    std::vector<std::string_view> warnings;  // those of Batch, and "frame_incomplete"
};

/// A file as integrators keep them: bare messages with any ends of lines, a batch, or MLLP frames.
[[nodiscard]] MessageFile messages_of_file(std::string_view bytes);

}  // namespace wardlight::hl7v2
