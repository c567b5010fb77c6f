#include "audit/leaf.h"

#include <sodium.h>

#include "base/text.h"

namespace wardlight::audit {
namespace {

constexpr std::size_t kSaltKeyBytes = 16;
constexpr int kVersion = 1;

std::string details_of(const Entry& entry) {
    return json::serialize(json::object({{"address", entry.actor.address},
                                         {"resource_id", entry.resource_id},
                                         {"resource_type", entry.resource_type},
                                         {"session", entry.actor.session}}));
}

}  // namespace

PatientChain new_chain() {
    PatientChain chain;
    chain.salt_key.resize(kSaltKeyBytes);
    randombytes_buf(chain.salt_key.data(), chain.salt_key.size());
    return chain;
}

std::string leaf_text(const Recorded& recorded, const PatientChain& chain, const LogKey& key) {
    const Entry& entry = recorded.entry;
    const Digest salt = hmac_sha256(chain.salt_key, std::to_string(recorded.sequence));
    const bool is_first = chain.entries == 0;
    // Members in the order of their names, as RFC 8785 wants them; all are texts or whole numbers.
    return json::serialize(
        json::object({{"action", entry.action},
                      {"actor", entry.actor.account.value},
                      {"decision", entry.decision == Decision::permit ? "permit" : "deny"},
                      {"details", to_hex(sha256(std::string(bytes_of(salt)) + details_of(entry)))},
                      {"outcome", entry.outcome == Outcome::success ? "success" : "failure"},
                      {"patient", key.pseudonym(entry.patient.value)},
                      {"patient_number", chain.entries + 1},
                      {"patient_previous", is_first ? std::string() : to_hex(bytes_of(chain.head))},
                      {"purpose", entry.purpose},
                      {"reason", entry.reason},
                      {"role", entry.actor.role},
                      {"sequence", recorded.sequence},
                      {"time", to_micros(recorded.at)},
                      {"version", kVersion}}));
}

Digest add_leaf(const Recorded& recorded, PatientChain& chain, const LogKey& key) {
    chain.head = leaf_digest(leaf_text(recorded, chain, key));
    ++chain.entries;
    return chain.head;
}

}  // namespace wardlight::audit
