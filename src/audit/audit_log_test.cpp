#include "audit/audit_log.h"
#include "audit/schema.h"

#include <doctest/doctest.h>

#include <thread>

#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::audit;
using store::TestStore;
using store::WriteTransaction;

namespace {

Entry read_of(const char* patient, const char* account) {
    Entry entry;
    entry.actor = {AccountId(account), "ward_nurse", "s1", "10.0.0.1"};
    entry.action = "patient.read";
    entry.resource_type = "Patient";
    entry.resource_id = patient;
    entry.patient = PatientId(patient);
    entry.purpose = purpose::kTreatment;
    entry.reason = "ward";
    return entry;
}

std::vector<Recorded> all(TestStore& store, const Filter& filter = {}) {
    auto snapshot = store->read();
    REQUIRE(snapshot);
    auto found = find(*snapshot, filter);
    REQUIRE(found);
    return std::move(found->entries);
}

}  // namespace

TEST_CASE("an entry comes back as it was recorded, also after a restart") {
    TestStore store({{"audit", kAuditSteps}});
    Entry denied = read_of("p1", "a1");
    denied.decision = Decision::deny;
    denied.reason = "no_relationship";
    denied.outcome = Outcome::failure;
    REQUIRE(record(*store, denied));
    store.reopen();
    const auto found = all(store);
    REQUIRE(found.size() == 1);
    CHECK(found[0].sequence == 1);
    CHECK(found[0].at == store.clock.now());
    const Entry& entry = found[0].entry;
    CHECK(entry.actor.account.value == "a1");
    CHECK(entry.actor.role == "ward_nurse");
    CHECK(entry.actor.session == "s1");
    CHECK(entry.actor.address == "10.0.0.1");
    CHECK(entry.action == "patient.read");
    CHECK(entry.resource_type == "Patient");
    CHECK(entry.resource_id == "p1");
    CHECK(entry.patient.value == "p1");
    CHECK(entry.purpose == "TREAT");
    CHECK(entry.decision == Decision::deny);
    CHECK(entry.reason == "no_relationship");
    CHECK(entry.outcome == Outcome::failure);
}

TEST_CASE("numbers have no gaps, whoever records at the same time, and failed writes leave none") {
    TestStore store({{"audit", kAuditSteps}});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) CHECK(record(*store, read_of("p1", "a1")));
        });
    }
    for (auto& thread : threads) thread.join();
    const auto failed = store->write([](WriteTransaction& tx) -> Result<> {
        TRY(append(tx, read_of("p2", "a1")));
        return fail(ErrorCode::conflict, "no");
    });
    CHECK_FALSE(failed);
    const std::vector<Entry> two{read_of("p3", "a1"), read_of("p4", "a1")};
    REQUIRE(record(*store, two));
    const auto found = all(store, {.limit = 1'000});
    REQUIRE(found.size() == 102);
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].sequence == static_cast<std::int64_t>(102 - i));
    }
    CHECK(found[0].entry.patient.value == "p4");
}

TEST_CASE("entries are found by patient, by account, by both, and page by page") {
    TestStore store({{"audit", kAuditSteps}});
    for (int i = 0; i < 3; ++i) {
        REQUIRE(record(*store, read_of("p1", "a1")));
        REQUIRE(record(*store, read_of("p1", "a2")));
        REQUIRE(record(*store, read_of("p2", "a2")));
    }
    CHECK(all(store).size() == 9);
    CHECK(all(store, {.patient = PatientId("p1")}).size() == 6);
    CHECK(all(store, {.account = AccountId("a2")}).size() == 6);
    CHECK(all(store, {.patient = PatientId("p1"), .account = AccountId("a2")}).size() == 3);
    CHECK(all(store, {.patient = PatientId("p3")}).empty());
    const auto page = all(store, {.limit = 4});
    REQUIRE(page.size() == 4);
    const auto next = all(store, {.before = {page.back().at, page.back().sequence}, .limit = 100});
    CHECK(next.size() == 5);
    CHECK(next.front().sequence == page.back().sequence - 1);
}
