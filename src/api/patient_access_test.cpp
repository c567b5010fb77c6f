#include "api/patient_access.h"

#include "access/access_test_support.h"

using namespace wardlight;
using namespace wardlight::api;
using access::Role;
using access::test::audit_entries;

namespace {

Caller nurse_of(const char* ward) {
    Caller caller;
    caller.session.id = "s1";
    caller.session.subject.account = AccountId("ann");
    caller.session.subject.role = Role::ward_nurse;
    caller.session.subject.wards = {ward};
    caller.address = "10.0.0.1";
    return caller;
}

PatientRequest chart(const char* ward) {
    return {"patient.read",
            access::permission::kPatientsRead,
            PatientId("p1"),
            {ward, {}, false, false}};
}

}  // namespace

TEST_CASE("a chart is shown only after the entry is on disk, with the tie that allowed it") {
    store::TestStore store(access::test::schemas());
    CHECK(disclose(*store, nurse_of("7B"), chart("7B")));
    const auto entries = audit_entries(store);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].entry.action == "patient.read");
    CHECK(entries[0].entry.patient.value == "p1");
    CHECK(entries[0].entry.reason == "ward");
    CHECK(entries[0].entry.purpose == "TREAT");
    CHECK(entries[0].entry.actor.account.value == "ann");
    CHECK(entries[0].entry.decision == audit::Decision::permit);
}

TEST_CASE("a chart without a tie is refused, and the attempt recorded") {
    store::TestStore store(access::test::schemas());
    const auto refused = disclose(*store, nurse_of("7B"), chart("9C"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::forbidden);
    CHECK(refused.error().where == "relationship");
    const auto entries = audit_entries(store);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].entry.decision == audit::Decision::deny);
    CHECK(entries[0].entry.reason == "no_relationship");

    Caller administrator = nurse_of("7B");
    administrator.session.subject.role = Role::administrator;
    const auto never = disclose(*store, administrator, chart("7B"));
    REQUIRE_FALSE(never);
    CHECK(never.error().where == "permission");
}

TEST_CASE("when the entry cannot be written nothing is shown") {
    // A store without the audit table stands for any failure to record.
    store::TestStore store({{"access", access::kAccessSteps}});
    CHECK_FALSE(disclose(*store, nurse_of("7B"), chart("7B")));
    const ListedPatient listed[] = {{PatientId("p1"), "ward"}};
    CHECK_FALSE(disclose_list(*store, nurse_of("7B"), "list.read", listed));
}

TEST_CASE("a list records every patient it shows") {
    store::TestStore store(access::test::schemas());
    const ListedPatient listed[] = {{PatientId("p1"), "ward"}, {PatientId("p2"), "team"}};
    REQUIRE(disclose_list(*store, nurse_of("7B"), "list.read", listed));
    const auto entries = audit_entries(store);
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].entry.patient.value == "p2");
    CHECK(entries[0].entry.reason == "team");
    CHECK(disclose_list(*store, nurse_of("7B"), "list.read", {}));
}
