#include "net/peer_list.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace wardlight::net {
namespace {

constexpr int kV4Offset = 12;  // where the four bytes stand in ::ffff:a.b.c.d
constexpr int kV4Bits = 96;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string copy(text);
    IpAddress address;
    if (::inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) == 1) return address;
    address.bytes_ = {};
    address.bytes_[10] = address.bytes_[11] = 0xff;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes_.data() + kV4Offset) == 1) return address;
    return std::nullopt;
}

IpAddress IpAddress::from(const sockaddr_storage& storage) {
    IpAddress address;
    if (storage.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
        std::memcpy(address.bytes_.data(), &v6.sin6_addr, 16);
    } else if (storage.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
        address.bytes_[10] = address.bytes_[11] = 0xff;
        std::memcpy(address.bytes_.data() + kV4Offset, &v4.sin_addr, 4);
    }
    return address;
}

bool IpAddress::is_v4() const {
    return std::all_of(bytes_.begin(), bytes_.begin() + 10, [](auto b) { return b == 0; }) &&
           bytes_[10] == 0xff && bytes_[11] == 0xff;
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes_.data() + kV4Offset, buffer.data(), buffer.size());
    } else {
        ::inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
    }
    return buffer.data();
}

bool IpAddress::has_prefix(const IpAddress& network, int bits) const {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<long>(whole),
                    network.bytes_.begin())) {
        return false;
    }
    const int rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (bytes_[whole] & mask) == (network.bytes_[whole] & mask);
}

Result<PeerList> PeerList::parse(const std::vector<std::string>& networks) {
    PeerList list;
    for (const std::string& text : networks) {
        const std::size_t slash = text.find('/');
        const auto address = IpAddress::parse(text.substr(0, slash));
        if (!address) return fail(ErrorCode::invalid, "not an IP address or network", "peers");
        const int most = address->is_v4() ? 32 : 128;
        int bits = most;
        if (slash != std::string::npos) {
            const auto given = parse_integer(text.substr(slash + 1));
            if (!given || *given < 0 || *given > most) {
                return fail(ErrorCode::invalid, "not a network prefix length", "peers");
            }
            bits = static_cast<int>(*given);
        }
        list.networks_.push_back({*address, address->is_v4() ? bits + kV4Bits : bits});
    }
    return list;
}

bool PeerList::contains(const IpAddress& address) const {
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        return address.has_prefix(network.address, network.bits);
    });
}

}  // namespace wardlight::net
