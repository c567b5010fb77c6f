// A table of cases through the very rules that run live: each row comes back with the result's
// columns appended. A cell that cannot be read gives an error naming row and column; its row comes
// back with empty result columns and the other rows are not affected.
// Nothing here decides anything clinical: it only turns cells into values (docs/clinical/rules.md).
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

#include "base/time.h"

namespace wardlight::app {

/// A larger table is refused; a million cases fit.
inline constexpr std::size_t kRuleTableBytes = 64U << 20;

enum class RuleTable { aki, news2 };

struct RuleTableOptions {
    RuleTable rule;
    /// The zone of times without one, and of the calendar days that AKI counts.
    TimeZone zone;
};

/// Number of problems written to `errors`; 0 means every row has its result. If the table itself
/// cannot be used (no header, a column missing), `out` stays empty.
std::size_t run_rule_table(std::string_view csv, const RuleTableOptions& options, std::ostream& out,
                           std::ostream& errors);

}  // namespace wardlight::app
