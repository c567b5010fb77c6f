// `wardlight verify-audit`: whether the audit log is what was sealed.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

void add_verify_audit_command(CLI::App& app);

}  // namespace wardlight::app
