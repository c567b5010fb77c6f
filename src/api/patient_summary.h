// What a list shows of a patient's illness at a glance. Everybody on a ward looks at the same list
// again and again, and working this out reads dozens of resources.
#pragma once

#include "alerts/site.h"
#include "api/patient_cache.h"

namespace wardlight::api {

struct PatientSummary {
    json::Value news2;             // "News2Chip"; null without a set in three days
    json::Value newest_result_at;  // of the laboratory; null without one
};

/// Safe from any thread.
class PatientSummaries {
 public:
    PatientSummaries(const store::Store& store, const alerts::Site& site);

    /// As of `now` in this state; kept ones are at most a minute old, because what was dated ahead
    /// of the clock comes to count as time goes on, and what is older than three days no longer.
    [[nodiscard]] Result<PatientSummary> of(store::Snapshot& snapshot, const PatientId& patient,
                                            Instant now);

 private:
    struct Dated {
        PatientSummary summary;
        Instant at;
    };

    const alerts::Site& site_;
    PatientCache<Dated> kept_;
};

}  // namespace wardlight::api
