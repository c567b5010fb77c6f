// Table audit_chain: where the entries about each patient have got to. Functions over a transaction
// or snapshot: as thread-safe as those.
#pragma once

#include <map>

#include "audit/leaf.h"
#include "store/store.h"

namespace wardlight::audit {

/// By pseudonym.
using Chains = std::map<std::string, PatientChain>;

/// The patient's chain, read into `chains` when it is not there yet; a new one when there is none.
[[nodiscard]] Result<PatientChain*> chain_of(store::Snapshot& snapshot,
                                             const std::string& pseudonym, Chains& chains);
[[nodiscard]] Result<> save_chains(store::WriteTransaction& tx, const Chains& chains);

}  // namespace wardlight::audit
