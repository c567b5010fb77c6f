// `wardlight alerts export`: what was told and what was withheld, one JSON object on each line, for
// scoring a simulated run (`wardlight simulate score`) and for a safety officer's own statistics.
// Also while the server runs.
#pragma once

#include <iosfwd>

#include "store/store.h"

namespace CLI {
class App;
}

namespace wardlight::app {

/// Exit code 0: done; 1: not, with the reason on standard error.
void add_alerts_command(CLI::App& app);

/// {"mrn","rule","level","analyte","taken_at","opened_at","state","suppressed"}
[[nodiscard]] Result<> write_alert_lines(store::Snapshot& snapshot, std::ostream& out);

}  // namespace wardlight::app
