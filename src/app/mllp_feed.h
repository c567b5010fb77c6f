// Joins the MLLP transport (net) with the receiver of messages (intake): one handler per
// connection.
#pragma once

#include <memory>

#include "hl7v2/framing.h"
#include "intake/receiver.h"
#include "net/mllp_server.h"

namespace wardlight::app {

class MllpFeed final : public net::MllpHandler {
 public:
    MllpFeed(FeedId feed, const intake::Receiver& receiver)
        : feed_(std::move(feed)), receiver_(receiver) {}
    ~MllpFeed() override;
    MllpFeed(const MllpFeed&) = delete;
    MllpFeed& operator=(const MllpFeed&) = delete;

    std::size_t on_bytes(std::string_view bytes, net::MllpReplies& replies) override;

 private:
    void take(const hl7v2::FrameEvent& event, net::MllpReplies& replies);

    FeedId feed_;
    const intake::Receiver& receiver_;
    hl7v2::Deframer deframer_;
};

}  // namespace wardlight::app
