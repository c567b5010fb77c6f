// Takes messages off the wire: stores the raw bytes, and only when they are durable answers the
// sender. What the message means is not decided here: a readable header is all an AA promises. What
// cannot be read is kept too, in quarantine, and the sender is told why. Thread-safe; receive()
// does not block.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "hl7v2/framing.h"
#include "intake/lanes.h"

namespace wardlight::intake {

class Receiver {
 public:
    /// Gets the framed acknowledgements, or nothing when the sender wants none. Called once.
    using Reply = std::function<void(std::string)>;

    /// `on_stored` is called after each durable message (Lanes::wake).
    Receiver(store::Store& store, FindProfile find_profile, std::function<void()> on_stored)
        : store_(store), find_profile_(std::move(find_profile)), on_stored_(std::move(on_stored)) {}

    /// One message as it came, without frame.
    void receive(const FeedId& feed, std::string body, Reply reply) const;

    /// A frame that broke off or was too large: kept for people to see, answered when it can be.
    void receive_broken(const FeedId& feed, const hl7v2::FrameEvent& event, Reply reply) const;

 private:
    struct Incoming;
    void store_and_answer(const std::shared_ptr<Incoming>& incoming, Reply reply) const;

    store::Store& store_;
    FindProfile find_profile_;
    std::function<void()> on_stored_;
};

}  // namespace wardlight::intake
