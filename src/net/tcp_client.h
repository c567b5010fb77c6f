// A blocking connection for command-line tools and tests: connect, send, receive, each with a time
// limit. Not thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/descriptor.h"
#include "net/endpoint.h"
#include "net/tls.h"

namespace wardlight::net {

class TcpClient {
 public:
    struct Options {
        std::chrono::milliseconds timeout{30'000};  ///< for each call
        std::shared_ptr<const TlsContext> tls{};    ///< null: plain
    };

    static Result<TcpClient> connect(const Endpoint& endpoint, Options options);
    TcpClient(TcpClient&&) noexcept;
    TcpClient& operator=(TcpClient&&) noexcept;
    ~TcpClient();

    [[nodiscard]] Result<> send(std::string_view bytes);
    /// What has come, at least one byte; empty when the other side has finished.
    [[nodiscard]] Result<std::string> receive();
    /// Tells the other side that nothing more is sent; receiving goes on.
    void finish_sending();

 private:
    struct SessionFree {
        void operator()(ssl_st* session) const;
    };
    TcpClient(Descriptor socket, Options options);
    Result<> handshake();
    [[nodiscard]] Result<> wait(short events) const;
    [[nodiscard]] Result<> wait_for_tls(int returned) const;

    Options options_;
    Descriptor socket_;
    std::unique_ptr<ssl_st, SessionFree> session_;
};

}  // namespace wardlight::net
