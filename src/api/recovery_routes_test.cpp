#include "api/recovery_routes.h"

#include "access/access_test_support.h"
#include "access/test_authenticator.h"
#include "api/authorize.h"

using namespace wardlight;
using namespace wardlight::api;
using access::Role;
using access::test::add;
using access::test::AnswerParts;
using access::test::audit_entries;
using access::test::new_account;
using access::test::TestAuthenticator;

namespace {

struct Server {
    Server() {
        ann = add(store, new_account("ann"));
        first = session_of(add(store, new_account("root", Role::administrator)));
        second = session_of(add(store, new_account("admin", Role::administrator)));
        passkeys.open_for({"ward.test", {"https://ward.test"}});
        router.add(recovery_routes(services));
        router.set_before([this](net::Request& request, const net::Route& route) {
            return authorizer.check(request, route);
        });
    }

    /// Of somebody who has just confirmed who they are.
    std::string session_of(const AccountId& account) {
        const auto made =
            store->transact([&](store::WriteTransaction& tx) -> Result<access::NewSession> {
                auto session = TRY(access::start_session(tx, account, policy, "Desk"));
                TRY(access::note_confirmed(tx, session.id));
                return session;
            });
        REQUIRE(made);
        return made->token;
    }
    net::Response call(std::string method, std::string target, std::string body,
                       const std::string& token = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = {{"Content-Type", "application/json"}};
        if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
        request.peer = *net::IpAddress::parse("10.0.0.1");
        return router.handle(request);
    }
    static json::Value json_of(const net::Response& response) {
        CHECK(response.status == 200);
        return *json::parse(response.body);
    }
    std::string start() {
        return std::string(
            json_of(call("POST", "/api/admin/recoveries",
                         R"({"user":"Ann","reason":"lost her phone in the river"})", first))["id"]
                .text());
    }

    store::TestStore store{access::test::schemas()};
    AccountId ann;
    std::string first;
    std::string second;
    access::SessionPolicy policy;
    access::PasskeyCeremonies passkeys{*store, policy};
    access::RecoveryCeremony recoveries{*store, passkeys, policy};
    RecoveryServices services{*store, passkeys, recoveries, policy};
    Authorizer authorizer{*store, policy, {}};
    net::Router router;
};

}  // namespace

TEST_CASE("from the IT desk to a session: two administrators, a code, a passkey") {
    Server server;
    const std::string path = "/api/admin/recoveries/" + server.start();
    const json::Value listed =
        Server::json_of(server.call("GET", "/api/admin/recoveries", "", server.second));
    REQUIRE(listed["recoveries"].size() == 1);
    CHECK(listed["recoveries"][0]["who"]["user"].text() == "ann");
    CHECK(listed["recoveries"][0]["started_by"]["user"].text() == "root");
    CHECK(listed["recoveries"][0]["reason"].text() == "lost her phone in the river");
    CHECK(listed["recoveries"][0]["confirmed_at"].is_null());
    CHECK(server.call("POST", path, "{}", server.first).status == 403);
    const std::string code(
        Server::json_of(server.call("POST", path, "{}", server.second))["code"].text());
    CHECK(audit_entries(server.store).front().entry.action == "recovery.confirm");
    CHECK(audit_entries(server.store).front().entry.resource_id == server.ann.value);
    // The code is in no list.
    CHECK(server.call("GET", "/api/admin/recoveries", "", server.first).body.find(code) ==
          std::string::npos);

    const std::string who = R"("user":"ann","code":")" + code + "\"";
    const json::Value options =
        Server::json_of(server.call("POST", "/api/recovery/options", "{" + who + "}"))["publicKey"];
    CHECK(options["user"]["name"].text() == "ann");
    const TestAuthenticator phone;
    AnswerParts parts;
    parts.challenge = *from_base64(options["challenge"].text());
    const access::RegistrationResponse made = phone.make(parts);
    const net::Response signed_in =
        server.call("POST", "/api/recovery",
                    "{" + who + R"(,"name":"New phone","passkey":{"type":"public-key","id":")" +
                        to_base64url(phone.credential_id) + R"(","response":{"clientDataJSON":")" +
                        to_base64url(made.client_data_json) + R"(","attestationObject":")" +
                        to_base64url(made.attestation_object) + R"("}}})");
    CHECK(signed_in.status == 200);
    CHECK(signed_in.header("Set-Cookie").value_or("").find("wl_session=") == 0);
    const net::Response again = server.call("POST", "/api/recovery/options", "{" + who + "}");
    CHECK(again.status == 401);
    CHECK(again.body ==
          server.call("POST", "/api/recovery/options", R"({"user":"nobody","code":"x"})").body);
}

TEST_CASE(
    "a recovery needs administrators who have just shown who they are, and can be called off") {
    Server server;
    const std::string nurse = server.session_of(server.ann);
    CHECK(server.call("GET", "/api/admin/recoveries", "", nurse).status == 403);
    CHECK(server.call("POST", "/api/admin/recoveries", "{}", nurse).status == 403);
    CHECK(server.call("POST", "/api/admin/recoveries", "{}", server.first).status == 404);
    CHECK(server
              .call("POST", "/api/admin/recoveries", R"({"user":"root","reason":"my own account"})",
                    server.first)
              .status == 403);
    const std::string path = "/api/admin/recoveries/" + server.start();
    CHECK(audit_entries(server.store).front().entry.action == "recovery.start");
    server.store.clock.advance(access::kConfirmedFor);
    CHECK(server.call("POST", path, "{}", server.second).status == 403);
    CHECK(server.call("DELETE", path, "", server.second).status == 204);
    CHECK(audit_entries(server.store).front().entry.action == "recovery.cancel");
    CHECK(server.call("DELETE", path, "", server.second).status == 404);
}

TEST_CASE("what is no recovery is refused, and so is one from another site's page") {
    Server server;
    for (const char* body : {"", "[]", "{}", R"({"user":"ann"})", R"({"user":1,"code":2})"}) {
        CAPTURE(body);
        CHECK(server.call("POST", "/api/recovery/options", body).status == 400);
        CHECK(server.call("POST", "/api/recovery", body).status == 400);
    }
    net::Request request;
    request.method = "POST";
    request.target = "/api/recovery/options";
    request.body = R"({"user":"ann","code":"x"})";
    request.headers = {{"Content-Type", "application/json"}, {"Sec-Fetch-Site", "cross-site"}};
    CHECK(server.router.handle(request).status == 403);
}
