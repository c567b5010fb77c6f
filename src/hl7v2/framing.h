// MLLP frames: VT message FS CR. Bytes go in as they come from the network, split anywhere; events
// come out. No sockets here, so that every split can be tested.
// FS not followed by CR is data. VT inside a frame means that its end was lost: the first part is
// dropped and said so. Bytes outside frames are skipped and counted; ends of lines between frames
// are common and not worth a word. Not thread-safe: one per connection. Source: HL7 v2.5.1
// implementation guide, appendix C ("Minimal Lower Layer Protocol").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace wardlight::hl7v2 {

/// What is kept of a frame beyond the limit: enough to read its header and answer it.
inline constexpr std::size_t kKeptOfTooLargeFrame = 4096;

struct FrameEvent {
    enum class Kind {
        frame,               // `bytes` is the message
        junk_skipped,        // `count` bytes before a frame
        incomplete_dropped,  // `count` bytes of a frame whose end never came; `bytes` holds them
        too_large,           // `bytes` is the beginning of the message; the rest is skipped
    };
    Kind kind = Kind::frame;
    std::string bytes;
    std::size_t count = 0;
};

class Deframer {
 public:
    struct Options {
        std::size_t frame_bytes = limits::kMllpFrameBytes;
        bool line_feed_ends_frame = false;  // FS LF is taken for FS CR
    };

    Deframer() = default;
    explicit Deframer(Options options) : options_(options) {}

    [[nodiscard]] std::vector<FrameEvent> push(std::string_view bytes);
    /// The connection is closed: what is left of an unfinished frame.
    [[nodiscard]] std::optional<FrameEvent> finish();
    /// Bytes of the unfinished frame in memory.
    [[nodiscard]] std::size_t bytes_held() const { return frame_.size(); }
    [[nodiscard]] bool inside_frame() const { return state_ != State::outside; }

 private:
    enum class State { outside, inside, after_end_byte, skipping, skipping_after_end_byte };

    std::size_t take_outside(std::string_view bytes, std::vector<FrameEvent>& events);
    std::size_t take_inside(std::string_view bytes, std::vector<FrameEvent>& events);
    void take_after_end_byte(char c, std::vector<FrameEvent>& events);
    void append(std::string_view bytes, std::vector<FrameEvent>& events);
    void restart(std::vector<FrameEvent>& events);
    [[nodiscard]] bool skipping() const {
        return state_ == State::skipping || state_ == State::skipping_after_end_byte;
    }
    [[nodiscard]] bool ends_frame(char c) const {
        return c == '\r' || (c == '\n' && options_.line_feed_ends_frame);
    }

    Options options_{};
    State state_ = State::outside;
    std::string frame_;
};

[[nodiscard]] std::string frame(std::string_view message);

}  // namespace wardlight::hl7v2
