// `wardlight rule aki|news2 --table FILE`: a safety officer's table of cases through the rules that
// run live.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// Exit code 0: every row has its result; 2: at least one row or the table itself was at fault.
void add_rule_command(CLI::App& app);

}  // namespace wardlight::app
