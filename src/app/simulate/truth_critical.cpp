// Critical results against the limits of truth_policy.h, for the ground truth only.
#include "app/simulate/truth_policy.h"
#include "app/simulate/truth_record.h"

namespace wardlight::simulate {

Side true_side(const LabValue& value) {
    for (const auto& limit : policy::kCriticalLimits) {
        if (limit.analyte != value.analyte) continue;
        if (limit.low && value.milli <= *limit.low) return Side::low;
        if (limit.high && value.milli >= *limit.high) return Side::high;
    }
    if (value.flag == "HH" || value.flag == "LL" || value.flag == "AA") return Side::declared;
    return Side::none;
}

}  // namespace wardlight::simulate
