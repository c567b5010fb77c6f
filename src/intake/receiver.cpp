#include "intake/receiver.h"

#include "base/log.h"
#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/character_set.h"
#include "hl7v2/message.h"
#include "intake/feed_watch.h"
#include "intake/map_message.h"

namespace wardlight::intake {

struct Receiver::Incoming {
    NewMessage message;
    std::optional<hl7v2::Message> parsed;
    hl7v2::HeaderCheck check;
    std::vector<std::string> warnings;
    TimeZone zone;
};

namespace {

std::string code_name(hl7v2::ConditionCode code) {
    std::string name(hl7v2::text_of(code));
    for (char& c : name) c = c == ' ' ? '_' : c;
    return ascii_lower(name);
}

std::string place_of(const hl7v2::ErrorLocation& location) {
    if (location.segment.empty()) return {};
    std::string place = location.segment;
    if (location.field > 0) place += "-" + std::to_string(location.field);
    return place;
}

QuarantineReason reason_of(const hl7v2::HeaderCheck& check) {
    if (check.problems.empty()) return {"unreadable", "the message cannot be read", {}};
    const hl7v2::Problem& problem = check.problems.front();
    return {code_name(problem.code), problem.text, place_of(problem.location)};
}

/// What goes back: an accept acknowledgement, an application acknowledgement, both or nothing.
std::string answer(const hl7v2::Message* message, const hl7v2::HeaderCheck& check, Instant now,
                   const TimeZone& zone) {
    hl7v2::AcknowledgementDetails details;
    details.code = check.code;
    details.now = now;
    details.offset = zone.offset_at(now);
    details.problems = check.problems;
    if (!check.problems.empty()) details.text = check.problems.front().text;
    const auto wanted = message == nullptr ? hl7v2::WantedAcknowledgements{false, true}
                                           : hl7v2::wanted_acknowledgements(
                                                 *message, hl7v2::is_positive(check.code));
    std::string bytes;
    if (wanted.accept) {
        auto accept = details;
        accept.code = hl7v2::as_accept(details.code);
        accept.control_id = new_uuid().substr(0, 20);
        bytes += hl7v2::frame(hl7v2::build_acknowledgement(message, accept));
    }
    if (wanted.application) {
        details.control_id = new_uuid().substr(0, 20);
        bytes += hl7v2::frame(hl7v2::build_acknowledgement(message, details));
    }
    return bytes;
}

hl7v2::HeaderCheck not_stored(ErrorCode code) {
    hl7v2::HeaderCheck check;
    // AE: the same message may be sent again, and should be.
    check.code = hl7v2::AckCode::ae;
    hl7v2::Problem problem;
    problem.code = hl7v2::ConditionCode::internal_error;
    problem.text = code == ErrorCode::busy ? "the server is busy: send the message again"
                                           : "the message could not be stored: send it again";
    check.problems.push_back(std::move(problem));
    return check;
}

}  // namespace

void Receiver::receive(const FeedId& feed, std::string body, Reply reply) const {
    const FeedProfile& profile = find_profile_(feed);
    auto decoded = hl7v2::decode(body, profile.character_set);
    auto incoming = std::make_shared<Incoming>(Incoming{{}, std::nullopt, {}, {}, profile.zone});
    for (const std::string_view warning : decoded.warnings)
        incoming->warnings.emplace_back(warning);
    incoming->message.feed = feed;
    incoming->message.body = std::move(body);
    auto parsed = hl7v2::Message::parse(std::move(decoded.text));
    if (parsed) {
        if (hl7v2::is_acknowledgement(*parsed)) return reply({});
        incoming->check = hl7v2::check_header(*parsed);
        NewMessage& message = incoming->message;
        message.type = parsed->text("MSH-9.1") + "^" + parsed->text("MSH-9.2");
        message.control_id = parsed->text("MSH-10");
        message.sender = parsed->text("MSH-3") + "|" + parsed->text("MSH-4");
        message.lane_key = lane_key(*parsed);
        incoming->parsed.emplace(std::move(*parsed));
    } else {
        incoming->check = hl7v2::check_header(parsed.error());
    }
    for (const std::string_view warning : incoming->check.warnings)
        incoming->warnings.emplace_back(warning);
    if (incoming->check.code != hl7v2::AckCode::aa)
        incoming->message.unreadable = reason_of(incoming->check);
    store_and_answer(incoming, std::move(reply));
}

void Receiver::receive_broken(const FeedId& feed, const hl7v2::FrameEvent& event,
                              Reply reply) const {
    const bool is_too_large = event.kind == hl7v2::FrameEvent::Kind::too_large;
    auto incoming =
        std::make_shared<Incoming>(Incoming{{}, std::nullopt, {}, {}, find_profile_(feed).zone});
    incoming->message.feed = feed;
    incoming->message.body = event.bytes;
    incoming->message.unreadable =
        is_too_large
            ? QuarantineReason{"frame_too_large",
                               "the message is larger than allowed; its beginning is kept",
                               {}}
            : QuarantineReason{"frame_incomplete",
                               "the end of the frame never came; the sender should send it again",
                               {}};
    if (auto parsed = hl7v2::Message::parse(hl7v2::decode(event.bytes, {}).text))
        incoming->parsed.emplace(std::move(*parsed));
    incoming->check.code = hl7v2::AckCode::ar;
    hl7v2::Problem problem;
    problem.code = hl7v2::ConditionCode::internal_error;
    problem.text = incoming->message.unreadable->message;
    incoming->check.problems.push_back(std::move(problem));
    store_and_answer(incoming, std::move(reply));
}

void Receiver::store_and_answer(const std::shared_ptr<Incoming>& incoming, Reply reply) const {
    const auto stored = std::make_shared<Stored>();
    store_.submit(
        [incoming, stored](store::WriteTransaction& tx) -> Result<> {
            *stored = TRY(store_message(tx, incoming->message));
            if (stored->control_id_reused)
                TRY(note_warnings(tx, tx.now(), stored->number, {"control_id_reused"}));
            return note_warnings(tx, tx.now(), stored->number, incoming->warnings);
        },
        [incoming, reply = std::move(reply), on_stored = on_stored_,
         &clock = store_.clock()](const Result<store::Commit>& result) {
            const hl7v2::Message* message = incoming->parsed ? &*incoming->parsed : nullptr;
            if (result) {
                // The answer comes last: once every sender has its own, nothing of intake is used
                // any more.
                on_stored();
                reply(answer(message, incoming->check, clock.now(), incoming->zone));
                return;
            }
            log::error("a message could not be stored", {{"feed", incoming->message.feed.value},
                                                         {"reason", result.error().message}});
            reply(answer(message, not_stored(result.error().code), clock.now(), incoming->zone));
        });
}

}  // namespace wardlight::intake
