// Detection: what changed in the record -> findings of the rules -> alerts, in the same
// transaction.
//
// Call evaluate() inside the write that changed resources, with the keys of all that changed. It
// may be called again with the same keys: what was found and told once is not found and told twice.
#pragma once

#include <span>

#include "alerts/site.h"
#include "store/store.h"

namespace wardlight::alerts {

[[nodiscard]] Result<> evaluate(store::WriteTransaction& tx, const Site& site,
                                std::span<const store::ResourceKey> changed);

}  // namespace wardlight::alerts
