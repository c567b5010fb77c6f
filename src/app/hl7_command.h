// `wardlight hl7 send` and `wardlight hl7 show`: the integrator's tools for HL7 v2 messages.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

void add_hl7_command(CLI::App& app);

}  // namespace wardlight::app
