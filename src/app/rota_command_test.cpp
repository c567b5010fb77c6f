#include "app/rota_command.h"

#include <doctest/doctest.h>

#include "access/accounts.h"
#include "alerts/rota.h"
#include "app/data_folder.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::app;

TEST_CASE("a shift from the command line puts somebody on call, and nobody unknown") {
    store::TestStore store(all_schemas());
    AccountId doctor;
    REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
        access::NewAccount account;
        account.user = "doctor";
        account.name = "Dr A";
        account.role = access::Role::doctor;
        account.password_hash = "x";
        doctor = TRY(access::add_account(tx, account));
        return {};
    }));
    const Instant now = store.clock.now();
    const RotaAssignment good{"renal_oncall", "doctor", now, now + std::chrono::hours{12}};
    REQUIRE(assign_shift(*store, good));
    {
        auto snapshot = store->read();
        const auto rota = *alerts::load_rota(*snapshot);
        CHECK(alerts::is_on_duty(rota, doctor, now));
        CHECK(alerts::is_on_duty(rota, doctor,
                                 now + std::chrono::hours{12} - std::chrono::microseconds{1}));
        CHECK_FALSE(alerts::is_on_duty(rota, doctor, now + std::chrono::hours{12}));
    }
    RotaAssignment bad = good;
    bad.user = "nobody";
    CHECK(assign_shift(*store, bad).error().where == "user");
    bad = good;
    bad.role = "no_role";
    CHECK(assign_shift(*store, bad).error().where == "role");
}
