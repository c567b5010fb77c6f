#include "audit/verify.h"

#include <fmt/format.h>

#include <map>

#include "audit/audit_log.h"
#include "audit/chain_table.h"
#include "audit/checkpoint.h"
#include "audit/tiles.h"

namespace wardlight::audit {
namespace {

constexpr std::size_t kAtOnce = 4'096;
constexpr std::size_t kProblemsSaid = 20;

class Check {
 public:
    Check(store::Snapshot& snapshot, const LogKey& key)
        : snapshot_(snapshot), key_(key), tiles_(snapshot) {}

    /// Heads that the list must have had.
    Result<> load_checkpoints() {
        auto rows =
            TRY(snapshot_.sql().query("SELECT size, note FROM audit_checkpoint ORDER BY size"));
        while (TRY(rows.next())) {
            const auto size = static_cast<std::uint64_t>(rows.integer(0));
            const auto head = read_checkpoint(rows.text(1), key_.name(), key_.public_key());
            if (!head || head->size != size) {
                note(fmt::format("checkpoint {}: {}", size,
                                 head ? "states another size" : head.error().message));
                continue;
            }
            roots_.emplace(size, head->root);
            ++result_.checkpoints;
        }
        result_.sealed = roots_.empty() ? 0 : roots_.rbegin()->first;
        return {};
    }

    Result<> add_kept(const std::string& note_text) {
        const TreeHead head = TRY(read_checkpoint(note_text, key_.name(), key_.public_key()));
        if (head.size > result_.sealed)
            note(
                fmt::format("the log was longer once: {} entries are sealed, the checkpoint kept "
                            "elsewhere has {}",
                            result_.sealed, head.size));
        const auto [known, is_new] = roots_.emplace(head.size, head.root);
        if (!is_new && known->second != head.root)
            note(fmt::format("checkpoint {}: kept elsewhere with another root", head.size));
        return {};
    }

    Result<Verification> run() {
        check_root();
        for (;;) {
            const auto found =
                TRY(entries_after(snapshot_, static_cast<std::int64_t>(result_.entries), kAtOnce));
            for (const Recorded& recorded : found) TRY(check_entry(recorded));
            if (found.size() < kAtOnce) break;
        }
        // The server seals within a second or so of the first entry.
        if (result_.entries > 0 && result_.sealed == 0) note("no entry is sealed");
        if (result_.entries < result_.sealed)
            note(fmt::format("entries {} to {} are sealed and missing", result_.entries + 1,
                             result_.sealed));
        check_tiles();
        TRY(check_chains());
        return std::move(result_);
    }

 private:
    void note(std::string problem) {
        if (result_.problems.size() < kProblemsSaid)
            result_.problems.push_back(std::move(problem));
        else
            result_.has_more_problems = true;
    }

    Result<> check_entry(const Recorded& recorded) {
        const std::uint64_t number = result_.entries + 1;
        if (recorded.sequence != static_cast<std::int64_t>(number)) {
            note(fmt::format("entries {} to {} are missing", number, recorded.sequence - 1));
            // What comes after cannot be told from what was sealed in its place.
            result_.entries = static_cast<std::uint64_t>(recorded.sequence);
            is_comparable_ = false;
            return {};
        }
        result_.entries = number;
        if (!is_comparable_ || number > result_.sealed) return {};
        PatientChain& chain = TRY(start_of(key_.pseudonym(recorded.entry.patient.value)));
        const Digest leaf = add_leaf(recorded, chain, key_);
        const auto sealed = tiles_.node(0, number - 1);
        if (!sealed) {
            note(fmt::format("entry {}: {}", number, sealed.error().message));
            is_comparable_ = false;
            return {};
        }
        if (leaf != *sealed) {
            note(fmt::format("entry {} is not what was sealed", number));
            // The chain goes on from what was sealed: one changed entry is one problem.
            chain.head = *sealed;
        }
        list_.add(*sealed);
        check_root();
        return {};
    }

    /// The leaves were compared one by one; here what stands above them, each against its two
    /// halves.
    void check_tiles() {
        if (!is_comparable_ || result_.entries < result_.sealed) return;
        for (unsigned level = kTileHeight; result_.sealed >> level > 0; level += kTileHeight) {
            for (std::uint64_t index = 0; index < result_.sealed >> level; ++index) {
                const auto digest = tiles_.node(level, index);
                const auto left = tiles_.node(level - 1, 2 * index);
                const auto right = tiles_.node(level - 1, 2 * index + 1);
                if (digest && left && right && *digest == node_digest(*left, *right)) continue;
                note(fmt::format("tile {} of level {} is not what was sealed", index / kTileWidth,
                                 level / kTileHeight));
            }
        }
    }

    void check_root() {
        const auto said = roots_.find(list_.size());
        if (said != roots_.end() && said->second != list_.root())
            note(fmt::format("checkpoint {}: its root is not that of the first {} entries",
                             list_.size(), list_.size()));
    }

    /// The patient's chain from its beginning, with the salt that its leaves were made with.
    Result<std::reference_wrapper<PatientChain>> start_of(const std::string& pseudonym) {
        if (const auto known = chains_.find(pseudonym); known != chains_.end())
            return std::ref(known->second);
        PatientChain start;
        start.salt_key = TRY(chain_of(snapshot_, pseudonym, kept_))->salt_key;
        return std::ref(chains_.emplace(pseudonym, std::move(start)).first->second);
    }

    Result<> check_chains() {
        if (!is_comparable_ || result_.entries < result_.sealed) return {};
        for (const auto& [pseudonym, chain] : chains_) {
            const PatientChain* kept = TRY(chain_of(snapshot_, pseudonym, kept_));
            if (kept->entries != chain.entries || kept->head != chain.head)
                note(fmt::format("the chain of the patient with pseudonym {} ends elsewhere",
                                 pseudonym));
        }
        return {};
    }

    store::Snapshot& snapshot_;
    const LogKey& key_;
    TileReader tiles_;
    Verification result_;
    std::map<std::uint64_t, Digest> roots_;  // by size
    Frontier list_;
    Chains chains_;  // as worked out
    Chains kept_;    // as the store has them
    bool is_comparable_ = true;
};

}  // namespace

Result<Verification> verify(store::Snapshot& snapshot, const LogKey& key,
                            const std::optional<std::string>& kept_elsewhere) {
    Check check(snapshot, key);
    TRY(check.load_checkpoints());
    if (kept_elsewhere) TRY(check.add_kept(*kept_elsewhere));
    return check.run();
}

}  // namespace wardlight::audit
