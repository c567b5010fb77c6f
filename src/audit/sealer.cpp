#include "audit/sealer.h"

#include "audit/audit_log.h"
#include "audit/chain_table.h"
#include "audit/checkpoint.h"
#include "audit/tiles.h"
#include "base/log.h"

namespace wardlight::audit {
namespace {

using namespace std::chrono_literals;

constexpr auto kPace = 1s;
/// Small enough that the writer is not held up: 128 KiB of tiles and as many chains as patients.
constexpr std::size_t kAtOnce = 4'096;

Result<std::uint64_t> sealed_size(store::Snapshot& snapshot) {
    auto rows = TRY(snapshot.sql().query("SELECT COALESCE(MAX(size), 0) FROM audit_checkpoint"));
    TRY(rows.next());
    return static_cast<std::uint64_t>(rows.integer(0));
}

Result<> save_checkpoint(store::WriteTransaction& tx, const TreeHead& head, const LogKey& key) {
    constexpr std::int64_t kHour = std::chrono::microseconds(1h).count();
    const std::int64_t now = to_micros(tx.now());
    TRY(tx.sql().run(
        "DELETE FROM audit_checkpoint WHERE size = (SELECT MAX(size) FROM audit_checkpoint) AND "
        "at >= $1",
        now - now % kHour));
    return tx.sql().run("INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)",
                        static_cast<std::int64_t>(head.size), now, signed_checkpoint(head, key));
}

/// What is to be added, worked out beside the writer.
struct Addition {
    std::uint64_t size = 0;  // of the tree before
    std::vector<Digest> leaves;
    Chains chains;
};

Result<Addition> prepare_addition(store::Store& store, const LogKey& key, std::size_t most) {
    auto snapshot = TRY(store.read());
    Addition addition;
    addition.size = TRY(sealed_size(snapshot));
    auto sequence = static_cast<std::int64_t>(addition.size);
    for (const Recorded& recorded : TRY(entries_after(snapshot, sequence, most))) {
        if (recorded.sequence != ++sequence)
            return fail(ErrorCode::corrupt, "the audit log has a gap: an entry is missing",
                        "audit_entry " + std::to_string(sequence));
        PatientChain* chain =
            TRY(chain_of(snapshot, key.pseudonym(recorded.entry.patient.value), addition.chains));
        addition.leaves.push_back(add_leaf(recorded, *chain, key));
    }
    return addition;
}

}  // namespace

Result<std::size_t> seal(store::Store& store, const LogKey& key, std::size_t most) {
    const Addition addition = TRY(prepare_addition(store, key, most));
    if (addition.leaves.empty()) return 0;
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        if (TRY(sealed_size(tx)) != addition.size)
            return fail(ErrorCode::conflict, "somebody else has sealed the audit log");
        TRY(append_leaves(tx, addition.size, addition.leaves));
        TRY(save_chains(tx, addition.chains));
        TreeHead head{addition.size + addition.leaves.size(), {}};
        TileReader tiles(tx);
        head.root = TRY(root_of(head.size, tiles.finder()));
        return save_checkpoint(tx, head, key);
    }));
    return addition.leaves.size();
}

Result<std::string> newest_checkpoint(store::Snapshot& snapshot) {
    auto rows =
        TRY(snapshot.sql().query("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"));
    if (!TRY(rows.next())) return std::string();
    return rows.string(0);
}

Sealer::Sealer(store::Store& store, const LogKey& key) : store_(store), key_(key) {
    thread_ = std::thread([this] { loop(); });
}

Sealer::~Sealer() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
}

void Sealer::loop() {
    for (bool is_last = false;;) {
        seal_all();
        if (is_last) return;
        std::unique_lock lock(mutex_);
        is_last = stop_.wait_for(lock, kPace, [this] { return is_stopping_; });
    }
}

void Sealer::seal_all() {
    for (;;) {
        const auto sealed = seal(store_, key_, kAtOnce);
        if (!sealed && !has_failed_) {
            log::error("the audit log cannot be sealed; entries are recorded all the same",
                       {{"reason", sealed.error().message}, {"where", sealed.error().where}});
        }
        has_failed_ = !sealed;
        if (!sealed || *sealed < kAtOnce) return;
    }
}

}  // namespace wardlight::audit
