#include "api/app_services.h"

#include "intake/feed_watch.h"

namespace wardlight::api {

using json::Value;

net::Handler json_handler(Call call) {
    return [call = std::move(call)](const net::Request& request) {
        auto body = call(request);
        if (!body) return net::error_response(body.error());
        if (body->is_null()) return net::Response::empty(204);
        return net::Response::json(200, json::serialize(*body));
    };
}

Result<Value> json_body(const net::Request& request) {
    Value body = TRY(json::parse(request.body));
    if (!body.is_object()) return fail(ErrorCode::invalid, "a JSON object is expected");
    return body;
}

Value text_or_null(std::string_view text) {
    return text.empty() ? Value() : Value(text);
}

Value instant_or_null(const std::optional<Instant>& instant) {
    return instant ? Value(format_instant(*instant)) : Value();
}

Result<Value> as_of(store::Snapshot& snapshot, const AppServices& services) {
    const Instant now = services.store.clock().now();
    Value sources{json::Array{}};
    const auto seen = TRY(intake::feed_sources(snapshot));
    for (const FeedInfo& feed : services.feeds) {
        bool any = false;
        for (const intake::FeedSource& source : seen) {
            if (source.feed != feed.id) continue;
            any = true;
            const auto limit = intake::stale_after(source.kind);
            const bool is_live = source.last_message_at && now - *source.last_message_at < limit;
            sources.push(
                json::Object{{"feed", feed.id.value},
                             {"label", feed.label},
                             {"kind", intake::name_of(source.kind)},
                             {"last_message_at", instant_or_null(source.last_message_at)},
                             {"stale_after_seconds", static_cast<std::int64_t>(limit.count())},
                             {"state", is_live ? "live" : "silent"}});
        }
        if (!any) {
            sources.push(json::Object{
                {"feed", feed.id.value},
                {"label", feed.label},
                {"kind", "adt"},
                {"last_message_at", nullptr},
                {"stale_after_seconds",
                 static_cast<std::int64_t>(intake::stale_after(intake::SourceKind::adt).count())},
                {"state", "never"}});
        }
    }
    return json::Object{{"now", format_instant(now)}, {"sources", std::move(sources)}};
}

}  // namespace wardlight::api
