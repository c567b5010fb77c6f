// Takes connections from a listening socket and hands them on. Lives on one io thread; shared by
// the HTTP and the MLLP server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "net/descriptor.h"
#include "net/peer_list.h"
#include "net/wakeup.h"

namespace wardlight::net {

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
    using OnConnection = std::function<void(Descriptor, const IpAddress&)>;

    static std::shared_ptr<Acceptor> start(boost::asio::io_context& io, Descriptor listening,
                                           OnConnection on_connection);
    /// When this returns, `on_connection` will not be called again and the port is free.
    /// Any thread but the io thread.
    void stop();

 private:
    Acceptor(boost::asio::io_context& io, Descriptor listening, OnConnection on_connection);
    boost::asio::awaitable<void> run(std::shared_ptr<Acceptor> self);
    /// False when the process has no descriptor or memory left for another connection.
    bool try_accept_waiting();
    bool accept_waiting();

    boost::asio::io_context& io_;
    boost::asio::posix::stream_descriptor listening_;
    Wakeup pause_;
    OnConnection on_connection_;
    bool is_stopped_ = false;
};

}  // namespace wardlight::net
