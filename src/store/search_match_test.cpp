// What a search means, decided on the content of one resource. Source: FHIR R4 3.1.1 Search.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

const char* const kObservation = R"({"resourceType":"Observation","id":"o","status":"final",
 "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},
 "subject":{"reference":"Patient/p"},"encounter":{"reference":"http://host/fhir/Encounter/e"},
 "performer":[{"identifier":{"system":"urn:staff","value":"7"}},{"reference":"urn:uuid:1"}],
 "effectivePeriod":{"start":"2026-01-02T10:00:00Z","end":"2026-01-02T12:00:00Z"},
 "valueQuantity":{"value":100,"unit":"mm","system":"http://unitsofmeasure.org","code":"mm[Hg]"},
 "component":[{"code":{"coding":[{"code":"8480-6"}]},"valueQuantity":{"value":120}},
              {"code":{"coding":[{"code":"8462-4"}]},"valueQuantity":{"value":80}}]})";
// No FHIR, but JSON that somebody may send.
const char* const kListInList = R"({"resourceType":"Observation","id":"l",
 "component":[[{"code":{"coding":[{"code":"8480-6"}]},"valueQuantity":{"value":120}}]]})";
const char* const kValueSet =
    R"({"resourceType":"ValueSet","id":"v","url":"http://example.org/a,b","name":"O\\K$|x"})";
const char* const kRisk =
    R"({"resourceType":"RiskAssessment","id":"r","prediction":[{"probabilityDecimal":-0.5}]})";

struct Row {
    const char* resource;
    const char* name;
    const char* value;
    bool matches;
};

std::optional<bool> answer(const Row& row) {
    const json::Value resource = *json::parse(row.resource);
    const auto request =
        parse_search(*fhir::type_number(resource["resourceType"].text()), {{row.name, row.value}});
    if (!request) return std::nullopt;
    return matches(resource, request->all_of.front());
}

Result<SearchRequest> parse(const char* type, QueryParameters query) {
    return parse_search(*fhir::type_number(type), query);
}

}  // namespace

TEST_CASE("what each kind of clause takes and refuses") {
    const Row rows[] = {
        // token
        {kObservation, "code", "85354-9", true},
        {kObservation, "code", "http://loinc.org|85354-9", true},
        {kObservation, "code", "http://snomed.info/sct|85354-9", false},
        {kObservation, "code", "http://loinc.org|", true},
        {kObservation, "code", "|85354-9", false},
        {kObservation, "code", "1,85354-9", true},
        {kObservation, "code:not", "85354-9", false},
        {kObservation, "code:not", "1", true},
        {kObservation, "code:text", "BLOOD", true},
        {kObservation, "code:text", "pressure", false},
        {kObservation, "code:missing", "false", true},
        {kObservation, "category:missing", "false", false},
        // reference
        {kObservation, "subject", "Patient/p", true},
        {kObservation, "subject", "p", true},
        {kObservation, "subject", "Group/p", false},
        {kObservation, "subject", "q", false},
        {kObservation, "encounter", "http://other/Encounter/e", true},
        {kObservation, "performer", "urn:uuid:1", true},
        {kObservation, "performer", "urn:uuid:2", false},
        {kObservation, "performer:identifier", "urn:staff|7", true},
        {kObservation, "performer:identifier", "7", true},
        {kObservation, "performer:identifier", "urn:other|7", false},
        {kObservation, "performer:identifier", "urn:staff|", false},
        {kObservation, "performer:identifier", "8", false},
        // date: the period from 10 to 12
        {kObservation, "date", "2026-01-02", true},
        {kObservation, "date", "2026-01-02T11:00:00Z", false},
        {kObservation, "date", "ne2026-01-02", false},
        {kObservation, "date", "ne2026-01-03", true},
        {kObservation, "date", "gt2026-01-02T11:00:00Z", true},
        {kObservation, "date", "gt2026-01-02T13:00:00Z", false},
        {kObservation, "date", "lt2026-01-02T11:00:00Z", true},
        {kObservation, "date", "lt2026-01-02T09:00:00Z", false},
        {kObservation, "date", "ge2026-01-02", true},
        {kObservation, "date", "ge2026-01-03", false},
        {kObservation, "date", "le2026-01-02", true},
        {kObservation, "date", "le2026-01-01", false},
        {kObservation, "date", "sa2026-01-01", true},
        {kObservation, "date", "sa2026-01-02", false},
        {kObservation, "date", "eb2026-01-03", true},
        {kObservation, "date", "eb2026-01-02", false},
        {kObservation, "date", "ap2026-01-02T11:00:00Z", true},
        {kObservation, "date", "ap2026-01-02T13:00:00Z", false},
        {kObservation, "date", "ap2026-01-02T09:00:00Z", false},
        // a zone whose '+' arrived as a blank
        {kObservation, "date", "ge2026-01-02T10:00:00 00:00", true},
        // quantity and number
        {kObservation, "value-quantity", "100", true},
        {kObservation, "value-quantity", "100.4", false},
        {kObservation, "value-quantity", "1e2", true},
        {kObservation, "value-quantity", "ne100", false},
        {kObservation, "value-quantity", "gt99", true},
        {kObservation, "value-quantity", "gt100", false},
        {kObservation, "value-quantity", "lt101", true},
        {kObservation, "value-quantity", "lt100", false},
        {kObservation, "value-quantity", "ge100", true},
        {kObservation, "value-quantity", "le100", true},
        {kObservation, "value-quantity", "sa99", true},
        {kObservation, "value-quantity", "eb101", true},
        {kObservation, "value-quantity", "ap95", true},
        {kObservation, "value-quantity", "ap80", false},
        {kObservation, "value-quantity", "ap120", false},
        {kObservation, "value-quantity", "100|mm", true},
        {kObservation, "value-quantity", "100|mm[Hg]", true},
        {kObservation, "value-quantity", "100|kPa", false},
        {kObservation, "value-quantity", "100|http://unitsofmeasure.org|mm[Hg]", true},
        {kObservation, "value-quantity", "100|urn:other|mm[Hg]", false},
        {kRisk, "probability", "-0.5", true},
        {kRisk, "probability", "ap-0.52", true},
        {kRisk, "probability", "ap-0.9", false},
        // uri and string; what stands for itself after a backslash
        {kValueSet, "url", "http://example.org/a\\,b", true},
        {kValueSet, "url", "http://example.org/a", false},
        {kValueSet, "name:exact", "O\\\\K\\$\\|x", true},
        {kValueSet, "name:contains", "k$", true},
        {kValueSet, "name", "k", false},
        {kValueSet, "name", "ok\\", false},
        // composite: both parts in one element
        {kObservation, "component-code-value-quantity", "8480-6$120", true},
        {kObservation, "component-code-value-quantity", "8480-6$80", false},
        {kObservation, "code-value-quantity", "85354-9$100", true},
        {kObservation, "code-value-quantity", "85354-9$99", false},
        {kObservation, "combo-code-value-quantity", "8462-4$80", true},
        {kListInList, "component-code-value-quantity", "8480-6$120", true},
        {kListInList, "component-code-value-quantity", "8480-6$80", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CAPTURE(row.value);
        CHECK(answer(row) == row.matches);
    }
}

TEST_CASE("what cannot be answered is refused") {
    const std::pair<const char*, const char*> cases[] = {
        {"value-quantity", "1|a|b|c"},    {"value-quantity", "gt"}, {"code-value-quantity", "1$x"},
        {"code-value-quantity", "1$2$3"}, {"code:contains", "x"},   {"code:exact", "x"},
        {"subject:exact", "x"},           {"subject:not", "x"},     {"subject:Patient.name", "x"},
        {"date", "gt2026-13-01"},         {"code:identifier", "x"},
    };
    for (const auto& [name, value] : cases) {
        CAPTURE(name);
        CHECK_FALSE(parse("Observation", {{name, value}}));
    }
    CHECK_FALSE(parse("Patient", {{"name:not", "x"}}));
    CHECK_FALSE(parse("Patient", {{"name:text", "x"}}));
}

TEST_CASE("a composite has the same parts wherever it is looked for") {
    int composites = 0;
    for (std::size_t type = 0; type < fhir::type_count(); ++type) {
        for (const auto& parameter : fhir::parameters_of(static_cast<fhir::TypeNumber>(type))) {
            if (parameter.type != fhir::SearchType::composite) continue;
            CAPTURE(parameter.code);
            REQUIRE_FALSE(parameter.composites.empty());
            for (const auto& composite : parameter.composites)
                CHECK(composite.parts.size() == parameter.composites.front().parts.size());
            ++composites;
        }
    }
    CHECK(composites > 10);
}

TEST_CASE("how many, in which order and how: what a client may ask of a page") {
    const auto accepted = [](QueryParameters query) { return *parse("Observation", query); };
    CHECK(accepted({}).count == limits::kSearchPageDefault);
    CHECK(accepted({{"_count", "5"}}).count == 5);
    CHECK(accepted({{"_count", "999999"}}).count == limits::kSearchPageMost);
    CHECK(accepted({{"_count", "0"}}).count_only);
    CHECK(accepted({{"_summary", "count"}}).count_only);
    CHECK_FALSE(accepted({{"_summary", "false"}}).count_only);
    CHECK(accepted({{"_total", "accurate"}}).wants_total);
    CHECK(accepted({{"_total", "estimate"}}).wants_total);
    CHECK_FALSE(accepted({{"_total", "none"}}).wants_total);
    CHECK(accepted({{"_format", "application/fhir+json"}}).all_of.empty());
    CHECK(accepted({{"_sort", "date,-code"}}).sort.size() == 2);
    const std::pair<const char*, const char*> refused[] = {
        {"_count", "many"}, {"_count", "-1"},   {"_summary", "text"},
        {"_total", "some"}, {"_format", "xml"}, {"_sort", "code-value-quantity"},
        {"_sort", "date,"},
    };
    for (const auto& [name, value] : refused) {
        CAPTURE(name);
        CAPTURE(value);
        const auto request = parse("Observation", {{name, value}});
        REQUIRE_FALSE(request);
        CHECK(request.error().where == name);
    }
    CHECK_FALSE(parse("Location", {{"_sort", "near"}}));
}

TEST_CASE("a page that was never given out is refused") {
    TestStore store;
    for (const char* sort : {"date", ""}) {
        for (const char* cursor : {"-1", "x", "9999999999999999999999"}) {
            CAPTURE(cursor);
            QueryParameters query{{"_cursor", cursor}};
            if (*sort != '\0') query.emplace_back("_sort", sort);
            auto snapshot = store->read();
            const auto page = search(*snapshot, *parse("Observation", query));
            REQUIRE_FALSE(page);
            CHECK(page.error().where == "_cursor");
        }
    }
}

TEST_CASE("resources are sorted by whatever kind of value the parameter has, those without last") {
    TestStore store;
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (
            const char* text :
            {R"({"resourceType":"Task","id":"t1","status":"b","authoredOn":"2026-01-02","owner":{"reference":"Practitioner/z"}})",
             R"({"resourceType":"Task","id":"t2","status":"a","authoredOn":"2026-01-01","owner":{"reference":"Practitioner/y"}})",
             R"({"resourceType":"Task","id":"t3","intent":"order"})",
             R"({"resourceType":"Patient","id":"p1","name":[{"family":"Beech"}]})",
             R"({"resourceType":"Patient","id":"p2","name":[{"family":"Ash"}]})",
             R"({"resourceType":"ValueSet","id":"v1","url":"http://b"})",
             R"({"resourceType":"ValueSet","id":"v2","url":"http://a"})",
             R"({"resourceType":"RiskAssessment","id":"r1","prediction":[{"probabilityDecimal":0.5}]})",
             R"({"resourceType":"RiskAssessment","id":"r2","prediction":[{"probabilityDecimal":-1}]})"})
            TRY(tx.put_json(TRY(json::parse(text))));
        return {};
    }));
    const auto order = [&](const char* type, QueryParameters query) {
        auto snapshot = store->read();
        const auto page = search(*snapshot, *parse(type, query));
        REQUIRE(page);
        std::string out;
        for (const StoredResource& match : page->matches) out += match.key.id + " ";
        return out;
    };
    CHECK(order("Task", {{"_sort", "status"}}) == "t2 t1 t3 ");
    CHECK(order("Task", {{"_sort", "-authored-on"}}) == "t1 t2 t3 ");
    CHECK(order("Task", {{"_sort", "owner"}}) == "t2 t1 t3 ");
    CHECK(order("Task", {{"_sort", "intent"}}) == "t3 t1 t2 ");
    CHECK(order("Patient", {{"_sort", "family"}}) == "p2 p1 ");
    CHECK(order("ValueSet", {{"_sort", "url"}}) == "v2 v1 ");
    CHECK(order("RiskAssessment", {{"_sort", "probability"}}) == "r2 r1 ");
    CHECK(order("Task", {{"_sort", "status"}, {"_summary", "count"}}).empty());
    // Within a patient, across patients, by reference, by identifier and by what is not a key.
    CHECK(order("ValueSet", {{"url", "http://a"}}) == "v2 ");
    CHECK(order("Task", {{"owner", "Practitioner/z"}}) == "t1 ");
    CHECK(order("Task", {{"owner", "http://host/z"}}).empty());
}

TEST_CASE("code of our own hears when it asks for something that is not there") {
    TestStore store;
    auto snapshot = store->read();
    const auto request = *parse("Observation", {{"patient", "p"}});
    CHECK_FALSE(newest_date(*snapshot, request, "nonsense"));
    CHECK_FALSE(newest_date(*snapshot, request, "code"));
    CHECK_FALSE(search_all(*snapshot, "Nonsense", {}, 10));
    CHECK_FALSE(search_all(*snapshot, "Observation", {{"nonsense", "1"}}, 10));
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (const char* id : {"a", "b"})
            TRY(tx.put_json(json::object({{"resourceType", "Patient"}, {"id", id}})));
        return {};
    }));
    auto later = store->read();
    CHECK(search_all(*later, "Patient", {}, 2)->size() == 2);
    CHECK(search_all(*later, "Patient", {}, 1).error().code == ErrorCode::too_large);
}

TEST_CASE("a search within one patient is decided by keys where they can and else by the content") {
    TestStore store;
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (
            const char* text :
            {R"({"resourceType":"Encounter","id":"e1","subject":{"reference":"Patient/p"},"period":{"start":"2026-01-01","end":"2026-01-03"},"location":[{"location":{"reference":"Location/a"},"period":{"start":"2026-01-01"}},{"location":{"reference":"Location/b"},"period":{"start":"2026-01-02"}}]})",
             R"({"resourceType":"Encounter","id":"e2","subject":{"identifier":{"system":"urn:mrn","value":"5"}}})",
             R"({"resourceType":"Encounter","id":"e3","subject":{"reference":"Patient/p"},"serviceProvider":{"reference":"urn:uuid:7"}})",
             R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p"},"valueQuantity":{"value":5},"effectiveDateTime":"2026-01-01","code":{"text":"x"}})",
             R"({"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p"},"performer":[{"identifier":{"value":"7"}}]})",
             R"({"resourceType":"CarePlan","id":"c1","subject":{"reference":"Patient/p"},"activity":[{"detail":{"scheduledTiming":{"event":["2026-01-01","2026-02-01"]}}}]})"})
            TRY(tx.put_json(TRY(json::parse(text))));
        return {};
    }));
    const auto found = [&](const char* type, QueryParameters query) {
        auto snapshot = store->read();
        const auto page = search(*snapshot, *parse(type, query));
        REQUIRE(page);
        std::string out;
        for (const StoredResource& match : page->matches) out += match.key.id + " ";
        return out;
    };
    const std::pair<std::string, std::string> p{"patient", "p"};
    CHECK(found("Observation", {p}) == "o1 o2 ");
    CHECK(found("Observation", {p, {"value-quantity", "5"}}) == "o1 ");
    CHECK(found("Observation", {p, {"date", "2026-01-01"}}) == "o1 ");
    CHECK(found("Observation", {p, {"date", "2026-01-01,2026-01-02"}}) == "o1 ");
    CHECK(found("Observation", {p, {"_lastUpdated:missing", "true"}}) == "");
    CHECK(found("Observation", {p, {"_id", "o2"}}) == "o2 ");
    CHECK(found("Observation", {p, {"performer:identifier", "7"}}) == "o2 ");
    CHECK(found("Observation", {p, {"code:text", "x"}}) == "o1 ");
    CHECK(found("Observation", {{"subject", "p"}}) == "o1 o2 ");
    CHECK(found("Observation", {{"subject", "Group/p"}}) == "");
    CHECK(found("Observation", {{"patient", "p,q"}}) == "o1 o2 ");
    CHECK(found("Observation", {{"patient:missing", "true"}}) == "");
    CHECK(found("Observation", {{"_id:missing", "true"}}) == "");
    CHECK(found("CarePlan", {p, {"activity-date", "2026-02-01"}}) == "c1 ");
    CHECK(found("CarePlan", {p, {"activity-date", "2026-03-01"}}) == "");
    CHECK(found("Encounter", {{"service-provider", "urn:uuid:7"}}) == "e3 ");
    CHECK(found("Encounter", {{"subject:identifier", "urn:mrn|5"}}) == "e2 ");
    CHECK(found("Encounter", {{"service-provider:identifier", "5"}}) == "");
    CHECK(found("Encounter", {{"location", "Location/b"}, {"location-period", "2026"}}) == "");
}

TEST_CASE("what is not there is nothing, and what is damaged is an error") {
    TestStore store;
    const auto key = *ResourceKey::make("Patient", "p");
    {
        auto snapshot = store->read();
        CHECK_FALSE(*snapshot->get(key));
        CHECK_FALSE(*snapshot->get_json(key));
        CHECK_FALSE(*snapshot->get_version(key, 1));
        CHECK_FALSE(*next_timer(*snapshot));
        CHECK_FALSE(*find_timer(*snapshot, "t"));
    }
    REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(tx.remove(key));  // nothing to remove
        TRY(tx.put_json(json::object({{"resourceType", "Patient"}, {"id", "p"}})));
        TRY(tx.remove(key));
        return tx.remove(key);
    }));
    CHECK_FALSE(store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(json::object({{"resourceType", "Patient"}})));
        return {};
    }));
    {
        auto snapshot = store->read();
        CHECK((*snapshot->get(key))->is_deleted());
        CHECK_FALSE(*snapshot->get_json(key));
        CHECK_FALSE(*snapshot->get_version(key, 3));
        CHECK(search_all(*snapshot, "Patient", {}, 10)->empty());
    }
    for (const char* damaged : {"X'07'", "X'007B'", "X'00226D657461223A7B'"}) {
        CAPTURE(damaged);
        REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
            TRY(tx.put_json(json::object({{"resourceType", "Patient"},
                                          {"id", "p"},
                                          {"active", true},
                                          {"language", damaged}})));
            return tx.sql().execute(std::string("UPDATE resource SET body = ") + damaged);
        }));
        auto snapshot = store->read();
        CHECK_FALSE(snapshot->get_json(key));
        CHECK_FALSE(search_all(*snapshot, "Patient", {}, 10));
        CHECK_FALSE(search_all(*snapshot, "Patient", {{"active", "true"}, {"_id", "p"}}, 10));
        CHECK_FALSE(search(*snapshot, *parse("Patient", {{"_sort", "_id"}})));
        CHECK_FALSE(snapshot->history(key, 0, 10));
    }
}
