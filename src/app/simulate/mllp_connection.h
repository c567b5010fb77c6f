// One MLLP client connection that waits: send a message, get its acknowledgement. Plain blocking
// sockets with a deadline on every wait; used by one thread at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wardlight::simulate {

struct Target {
    std::string host;
    std::string port;
};

/// "host:port" or "[::1]:port".
[[nodiscard]] Result<Target> parse_target(std::string_view text);

class MllpConnection {
 public:
    static Result<MllpConnection> open(const Target& target, std::chrono::milliseconds deadline);
    MllpConnection(MllpConnection&& other) noexcept;
    MllpConnection& operator=(MllpConnection&& other) noexcept;
    MllpConnection(const MllpConnection&) = delete;
    MllpConnection& operator=(const MllpConnection&) = delete;
    ~MllpConnection();

    /// Sends `message` in a frame and returns the bytes of the next frame that comes back. After an
    /// error the connection is of no more use. `stop` ends the wait early with `unavailable`.
    Result<std::string> exchange(std::string_view message, std::chrono::milliseconds deadline,
                                 const std::atomic<bool>& stop);
    /// The two halves of exchange, for messages that get no answer or two.
    Result<> send(std::string_view message, std::chrono::milliseconds deadline,
                  const std::atomic<bool>& stop);
    Result<std::string> receive(std::chrono::milliseconds deadline, const std::atomic<bool>& stop);

 private:
    using Until = std::chrono::steady_clock::time_point;

    explicit MllpConnection(int descriptor) : descriptor_(descriptor) {}
    Result<> send_until(std::string_view message, Until until, const std::atomic<bool>& stop);
    Result<std::string> receive_until(Until until, const std::atomic<bool>& stop);
    void close();

    int descriptor_ = -1;
    std::string received_;
};

/// What an acknowledgement says.
struct Acknowledgement {
    std::string code;        // MSA-1
    std::string control_id;  // MSA-2
    std::string error_code;  // ERR-1.4 or ERR-3.1; empty when there is no ERR
    [[nodiscard]] bool is_accepted() const { return code == "AA" || code == "CA"; }
};
[[nodiscard]] Result<Acknowledgement> parse_acknowledgement(std::string_view message);

}  // namespace wardlight::simulate
