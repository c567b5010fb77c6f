// `wardlight_load fsync`: what it costs this machine to bring one page to disk. Stands beside every
// durable figure, because none can be better than it allows.
#pragma once

#include <CLI/CLI.hpp>

namespace wardlight::load {

void add_disk_sync_command(CLI::App& app);

}  // namespace wardlight::load
