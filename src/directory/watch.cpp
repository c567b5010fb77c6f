#include "directory/watch.h"

#include <sys/socket.h>

namespace wardlight::directory {

Watch::Watch(int socket, std::chrono::milliseconds life)
    : thread_([this, socket, end = std::chrono::steady_clock::now() + life] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_until(lock, end, [this] { return is_ended_; }))
              ::shutdown(socket, SHUT_RDWR);
      }) {}

Watch::~Watch() {
    {
        const std::lock_guard lock(mutex_);
        is_ended_ = true;
    }
    ended_.notify_all();
    thread_.join();
}

}  // namespace wardlight::directory
