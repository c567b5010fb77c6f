#include "api/fhir_routes.h"

#include <doctest/doctest.h>

#include <thread>

#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::api;

namespace {

struct Server {
    store::TestStore store;
    std::vector<std::string> audited;
    std::size_t audited_patients = 0;
    bool must_fail = false;
    std::vector<std::string> changed;
    FhirServices services{
        *store,
        [this](store::WriteTransaction&, std::span<const store::ResourceKey> keys) -> Result<> {
            for (const auto& key : keys) changed.push_back(key.reference());
            return {};
        },
        [this](const net::Request&, const FhirAccess& access) -> Result<> {
            audited.emplace_back(access.action);
            audited_patients += access.patients.size();
            return {};
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
        return router.handle(request);
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
            CHECK(perform(*server.store, std::move(entries), {}));
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
