#include "app/user_command.h"

#include <doctest/doctest.h>

#include <fstream>

#include "access/sign_in.h"
#include "access/totp.h"
#include "app/test_command.h"
#include "app/user_accounts.h"
#include "audit/audit_log.h"
#include "base/ids.h"

using namespace wardlight;
using namespace wardlight::app;
namespace fs = std::filesystem;

namespace {

constexpr access::PasswordCost kCheap{1, 8'192};

struct Machine {
    Machine() : folder{fs::temp_directory_path() / ("wardlight-user-" + new_uuid())} {
        fs::create_directories(folder.root);
        std::ofstream(password_file()) << "correct horse battery\r\nignored\n";
    }
    ~Machine() { fs::remove_all(folder.root); }
    [[nodiscard]] std::string password_file() const { return (folder.root / "password").string(); }

    Captured run(const std::string& arguments) const {
        return run_command(add_user_command, arguments + " --data " + folder.root.string());
    }
    [[nodiscard]] std::unique_ptr<store::Store> open() const {
        auto store = open_store(folder, clock);
        REQUIRE(store);
        return std::move(*store);
    }
    [[nodiscard]] bool can_sign_in(const std::string& user, const std::string& password) const {
        const auto store = open();
        const auto key = access::SecretKey::load_or_create(folder.access_key());
        REQUIRE(key);
        const auto door = access::SignIn::create(*store, *key, {}, kCheap);
        REQUIRE(door);
        return door->attempt({user, password, {}, "local"}).has_value();
    }

    DataFolder folder;
    SystemClock clock;
};

}  // namespace

TEST_CASE("a user is added, listed, signs in, gets a new password, is disabled and enabled") {
    const Machine machine;
    const auto added = machine.run(
        "user add --name ann --display 'Ann Example' --role ward_nurse --ward 7B --ward 8A "
        "--team renal --password-file " +
        machine.password_file());
    CHECK(added.exit_code == 0);
    CHECK(added.out == "added ann (ward_nurse)\n");
    CHECK(machine.run("user list").out ==
          "user\tname\trole\twards\tteams\tcode\tstate\tsource\n"
          "ann\tAnn Example\tward_nurse\t7B,8A\trenal\tno\tactive\tlocal\n");
    CHECK(machine.can_sign_in("ann", "correct horse battery"));

    std::ofstream(machine.password_file()) << "another long password\n";
    CHECK(machine.run("user passwd --name ann --password-file " + machine.password_file())
              .exit_code == 0);
    CHECK_FALSE(machine.can_sign_in("ann", "correct horse battery"));
    CHECK(machine.can_sign_in("ann", "another long password"));

    CHECK(machine.run("user disable --name ann").out == "ann disabled\n");
    CHECK_FALSE(machine.can_sign_in("ann", "another long password"));
    CHECK(machine.run("user list").out.find("disabled") != std::string::npos);
    CHECK(machine.run("user enable --name ann").exit_code == 0);
    CHECK(machine.can_sign_in("ann", "another long password"));

    const auto store = machine.open();
    auto snapshot = store->read();
    const auto page = audit::find(*snapshot, {});
    REQUIRE(page);
    CHECK(page->entries.back().entry.action == "account.add");
    CHECK(page->entries.back().entry.actor.role == "command_line");
}

TEST_CASE("with --totp the secret is shown once and then needed") {
    const Machine machine;
    const auto added = machine.run("user add --name bob --role doctor --totp --password-file " +
                                   machine.password_file());
    REQUIRE(added.exit_code == 0);
    CHECK(added.out.find("otpauth://totp/Wardlight:bob?secret=") != std::string::npos);
    CHECK((fs::status(machine.folder.access_key()).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    const auto store = machine.open();
    const auto key = access::SecretKey::load_or_create(machine.folder.access_key());
    const auto door = access::SignIn::create(*store, *key, {}, kCheap);
    const auto outcome = door->attempt({"bob", "correct horse battery", {}, "local"});
    REQUIRE(outcome);
    CHECK(outcome->state == access::SignInOutcome::State::code_needed);
}

TEST_CASE("what cannot be done says why and changes nothing") {
    const Machine machine;
    const std::string password = " --password-file " + machine.password_file();
    struct Row {
        std::string arguments;
        const char* reason;
    };
    REQUIRE(machine.run("user add --name ann --role doctor" + password).exit_code == 0);
    for (const Row& row : {Row{"user add --name ann --role doctor" + password, "taken"},
                           Row{"user add --name bob --role king" + password, "the role is"},
                           Row{"user add --name 'b b' --role doctor" + password, "a user name is"},
                           Row{"user add --name bob --role doctor --password-file /nonexistent",
                               "cannot read the password file"},
                           Row{"user disable --name nobody", "no user of that name"},
                           Row{"user passwd --name nobody" + password, "no user of that name"}}) {
        CAPTURE(row.arguments);
        const Captured result = machine.run(row.arguments);
        CHECK(result.exit_code == 1);
        CHECK(result.err.find(row.reason) != std::string::npos);
    }
    std::ofstream(machine.password_file()) << "short\n";
    CHECK(machine.run("user add --name bob --role doctor" + password).err.find("12 characters") !=
          std::string::npos);
    const std::string list = machine.run("user list").out;
    CHECK(std::count(list.begin(), list.end(), '\n') == 2);
}

TEST_CASE("users can be added while a server has the store open") {
    const Machine machine;
    const auto server = machine.open();
    REQUIRE(
        machine.run("user add --name ann --role doctor --password-file " + machine.password_file())
            .exit_code == 0);
    auto snapshot = server->read();
    CHECK(access::find_account_of_user(*snapshot, "ann")->has_value());
}
