// `wardlight export alerts --data DIR`: every alert told or withheld, one JSON object on each line,
// for a hospital's own analysis and for scoring a simulated run.
#pragma once

#include <ostream>

#include "store/store.h"

namespace CLI {
class App;
}

namespace wardlight::app {

/// Lines {mrn, patient, rule, level, analyte, taken_at, opened_at, state, reason}. The record
/// number is that of the registration left after merges; empty when the patient has none.
[[nodiscard]] Result<> export_alerts_as_json(store::Store& store, std::ostream& out);

/// Exit code 1 when the data folder cannot be read.
void add_export_command(CLI::App& app);

}  // namespace wardlight::app
