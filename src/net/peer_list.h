// Addresses of the other side, and lists of addresses that are let in. Plain values.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::net {

/// An IPv6 address; IPv4 is held in its mapped form, so that 10.0.0.1 and ::ffff:10.0.0.1 are one.
class IpAddress {
 public:
    IpAddress() = default;
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress from(const sockaddr_storage& address);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_v4() const;
    /// Whether the first `bits` (of 128) are the same.
    [[nodiscard]] bool has_prefix(const IpAddress& network, int bits) const;
    bool operator==(const IpAddress&) const = default;

 private:
    std::array<std::uint8_t, 16> bytes_{};
};

/// Networks such as "10.20.0.0/16" or single addresses. An empty list contains nothing.
class PeerList {
 public:
    PeerList() = default;
    static Result<PeerList> parse(const std::vector<std::string>& networks);

    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
    struct Network {
        IpAddress address;
        int bits;
    };
    std::vector<Network> networks_;
};

}  // namespace wardlight::net
