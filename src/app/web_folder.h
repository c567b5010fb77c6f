// Where the built web app lies. Pure but for looking at the disk.
#pragma once

#include <filesystem>

#include "app/configuration.h"

namespace wardlight::app {

/// The folder of the configuration; without one the first of these that holds an index.html, seen
/// from the program: web/, ../share/wardlight/web/, and web/dist of the source tree it was built
/// in. Empty when there is none.
[[nodiscard]] std::filesystem::path web_folder(const Configuration& configuration);

}  // namespace wardlight::app
