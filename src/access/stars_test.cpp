#include "access/stars.h"

#include "access/access_test_support.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;

namespace {

const AccountId kAnn("ann");
const AccountId kBob("bob");

Result<> star(TestStore& store, const AccountId& account, const std::string& patient, bool on) {
    return store->transact(
        [&](WriteTransaction& tx) { return set_star(tx, account, PatientId(patient), on); });
}

std::size_t stars_of(TestStore& store, const AccountId& account) {
    auto snapshot = store->read();
    return starred_patients(*snapshot, account)->size();
}

}  // namespace

TEST_CASE("a star is set once, seen by its owner only, and taken away") {
    TestStore store(schemas());
    REQUIRE(star(store, kAnn, "p1", true));
    REQUIRE(star(store, kAnn, "p1", true));
    CHECK(stars_of(store, kAnn) == 1);
    CHECK(stars_of(store, kBob) == 0);
    {
        auto snapshot = store->read();
        CHECK(*is_starred(*snapshot, kAnn, PatientId("p1")));
        CHECK_FALSE(*is_starred(*snapshot, kBob, PatientId("p1")));
    }
    REQUIRE(star(store, kAnn, "p1", false));
    REQUIRE(star(store, kAnn, "p1", false));
    CHECK(stars_of(store, kAnn) == 0);
}

TEST_CASE("an account has as many stars as the limit and not one more") {
    TestStore store(schemas());
    for (std::size_t i = 0; i < kStarsMost; ++i) {
        REQUIRE(star(store, kAnn, "p" + std::to_string(i), true));
    }
    CHECK(star(store, kAnn, "p0", true));
    const auto beyond = star(store, kAnn, "one more", true);
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().code == ErrorCode::too_large);
    CHECK(star(store, kBob, "one more", true));
}

TEST_CASE("stars follow a patient who turns out to be another") {
    TestStore store(schemas());
    REQUIRE(star(store, kAnn, "old", true));
    REQUIRE(star(store, kAnn, "new", true));
    REQUIRE(star(store, kBob, "old", true));
    REQUIRE(store->write(
        [](WriteTransaction& tx) { return move_stars(tx, PatientId("old"), PatientId("new")); }));
    auto snapshot = store->read();
    CHECK(*starred_patients(*snapshot, kAnn) == std::vector{PatientId("new")});
    CHECK(*starred_patients(*snapshot, kBob) == std::vector{PatientId("new")});
}
