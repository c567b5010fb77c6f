#include "api/fhir_routes.h"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "api/authorize.h"
#include "audit/schema.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::api;

namespace {

struct Server {
    store::TestStore store;
    CommitQueue commits{*store};
    std::vector<std::string> audited;
    std::size_t audited_patients = 0;
    bool must_fail = false;
    std::vector<std::string> changed;
    FhirServices services{
        *store, commits,
        [this](store::WriteTransaction&, std::span<const store::ResourceKey> keys) -> Result<> {
            for (const auto& key : keys) changed.push_back(key.reference());
            return {};
        },
        [this](const net::Request&, const FhirAccess& access, net::Response answer) {
            audited.emplace_back(access.action);
            audited_patients += access.patients.size();
            return answer;
        },
        [this](store::WriteTransaction&, const net::Request&,
               const FhirAccess& access) -> Result<> {
            if (must_fail) return fail(ErrorCode::unavailable, "no audit");
            audited.emplace_back(access.action);
            audited_patients += access.patients.size();
            return {};
        }};
    net::Router router;

    Server() { router.add(fhir_routes(services)); }

    net::Response call(std::string method, std::string target, std::string body = {},
                       std::vector<net::Header> headers = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = std::move(headers);
        net::Response response = router.handle(request);
        if (!response.later) return response;
        std::promise<net::Response> answer;
        response.later([&](net::Response sent) { answer.set_value(std::move(sent)); });
        return answer.get_future().get();
    }
    json::Value json_of(const net::Response& response) { return *json::parse(response.content()); }
};

}  // namespace

TEST_CASE("create, read, update, delete, history") {
    Server server;
    const auto created = server.call("POST", "/fhir/Patient",
                                     R"({"resourceType":"Patient","name":[{"family":"A"}]})");
    REQUIRE(created.status == 201);
    const std::string id(server.json_of(created)["id"].text());
    CHECK(created.header("ETag") == "W/\"1\"");
    CHECK(created.header("Location") == "/fhir/Patient/" + id + "/_history/1");

    CHECK(server.call("GET", "/fhir/Patient/" + id).status == 200);
    CHECK(server.call("GET", "/fhir/Patient/" + id, "", {{"If-None-Match", "W/\"1\""}}).status ==
          304);
    const std::string second = R"({"resourceType":"Patient","id":")" + id + R"(","active":true})";
    CHECK(server.call("PUT", "/fhir/Patient/" + id, second, {{"If-Match", "W/\"7\""}}).status ==
          412);
    CHECK(server.call("PUT", "/fhir/Patient/" + id, second, {{"If-Match", "W/\"1\""}}).status ==
          200);
    CHECK(
        server
            .json_of(server.call("GET", "/fhir/Patient/" + id + "/_history/1"))["name"][0]["family"]
            .text() == "A");
    CHECK(server.call("DELETE", "/fhir/Patient/" + id).status == 204);
    CHECK(server.call("GET", "/fhir/Patient/" + id).status == 410);
    CHECK(server.call("GET", "/fhir/Patient/" + id + "/_history/3").status == 410);
    CHECK(server.json_of(server.call("GET", "/fhir/Patient/" + id + "/_history"))["entry"].size() ==
          3);
    CHECK(server.call("GET", "/fhir/Patient/none").status == 404);
    CHECK(server.changed.size() == 3);
    // One entry for each that shows or changes data; a refusal and an unchanged copy show nothing.
    CHECK(server.audited ==
          std::vector<std::string>{"create", "read", "update", "read", "delete", "read"});
}

TEST_CASE("bad input gets an OperationOutcome that says where") {
    struct Row {
        const char* method;
        const char* target;
        const char* body;
        int status;
        const char* where;
    };
    Server server;
    for (
        const Row& row :
        {Row{"POST", "/fhir/Patient", "{", 400, ""},
         Row{"POST", "/fhir/Patient", R"({"resourceType":"Group"})", 400, "resourceType"},
         Row{"POST", "/fhir/Nothing", R"({"resourceType":"Nothing"})", 404, ""},
         Row{"PUT", "/fhir/Patient/a", R"({"resourceType":"Patient","id":"b"})", 400, "id"},
         Row{"GET", "/fhir/Patient?nonsense=1", "", 400, "nonsense"},
         Row{"POST", "/fhir", R"({"resourceType":"Bundle","type":"batch"})", 400, "Bundle.type"},
         Row{"POST", "/fhir",
             R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Patient"}}]})",
             400, "Bundle.entry[0].resource"}}) {
        CAPTURE(std::string(row.target));
        const auto response = server.call(row.method, row.target, row.body);
        CHECK(response.status == row.status);
        const json::Value outcome = server.json_of(response);
        CHECK(outcome["resourceType"].text() == "OperationOutcome");
        CHECK(outcome["issue"][0]["expression"][0].text() == row.where);
    }
}

TEST_CASE("a transaction is all or nothing and its references point at the new ids") {
    Server server;
    const char* good = R"({"resourceType":"Bundle","type":"transaction","entry":[
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:2"}},"request":{"method":"POST","url":"Observation"}},
      {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:x|1"}}]})";
    const auto response = server.call("POST", "/fhir", good);
    REQUIRE(response.status == 200);
    auto snapshot = server.store->read();
    const auto observations = *store::search_all(*snapshot, "Observation", {}, 10);
    const auto patients = *store::search_all(*snapshot, "Patient", {}, 10);
    REQUIRE(observations.size() == 1);
    REQUIRE(patients.size() == 1);
    // The audit says whose data a transaction touched.
    CHECK(server.audited_patients == 1);
    CHECK(observations[0]["subject"]["reference"].text() ==
          "Patient/" + std::string(patients[0]["id"].text()));

    const char* bad = R"({"resourceType":"Bundle","type":"transaction","entry":[
      {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
      {"resource":{"resourceType":"Patient","id":"x"},"request":{"method":"PUT","url":"Patient/x","ifMatch":"W/\"3\""}}]})";
    const auto refused = server.call("POST", "/fhir", bad);
    CHECK(refused.status == 412);
    auto after = server.store->read();
    CHECK(store::search_all(*after, "Patient", {}, 10)->size() == 1);
}

TEST_CASE("what a transaction only shows is recorded as read, what it changed as changed") {
    Server server;
    REQUIRE(
        server.call("PUT", "/fhir/Patient/p", R"({"resourceType":"Patient","id":"p"})").status ==
        201);
    REQUIRE(
        server.call("PUT", "/fhir/Patient/q", R"({"resourceType":"Patient","id":"q"})").status ==
        201);
    server.audited.clear();
    const char* bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[
      {"resource":{"resourceType":"Patient","id":"p","active":true},"request":{"method":"PUT","url":"Patient/p"}},
      {"request":{"method":"GET","url":"Patient/p"}},
      {"request":{"method":"GET","url":"Patient/q"}},
      {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]})";
    const auto response = server.json_of(server.call("POST", "/fhir", bundle));
    CHECK(server.audited == std::vector<std::string>{"update", "read"});
    CHECK(response["entry"][0]["resource"]["active"].as_bool());
    CHECK(response["entry"][1]["resource"]["meta"]["versionId"].text() == "2");
    CHECK(response["entry"][2]["resource"]["id"].text() == "q");
    CHECK(response["entry"][3]["response"]["status"].text() == "201");
    CHECK(response["entry"][3]["resource"].is_null());
}

TEST_CASE("what is read goes out after its entry is in the audit log, and not without") {
    store::TestStore store({{"audit", audit::kAuditSteps}});
    CommitQueue commits(*store);
    FhirServices services{*store, commits, {}, record_fhir_access(commits), record_fhir_write()};
    net::Router router;
    router.add(fhir_routes(services));
    REQUIRE(store->write([](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(json::object({{"resourceType", "Patient"}, {"id", "p"}})));
        return {};
    }));
    net::Request request;
    request.method = "GET";
    request.target = "/fhir/Patient/p";
    request.caller = std::make_shared<const Caller>();
    const net::Response handled = router.handle(request);
    CHECK(handled.status == 500);
    CHECK(handled.content().empty());
    REQUIRE(handled.later);
    std::promise<std::pair<net::Response, std::size_t>> sent;
    handled.later([&](net::Response response) {
        auto snapshot = store->read();
        sent.set_value({std::move(response), audit::find(*snapshot, {})->entries.size()});
    });
    const auto [response, recorded] = sent.get_future().get();
    CHECK(response.status == 200);
    CHECK(recorded == 1);

    // Without its table the entry cannot be written.
    REQUIRE(store->write([](store::WriteTransaction& tx) -> Result<> {
        return tx.sql().execute("DROP TABLE audit_entry");
    }));
    request.path_parameters.clear();
    std::promise<net::Response> refused;
    router.handle(request).later(
        [&](net::Response answer) { refused.set_value(std::move(answer)); });
    const net::Response refusal = refused.get_future().get();
    CHECK(refusal.status == 500);
    CHECK(refusal.content().find("Patient") == std::string::npos);
}

TEST_CASE("a write that cannot be recorded does not happen, and a deletion names its patient") {
    Server server;
    const char* patient = R"({"resourceType":"Patient","id":"p"})";
    server.must_fail = true;
    CHECK(server.call("PUT", "/fhir/Patient/p", patient).status == 503);
    server.must_fail = false;
    CHECK(server.call("GET", "/fhir/Patient/p").status == 404);
    CHECK(server.call("PUT", "/fhir/Patient/p", patient).status == 201);
    server.audited_patients = 0;
    CHECK(server.call("DELETE", "/fhir/Patient/p").status == 204);
    CHECK(server.audited_patients == 1);
}

TEST_CASE("thirty-two identical conditional creates at once make one resource") {
    Server server;
    std::vector<std::thread> threads;
    for (int i = 0; i < 32; ++i) {
        threads.emplace_back([&server] {
            FhirEntry entry;
            entry.key.type = *fhir::type_number("Patient");
            entry.resource = *json::parse(
                R"({"resourceType":"Patient","identifier":[{"system":"urn:x","value":"1"}]})");
            entry.condition = *store::parse_search(entry.key.type, {{"identifier", "urn:x|1"}});
            std::vector<FhirEntry> entries;
            entries.push_back(std::move(entry));
            std::promise<bool> is_done;
            perform(server.commits, std::move(entries), {},
                    [&](const Result<FhirOutcomes>& done) { is_done.set_value(done.has_value()); });
            CHECK(is_done.get_future().get());
        });
    }
    for (auto& thread : threads) thread.join();
    auto snapshot = server.store->read();
    CHECK(store::search_all(*snapshot, "Patient", {}, 100)->size() == 1);
}

TEST_CASE("search pages link to the next and POST search keeps values out of links") {
    Server server;
    for (int i = 0; i < 5; ++i)
        REQUIRE(
            server.call("POST", "/fhir/Patient", R"({"resourceType":"Patient","gender":"male"})")
                .status == 201);
    const auto first =
        server.json_of(server.call("GET", "/fhir/Patient?gender=male&_count=3&_total=accurate"));
    CHECK(first["total"].text() == "5");
    CHECK(first["entry"].size() == 3);
    CHECK(first["link"][1]["relation"].text() == "next");
    const auto second =
        server.json_of(server.call("GET", std::string(first["link"][1]["url"].text())));
    CHECK(second["entry"].size() == 2);
    const auto posted =
        server.json_of(server.call("POST", "/fhir/Patient/_search", "gender=male&_count=3"));
    CHECK(posted["entry"].size() == 3);
    CHECK(json::serialize(posted["link"]).find("male") == std::string::npos);
}

TEST_CASE("the capability statement names every type") {
    Server server;
    const auto statement = server.json_of(server.call("GET", "/fhir/metadata"));
    CHECK(statement["rest"][0]["resource"].size() == 146);
}
