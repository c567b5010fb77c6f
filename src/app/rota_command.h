// `wardlight rota assign|show`: who is on call, from the command line. The administrator's screen
// does the same; this is for setting up and for when the screen cannot be reached.
#pragma once

#include <string>

#include "base/result.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace wardlight::app {

struct RotaAssignment {
    std::string role;  // "renal_oncall"
    std::string user;
    Instant from;
    Instant until;
};

/// Adds a shift. `not_found` for an unknown role or user; the next gaps are allowed, they are
/// shown.
[[nodiscard]] Result<> assign_shift(store::Store& store, const RotaAssignment& assignment);

void add_rota_command(CLI::App& app);

}  // namespace wardlight::app
