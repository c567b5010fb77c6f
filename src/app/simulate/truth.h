// The ground truth: what should have alerted, worked out from the plan's events (not from messages)
// in the plainest way that can be written: after each event look at everything again, integers
// only. Slow by design. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/simulate/plan.h"
#include "app/simulate/truth_record.h"

namespace wardlight::simulate {

enum class TruthKind { alert, suppressed, amended, retracted };

/// One thing that should have happened. An `alert` may be followed by lines of the same sample that
/// amend or retract it.
struct TruthLine {
    TruthKind kind = TruthKind::alert;
    std::string mrn;       // of the registration that is left at the end of the run
    std::string mrn_then;  // under which it arose
    std::string rule;      // aki, news2, critical_result
    std::string level;     // 1 2 3; low_medium medium high; low high declared
    std::string analyte;   // critical_result: local code
    int total = 0;         // news2
    Instant taken_at;      // specimen or observation time
    Instant sent_at;       // of the message that brings it about
    std::string control_id;
    std::string reason;  // of suppression

    std::size_t record = 0;  // which record it belongs to, while the truth is being worked out
};

[[nodiscard]] std::vector<TruthLine> compute_truth(const Plan& plan, const TimeZone& zone);

/// NDJSON, one object per line, as `--truth` writes it.
[[nodiscard]] std::string to_json(const TruthLine& line);

[[nodiscard]] std::string_view name_of(TruthKind kind);

}  // namespace wardlight::simulate
