// An entry of the audit log as a leaf of its tree: a canonical text (RFC 8785) without a name or
// value of the patient. Of whom and of what exactly it speaks is in it only as salted digests, so
// that the details can be erased by law one day while leaf, tree and all proofs stay as they are.
// Entries of one patient are numbered and chained: none can be left out of what that patient is
// shown without a gap. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "audit/audit_log.h"
#include "audit/log_key.h"

namespace wardlight::audit {

/// Where the entries about one patient have got to; about nobody: those are a chain of their own.
struct PatientChain {
    std::int64_t entries = 0;
    Digest head{};         // leaf of the newest
    std::string salt_key;  // 16 random bytes; erasing it makes the details' digests unreadable
};

[[nodiscard]] PatientChain new_chain();

/// The text of the leaf that comes next in its patient's chain.
[[nodiscard]] std::string leaf_text(const Recorded& recorded, const PatientChain& chain,
                                    const LogKey& key);
/// Its digest; the chain goes on to it.
[[nodiscard]] Digest add_leaf(const Recorded& recorded, PatientChain& chain, const LogKey& key);

}  // namespace wardlight::audit
