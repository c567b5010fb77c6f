// Every inbound message as it came, byte for byte, before anything is made of it. A message is
// acknowledged when its row is durable; what becomes of it afterwards is this row's state.
//
//   received -> applied
//            -> quarantined -> applied (replayed) | discarded
//   duplicate (kept for the record, never applied again)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::intake {

enum class MessageState : std::uint8_t {
    received = 0,
    applied = 1,
    quarantined = 2,
    duplicate = 3,
    discarded = 4
};

/// "applied", "quarantined": the names used by the API.
[[nodiscard]] std::string_view name_of(MessageState state);

/// Why a message waits in quarantine. Never holds a value of the message.
struct QuarantineReason {
    std::string code;     // "unsupported_message", "required_field_missing"
    std::string message;  // one sentence for a person
    std::string where;    // "PID-3", "OBX[12]-5"; may be empty
};

/// What is known of a message when it arrives.
struct NewMessage {
    FeedId feed;
    std::string type;                            // "ADT^A01"; empty when unreadable
    std::string control_id;                      // MSH-10
    std::string sender;                          // MSH-3|MSH-4
    std::string lane_key;                        // messages with the same key are applied in order
    std::string body;                            // raw bytes
    std::optional<QuarantineReason> unreadable;  // goes straight to quarantine
    std::optional<MessageNumber> replaces;       // an edited copy of a quarantined message
};

struct StoredMessage {
    MessageNumber number{};
    FeedId feed;
    Instant received_at;
    MessageState state = MessageState::received;
    std::string type;
    std::string control_id;
    std::string lane_key;
    std::int64_t size = 0;
    std::optional<QuarantineReason> reason;
    std::string body;  // only where asked for
};

struct Stored {
    MessageNumber number{};
    bool is_duplicate = false;
    /// The control id was used before for another content: processed, but worth a look.
    bool control_id_reused = false;
};

inline constexpr std::string_view kRawMessageSteps[] = {R"sql(
CREATE TABLE raw_message (
    number {rowid},
    feed TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    state INTEGER NOT NULL,
    type TEXT NOT NULL,
    control_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    lane_key TEXT NOT NULL,
    hash {bytes} NOT NULL,
    size BIGINT NOT NULL,
    body {bytes} NOT NULL,
    applied_at BIGINT,
    was_replayed INTEGER NOT NULL DEFAULT 0,
    replaces BIGINT,
    reason_code TEXT,
    reason TEXT,
    reason_where TEXT
);
CREATE INDEX raw_message_waiting ON raw_message (number) WHERE state = 0;
CREATE INDEX raw_message_quarantined ON raw_message (number) WHERE state = 2;
CREATE INDEX raw_message_replayed ON raw_message (number) WHERE was_replayed = 1;
CREATE INDEX raw_message_hash ON raw_message (hash);
CREATE INDEX raw_message_arrival ON raw_message (feed, received_at);
)sql",
                                                        R"sql(
CREATE INDEX raw_message_control ON raw_message (control_id, sender) WHERE control_id <> '';
)sql",
                                                        R"sql(
DROP INDEX raw_message_hash;
DROP INDEX raw_message_control;
-- Who sent this before, and was it the same? One lookup for both questions.
CREATE INDEX raw_message_control ON raw_message (control_id, sender, hash) WHERE control_id <> '';
CREATE INDEX raw_message_nameless ON raw_message (hash) WHERE control_id = '';
)sql"};

[[nodiscard]] Result<Stored> store_message(store::WriteTransaction& tx, const NewMessage& message);
[[nodiscard]] Result<std::optional<StoredMessage>> find_message(store::Snapshot& snapshot,
                                                                MessageNumber number);
/// Messages not yet applied after `after`, with bodies, in order of arrival.
[[nodiscard]] Result<std::vector<StoredMessage>> waiting_messages(store::Snapshot& snapshot,
                                                                  MessageNumber after,
                                                                  std::size_t limit);
/// Newest first, without bodies.
[[nodiscard]] Result<std::vector<StoredMessage>> messages_in_state(store::Snapshot& snapshot,
                                                                   MessageState state,
                                                                   std::size_t limit);
/// Quarantined messages that were replayed since, newest first, without bodies.
[[nodiscard]] Result<std::vector<StoredMessage>> replayed_messages(store::Snapshot& snapshot,
                                                                   std::size_t limit);

Result<> mark_applied(store::WriteTransaction& tx, MessageNumber number);
Result<> mark_quarantined(store::WriteTransaction& tx, MessageNumber number,
                          const QuarantineReason& reason);
Result<> mark_discarded(store::WriteTransaction& tx, MessageNumber number, std::string_view reason);

}  // namespace wardlight::intake
