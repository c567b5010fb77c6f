// The rows of the index beside a resource's own keys: global_key, global_string and chart_key.
// Written with the resource, in its transaction.
#pragma once

#include <span>
#include <string>

#include "store/resource.h"
#include "store/sql.h"

namespace wardlight::store {

/// What the rows of one resource follow from.
struct IndexedResource {
    fhir::TypeNumber type{};
    std::int64_t rid = 0;
    PatientId patient;
    std::string keys;
};

/// Makes the rows of `before` those of `after`, touching only what differs; null: no rows.
Result<> change_index_rows(SqlConnection& sql, const IndexedResource* before,
                           const IndexedResource* after,
                           std::span<const PreparedResource::GlobalString> strings);

/// Writes keys and rows of all resources again when an older program wrote them. Goes on where it
/// was interrupted; nothing else may write meanwhile.
Result<> rebuild_index(SqlConnection& sql);

}  // namespace wardlight::store
