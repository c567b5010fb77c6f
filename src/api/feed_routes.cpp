#include "api/feed_routes.h"

#include <algorithm>

#include "access/roles.h"
#include "api/patient_access.h"
#include "base/text.h"
#include "hl7v2/character_set.h"
#include "intake/feed_watch.h"
#include "intake/raw_message.h"

namespace wardlight::api {
namespace {

using intake::MessageState;
using json::Value;
using net::Request;

constexpr std::size_t kListed = 500;
constexpr std::size_t kReasonBytes = 500;

Instant local_midnight(const TimeZone& zone, Instant now) {
    const auto since = std::chrono::minutes{zone.local_minute_of_day(now)};
    return std::chrono::floor<std::chrono::minutes>(now) - since;
}

Value integer_or_null(const std::optional<std::int64_t>& value) {
    return value ? Value(*value) : Value();
}

/// A feed is as alive as its liveliest kind; silent since the last message.
Value feed_json(const FeedInfo& feed, const intake::FeedCounts& counts,
                const std::vector<intake::FeedSource>& sources, Instant now) {
    bool is_live = false;
    bool ever = false;
    for (const intake::FeedSource& source : sources) {
        if (source.feed != feed.id || !source.last_message_at) continue;
        ever = true;
        is_live = is_live || now - *source.last_message_at < intake::stale_after(source.kind);
    }
    Value minutes{json::Array{}};
    for (const std::int64_t count : counts.per_minute) minutes.push(count);
    const auto waiting =
        counts.oldest_waiting_at ? (now - *counts.oldest_waiting_at) / std::chrono::seconds{1} : 0;
    const char* state = is_live ? "live" : ever ? "silent" : "never";
    return json::Object{
        {"id", feed.id.value},
        {"label", feed.label},
        {"last_message_at", instant_or_null(counts.last_received_at)},
        {"received_today", counts.received_today},
        {"applied_today", counts.applied_today},
        {"quarantined_open", counts.quarantined_open},
        {"duplicates_today", counts.duplicates_today},
        {"oldest_unprocessed_seconds", static_cast<std::int64_t>(waiting)},
        {"median_delay_ms", integer_or_null(counts.median_delay_ms)},
        {"state", state},
        {"silent_since", is_live ? Value() : instant_or_null(counts.last_received_at)},
        {"connections", static_cast<std::int64_t>(feed.connections())},
        {"per_minute", std::move(minutes)}};
}

/// Nothing arrives while the store cannot be written: senders are told to send again.
Value store_json(const store::Store& store) {
    const auto trouble = store.trouble();
    if (!trouble) return json::Object{{"state", "ok"}, {"since", Value()}, {"reason", Value()}};
    return json::Object{{"state", "failing"},
                        {"since", format_instant(trouble->since)},
                        {"reason", trouble->error.message}};
}

Result<Value> list_feeds(const AppServices& services) {
    auto snapshot = TRY(services.store.read());
    const Instant now = services.store.clock().now();
    const Instant midnight = local_midnight(services.site.zone, now);
    const auto sources = TRY(intake::feed_sources(snapshot));
    Value feeds{json::Array{}};
    for (const FeedInfo& feed : services.feeds) {
        feeds.push(feed_json(feed, TRY(intake::feed_counts(snapshot, feed.id, now, midnight)),
                             sources, now));
    }
    Value quality{json::Array{}};
    for (const auto& row : TRY(intake::data_quality(snapshot, midnight))) {
        quality.push(json::Object{
            {"code", row.code}, {"count", row.count}, {"example", std::to_string(row.example)}});
    }
    return json::Object{{"as_of", TRY(as_of(snapshot, services))},
                        {"store", store_json(services.store)},
                        {"feeds", std::move(feeds)},
                        {"data_quality", std::move(quality)}};
}

Value reason_json(const std::optional<intake::QuarantineReason>& reason) {
    if (!reason) return {};
    return json::Object{{"code", reason->code},
                        {"message", reason->message},
                        {"where", text_or_null(reason->where)}};
}

std::string_view state_of(const intake::StoredMessage& message) {
    switch (message.state) {
        case MessageState::quarantined:
            return "open";
        case MessageState::applied:
            return "replayed";
        default:
            return intake::name_of(message.state);
    }
}

json::Object item_json(const intake::StoredMessage& message) {
    return {{"number", static_cast<std::int64_t>(message.number)},
            {"feed", message.feed.value},
            {"received_at", format_instant(message.received_at)},
            {"type", text_or_null(message.type)},
            {"control_id", text_or_null(message.control_id)},
            {"reason", reason_json(message.reason)},
            {"size", message.size},
            {"state", state_of(message)}};
}

Result<Value> list_quarantine(const AppServices& services, const Request& request) {
    const std::string_view state = request.query_parameter("state").value_or("open");
    auto snapshot = TRY(services.store.read());
    std::vector<intake::StoredMessage> messages;
    if (state == "open") {
        messages = TRY(intake::messages_in_state(snapshot, MessageState::quarantined, kListed));
    } else if (state == "discarded") {
        messages = TRY(intake::messages_in_state(snapshot, MessageState::discarded, kListed));
    } else if (state == "replayed") {
        messages = TRY(intake::replayed_messages(snapshot, kListed));
    } else {
        return fail(ErrorCode::invalid, "open, replayed or discarded", "state");
    }
    Value items{json::Array{}};
    for (const auto& message : messages) items.push(item_json(message));
    return json::Object{{"items", std::move(items)}};
}

Result<intake::StoredMessage> quarantined_message(store::Snapshot& snapshot,
                                                  const Request& request) {
    const auto number = parse_integer(request.path_parameter("number"));
    if (!number) return fail(ErrorCode::not_found, "there is no message of this number");
    auto message = TRY(intake::find_message(snapshot, MessageNumber{*number}));
    if (!message) return fail(ErrorCode::not_found, "there is no message of this number");
    return std::move(*message);
}

audit::Entry message_entry(const Caller& caller, std::string_view action, MessageNumber number) {
    audit::Entry entry;
    entry.actor = caller.actor();
    entry.action = action;
    entry.resource_type = "raw_message";
    entry.resource_id = std::to_string(static_cast<std::int64_t>(number));
    entry.purpose = audit::purpose::kOperations;
    entry.reason = "role";
    return entry;
}

/// Shows the message itself, so it is recorded before.
Result<Value> show_message(const AppServices& services, const Request& request) {
    intake::StoredMessage message;
    {
        auto snapshot = TRY(services.store.read());
        message = TRY(quarantined_message(snapshot, request));
    }
    TRY(audit::record(services.store,
                      message_entry(caller_of(request), "message.read", message.number)));
    std::string text =
        hl7v2::decode(message.body, services.find_profile(message.feed).character_set).text;
    std::replace(text.begin(), text.end(), '\r', '\n');
    json::Object shown = item_json(message);
    shown.emplace_back("text", std::move(text));
    return shown;
}

/// An edited message is a new one that replaces the old; the old stays as it came.
Result<MessageNumber> store_edited(const AppServices& services, const Caller& caller,
                                   const intake::StoredMessage& original, std::string text) {
    std::replace(text.begin(), text.end(), '\n', '\r');
    intake::NewMessage edited;
    edited.feed = original.feed;
    edited.type = original.type;
    edited.control_id = original.control_id;
    edited.lane_key = original.lane_key;
    edited.body = std::move(text);
    edited.replaces = original.number;
    edited.unreadable = original.reason;  // waits in quarantine until the replay below succeeds
    return services.store.transact([&](store::WriteTransaction& tx) -> Result<MessageNumber> {
        const auto stored = TRY(intake::store_message(tx, edited));
        TRY(intake::mark_discarded(tx, original.number, "replaced by an edited message"));
        TRY(audit::append(tx, message_entry(caller, "message.edit", original.number)));
        return stored.number;
    });
}

Result<Value> replay_message(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = request.body.empty() ? Value() : TRY(json_body(request));
    intake::StoredMessage message;
    {
        auto snapshot = TRY(services.store.read());
        message = TRY(quarantined_message(snapshot, request));
    }
    if (message.state != MessageState::quarantined)
        return fail(ErrorCode::conflict, "the message is no longer in quarantine");
    MessageNumber number = message.number;
    if (body["text"].is_string())
        number = TRY(store_edited(services, caller, message, std::string(body["text"].text())));
    TRY(audit::record(services.store, message_entry(caller, "message.replay", number)));
    const auto outcome = TRY(services.lanes.replay(number));
    return json::Object{{"state", intake::name_of(outcome.state)},
                        {"reason", reason_json(outcome.reason)}};
}

Result<Value> discard_message(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    const std::string reason(trim(body["reason"].text()));
    if (reason.empty()) return fail(ErrorCode::invalid, "a reason is needed", "reason");
    if (reason.size() > kReasonBytes)
        return fail(ErrorCode::too_large, "the reason is too long", "reason");
    MessageNumber number{};
    {
        auto snapshot = TRY(services.store.read());
        const auto message = TRY(quarantined_message(snapshot, request));
        if (message.state != MessageState::quarantined)
            return fail(ErrorCode::conflict, "the message is no longer in quarantine");
        number = message.number;
    }
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(intake::mark_discarded(tx, number, reason));
        TRY(audit::append(tx, message_entry(caller_of(request), "message.discard", number)));
        return {};
    }));
    return json::Object{{"state", "discarded"}};
}

}  // namespace

std::vector<net::Route> feed_routes(const AppServices& services) {
    const auto feeds = net::Permission::named(access::permission::kFeedsRead);
    const auto quarantine = net::Permission::named(access::permission::kQuarantineManage);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    return {
        {"GET", "/api/admin/feeds", feeds,
         json_handler([&services](const Request&) { return list_feeds(services); })},
        {"GET", "/api/admin/quarantine", quarantine, with(list_quarantine)},
        {"GET", "/api/admin/quarantine/{number}", quarantine, with(show_message)},
        {"POST", "/api/admin/quarantine/{number}/replay", quarantine, with(replay_message),
         limits::kMllpFrameBytes},
        {"POST", "/api/admin/quarantine/{number}/discard", quarantine, with(discard_message)},
    };
}

}  // namespace wardlight::api
