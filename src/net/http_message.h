// A request as a handler sees it and the response it returns: plain values, no sockets.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/peer_list.h"
#include "net/percent.h"
#include "net/sse.h"

namespace wardlight::net {

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    std::string method;  ///< as sent: "GET"
    std::string target;  ///< as sent: "/api/lists/ward%3A7B?x=1"
    std::vector<Header> headers;
    std::string body;

    IpAddress peer;  ///< the client; behind a trusted proxy the one the proxy names
    bool is_tls = false;

    /// Filled by the router.
    std::vector<std::pair<std::string, std::string>> path_parameters;
    QueryParameters query;

    /// Whatever the router's `before` hook found out about the caller, for the handlers.
    std::shared_ptr<const void> caller;

    [[nodiscard]] std::string_view path() const;          ///< target without the query, undecoded
    [[nodiscard]] std::string_view query_string() const;  ///< without '?'
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
    /// Value of "{name}" in the route's pattern; empty when the pattern has none.
    [[nodiscard]] const std::string& path_parameter(std::string_view name) const;
    /// First query parameter of that name.
    [[nodiscard]] std::optional<std::string_view> query_parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
    /// Sent instead of `body` when set: a file that many responses share.
    std::shared_ptr<const std::string> shared_body;
    /// Sent instead of a body when set: events until either side closes.
    std::shared_ptr<LiveStream> live;
    /// Sent instead of all this when set: what it calls back with, once, from any thread. The
    /// request stays as long as anybody holds what it calls back.
    using Send = std::function<void(Response)>;
    std::function<void(Send)> later;

    static Response json(int status, std::string body);
    static Response text(int status, std::string body);
    static Response empty(int status);
    static Response events(std::shared_ptr<LiveStream> stream);
    /// For an answer that waits for something without holding a thread. Whoever overlooks `later`
    /// shows nothing but a failure.
    static Response answer_later(std::function<void(Send)> later);

    /// Control characters in `value` become spaces: no value can start a header of its own.
    void set(std::string_view name, std::string_view value);
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    [[nodiscard]] std::string_view content() const { return shared_body ? *shared_body : body; }
};

/// {"error":{"code","message","where"}} with the status of the code; 503 asks to come back soon.
[[nodiscard]] Response error_response(const Error& error);

/// "Not Found"
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace wardlight::net
