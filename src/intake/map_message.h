// HL7 v2 -> facts: the pure half of intake. One message in, all it says out; nothing is read or
// written. apply() (apply.h) joins the facts with what is known and writes the FHIR resources.
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "hl7v2/message.h"
#include "intake/facts.h"
#include "intake/feed_profile.h"

namespace wardlight::intake {

/// What the message says. An error is the reason for quarantine: its message begins with a stable
/// code (see reason_code), `where` names segment and field ("PID-3", "TXA-12"); neither holds a
/// value. `received_at` must be the same when a message is mapped again.
[[nodiscard]] Result<Mapped> map_message(const hl7v2::Message& message, const FeedProfile& profile,
                                         Instant received_at);

/// "patient_missing" of "patient_missing: the message has no PID segment".
[[nodiscard]] std::string_view reason_code(const Error& error);

/// Messages with the same key must be applied one after another in the order they came; others may
/// run side by side. The patient's number, or "" when the message is about nobody.
[[nodiscard]] std::string lane_key(const hl7v2::Message& message);

}  // namespace wardlight::intake
