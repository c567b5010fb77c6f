// What the parts of the mapping share while one message is read: the message's own times and
// stamps, its feed's profile, and the facts gathered so far. Lives on the stack of map_message().
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hl7v2/message.h"
#include "hl7v2/timestamp.h"
#include "intake/facts.h"
#include "intake/feed_profile.h"

namespace wardlight::intake {

/// Whose word counts: what patient administration says about a patient or a visit is not
/// overruled by what a laboratory's copy says later.
enum class Authority { copy = 0, source = 1 };

class Context {
 public:
    Context(const hl7v2::Message& message, const FeedProfile& profile, Instant received_at);

    [[nodiscard]] const hl7v2::Message& message() const { return message_; }
    [[nodiscard]] const FeedProfile& profile() const { return profile_; }
    [[nodiscard]] Mapped& out() { return out_; }
    [[nodiscard]] const hl7v2::ZoneRule& zone() const { return zone_; }
    void warn(std::string_view code) { out_.warn(code); }

    /// "A01"; from MSH-9.2, else EVN-1.
    [[nodiscard]] const std::string& trigger() const { return trigger_; }
    /// MSH-9.1.
    [[nodiscard]] const std::string& type() const { return type_; }
    /// MSH-3 and MSH-4, or what the profile puts in their place.
    [[nodiscard]] const std::string& sender() const { return sender_; }
    /// EVN-2, else MSH-7, else when it was received.
    [[nodiscard]] Instant event_at() const { return out_.event_at; }
    /// MSH-7, else when it was received.
    [[nodiscard]] Instant sent_at() const { return sent_at_; }
    [[nodiscard]] Instant received_at() const { return received_at_; }
    [[nodiscard]] bool has_message_time() const { return has_message_time_; }

    /// Stamp of a statement of this message: authority, then its time, then `step` (0..9), then
    /// when and as what the message was sent.
    [[nodiscard]] std::string stamp(Authority authority, Instant at, int step = 0) const;
    [[nodiscard]] std::string stamp(Authority authority) const {
        return stamp(authority, out_.event_at);
    }
    /// Authority of this message about patients and visits.
    [[nodiscard]] Authority authority() const { return authority_; }

    /// Reads a time; what is doubtful becomes a warning.
    [[nodiscard]] std::optional<hl7v2::Timestamp> time(std::string_view text);
    [[nodiscard]] std::optional<hl7v2::Timestamp> time(const hl7v2::Field& field) {
        return time(field.text());
    }

 private:
    const hl7v2::Message& message_;
    const FeedProfile& profile_;
    Instant received_at_;
    hl7v2::ZoneRule zone_;
    std::string type_;
    std::string trigger_;
    std::string sender_;
    std::string control_;
    Instant sent_at_;
    bool has_message_time_ = false;
    Authority authority_ = Authority::copy;
    Mapped out_;
};

}  // namespace wardlight::intake
