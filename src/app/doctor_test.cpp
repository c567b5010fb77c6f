#include "app/doctor.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "alerts/rota.h"
#include "app/data_lock.h"
#include "app/doctor_checks.h"
#include "app/doctor_command.h"
#include "app/test_command.h"
#include "app/user_accounts.h"
#include "audit/schema.h"
#include "base/ids.h"
#include "intake/raw_message.h"
#include "json/value.h"
#include "net/endpoint.h"
#include "net/self_signed.h"

using namespace wardlight;
using namespace wardlight::app;
namespace fs = std::filesystem;

namespace {

constexpr access::PasswordCost kCheap{1, 8'192};

/// A machine on which all is well: a store, an administrator, a web app, a certificate, free ports.
struct Machine {
    Machine() : root(fs::temp_directory_path() / ("wardlight-doctor-" + new_uuid())) {
        fs::create_directories(root / "web");
        std::ofstream(root / "web" / "index.html") << "<!doctype html>";
        request.has_configuration = true;
        request.configuration.data = root / "data";
        request.configuration.web = root / "web";
        request.configuration.http = "127.0.0.1:0";
        FeedSettings feed;
        feed.listen = "127.0.0.1:0";
        request.configuration.feeds.push_back(feed);
        certify(request.configuration.tls, 100);
        auto opened = open_store(folder(), clock);
        REQUIRE(opened);
        store = std::move(*opened);
    }
    ~Machine() {
        store.reset();
        fs::remove_all(root);
    }
    [[nodiscard]] DataFolder folder() const { return {root / "data"}; }

    void certify(TlsFiles& files, int days) const {
        const auto made = net::make_certificate({"wardlight.test", {"localhost"}, false, days});
        REQUIRE(made);
        files.certificate = root / "cert.pem";
        files.key = root / "key.pem";
        std::ofstream(files.certificate) << made->certificate_pem;
        std::ofstream(files.key) << made->key_pem;
        fs::permissions(files.key, fs::perms::owner_read | fs::perms::owner_write);
    }
    void add_user(const char* user, const char* role) const {
        UserToAdd to_add;
        to_add.user = user;
        to_add.role = role;
        to_add.password = "correct horse battery";
        REQUIRE(app::add_user(*store, folder(), to_add, kCheap));
    }
    /// Every on-call role is held for `ahead` from now on.
    void staff(Duration ahead) const {
        REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
            alerts::Rota rota = TRY(alerts::load_rota(tx));
            rota.shifts.clear();
            for (const alerts::Role& role : rota.roles)
                rota.shifts.push_back({new_uuid(), role.id, AccountId{"somebody"}, clock.now() - 1h,
                                       clock.now() + ahead});
            TRY(alerts::save_rota(tx, rota, rota.version, AccountId{"admin"}, true));
            return {};
        }));
    }
    void receive(const char* body, bool is_unreadable) const {
        REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
            intake::NewMessage message;
            message.feed = FeedId{"main"};
            message.body = body;
            if (is_unreadable) message.unreadable = {"unreadable", "it cannot be read", ""};
            TRY(intake::store_message(tx, message));
            return {};
        }));
    }
    void run_sql(std::string_view text) const {
        REQUIRE(
            store->write([text](store::WriteTransaction& tx) { return tx.sql().execute(text); }));
    }
    /// The finding of that name with the worst grade.
    [[nodiscard]] Finding find(std::string_view what) const {
        Finding worst{Grade::ok, "", "no such finding"};
        for (Finding& finding : examine(request, clock)) {
            if (finding.what != what) continue;
            if (worst.what.empty() || finding.grade > worst.grade) worst = std::move(finding);
        }
        return worst;
    }
    [[nodiscard]] bool has(std::string_view what, Grade grade, std::string_view text = "") const {
        const Finding finding = find(what);
        CAPTURE(finding.detail);
        CHECK(finding.what == what);
        CHECK(finding.grade == grade);
        CHECK(finding.detail.find(text) != std::string::npos);
        return finding.what == what && finding.grade == grade &&
               finding.detail.find(text) != std::string::npos;
    }

    /// An hour ahead, so that whole days of certificates made just now do not depend on the second.
    ManualClock clock{std::chrono::floor<std::chrono::milliseconds>(SystemClock().now()) + 1h};
    fs::path root;
    DoctorRequest request;
    std::unique_ptr<store::Store> store;
};

}  // namespace

TEST_CASE("a machine on which all is well has no failure") {
    const Machine machine;
    machine.add_user("admin", "administrator");
    machine.staff(25h);
    for (const Finding& finding : examine(machine.request, machine.clock)) {
        CAPTURE(to_line(finding));
        CHECK(finding.grade != Grade::fail);
    }
    CHECK(machine.has("data folder", Grade::ok, "mode 0700"));
    CHECK(machine.has("store", Grade::ok, "every page checked"));
    CHECK(machine.has("schema", Grade::ok, "current"));
    CHECK(machine.has("accounts", Grade::ok, "1 can sign in, 1 of them administrators"));
    CHECK(machine.has("web app", Grade::ok));
    CHECK(machine.has("certificate http", Grade::ok, "99 days left"));
    CHECK(machine.has("port http", Grade::ok, "free"));
    CHECK(machine.has("port main", Grade::ok, "free"));
    CHECK(machine.has("newest change", Grade::ok, "none yet"));
    CHECK(machine.has("rota", Grade::ok, "4 on-call roles"));
}

TEST_CASE("a role that nobody holds now is a failure, one uncovered within a day a warning") {
    const Machine machine;
    CHECK(machine.has("rota", Grade::fail, "from now"));
    machine.staff(24h);
    CHECK(machine.has("rota", Grade::ok));
    machine.staff(24h - 1ms);
    CHECK(machine.has("rota", Grade::warn, "nobody is"));
    machine.staff(0us);
    CHECK(machine.has("rota", Grade::fail));
}

TEST_CASE("what others could read, or the server could not write, is a failure") {
    const Machine machine;
    fs::permissions(machine.folder().root, fs::perms::group_read, fs::perm_options::add);
    CHECK(machine.has("data folder", Grade::fail, "chmod 0700"));
    fs::permissions(machine.folder().root, fs::perms::owner_all);
    std::ofstream(machine.folder().access_key()) << "key";
    fs::permissions(machine.folder().access_key(), fs::perms::owner_read | fs::perms::others_read);
    CHECK(machine.has("data folder", Grade::fail, "access.key has mode 0404"));
}

TEST_CASE("a missing folder and a missing store are failures, not made") {
    Machine machine;
    machine.request.configuration.data = machine.root / "nowhere";
    CHECK(machine.has("data folder", Grade::fail));
    CHECK(machine.has("store", Grade::fail, "is not there"));
    CHECK(machine.has("disk sync", Grade::fail));
    CHECK_FALSE(fs::exists(machine.root / "nowhere"));
}

TEST_CASE("a damaged store is a failure") {
    Machine machine;
    for (int i = 0; i < 200; ++i) {
        REQUIRE(machine.store->write([i](store::WriteTransaction& tx) -> Result<> {
            TRY(tx.put_json(TRY(json::parse(R"({"resourceType":"Patient","id":"p)" +
                                            std::to_string(i) + R"("})"))));
            return {};
        }));
    }
    machine.store.reset();
    std::fstream file(machine.folder().store_file(), std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(fs::file_size(machine.folder().store_file()) / 2));
    file << std::string(8'192, 'x');
    file.close();
    CHECK(machine.has("store", Grade::fail, "damaged"));
}

TEST_CASE("a store of a newer program is a failure, one of an older program a warning") {
    const Machine machine;
    machine.run_sql("UPDATE schema_version SET version = 99 WHERE name = 'audit'");
    CHECK(machine.has("schema", Grade::fail, "audit is at 99"));
    machine.run_sql(fmt::format("UPDATE schema_version SET version = {} WHERE name = 'audit'",
                                std::size(audit::kAuditSteps)));
    CHECK(machine.has("schema", Grade::ok));
    machine.run_sql("UPDATE schema_version SET version = 1 WHERE name = 'audit'");
    CHECK(machine.has("schema", Grade::warn, "next start"));
    machine.run_sql("DELETE FROM schema_version WHERE name = 'audit'");
    CHECK(machine.has("schema", Grade::warn, "next start"));
}

TEST_CASE("nobody who can sign in is a failure, nobody who can administer a warning") {
    const Machine machine;
    CHECK(machine.has("accounts", Grade::fail, "nobody"));
    machine.add_user("ann", "ward_nurse");
    CHECK(machine.has("accounts", Grade::warn, "0 of them administrators"));
    REQUIRE(set_user_disabled(*machine.store, "ann", true));
    CHECK(machine.has("accounts", Grade::fail));
}

TEST_CASE("emergency accesses that nobody reviews are a warning") {
    const Machine machine;
    const auto open = [&](std::chrono::hours age) {
        machine.run_sql(fmt::format(
            "INSERT INTO break_glass (id, account, patient, reason, text, opened_at, ends_at, "
            "review_due_at) VALUES ('case{0}', 'a', 'p', 'other', 'because of this', {0}, {0}, "
            "{0})",
            to_micros(machine.clock.now() + std::chrono::hours(72) - age)));
    };
    CHECK(machine.has("emergency access", Grade::warn, "no privacy officer"));
    machine.add_user("sam", "privacy_officer");
    CHECK(machine.has("emergency access", Grade::ok, "0 wait"));
    open(std::chrono::hours(72));
    CHECK(machine.has("emergency access", Grade::ok, "1 wait"));
    open(std::chrono::hours(73));
    CHECK(machine.has("emergency access", Grade::warn, "1 wait for a review longer than 72 h"));
    REQUIRE(set_user_disabled(*machine.store, "sam", true));
    CHECK(machine.has("emergency access", Grade::warn));
}

TEST_CASE("free space, log size and disk sync are judged at their limits") {
    CHECK(judge_space(kSpaceFail - 1).grade == Grade::fail);
    CHECK(judge_space(kSpaceFail).grade == Grade::warn);
    CHECK(judge_space(kSpaceWarn - 1).grade == Grade::warn);
    CHECK(judge_space(kSpaceWarn).grade == Grade::ok);
    CHECK(judge_log(kLogWarn).grade == Grade::ok);
    CHECK(judge_log(kLogWarn + 1).grade == Grade::warn);
    CHECK(judge_log(kLogFail).grade == Grade::warn);
    CHECK(judge_log(kLogFail + 1).grade == Grade::fail);
    CHECK(judge_sync(kSyncTooFast - 1us).grade == Grade::warn);
    CHECK(judge_sync(kSyncTooFast).grade == Grade::ok);
    CHECK(judge_sync(kSyncWarn).grade == Grade::ok);
    CHECK(judge_sync(kSyncWarn + 1us).grade == Grade::warn);
    CHECK(judge_sync(kSyncFail).grade == Grade::warn);
    CHECK(judge_sync(kSyncFail + 1us).grade == Grade::fail);
}

TEST_CASE("a clock that is wrong, behind the store or not synchronised is told apart") {
    const Instant now = *parse_instant("2026-11-21T10:00:00Z");
    CHECK(judge_clock(now, true, {}).grade == Grade::ok);
    CHECK(judge_clock(now, false, {}).grade == Grade::warn);
    CHECK(judge_clock(*parse_instant("2025-12-31T23:59:59Z"), true, {}).grade == Grade::fail);
    CHECK(judge_clock(now, true, now + kClockTolerance).grade == Grade::ok);
    CHECK(judge_clock(now, true, now + kClockTolerance + 1us).grade == Grade::fail);

    const Machine machine;
    REQUIRE(machine.store->write([](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(TRY(json::parse(R"({"resourceType":"Patient","id":"p1"})"))));
        return {};
    }));
    machine.run_sql("UPDATE change_log SET at = at + 3600000000");
    CHECK(machine.has("clock", Grade::fail, "newest change"));
}

TEST_CASE("an unknown time zone is a failure") {
    Machine machine;
    CHECK(machine.has("time zone", Grade::ok, "Europe/London, now UTC+0"));
    machine.request.configuration.zone = "Europe/Atlantis";
    CHECK(machine.has("time zone", Grade::fail, "Europe/Atlantis"));
}

TEST_CASE("a certificate is told to end, to have ended, or not to fit") {
    Machine machine;
    machine.certify(machine.request.configuration.tls, 31);
    CHECK(machine.has("certificate http", Grade::ok, "30 days left"));
    machine.certify(machine.request.configuration.tls, 29);
    CHECK(machine.has("certificate http", Grade::warn, "28 days left"));
    const Instant today = machine.clock.now();
    machine.clock.advance(std::chrono::hours(24 * 30));
    CHECK(machine.has("certificate http", Grade::fail, "ended"));
    machine.clock.set(today - std::chrono::hours(24 * 2));
    CHECK(machine.has("certificate http", Grade::fail, "not valid yet"));
    machine.clock.set(today);

    fs::permissions(machine.request.configuration.tls.key, fs::perms::others_read,
                    fs::perm_options::add);
    CHECK(machine.has("certificate http", Grade::fail, "every user can read"));
    std::ofstream(machine.request.configuration.tls.key) << "not a key";
    CHECK(machine.has("certificate http", Grade::fail, "cannot read the key"));

    machine.request.configuration.tls = {};
    CHECK(machine.has("certificate http", Grade::warn));
    machine.request.configuration.http = "0.0.0.0:0";
    CHECK(machine.has("certificate http", Grade::fail, "in the clear"));
    REQUIRE(net::ensure_self_signed(machine.folder().root.string(), {}));
    CHECK(machine.has("certificate http", Grade::warn, "29 days left"));
}

TEST_CASE("a feed that anybody may send to is a warning") {
    Machine machine;
    FeedSettings& feed = machine.request.configuration.feeds.front();
    feed.listen = "0.0.0.0:0";
    CHECK(machine.has("senders main", Grade::warn, "allowed_peers"));
    feed.allowed_peers = {"10.0.0.1"};
    CHECK(machine.find("senders main").what.empty());
    CHECK(machine.has("certificate main", Grade::warn, "not encrypted"));
    machine.certify(feed.tls, 100);
    CHECK(machine.has("certificate main", Grade::ok));
    machine.request.configuration.feeds.clear();
    CHECK(machine.has("feeds", Grade::warn));
}

TEST_CASE("a feed that the next start would refuse is a failure") {
    Machine machine;
    CHECK(machine.has("feed main", Grade::ok, "built-in profile"));
    FeedSettings& feed = machine.request.configuration.feeds.front();
    feed.profile = machine.root / "lab.toml";
    CHECK(machine.has("feed main", Grade::fail, "cannot be read"));
    std::ofstream(feed.profile) << "character_set = \"8859/1\"\n";
    CHECK(machine.has("feed main", Grade::ok, "lab.toml"));
    std::ofstream(feed.profile) << "charcter_set = \"8859/1\"\n";
    CHECK(machine.has("feed main", Grade::fail, "charcter_set"));
    feed.profile.clear();
    feed.allowed_peers = {"10.0.0.0/33"};
    CHECK(machine.has("feed main", Grade::fail, "allowed_peers"));
}

TEST_CASE("a port in use is well while the server runs and a failure otherwise") {
    Machine machine;
    const auto other = net::listen_on({"127.0.0.1", 0});
    REQUIRE(other);
    machine.request.configuration.http =
        "127.0.0.1:" + std::to_string(net::local_port(other->get()));
    CHECK(machine.has("port http", Grade::fail, "already used"));
    const auto server = DataLock::take(machine.folder());
    REQUIRE(server);
    CHECK(machine.has("server", Grade::ok, "running"));
    CHECK(machine.has("port http", Grade::ok, "in use"));
    CHECK(machine.has("port main", Grade::warn, "not here"));
    machine.request.configuration.http = "127.0.0.1";
    CHECK(machine.has("port http", Grade::fail));
    machine.request.configuration.http = "192.0.2.1:0";  // not of this machine
    CHECK(machine.has("port http", Grade::fail, "cannot listen"));
    CHECK(judge_port("http", ":443", PortState::not_allowed, false).grade == Grade::warn);
}

TEST_CASE("a missing web app is a failure") {
    Machine machine;
    fs::remove(machine.root / "web" / "index.html");
    CHECK(machine.has("web app", Grade::fail));
}

TEST_CASE("quarantined and unapplied messages are counted") {
    const Machine machine;
    CHECK(machine.has("quarantine", Grade::ok, "empty"));
    CHECK(machine.has("unapplied messages", Grade::ok, "none"));
    for (const char* body : {"one", "two", "three"}) machine.receive(body, true);
    CHECK(machine.has("quarantine", Grade::warn, "3 messages wait"));
    CHECK(machine.has("unapplied messages", Grade::ok, "none"));
    machine.receive("four", false);
    CHECK(machine.has("unapplied messages", Grade::ok, "1, the oldest since"));

    const Instant later = machine.clock.now();
    CHECK(judge_unapplied(1, later - kUnappliedWarn, later).grade == Grade::ok);
    CHECK(judge_unapplied(1, later - kUnappliedWarn - 1us, later).grade == Grade::warn);
    CHECK(judge_unapplied(1, later - kUnappliedFail, later).grade == Grade::warn);
    CHECK(judge_unapplied(1, later - kUnappliedFail - 1us, later).grade == Grade::fail);
}

TEST_CASE("without a configuration ports and certificates are left out, and it is said") {
    Machine machine;
    machine.request.has_configuration = false;
    machine.request.reads_every_page = false;
    CHECK(machine.find("port http").what.empty());
    CHECK(machine.find("certificate http").what.empty());
    CHECK(machine.has("configuration", Grade::ok, "not checked"));
    CHECK(machine.has("store", Grade::ok, "pages not checked"));
}

TEST_CASE("the doctor command prints a line per finding and fails when one fails") {
    const Machine machine;
    const auto run = [](const std::string& arguments, std::string& out) {
        const Captured captured = run_command(add_doctor_command, arguments);
        out = captured.out;
        return captured.exit_code;
    };
    const fs::path file = machine.root / "wardlight.toml";
    std::ofstream(file) << "data = \"data\"\nweb = \"web\"\n[http]\nlisten = \"127.0.0.1:0\"\n";
    std::string out;
    CHECK(run("doctor --quick --config " + file.string(), out) == 1);
    CHECK(out.find("FAIL  accounts           nobody can sign in") != std::string::npos);
    machine.add_user("admin", "administrator");
    machine.staff(48h);
    CHECK(run("doctor --config " + file.string(), out) == 0);
    CHECK(out.find("ok    accounts           1 can sign in") != std::string::npos);
    CHECK(out.find("warn  feeds              none is configured") != std::string::npos);

    CHECK(run("doctor", out) == 2);
    std::ofstream(file) << "wrokers = 3\n";
    CHECK(run("doctor --config " + file.string(), out) == 1);
    CHECK(out.find("FAIL  configuration") == 0);
    CHECK(out.find("wrokers") != std::string::npos);
}
