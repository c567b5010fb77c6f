// A connected socket whose every read and write ends. Internal to connection.cpp.
#pragma once

#include "base/result.h"
#include "directory/settings.h"

namespace wardlight::directory {

/// The descriptor, blocking, owned by the caller. `unavailable` when the controller cannot be
/// reached in time.
[[nodiscard]] Result<int> open_socket(const Controller& controller);

}  // namespace wardlight::directory
