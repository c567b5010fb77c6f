#include "hl7v2/framing.h"

#include <algorithm>
#include <utility>

namespace wardlight::hl7v2 {
namespace {

constexpr char kStart = '\x0B';
constexpr char kEnd = '\x1C';
constexpr std::string_view kStartOrEnd{"\x0B\x1C", 2};

void report_junk(std::size_t count, std::vector<FrameEvent>& events) {
    if (count > 0) events.push_back({FrameEvent::Kind::junk_skipped, {}, count});
}

}  // namespace

std::vector<FrameEvent> Deframer::push(std::string_view bytes) {
    std::vector<FrameEvent> events;
    while (!bytes.empty()) {
        std::size_t taken = 1;
        switch (state_) {
            case State::outside:
                taken = take_outside(bytes, events);
                break;
            case State::inside:
            case State::skipping:
                taken = take_inside(bytes, events);
                break;
            case State::after_end_byte:
            case State::skipping_after_end_byte:
                take_after_end_byte(bytes.front(), events);
                break;
        }
        bytes.remove_prefix(taken);
    }
    return events;
}

std::size_t Deframer::take_outside(std::string_view bytes, std::vector<FrameEvent>& events) {
    const std::size_t start = std::min(bytes.find(kStart), bytes.size());
    const std::string_view before = bytes.substr(0, start);
    const auto is_line_end = [](char c) { return c == '\r' || c == '\n'; };
    report_junk(before.size() - static_cast<std::size_t>(
                                    std::count_if(before.begin(), before.end(), is_line_end)),
                events);
    if (start == bytes.size()) return start;
    state_ = State::inside;
    return start + 1;
}

std::size_t Deframer::take_inside(std::string_view bytes, std::vector<FrameEvent>& events) {
    const std::size_t special = std::min(bytes.find_first_of(kStartOrEnd), bytes.size());
    append(bytes.substr(0, special), events);
    if (special == bytes.size()) return special;
    if (bytes[special] == kStart) {
        restart(events);
    } else {
        state_ = skipping() ? State::skipping_after_end_byte : State::after_end_byte;
    }
    return special + 1;
}

void Deframer::take_after_end_byte(char c, std::vector<FrameEvent>& events) {
    if (ends_frame(c)) {
        if (!skipping()) events.push_back({FrameEvent::Kind::frame, std::exchange(frame_, {}), 0});
        state_ = State::outside;
        return;
    }
    const State inside = skipping() ? State::skipping : State::inside;
    const State after_end_byte = state_;
    state_ = inside;
    append(std::string_view(&kEnd, 1), events);
    if (c == kStart) {
        restart(events);
    } else if (c == kEnd) {
        state_ = skipping() ? State::skipping_after_end_byte : after_end_byte;
    } else {
        append(std::string_view(&c, 1), events);
    }
}

void Deframer::append(std::string_view bytes, std::vector<FrameEvent>& events) {
    if (skipping()) return;
    if (bytes.size() <= options_.frame_bytes - frame_.size()) {
        frame_ += bytes;
        return;
    }
    const std::size_t room = options_.frame_bytes - frame_.size();
    frame_ += bytes.substr(0, std::min(room, kKeptOfTooLargeFrame));
    std::string kept = frame_.substr(0, kKeptOfTooLargeFrame);
    frame_ = {};
    events.push_back({FrameEvent::Kind::too_large, std::move(kept), 0});
    state_ = State::skipping;
}

void Deframer::restart(std::vector<FrameEvent>& events) {
    if (!skipping()) {
        std::string dropped = std::exchange(frame_, {});
        const std::size_t count = dropped.size();
        events.push_back({FrameEvent::Kind::incomplete_dropped, std::move(dropped), count});
    }
    state_ = State::inside;
}

std::optional<FrameEvent> Deframer::finish() {
    const bool unfinished = state_ == State::inside || state_ == State::after_end_byte;
    if (state_ == State::after_end_byte) frame_ += kEnd;
    state_ = State::outside;
    std::string dropped = std::exchange(frame_, {});
    if (!unfinished) return std::nullopt;
    const std::size_t count = dropped.size();
    return FrameEvent{FrameEvent::Kind::incomplete_dropped, std::move(dropped), count};
}

std::string frame(std::string_view message) {
    std::string out;
    out.reserve(message.size() + 3);
    out += kStart;
    out += message;
    out += kEnd;
    out += '\r';
    return out;
}

}  // namespace wardlight::hl7v2
