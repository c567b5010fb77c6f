// The threads that own sockets: each has its own io_context, a connection lives on one of them for
// life. Nothing on these threads may block. Owner: app; destroyed after every server and worker
// pool.
#pragma once

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace wardlight::net {

class IoThreads {
 public:
    /// Also makes the process ignore SIGPIPE: OpenSSL writes to a closed socket would kill it.
    explicit IoThreads(std::size_t threads);
    ~IoThreads();
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    /// The first one; listening sockets live here. Thread-safe.
    [[nodiscard]] boost::asio::io_context& first();
    /// The next one in turn. Thread-safe.
    [[nodiscard]] boost::asio::io_context& next();
    /// Returns when all threads have ended. What is still connected is cut off.
    void stop();

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wardlight::net
