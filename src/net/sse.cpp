#include "net/sse.h"

#include <algorithm>

namespace wardlight::net {

LiveFrame live_frame(std::string_view event, std::string_view id, std::string_view data) {
    std::string text;
    text.reserve(event.size() + id.size() + data.size() + 32);
    if (!id.empty()) text.append("id: ").append(id).append("\n");
    if (!event.empty()) text.append("event: ").append(event).append("\n");
    // CR alone ends a line as well (HTML, 9.2.6): what followed it would be a field of its own.
    for (std::string_view rest = data;;) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        text.append("data: ").append(rest.substr(0, end)).append("\n");
        if (end == rest.size()) break;
        rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    text += '\n';
    return std::make_shared<const std::string>(std::move(text));
}

LiveStream::LiveStream(std::function<void()> on_closed, Limits limits)
    : on_closed_(std::move(on_closed)), limits_(limits) {}

bool LiveStream::push(LiveFrame frame) {
    std::function<void()> wake;
    bool has_room = false;
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::open) return false;
        // A frame always fits into an empty queue, however large: it is the backlog that is
        // limited.
        has_room = queue_.empty() || (queue_.size() < limits_.frames &&
                                      queued_bytes_ + frame->size() <= limits_.bytes);
        if (has_room) {
            // A queue that is not empty has already woken its writer.
            if (queue_.empty()) wake = wake_;
            queued_bytes_ += frame->size();
            queue_.push_back(std::move(frame));
        } else {
            state_ = State::cut_off;
            queue_.clear();
            queued_bytes_ = 0;
            wake = wake_;
        }
    }
    if (wake) wake();
    return has_room;
}

void LiveStream::close() {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::open) return;
        state_ = State::closing;
        wake = wake_;
    }
    if (wake) wake();
}

bool LiveStream::is_open() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::open;
}

bool LiveStream::is_cut_off() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::cut_off;
}

void LiveStream::attach(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

LiveStream::State LiveStream::take(std::string& out) {
    const std::lock_guard lock(mutex_);
    for (const LiveFrame& frame : queue_) out += *frame;
    queue_.clear();
    queued_bytes_ = 0;
    return state_;
}

void LiveStream::finish() {
    {
        const std::lock_guard lock(mutex_);
        if (is_finished_) return;
        is_finished_ = true;
        state_ = State::cut_off;
        queue_.clear();
        wake_ = nullptr;
    }
    if (on_closed_) on_closed_();
}

}  // namespace wardlight::net
