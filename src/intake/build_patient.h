// Facts -> Patient. Internal to intake.
#pragma once

#include "intake/fact_view.h"
#include "intake/record_groups.h"

namespace wardlight::intake {

[[nodiscard]] Result<json::Value> build_patient(RecordGroups& groups, const StoredRecord& record);

}  // namespace wardlight::intake
