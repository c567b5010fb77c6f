// Facts -> one FHIR resource: a function of the records of a group and of nothing else.
#pragma once

#include "intake/record_groups.h"

namespace wardlight::intake {

/// A null value when there is nothing to show yet (a document of which only its successor is
/// known).
[[nodiscard]] Result<json::Value> build_resource(RecordGroups& groups, const RecordGroup& group);

/// The resource of a record of which nothing but `said` is known, where nothing was ever merged or
/// moved: of results, reports and orders, which mostly come once. Made beside the writer; nothing
/// where only the writer can tell.
[[nodiscard]] std::optional<store::PreparedResource> prepare_alone(const Record& said);

}  // namespace wardlight::intake
