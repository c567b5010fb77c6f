// The whole server: store, intake, alerts, API and sockets, put together and taken down in order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/configuration.h"
#include "base/server_clock.h"

namespace wardlight::app {

class Server {
 public:
    /// Starts everything; returns when it answers. Errors say what to do about them. `clock` must
    /// outlive the server, which moves it when the machine's time of day is set.
    static Result<std::unique_ptr<Server>> start(Configuration configuration, ServerClock& clock);
    /// Stops in order: no new connections, running requests and owed acknowledgements finish, then
    /// the rest.
    ~Server();

    /// "ready http=https://127.0.0.1:8443 mllp=127.0.0.1:2575"
    [[nodiscard]] std::string ready_line() const;

 private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace wardlight::app
