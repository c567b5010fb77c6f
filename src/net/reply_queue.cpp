#include "net/reply_queue.h"

namespace wardlight::net {

ReplyPlace::~ReplyPlace() {
    if (const auto owner = queue.lock()) owner->complete(number, {});
}

std::shared_ptr<ReplyPlace> ReplyQueue::expect(std::size_t message_bytes) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({message_bytes, std::nullopt});
    waiting_bytes_ += message_bytes;
    return std::make_shared<ReplyPlace>(weak_from_this(), first_number_ + entries_.size() - 1);
}

void ReplyQueue::complete(std::uint64_t number, std::string bytes) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (number < first_number_ || number - first_number_ >= entries_.size()) return;
        Entry& entry = entries_[number - first_number_];
        if (entry.reply) return;
        entry.reply = std::move(bytes);
        if (number == first_number_) wake = wake_;
    }
    if (wake) wake();
}

std::size_t ReplyQueue::take_ready(std::string& out) {
    const std::lock_guard lock(mutex_);
    std::size_t acknowledged = 0;
    while (!entries_.empty() && entries_.front().reply) {
        out += *entries_.front().reply;
        acknowledged += entries_.front().message_bytes;
        entries_.pop_front();
        ++first_number_;
    }
    waiting_bytes_ -= acknowledged;
    return acknowledged;
}

void ReplyQueue::detach() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
}

std::size_t ReplyQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

std::size_t ReplyQueue::waiting_bytes() const {
    const std::lock_guard lock(mutex_);
    return waiting_bytes_;
}

}  // namespace wardlight::net
