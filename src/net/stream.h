// One connected socket, plain or with TLS, used by coroutines. Asio tells when the socket is ready
// and when time is up; bytes are read and written directly on the descriptor, which costs a quarter
// of the memory and compile time of Asio's and Beast's stream templates.
//
// A Stream belongs to one io thread and is used only there. One coroutine may read while another
// writes. After a timeout or an error every further call fails at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "net/descriptor.h"
#include "net/tls.h"

namespace wardlight::net {

enum class IoStatus { ok, end, timeout, error };

struct ReadResult {
    IoStatus status;
    std::size_t bytes;
};

class Stream : public std::enable_shared_from_this<Stream> {
 public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr TimePoint kNever = TimePoint::max();

    /// Takes over a non-blocking socket. `tls` null: plain.
    static std::shared_ptr<Stream> adopt(boost::asio::io_context& io, Descriptor socket,
                                         std::shared_ptr<const TlsContext> tls);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Server side of the TLS handshake; nothing to do when plain.
    boost::asio::awaitable<IoStatus> handshake();
    /// Waits until there is at least one byte. `end` when the other side has finished.
    boost::asio::awaitable<ReadResult> read_some(char* into, std::size_t capacity);
    boost::asio::awaitable<IoStatus> write_all(std::string_view bytes);
    /// Says goodbye, then waits shortly for the other side to do so: closing at once could destroy
    /// an answer that is still on its way.
    boost::asio::awaitable<void> close_gently();
    /// Reads end as if the other side had finished; writes go on.
    void stop_reading();
    /// Ends every pending call now. May be called again.
    void abort();

    void set_read_deadline(TimePoint when);
    void set_write_deadline(TimePoint when);

    /// Finds dead peers that send nothing: after `idle` without a byte, probes every `idle / 3`.
    void enable_keep_alive(std::chrono::seconds idle);

    [[nodiscard]] boost::asio::io_context& io() { return io_; }
    [[nodiscard]] bool is_tls() const { return session_ != nullptr; }
    [[nodiscard]] PeerCertificate certificate() const;

 private:
    enum class Need { nothing, read, write, end, failed };
    struct Attempt {
        Need need;
        std::size_t bytes;
    };

    Stream(boost::asio::io_context& io, int fd, std::shared_ptr<const TlsContext> tls);
    Attempt try_read(char* into, std::size_t capacity);
    Attempt try_write(std::string_view bytes);
    Attempt tls_outcome(int returned);
    boost::asio::awaitable<IoStatus> wait_for(Need need);
    void arm();
    void on_timer();

    boost::asio::io_context& io_;
    boost::asio::posix::stream_descriptor descriptor_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<const TlsContext> tls_;
    ssl_st* session_ = nullptr;
    TimePoint read_deadline_ = kNever;
    TimePoint write_deadline_ = kNever;
    TimePoint armed_for_ = kNever;
    bool is_expired_ = false;
    bool is_aborted_ = false;
    bool is_reading_stopped_ = false;
    bool is_tls_broken_ = false;
};

}  // namespace wardlight::net
