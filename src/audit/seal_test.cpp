// The log sealed, and everything that somebody might do to it afterwards.
#include <doctest/doctest.h>

#include "audit/audit_log.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/schema.h"
#include "audit/sealer.h"
#include "audit/tiles.h"
#include "audit/verify.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::audit;

namespace {

constexpr std::size_t kAll = 100'000;

class SealedLog {
 public:
    SealedLog()
        : store({{"audit", kAuditSteps}}),
          key(*LogKey::load_or_create(store.file().parent_path() / "audit.key")) {}

    void record(int count) {
        std::vector<Entry> entries;
        for (int i = 0; i < count; ++i) {
            Entry entry;
            entry.actor = {AccountId("a" + std::to_string(i % 3)), "ward_nurse", "s1", "10.0.0.1"};
            entry.action = "patient.read";
            entry.resource_type = "Patient";
            entry.resource_id = "p" + std::to_string(i % 5);
            if (i % 7 != 0) entry.patient = PatientId(entry.resource_id);
            entry.purpose = purpose::kTreatment;
            entry.reason = "ward";
            entries.push_back(entry);
        }
        REQUIRE(audit::record(*store, entries));
    }
    void seal_all() {
        const auto sealed = seal(*store, key, kAll);
        REQUIRE_MESSAGE(sealed, (sealed ? "" : sealed.error().message));
    }
    std::string checkpoint() {
        auto snapshot = store->read();
        return *newest_checkpoint(*snapshot);
    }
    Verification check(const std::optional<std::string>& kept = {}) {
        auto snapshot = store->read();
        auto verification = verify(*snapshot, key, kept);
        REQUIRE_MESSAGE(verification, (verification ? "" : verification.error().message));
        return *verification;
    }
    std::string first_problem(const std::optional<std::string>& kept = {}) {
        const Verification verification = check(kept);
        return verification.is_sound() ? "sound" : verification.problems.front();
    }
    /// As somebody with the database in his hands.
    void tamper(const char* sql) {
        REQUIRE(store->write([&](store::WriteTransaction& tx) { return tx.sql().run(sql); }));
    }
    std::int64_t count(const char* sql) {
        auto snapshot = store->read();
        auto rows = snapshot->sql().query(sql);
        REQUIRE(*rows->next());
        return rows->integer(0);
    }

    store::TestStore store;
    LogKey key;
};

}  // namespace

TEST_CASE("what is recorded is sealed in order, in any portions, to the same tree") {
    SealedLog log;
    CHECK(*seal(*log.store, log.key, kAll) == 0);
    CHECK(log.checkpoint().empty());
    std::uint64_t total = 0;
    for (const int count : {1, 2, 253, 1, 255, 1'000, 7}) {
        log.record(count);
        total += static_cast<std::uint64_t>(count);
        CHECK(*seal(*log.store, log.key, 100) == std::min(count, 100));
        log.seal_all();
        const auto head = read_checkpoint(log.checkpoint(), log.key.name(), log.key.public_key());
        REQUIRE(head);
        CHECK(head->size == total);
        const Verification checked = log.check();
        CHECK_MESSAGE(checked.is_sound(), log.first_problem());
        CHECK(checked.entries == total);
        CHECK(checked.sealed == total);
    }
    log.record(3);
    CHECK(log.check().is_sound());
    CHECK(log.check().entries == total + 3);
    CHECK(log.check().sealed == total);
}

TEST_CASE("a tree read from tiles proves each entry and each earlier length") {
    SealedLog log;
    log.record(700);
    log.seal_all();
    const TreeHead before =
        *read_checkpoint(log.checkpoint(), log.key.name(), log.key.public_key());
    log.record(66'000);
    log.seal_all();
    const TreeHead after = *read_checkpoint(log.checkpoint(), log.key.name(), log.key.public_key());
    auto snapshot = log.store->read();
    TileReader tiles(*snapshot);
    const auto proof = consistency_proof(before.size, after.size, tiles.finder());
    REQUIRE(proof);
    CHECK(is_consistent(before, after, *proof));
    for (const std::uint64_t index : {0U, 1U, 255U, 256U, 699U, 700U, 65'535U, 65'536U, 66'699U}) {
        CAPTURE(index);
        const auto path = inclusion_proof(index, after.size, tiles.finder());
        REQUIRE(path);
        CHECK(path->size() * sizeof(Digest) < 1'000);
        CHECK(is_included(*tiles.node(0, index), index, after.size, *path, after.root));
    }
    CHECK_FALSE(tiles.node(0, after.size));
    CHECK(log.count("SELECT COUNT(*) FROM audit_tile WHERE level = 2") == 1);
}

TEST_CASE("an entry that was changed or removed is found") {
    const auto problem_after = [](const char* sql) {
        SealedLog log;
        log.record(40);
        log.seal_all();
        log.tamper(sql);
        return log.first_problem();
    };
    for (const char* column :
         {"account = 'x'", "role = 'x'", "session = 'x'", "address = 'x'", "action = 'x'",
          "resource_type = 'x'", "resource_id = 'x'", "patient = 'p4'", "purpose = 'x'",
          "decision = 0", "reason = 'x'", "outcome = 0", "at = at + 1"}) {
        CAPTURE(column);
        CHECK(
            problem_after((std::string("UPDATE audit_entry SET ") + column + " WHERE sequence = 13")
                              .c_str()) == "entry 13 is not what was sealed");
    }
    CHECK(problem_after("DELETE FROM audit_entry WHERE sequence = 13") ==
          "entries 13 to 13 are missing");
    CHECK(problem_after("DELETE FROM audit_entry WHERE sequence > 30") ==
          "entries 31 to 40 are sealed and missing");
}

TEST_CASE("seals that were changed are found") {
    const auto problem_after = [](const char* sql) {
        SealedLog log;
        log.record(300);
        log.seal_all();
        log.tamper(sql);
        return log.first_problem();
    };
    CHECK(problem_after("UPDATE audit_tile SET digests = zeroblob(8192) WHERE level = 0 AND "
                        "number = 0") == "entry 1 is not what was sealed");
    CHECK(problem_after("UPDATE audit_tile SET digests = zeroblob(32) WHERE level = 1") ==
          "tile 0 of level 1 is not what was sealed");
    CHECK(problem_after("DELETE FROM audit_tile WHERE level = 1") ==
          "tile 0 of level 1 is not what was sealed");
    CHECK(problem_after("DELETE FROM audit_tile WHERE level = 0 AND number = 1")
              .ends_with("missing or too short"));
    CHECK(problem_after("DELETE FROM audit_checkpoint") == "no entry is sealed");
    CHECK(problem_after("UPDATE audit_checkpoint SET size = 299") ==
          "checkpoint 299: states another size");
    CHECK(problem_after("UPDATE audit_checkpoint SET note = 'x'").starts_with("checkpoint 300: "));
    CHECK(problem_after("UPDATE audit_chain SET entries = entries - 1 WHERE entries > 50")
              .find("ends elsewhere") != std::string::npos);
    CHECK(problem_after("UPDATE audit_chain SET salt_key = 'x'") ==
          "entry 1 is not what was sealed");
}

TEST_CASE("who holds database and key is found out by a checkpoint that was kept elsewhere") {
    SealedLog log;
    log.record(40);
    log.seal_all();
    const std::string kept = log.checkpoint();
    log.record(5);
    log.seal_all();
    CHECK(log.first_problem(kept) == "sound");
    // Everything is thrown away that would tell, and sealed anew with the right key.
    for (const char* sql :
         {"UPDATE audit_entry SET account = 'other' WHERE sequence = 13", "DELETE FROM audit_tile",
          "DELETE FROM audit_checkpoint", "DELETE FROM audit_chain"})
        log.tamper(sql);
    log.seal_all();
    CHECK(log.first_problem() == "sound");
    CHECK(log.first_problem(kept) == "checkpoint 40: its root is not that of the first 40 entries");
    log.tamper("DELETE FROM audit_entry WHERE sequence > 20");
    for (const char* sql :
         {"DELETE FROM audit_tile", "DELETE FROM audit_checkpoint", "DELETE FROM audit_chain"})
        log.tamper(sql);
    log.seal_all();
    CHECK(log.first_problem(kept).starts_with("the log was longer once"));
    auto snapshot = log.store->read();
    CHECK_FALSE(verify(*snapshot, log.key, "no checkpoint"));
}

TEST_CASE("a gap stops the sealing, and nothing after it is sealed") {
    SealedLog log;
    log.record(10);
    log.tamper("DELETE FROM audit_entry WHERE sequence = 4");
    const auto refused = seal(*log.store, log.key, kAll);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::corrupt);
    CHECK(log.checkpoint().empty());
}

TEST_CASE("of each hour the last checkpoint stays") {
    SealedLog log;
    // 14:13, 14:38, 15:03, 15:28 and 15:53.
    CHECK(format_instant(log.store.clock.now()).substr(11, 5) == "14:13");
    for (int i = 0; i < 5; ++i) {
        log.record(1);
        log.seal_all();
        log.store.clock.advance(std::chrono::minutes(25));
    }
    CHECK(log.count("SELECT COUNT(*) FROM audit_checkpoint") == 2);
    CHECK(log.count("SELECT MIN(size) FROM audit_checkpoint") == 2);
    CHECK(log.count("SELECT MAX(size) FROM audit_checkpoint") == 5);
    CHECK(log.check().is_sound());
}

TEST_CASE("a sealer at work seals what comes, and what is left when it ends") {
    SealedLog log;
    log.record(3);
    {
        const Sealer sealer(*log.store, log.key);
        log.record(4);
    }
    CHECK(log.check().is_sound());
    CHECK(log.check().sealed == 7);
}

TEST_CASE("a seal that fails anywhere leaves the one before, and is made up for") {
    SealedLog log;
    log.record(254);
    log.seal_all();
    log.record(5);
    int failures = 0;
    for (int n = 1;; ++n) {
        CAPTURE(n);
        REQUIRE(n < 1'000);
        log.store.failures.fail_from(n);
        const auto done = seal(*log.store, log.key, kAll);
        log.store.failures.fail_at(0);
        const Verification checked = log.check();
        CHECK(checked.is_sound());
        CHECK(checked.sealed == (done ? 259 : 254));
        if (done) break;
        ++failures;
    }
    CHECK(failures > 20);
}

TEST_CASE("a leaf names no patient and shows no details, and one patient's leaves are a chain") {
    SealedLog log;
    PatientChain chain = new_chain();
    Recorded recorded{1, from_micros(1'790'000'000'000'000), {}};
    recorded.entry.patient = PatientId("patient-secret");
    recorded.entry.resource_id = "resource-secret";
    recorded.entry.actor = {AccountId("a1"), "doctor", "session-secret", "address-secret"};
    const std::string text = leaf_text(recorded, chain, log.key);
    CHECK(text.find("secret") == std::string::npos);
    CHECK(text.find(R"("patient_number":1,"patient_previous":"")") != std::string::npos);
    const PatientChain other = new_chain();
    CHECK(leaf_text(recorded, other, log.key) != text);  // another salt
    const Digest first = add_leaf(recorded, chain, log.key);
    CHECK(chain.entries == 1);
    CHECK(chain.head == first);
    CHECK(leaf_text(recorded, chain, log.key).find(R"("patient_number":2)") != std::string::npos);
}
