// Bytes in, requests out: HTTP/1.1 without sockets. Boost.Beast's parser does the grammar; what is
// ambiguous between two HTTP implementations (request smuggling) is refused here on top of it.
// One parser reads one request. Not thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "net/http_message.h"

namespace wardlight::net {

class HttpParser {
 public:
    struct Limits {
        std::size_t header_bytes;
        std::size_t header_fields;
    };
    /// Asked once, when the header is complete: how many bytes the body may have.
    using BodyLimit = std::function<std::size_t(const Request&)>;

    HttpParser(Limits limits, BodyLimit body_limit);
    ~HttpParser();

    /// Takes what it can from the front of `bytes` and returns how many; offer the rest again with
    /// more behind it. Stops at the end of the request: what follows belongs to the next one.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] bool has_header() const;
    /// HTTP status to refuse the request with; 0 while all is well. The connection must then close:
    /// where the next request begins is unknown.
    [[nodiscard]] int refused() const;
    /// The client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const;
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] std::size_t body_bytes() const;
    [[nodiscard]] Request take();

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wardlight::net
