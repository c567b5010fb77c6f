// `wardlight_load create`, `get` and `bundles`: FHIR REST over TLS.
#pragma once

#include <CLI/CLI.hpp>

namespace wardlight::load {

void add_fhir_commands(CLI::App& app);

}  // namespace wardlight::load
