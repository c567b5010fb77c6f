// What this server can do, as a FHIR CapabilityStatement.
#pragma once

#include <string>

namespace wardlight::api {
[[nodiscard]] std::string capability_statement();
}
