#include "app/mllp_feed.h"

#include "base/log.h"
#include "hl7v2/batch.h"

namespace wardlight::app {

using Kind = hl7v2::FrameEvent::Kind;

MllpFeed::~MllpFeed() {
    // What came before the connection broke is kept for people to see; nobody is there to answer.
    if (const auto rest = deframer_.finish()) {
        receiver_.receive_broken(feed_, *rest, [](const std::string&) {});
    }
}

std::size_t MllpFeed::on_bytes(std::string_view bytes, net::MllpReplies& replies) {
    for (const hl7v2::FrameEvent& event : deframer_.push(bytes)) take(event, replies);
    return deframer_.bytes_held();
}

void MllpFeed::take(const hl7v2::FrameEvent& event, net::MllpReplies& replies) {
    const auto answer_to = [&replies](std::size_t size) {
        return [reply = replies.expect(size)](std::string answer) {
            if (!answer.empty()) reply.send(std::move(answer));
        };
    };
    switch (event.kind) {
        case Kind::junk_skipped:
            log::warning("bytes outside a frame",
                         {{"feed", feed_.value}, {"bytes", std::to_string(event.count)}});
            return;
        case Kind::incomplete_dropped:
            // The sender goes on with the next frame and expects no answer to this one.
            receiver_.receive_broken(feed_, event, [](const std::string&) {});
            return;
        case Kind::too_large:
            receiver_.receive_broken(feed_, event, answer_to(event.bytes.size()));
            return;
        case Kind::frame:
            break;
    }
    const hl7v2::Batch batch = hl7v2::split_messages(event.bytes);
    // Text that belongs to no message is kept like everything else, in quarantine.
    if (!batch.stray.empty())
        receiver_.receive(feed_, std::string(batch.stray), [](const std::string&) {});
    // Somebody may wait for an answer to an empty frame as well.
    if (batch.messages.empty() && batch.stray.empty())
        receiver_.receive(feed_, event.bytes, answer_to(event.bytes.size()));
    for (const std::string_view message : batch.messages) {
        receiver_.receive(feed_, std::string(message), answer_to(message.size()));
    }
}

}  // namespace wardlight::app
