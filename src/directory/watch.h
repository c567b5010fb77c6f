// Ends a connection from outside when its time is over. A read that gets a byte now and then would
// otherwise go on for ever. To be destroyed before the socket is closed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wardlight::directory {

class Watch {
 public:
    Watch(int socket, std::chrono::milliseconds life);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

 private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool is_ended_ = false;
    std::thread thread_;
};

}  // namespace wardlight::directory
