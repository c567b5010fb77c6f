// Facts -> one FHIR resource: a function of the records of a group and of nothing else.
#pragma once

#include "intake/record_groups.h"

namespace wardlight::intake {

/// A null value when there is nothing to show yet (a document of which only its successor is
/// known).
[[nodiscard]] Result<json::Value> build_resource(RecordGroups& groups, const RecordGroup& group);

}  // namespace wardlight::intake
