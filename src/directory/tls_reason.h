// Why there is no TLS with a controller, for an administrator: its certificate is of somebody else,
// of another name, has ended, or there is none. The LDAP library does not say. Blocks for seconds.
#pragma once

#include <filesystem>
#include <string>

#include "directory/settings.h"

namespace wardlight::directory {

/// Shakes hands once more and sends nothing else. Empty when nothing more can be said.
[[nodiscard]] std::string tls_reason(const Controller& controller,
                                     const std::filesystem::path& ca_file);

}  // namespace wardlight::directory
