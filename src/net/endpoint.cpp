#include "net/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace wardlight::net {
namespace {

constexpr int kBacklog = 1'024;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

AddressList resolve(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const std::string port = std::to_string(endpoint.port);
    const char* host = endpoint.host.empty() ? "::" : endpoint.host.c_str();
    if (::getaddrinfo(host, port.c_str(), &hints, &list) != 0) return nullptr;
    return AddressList(list);
}

Descriptor try_listen(const addrinfo& address) {
    Descriptor fd(
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!fd.is_open()) return {};
    const int on = 1;
    const int off = 0;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.ai_family == AF_INET6) {
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0) return {};
    if (::listen(fd.get(), kBacklog) != 0) return {};
    return fd;
}

bool may_be_in_host(char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '[' && c != ']';
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return fail(ErrorCode::invalid, "an address is written HOST:PORT", "endpoint");
    }
    const auto port = parse_integer(text.substr(colon + 1));
    if (!port || *port < 0 || *port > 65'535) {
        return fail(ErrorCode::invalid, "the port is a number from 0 to 65535", "endpoint");
    }
    std::string_view host = text.substr(0, colon);
    const bool is_bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    if (is_bracketed != (host.find(':') != std::string_view::npos)) {
        return fail(ErrorCode::invalid,
                    "write an IPv6 address in brackets, and nothing else: [::1]:8443", "endpoint");
    }
    if (!std::ranges::all_of(host, may_be_in_host)) {
        return fail(ErrorCode::invalid, "a host has no brackets, spaces or control characters",
                    "endpoint");
    }
    return Endpoint{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Endpoint& endpoint) {
    const bool is_v6 = endpoint.host.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
                 : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

Result<Descriptor> listen_on(const Endpoint& endpoint) {
    const AddressList addresses = resolve(endpoint);
    if (!addresses) {
        return fail(ErrorCode::invalid,
                    fmt::format("{} is not an address of this machine", to_string(endpoint)));
    }
    int last_error = 0;
    for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
        Descriptor fd = try_listen(*address);
        if (fd.is_open()) return fd;
        last_error = errno;
    }
    if (endpoint.host.empty() && last_error == EAFNOSUPPORT) {
        return listen_on({"0.0.0.0", endpoint.port});
    }
    if (last_error == EADDRINUSE) {
        return fail(ErrorCode::conflict,
                    fmt::format("port {} is already used by another program; stop it or choose "
                                "another port",
                                endpoint.port));
    }
    return fail(ErrorCode::unavailable, fmt::format("cannot listen on {}: {}", to_string(endpoint),
                                                    std::strerror(last_error)));
}

std::uint16_t local_port(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace wardlight::net
