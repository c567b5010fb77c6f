// Where to listen or connect: "127.0.0.1:8443", "[::1]:8443", "localhost:2575", ":8443" (every
// address of this machine).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/descriptor.h"

namespace wardlight::net {

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
};

[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// A non-blocking listening TCP socket. A busy port is `conflict` with a message for people.
/// Port 0 takes any free one; ask `local_port`.
[[nodiscard]] Result<Descriptor> listen_on(const Endpoint& endpoint);
[[nodiscard]] std::uint16_t local_port(int fd);

}  // namespace wardlight::net
