#include "api/session_routes.h"

#include "access/access_test_support.h"
#include "api/authorize.h"
#include "api/fhir_routes.h"
#include "api/route_check.h"
#include "json/value.h"

using namespace wardlight;
using namespace wardlight::api;
using access::Role;
using access::test::add;
using access::test::audit_entries;
using access::test::kCheap;
using access::test::kPassword;
using access::test::new_account;
using namespace std::chrono_literals;

namespace {

struct Server {
    Server() : folder(std::filesystem::temp_directory_path() / ("wardlight-api-" + new_uuid())) {
        access::NewAccount ann = new_account("ann");
        ann.wards = {"7B", "8A"};
        add(store, ann);
        access::NewAccount bob = new_account("bob", Role::doctor);
        bob.teams = {"renal"};
        bob.sealed_totp_secret = key.seal("12345678901234567890");
        add(store, bob);
        add(store, new_account("root", Role::administrator));
        router.add(session_routes(services));
        router.add({"GET", "/api/chart", net::Permission::named(access::permission::kPatientsRead),
                    [](const net::Request&) { return net::Response::text(200, "chart"); }});
        router.add({"POST", "/api/act", net::Permission::named(access::permission::kAlertsAct),
                    [](const net::Request&) { return net::Response::text(200, "done"); }});
        router.add({"GET", "/api/live", net::Permission::signed_in(),
                    [](const net::Request&) { return net::Response::text(200, "live"); }});
        router.set_before([this](net::Request& request, const net::Route& route) {
            return authorizer.check(request, route);
        });
    }
    ~Server() { std::filesystem::remove_all(folder); }

    net::Response call(std::string method, std::string target, std::string body = {},
                       std::vector<net::Header> headers = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = std::move(headers);
        request.peer = *net::IpAddress::parse("10.0.0.1");
        return router.handle(request);
    }
    net::Response sign_in(const std::string& user, const std::string& password) {
        return call("POST", "/api/sign-in",
                    R"({"user":")" + user + R"(","password":")" + password + R"("})",
                    {{"Content-Type", "application/json"}});
    }
    /// Cookie header of a new session.
    net::Header session_of(const std::string& user) {
        const net::Response response = sign_in(user, kPassword);
        REQUIRE(response.status == 200);
        const std::string cookie(*response.header("Set-Cookie"));
        return {"Cookie", cookie.substr(0, cookie.find(';'))};
    }
    net::Header csrf_of(const net::Header& cookie) {
        const auto me = json::parse(call("GET", "/api/me", "", {cookie}).body);
        REQUIRE(me);
        return {std::string(kCsrfHeader), std::string((*me)["csrf"].text())};
    }

    std::filesystem::path folder;
    store::TestStore store{access::test::schemas()};
    access::SecretKey key = [this] {
        std::filesystem::create_directories(folder);
        return *access::SecretKey::load_or_create(folder / "access.key");
    }();
    access::SessionPolicy policy;
    access::SignIn door = *access::SignIn::create(*store, key, policy, kCheap);
    std::vector<std::string> signed_out;
    SessionServices services{*store,
                             door,
                             policy,
                             {"Riverside", "Europe/London", "0100", true},
                             300s,
                             [](std::string_view team) { return "Team " + std::string(team); },
                             [](store::Snapshot&, const access::Subject& subject) -> Result<bool> {
                                 return subject.user == "ann";
                             },
                             [this](const std::string& id) { signed_out.push_back(id); }};
    Authorizer authorizer{*store, policy, {"/api/live"}};
    net::Router router;
};

}  // namespace

TEST_CASE("signing in sets a cookie that scripts and other sites cannot use") {
    Server server;
    const net::Response response = server.sign_in("ann", kPassword);
    CHECK(response.status == 200);
    CHECK(response.body == R"({"state":"signed_in"})");
    const std::string cookie(response.header("Set-Cookie").value_or(""));
    for (const char* part : {"wl_session=", "; Path=/", "; HttpOnly", "; Secure",
                             "; SameSite=Strict", "; Max-Age=43200"}) {
        CAPTURE(part);
        CHECK(cookie.find(part) != std::string::npos);
    }
    const net::Header session{"Cookie", cookie.substr(0, cookie.find(';'))};
    const auto me = json::parse(server.call("GET", "/api/me", "", {session}).body);
    REQUIRE(me);
    CHECK((*me)["account"]["user"].text() == "ann");
    CHECK((*me)["account"]["name"].text() == "Ann Example");
    CHECK((*me)["account"]["role"].text() == "ward_nurse");
    CHECK((*me)["account"]["on_duty"].as_bool());
    CHECK((*me)["permissions"].size() == 6);
    CHECK((*me)["wards"][1].text() == "8A");
    CHECK((*me)["teams"].is_array());
    CHECK((*me)["teams"].empty());
    CHECK((*me)["csrf"].text().size() >= 32);
    CHECK((*me)["expires_at"].text() == format_instant(server.store.clock.now() + 12h));
    CHECK((*me)["idle_lock_seconds"].as_integer() == 300);
    CHECK((*me)["site"]["name"].text() == "Riverside");
    CHECK((*me)["site"]["demo"].as_bool());
}

TEST_CASE("a wrong sign-in is 401 without a cookie, whatever was wrong") {
    Server server;
    const net::Response wrong = server.sign_in("ann", "wrong");
    const net::Response unknown = server.sign_in("nobody", kPassword);
    CHECK(wrong.status == 401);
    CHECK_FALSE(wrong.header("Set-Cookie"));
    CHECK(wrong.body == unknown.body);
    CHECK(wrong.status == unknown.status);
}

TEST_CASE("an account with codes is asked for one") {
    Server server;
    const net::Response response = server.sign_in("bob", kPassword);
    CHECK(response.status == 200);
    CHECK(response.body == R"({"state":"code_needed"})");
    CHECK_FALSE(response.header("Set-Cookie"));
}

TEST_CASE("what is not a sign-in is refused, and so is one from another site's page") {
    Server server;
    const std::string good = R"({"user":"ann","password":"correct horse battery"})";
    const net::Header json{"Content-Type", "application/json"};
    const auto status = [&](const std::string& body, std::vector<net::Header> headers) {
        return server.call("POST", "/api/sign-in", body, std::move(headers)).status;
    };
    CHECK(status("", {json}) == 400);
    CHECK(status("[]", {json}) == 400);
    CHECK(status(R"({"user":"ann"})", {json}) == 400);
    CHECK(status(R"({"user":1,"password":"x"})", {json}) == 400);
    CHECK(status(good, {{"Content-Type", "text/plain"}}) == 400);
    CHECK(status(good, {}) == 400);
    CHECK(status(good, {json, {"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(status(good, {json, {"Sec-Fetch-Site", "same-origin"}}) == 200);
    CHECK(status(good, {{"Content-Type", "application/json; charset=utf-8"}}) == 200);
}

TEST_CASE("without a living session everything but sign-in is 401") {
    Server server;
    const net::Header session = server.session_of("ann");
    CHECK(server.call("GET", "/api/me").status == 401);
    CHECK(server.call("GET", "/api/chart", "", {{"Cookie", "wl_session=made-up"}}).status == 401);
    CHECK(server.call("GET", "/api/chart", "", {{"Authorization", "Basic YTpi"}}).status == 401);
    CHECK(server.call("GET", "/api/chart", "", {session}).status == 200);
    server.store.clock.advance(server.policy.idle);
    CHECK(server.call("GET", "/api/chart", "", {session}).status == 401);
}

TEST_CASE("a write by cookie needs the token of its own session") {
    Server server;
    const net::Header session = server.session_of("ann");
    const net::Header csrf = server.csrf_of(session);
    const net::Header other_csrf = server.csrf_of(server.session_of("ann"));
    const auto act = [&](std::vector<net::Header> headers) {
        return server.call("POST", "/api/act", "", std::move(headers)).status;
    };
    CHECK(act({session}) == 403);
    CHECK(act({session, {std::string(kCsrfHeader), ""}}) == 403);
    CHECK(act({session, other_csrf}) == 403);
    CHECK(act({session, csrf}) == 200);
    // A token in a header is never sent by a browser on its own.
    const net::Header bearer{"Authorization", "Bearer " + session.value.substr(11)};
    CHECK(act({bearer}) == 200);
    // A cookie beside a wrong header does not help.
    CHECK(act({{"Authorization", "Bearer x"}, session, csrf}) == 401);
}

TEST_CASE("a role without the permission is 403, and that is recorded") {
    Server server;
    const net::Header session = server.session_of("root");
    const net::Response response = server.call("GET", "/api/chart", "", {session});
    CHECK(response.status == 403);
    CHECK(json::parse(response.body).value()["error"]["where"].text() == "permission");
    const auto entries = audit_entries(server.store);
    CHECK(entries[0].entry.action == "patients.read");
    CHECK(entries[0].entry.decision == audit::Decision::deny);
    CHECK(entries[0].entry.actor.role == "administrator");
    CHECK(entries[0].entry.actor.address == "10.0.0.1");
}

TEST_CASE("activity keeps a session alive, the live stream does not") {
    Server server;
    const net::Header session = server.session_of("ann");
    const auto pass = [&](const char* path) {
        for (int i = 0; i < 4; ++i) {
            server.store.clock.advance(server.policy.idle / 3);
            (void)server.call("GET", path, "", {session});
            // The note of activity is written behind the answer.
            REQUIRE(server.store->write([](store::WriteTransaction&) -> Result<> { return {}; }));
        }
        return server.call("GET", "/api/chart", "", {session}).status;
    };
    CHECK(pass("/api/chart") == 200);
    CHECK(pass("/api/live") == 401);
}

TEST_CASE("signing out ends the session at once and clears the cookie") {
    Server server;
    const net::Header session = server.session_of("ann");
    const net::Header csrf = server.csrf_of(session);
    CHECK(server.call("POST", "/api/sign-out", "", {session}).status == 403);
    const net::Response response = server.call("POST", "/api/sign-out", "", {session, csrf});
    CHECK(response.status == 204);
    CHECK(response.header("Set-Cookie")->find("wl_session=; Path=/; Max-Age=0") == 0);
    CHECK(server.call("GET", "/api/me", "", {session}).status == 401);
    CHECK(server.signed_out.size() == 1);
    CHECK(audit_entries(server.store)[0].entry.action == "sign_out");
}

TEST_CASE("a change to an account counts from the next request on") {
    Server server;
    const net::Header session = server.session_of("ann");
    CHECK(server.call("GET", "/api/chart", "", {session}).status == 200);
    REQUIRE(server.store->write([](store::WriteTransaction& tx) -> Result<> {
        const auto ann = TRY(access::find_account_of_user(tx, "ann"));
        return access::set_disabled(tx, ann->subject.account, true);
    }));
    CHECK(server.call("GET", "/api/chart", "", {session}).status == 401);
}

TEST_CASE("every route of these lists is protected, and the check finds those that are not") {
    Server server;
    CommitQueue commits(*server.store);
    const FhirServices fhir{*server.store, commits, {}, record_fhir_access(commits), {}};
    server.router.add(fhir_routes(fhir));
    for (const std::string& question : questionable_routes(server.router)) {
        FAIL_CHECK(question);
    }
    // Each of them refuses a stranger.
    for (const auto& route : server.router.routes()) {
        if (route->permission.kind() == net::Permission::Kind::everyone) continue;
        CAPTURE(route->pattern);
        std::string path = route->pattern;
        for (std::size_t at; (at = path.find('{')) != std::string::npos;) {
            path.replace(at, path.find('}') - at + 1, "x");
        }
        CHECK(server.call(route->method, path).status == 401);
    }
    const auto nothing = [](const net::Request&) { return net::Response::empty(204); };
    server.router.add({"GET", "/api/leak", net::Permission::everyone(), nothing});
    server.router.add({"GET", "/api/typo", net::Permission::named("patient.reads"), nothing});
    CHECK(questionable_routes(server.router) ==
          std::vector<std::string>{"GET /api/leak: open to everyone",
                                   "GET /api/typo: unknown permission patient.reads"});
}

TEST_CASE("a person sees where they are signed in and ends it from elsewhere") {
    Server server;
    const net::Header lost = server.session_of("ann");
    const net::Header here = server.session_of("ann");
    const net::Header other = server.session_of("root");
    const auto devices = [&](const net::Header& cookie) {
        return *json::parse(server.call("GET", "/api/devices", "", {cookie}).body);
    };
    const json::Value listed = devices(here);
    REQUIRE(listed["devices"].size() == 2);
    std::string lost_id;
    for (const json::Value& device : listed["devices"].items()) {
        if (!device["is_this"].as_bool()) lost_id = device["id"].text();
    }
    REQUIRE_FALSE(lost_id.empty());
    CHECK(devices(other)["devices"].size() == 1);

    const auto end = [&](const net::Header& cookie, const std::string& id) {
        return server.call("DELETE", "/api/devices/" + id, "", {cookie, server.csrf_of(cookie)})
            .status;
    };
    CHECK(end(other, lost_id) == 404);
    CHECK(server.call("DELETE", "/api/devices/" + lost_id, "", {here}).status == 403);
    CHECK(server.call("GET", "/api/me", "", {lost}).status == 200);
    CHECK(end(here, lost_id) == 204);
    CHECK(server.signed_out == std::vector<std::string>{lost_id});

    const net::Response refused = server.call("GET", "/api/me", "", {lost});
    CHECK(refused.status == 401);
    CHECK((*json::parse(refused.body))["error"]["where"].text() == "revoked");
    CHECK(devices(here)["devices"].size() == 1);
    const std::string own_id(devices(here)["devices"][0]["id"].text());
    CHECK(end(here, own_id) == 409);
    const audit::Recorded entry = audit_entries(server.store).front();
    CHECK(entry.entry.action == "session.revoke");

    const net::Header third = server.session_of("ann");
    CHECK(server.call("DELETE", "/api/devices", "", {here, server.csrf_of(here)}).status == 204);
    CHECK(server.call("GET", "/api/me", "", {third}).status == 401);
    CHECK(server.call("GET", "/api/me", "", {here}).status == 200);
    CHECK(server.call("GET", "/api/me", "", {other}).status == 200);
}
