// Facts -> FHIR resources in the store: the writing half of intake. Joins what a message says with
// what is known and rebuilds every resource that this changes. What ends up in the store depends on
// which messages were applied, not on their order, and applying one again changes nothing.
#pragma once

#include <string>
#include <vector>

#include "intake/facts.h"
#include "intake/schema.h"
#include "store/store.h"

namespace wardlight::intake {

struct Applied {
    /// Every resource written, in order: also those that a merge moved to another patient.
    std::vector<store::ResourceKey> changed;
    std::vector<std::string> warnings;
    SourceKind kind = SourceKind::adt;
};

/// Runs inside one transaction, on the writer's thread. `message_number` is kept with each record
/// as the last message that changed it.
[[nodiscard]] Result<Applied> apply(store::WriteTransaction& tx, const Mapped& mapped,
                                    std::int64_t message_number);

}  // namespace wardlight::intake
