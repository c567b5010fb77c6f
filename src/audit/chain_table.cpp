#include "audit/chain_table.h"

#include <algorithm>

namespace wardlight::audit {

Result<PatientChain*> chain_of(store::Snapshot& snapshot, const std::string& pseudonym,
                               Chains& chains) {
    const auto known = chains.find(pseudonym);
    if (known != chains.end()) return &known->second;
    auto rows = TRY(snapshot.sql().query(
        "SELECT entries, head, salt_key FROM audit_chain WHERE patient = $1", pseudonym));
    PatientChain chain;
    if (TRY(rows.next())) {
        chain.entries = rows.integer(0);
        const std::string_view head = rows.text(1);
        if (head.size() != sizeof(Digest))
            return fail(ErrorCode::corrupt, "a digest of the audit log has not the right length",
                        "audit_chain");
        std::copy(head.begin(), head.end(), chain.head.begin());
        chain.salt_key = rows.string(2);
    } else {
        chain = new_chain();
    }
    return &chains.emplace(pseudonym, std::move(chain)).first->second;
}

Result<> save_chains(store::WriteTransaction& tx, const Chains& chains) {
    for (const auto& [pseudonym, chain] : chains) {
        TRY(tx.sql().run(
            "INSERT INTO audit_chain (patient, entries, head, salt_key) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (patient) DO UPDATE SET entries = $2, head = $3",
            pseudonym, chain.entries, store::Bytes{bytes_of(chain.head)},
            store::Bytes{chain.salt_key}));
    }
    return {};
}

}  // namespace wardlight::audit
