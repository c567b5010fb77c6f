#include "intake/raw_message.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wardlight::intake {
namespace {

constexpr std::size_t kHashBytes = 16;

std::int64_t number_of(MessageNumber number) {
    return static_cast<std::int64_t>(number);
}
int state_of(MessageState state) {
    return static_cast<int>(state);
}

constexpr std::string_view kColumns =
    "SELECT number, feed, received_at, state, type, control_id, lane_key, size, reason_code, "
    "reason, reason_where";

StoredMessage message_from(const store::Rows& rows) {
    StoredMessage message;
    message.number = MessageNumber{rows.integer(0)};
    message.feed = FeedId{rows.string(1)};
    message.received_at = from_micros(rows.integer(2));
    message.state = static_cast<MessageState>(rows.integer(3));
    message.type = rows.string(4);
    message.control_id = rows.string(5);
    message.lane_key = rows.string(6);
    message.size = rows.integer(7);
    if (!rows.is_null(8))
        message.reason = QuarantineReason{rows.string(8), rows.string(9), rows.string(10)};
    return message;
}

Result<std::vector<StoredMessage>> read_list(store::Rows rows) {
    std::vector<StoredMessage> messages;
    while (TRY(rows.next())) messages.push_back(message_from(rows));
    return messages;
}

/// Looks for the same message; without a control id the content alone can tell.
Result<bool> was_received(store::SqlConnection& sql, const NewMessage& message,
                          std::string_view hash) {
    constexpr std::string_view kNamed =
        "SELECT 1 FROM raw_message WHERE control_id = $1 AND sender = $2 AND control_id <> '' AND "
        "hash = $3 AND feed = $4 LIMIT 1";
    constexpr std::string_view kNameless =
        "SELECT 1 FROM raw_message WHERE control_id = '' AND hash = $1 AND sender = $2 AND "
        "feed = $3 LIMIT 1";
    auto rows =
        message.control_id.empty()
            ? TRY(sql.query(kNameless, store::Bytes{hash}, message.sender, message.feed.value))
            : TRY(sql.query(kNamed, message.control_id, message.sender, store::Bytes{hash},
                            message.feed.value));
    return rows.next();
}

Result<bool> is_control_id_used(store::SqlConnection& sql, const NewMessage& message) {
    if (message.control_id.empty()) return false;
    auto rows =
        TRY(sql.query("SELECT 1 FROM raw_message WHERE control_id = $1 AND sender = $2 AND "
                      "control_id <> '' LIMIT 1",
                      message.control_id, message.sender));
    return rows.next();
}

}  // namespace

std::string_view name_of(MessageState state) {
    switch (state) {
        case MessageState::received:
            return "received";
        case MessageState::applied:
            return "applied";
        case MessageState::quarantined:
            return "quarantined";
        case MessageState::duplicate:
            return "duplicate";
        case MessageState::discarded:
            return "discarded";
    }
    return "received";
}

Result<Stored> store_message(store::WriteTransaction& tx, const NewMessage& message) {
    Stored stored;
    const std::string hash = sha256(message.body).substr(0, kHashBytes);
    if (TRY(is_control_id_used(tx.sql(), message)) || message.control_id.empty()) {
        stored.is_duplicate = !message.replaces && TRY(was_received(tx.sql(), message, hash));
        stored.control_id_reused = !message.control_id.empty() && !stored.is_duplicate;
    }
    const MessageState state = stored.is_duplicate  ? MessageState::duplicate
                               : message.unreadable ? MessageState::quarantined
                                                    : MessageState::received;
    std::optional<std::string> code;
    std::optional<std::string> reason;
    std::optional<std::string> where;
    if (message.unreadable) {
        code = message.unreadable->code;
        reason = message.unreadable->message;
        where = message.unreadable->where;
    }
    std::optional<std::int64_t> replaces;
    if (message.replaces) replaces = number_of(*message.replaces);
    stored.number = MessageNumber{TRY(tx.sql().insert(
        "INSERT INTO raw_message (feed, received_at, state, type, control_id, sender, lane_key, "
        "hash, size, body, "
        "replaces, reason_code, reason, reason_where) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        message.feed.value, to_micros(tx.now()), state_of(state), message.type, message.control_id,
        message.sender, message.lane_key, store::Bytes{hash},
        static_cast<std::int64_t>(message.body.size()), store::Bytes{message.body}, replaces, code,
        reason, where))};
    return stored;
}

Result<std::optional<StoredMessage>> find_message(store::Snapshot& snapshot, MessageNumber number) {
    static const std::string kText =
        std::string(kColumns) + ", body FROM raw_message WHERE number = $1";
    auto rows = TRY(snapshot.sql().query(kText, number_of(number)));
    if (!TRY(rows.next())) return std::nullopt;
    StoredMessage message = message_from(rows);
    message.body = rows.string(11);
    return message;
}

Result<std::vector<StoredMessage>> waiting_messages(store::Snapshot& snapshot, MessageNumber after,
                                                    std::size_t limit) {
    static const std::string kText =
        std::string(kColumns) +
        ", body FROM raw_message WHERE state = 0 AND number > $1 ORDER BY number LIMIT $2";
    auto rows =
        TRY(snapshot.sql().query(kText, number_of(after), static_cast<std::int64_t>(limit)));
    std::vector<StoredMessage> messages;
    while (TRY(rows.next())) {
        messages.push_back(message_from(rows));
        messages.back().body = rows.string(11);
    }
    return messages;
}

Result<std::vector<StoredMessage>> messages_in_state(store::Snapshot& snapshot, MessageState state,
                                                     std::size_t limit) {
    // The state is part of the text: the index of those in quarantine is of that state alone.
    const std::string text =
        fmt::format("{} FROM raw_message WHERE state = {} ORDER BY number DESC LIMIT $1", kColumns,
                    state_of(state));
    return read_list(TRY(snapshot.sql().query(text, static_cast<std::int64_t>(limit))));
}

Result<std::vector<StoredMessage>> replayed_messages(store::Snapshot& snapshot, std::size_t limit) {
    static const std::string kText =
        std::string(kColumns) +
        " FROM raw_message WHERE was_replayed = 1 ORDER BY number DESC LIMIT $1";
    return read_list(TRY(snapshot.sql().query(kText, static_cast<std::int64_t>(limit))));
}

Result<> mark_applied(store::WriteTransaction& tx, MessageNumber number) {
    return tx.sql().run(
        "UPDATE raw_message SET state = $2, applied_at = $3, was_replayed = CASE WHEN state = 2 "
        "THEN 1 ELSE was_replayed END "
        "WHERE number = $1",
        number_of(number), state_of(MessageState::applied), to_micros(tx.now()));
}

Result<> mark_quarantined(store::WriteTransaction& tx, MessageNumber number,
                          const QuarantineReason& reason) {
    return tx.sql().run(
        "UPDATE raw_message SET state = $2, reason_code = $3, reason = $4, reason_where = $5 WHERE "
        "number = $1",
        number_of(number), state_of(MessageState::quarantined), reason.code, reason.message,
        reason.where);
}

Result<> mark_discarded(store::WriteTransaction& tx, MessageNumber number,
                        std::string_view reason) {
    return tx.sql().run(
        "UPDATE raw_message SET state = $2, reason = $3 WHERE number = $1 AND state = 2",
        number_of(number), state_of(MessageState::discarded), reason);
}

}  // namespace wardlight::intake
