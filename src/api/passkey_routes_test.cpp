#include "api/passkey_routes.h"

#include <filesystem>

#include "access/access_test_support.h"
#include "access/test_authenticator.h"
#include "api/session_cookie.h"

using namespace wardlight;
using namespace wardlight::api;
using access::test::add;
using access::test::AnswerParts;
using access::test::audit_entries;
using access::test::kCheap;
using access::test::kPassword;
using access::test::new_account;
using access::test::TestAuthenticator;

namespace {

const net::Header kJson{"Content-Type", "application/json"};

struct Server {
    Server() : folder(std::filesystem::temp_directory_path() / ("wardlight-api-" + new_uuid())) {
        ann = add(store, new_account("ann"));
        passkeys.open_for({"ward.test", {"https://ward.test"}});
        router.add(passkey_routes(services));
        router.set_before([this](net::Request& request, const net::Route& route) {
            return authorizer.check(request, route);
        });
    }
    ~Server() { std::filesystem::remove_all(folder); }

    net::Response call(std::string method, std::string target, std::string body = {},
                       std::vector<net::Header> headers = {kJson}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = std::move(headers);
        request.peer = *net::IpAddress::parse("10.0.0.1");
        return router.handle(request);
    }
    /// As somebody signed in.
    net::Response call_as(const std::string& token, std::string method, std::string target,
                          std::string body = {}) {
        return call(std::move(method), std::move(target), std::move(body),
                    {kJson, {"Authorization", "Bearer " + token}});
    }
    std::string session() {
        const auto made = store->transact([&](store::WriteTransaction& tx) {
            return access::start_session(tx, ann, policy, "Phone");
        });
        REQUIRE(made);
        return made->token;
    }
    /// The options of an answer.
    static json::Value options(const net::Response& response) {
        REQUIRE(response.status == 200);
        return (*json::parse(response.body))["publicKey"];
    }
    static std::string where(const net::Response& response) {
        return std::string((*json::parse(response.body))["error"]["where"].text());
    }
    static std::string registration(const TestAuthenticator& phone, const AnswerParts& parts,
                                    const std::string& name) {
        const access::RegistrationResponse made = phone.make(parts);
        return R"({"name":")" + name + R"(","passkey":{"type":"public-key","id":")" +
               to_base64url(phone.credential_id) + R"(","response":{"clientDataJSON":")" +
               to_base64url(made.client_data_json) + R"(","attestationObject":")" +
               to_base64url(made.attestation_object) + R"(","transports":["internal","hybrid"]}}})";
    }
    std::string assertion(const TestAuthenticator& phone, const AnswerParts& parts) const {
        const access::AssertionResponse made = phone.sign(parts);
        return R"({"passkey":{"type":"public-key","id":")" + to_base64url(phone.credential_id) +
               R"(","response":{"clientDataJSON":")" + to_base64url(made.client_data_json) +
               R"(","authenticatorData":")" + to_base64url(made.authenticator_data) +
               R"(","signature":")" + to_base64url(made.signature) + R"(","userHandle":")" +
               handle + R"("}}})";
    }
    static AnswerParts challenged(const json::Value& options) {
        AnswerParts parts;
        parts.challenge = from_base64(options["challenge"].text()).value_or("");
        return parts;
    }
    std::string enrol(const TestAuthenticator& phone, const std::string& token) {
        REQUIRE(call_as(token, "POST", "/api/step-up",
                        R"({"password":")" + std::string(kPassword) + R"("})")
                    .status == 204);
        const json::Value made = options(call_as(token, "POST", "/api/passkeys/options", "{}"));
        handle = made["user"]["id"].text();
        const net::Response added = call_as(token, "POST", "/api/passkeys",
                                            registration(phone, challenged(made), "My phone"));
        REQUIRE(added.status == 200);
        return std::string((*json::parse(added.body))["id"].text());
    }
    json::Value list(const std::string& token) {
        return *json::parse(call_as(token, "GET", "/api/passkeys").body);
    }

    std::filesystem::path folder;
    store::TestStore store{access::test::schemas()};
    AccountId ann;
    std::string handle;
    access::SecretKey key = [this] {
        std::filesystem::create_directories(folder);
        return *access::SecretKey::load_or_create(folder / "access.key");
    }();
    access::SessionPolicy policy;
    access::SignIn door = *access::SignIn::create(*store, key, policy, kCheap);
    access::PasskeyCeremonies passkeys{*store, policy};
    PasskeyServices services{*store, {door, passkeys}, policy};
    Authorizer authorizer{*store, policy, {}};
    net::Router router;
};

}  // namespace

TEST_CASE("from the password to a passkey, and with it to a session") {
    Server server;
    const TestAuthenticator phone;
    const std::string token = server.session();
    CHECK(server.list(token)["available"].as_bool());
    CHECK(server.list(token)["passkeys"].empty());
    CHECK(Server::where(server.call_as(token, "POST", "/api/passkeys/options", "{}")) == "step_up");
    const std::string id = server.enrol(phone, token);

    const json::Value listed = server.list(token)["passkeys"][0];
    CHECK(listed["id"].text() == id);
    CHECK(listed["name"].text() == "My phone");
    CHECK_FALSE(listed["is_synced"].as_bool());
    CHECK(listed["last_used_at"].is_null());

    const json::Value asked =
        Server::options(server.call("POST", "/api/passkeys/sign-in/options", "{}"));
    CHECK(asked["rpId"].text() == "ward.test");
    CHECK(asked["userVerification"].text() == "required");
    CHECK(asked["allowCredentials"].is_array());
    CHECK(asked["allowCredentials"].empty());
    const net::Response signed_in = server.call("POST", "/api/passkeys/sign-in",
                                                server.assertion(phone, Server::challenged(asked)));
    CHECK(signed_in.status == 200);
    CHECK(signed_in.body == R"({"state":"signed_in"})");
    const std::string cookie(signed_in.header("Set-Cookie").value_or(""));
    for (const char* part : {"wl_session=", "; Path=/", "; HttpOnly", "; Secure",
                             "; SameSite=Strict", "; Max-Age=43200"}) {
        CAPTURE(part);
        CHECK(cookie.find(part) != std::string::npos);
    }
    CHECK_FALSE(server.list(token)["passkeys"][0]["last_used_at"].is_null());
}

TEST_CASE("what a browser is asked to make") {
    Server server;
    const TestAuthenticator phone;
    const std::string token = server.session();
    server.enrol(phone, token);
    const json::Value asked =
        Server::options(server.call_as(token, "POST", "/api/passkeys/options", "{}"));
    CHECK(asked["rp"]["id"].text() == "ward.test");
    CHECK(asked["user"]["name"].text() == "ann");
    CHECK(asked["user"]["displayName"].text() == "Ann Example");
    CHECK(from_base64(asked["user"]["id"].text())->size() == 64);
    CHECK(from_base64(asked["challenge"].text())->size() == 32);
    CHECK(asked["pubKeyCredParams"][0]["alg"].as_integer() == -7);
    CHECK(asked["pubKeyCredParams"].size() == 6);
    CHECK(asked["authenticatorSelection"]["residentKey"].text() == "required");
    CHECK(asked["authenticatorSelection"]["userVerification"].text() == "required");
    CHECK(asked["attestation"].text() == "none");
    CHECK(asked["timeout"].as_integer() == 300'000);
    REQUIRE(asked["excludeCredentials"].size() == 1);
    CHECK(asked["excludeCredentials"][0]["id"].text() == to_base64url(phone.credential_id));
    CHECK(asked["excludeCredentials"][0]["transports"][1].text() == "hybrid");
}

TEST_CASE("signing in with a passkey fails in one way, without a cookie") {
    Server server;
    const TestAuthenticator phone;
    server.enrol(phone, server.session());
    const auto attempt = [&](const TestAuthenticator& with,
                             const std::function<void(AnswerParts&)>& change) {
        AnswerParts parts = Server::challenged(
            Server::options(server.call("POST", "/api/passkeys/sign-in/options", "{}")));
        change(parts);
        net::Response response =
            server.call("POST", "/api/passkeys/sign-in", server.assertion(with, parts));
        CHECK(response.status == 401);
        CHECK_FALSE(response.header("Set-Cookie"));
        return response.body;
    };
    const std::string unknown = attempt(TestAuthenticator(), [](AnswerParts&) {});
    CHECK(attempt(phone, [](AnswerParts& parts) { parts.origin = "https://evil.test"; }) ==
          unknown);
    CHECK(attempt(phone, [](AnswerParts& parts) { parts.challenge = "x"; }) == unknown);
}

TEST_CASE("what is no answer of a passkey is refused, and so is one from another site's page") {
    Server server;
    const auto status = [&](const std::string& body, std::vector<net::Header> headers) {
        return server.call("POST", "/api/passkeys/sign-in", body, std::move(headers)).status;
    };
    for (
        const char* body :
        {"", "[]", "{}", R"({"passkey":1})", R"({"passkey":{}})",
         R"({"passkey":{"type":"password"}})", R"({"passkey":{"type":"public-key"}})",
         R"({"passkey":{"type":"public-key","id":"AA","response":[]}})",
         R"({"passkey":{"type":"public-key","id":"?","response":{}}})",
         R"({"passkey":{"type":"public-key","id":"AA","response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":7}}})"}) {
        CAPTURE(body);
        CHECK(status(body, {kJson}) == 400);
    }
    CHECK(status("{}", {{"Content-Type", "text/plain"}}) == 400);
    CHECK(status("{}", {kJson, {"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(server
              .call("POST", "/api/passkeys/sign-in/options", "{}",
                    {kJson, {"Sec-Fetch-Site", "cross-site"}})
              .status == 403);
}

TEST_CASE("a second look at who is there, by password or by passkey") {
    Server server;
    const TestAuthenticator phone;
    const std::string first = server.session();
    server.enrol(phone, first);
    const std::string token = server.session();
    const auto confirm = [&](const std::string& body) {
        return server.call_as(token, "POST", "/api/step-up", body);
    };
    CHECK(confirm("{}").status == 400);
    CHECK(confirm(R"({"password":"wrong"})").status == 403);
    CHECK(Server::where(confirm(R"({"password":"wrong"})")) == "password");
    const json::Value asked =
        Server::options(server.call_as(token, "POST", "/api/step-up/options", "{}"));
    REQUIRE(asked["allowCredentials"].size() == 1);
    const std::string good = server.assertion(phone, Server::challenged(asked));
    // Both at once would leave open which one counts.
    std::string both = good;
    both.insert(1, R"("password":"x",)");
    CHECK(confirm(both).status == 400);
    // Another session's challenge.
    CHECK(Server::where(server.call_as(first, "POST", "/api/step-up", good)) == "passkey");
    CHECK(server.call_as(token, "POST", "/api/passkeys/options", "{}").status == 403);
    CHECK(confirm(good).status == 204);
    CHECK(confirm(good).status == 403);
    CHECK(server.call_as(token, "POST", "/api/passkeys/options", "{}").status == 200);
}

TEST_CASE("a password that confirms is noted like a passkey") {
    Server server;
    const std::string token = server.session();
    REQUIRE(server
                .call_as(token, "POST", "/api/step-up",
                         R"({"password":")" + std::string(kPassword) + R"("})")
                .status == 204);
    const audit::Entry entry = audit_entries(server.store).front().entry;
    CHECK(entry.action == "step_up");
    CHECK(entry.reason == "password");
    CHECK(entry.actor.account == server.ann);
}

TEST_CASE("a passkey is renamed and removed by its id") {
    Server server;
    const TestAuthenticator phone;
    const std::string token = server.session();
    const std::string path = "/api/passkeys/" + server.enrol(phone, token);
    CHECK(server.call_as(token, "PUT", path, R"({"name":"Old phone"})").status == 204);
    CHECK(server.list(token)["passkeys"][0]["name"].text() == "Old phone");
    CHECK(server.call_as(token, "PUT", path, "{}").status == 400);
    CHECK(server.call_as(token, "PUT", "/api/passkeys/x", R"({"name":"a"})").status == 404);
    CHECK(server.call_as(server.session(), "DELETE", path).status == 403);
    CHECK(server.call_as(token, "DELETE", path).status == 204);
    CHECK(server.call_as(token, "DELETE", path).status == 404);
    CHECK(server.list(token)["passkeys"].empty());
}

TEST_CASE("a server without an address says that passkeys are off") {
    Server server;
    const access::PasskeyCeremonies off(*server.store, server.policy);
    const PasskeyServices services{*server.store, {server.door, off}, server.policy};
    server.router = net::Router();
    server.router.add(passkey_routes(services));
    server.router.set_before([&server](net::Request& request, const net::Route& route) {
        return server.authorizer.check(request, route);
    });
    const std::string token = server.session();
    CHECK_FALSE(server.list(token)["available"].as_bool());
    const net::Response response = server.call("POST", "/api/passkeys/sign-in/options", "{}");
    CHECK(response.status == 412);
    CHECK(Server::where(response) == "passkeys_off");
    CHECK(server.call_as(token, "POST", "/api/step-up/options", "{}").status == 412);
}
