#include "intake/context.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wardlight::intake {
namespace {

/// Raised with every change of the mapping's own tables and code that alters what a message
/// becomes.
constexpr int kMappingRevision = 1;

/// Sixteen hexadecimal digits that sort like the time, also before 1970.
std::string sortable(Instant at) {
    return fmt::format("{:016x}", static_cast<std::uint64_t>(to_micros(at)) ^ (1ULL << 63));
}

/// Control ids usually count up: compare by length first, so that A9 comes before A10.
std::string sortable(std::string_view control_id) {
    const std::string_view cut = control_id.substr(0, 60);
    return fmt::format("{:02}{}", cut.size(), cut);
}

}  // namespace

Context::Context(const hl7v2::Message& message, const FeedProfile& profile, Instant received_at)
    : message_(message),
      profile_(profile),
      received_at_(received_at),
      zone_(profile.zone, message.text("MSH-7")),
      type_(trim(message.text("MSH-9.1"))),
      trigger_(trim(message.text("MSH-9.2"))),
      sender_(profile.result_source),
      control_(sortable(message.text("MSH-10"))) {
    if (trigger_.empty()) trigger_ = std::string(trim(message.text("EVN-1")));
    if (sender_.empty()) sender_ = message.text("MSH-3.1") + "|" + message.text("MSH-4.1");
    const auto sent = time(message.text("MSH-7"));
    has_message_time_ = sent.has_value();
    if (!sent) warn("message_time_missing");
    sent_at_ = sent ? sent->instant : received_at;
    const auto event = time(message.text("EVN-2"));
    out_.event_at = event ? event->instant : sent_at_;
    if (type_ == "ADT") authority_ = Authority::source;
}

std::string Context::stamp(Authority authority, Instant at, int step) const {
    return fmt::format("{}{}{}{}{}{:03}{:06}", static_cast<int>(authority), sortable(at), step,
                       sortable(sent_at_), control_, kMappingRevision, profile_.revision);
}

std::optional<hl7v2::Timestamp> Context::time(std::string_view text) {
    auto reading = hl7v2::parse_timestamp(text, zone_);
    for (const std::string_view warning : reading.warnings) warn(warning);
    return std::move(reading.value);
}

}  // namespace wardlight::intake
