#include "store/search.h"

#include <doctest/doctest.h>

#include <random>

#include "store/index.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

void put_all(Store& store, const std::vector<std::string>& resources) {
    const auto done = store.write([&](WriteTransaction& tx) -> Result<> {
        for (const std::string& text : resources) TRY(tx.put_json(TRY(json::parse(text))));
        return {};
    });
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
}

std::string ids(Store& store, std::string_view type, const QueryParameters& query) {
    auto snapshot = store.read();
    const auto request = parse_search(*fhir::type_number(type), query);
    REQUIRE_MESSAGE(request, (request ? "" : request.error().message));
    const auto page = search(*snapshot, *request);
    REQUIRE_MESSAGE(page, (page ? "" : page.error().message));
    std::string out;
    for (const auto& match : page->matches) out += (out.empty() ? "" : " ") + match.key.id;
    return out;
}

std::string observation(int id, std::string_view patient, std::string_view code,
                        std::string_view date, std::string_view value) {
    return R"({"resourceType":"Observation","id":"o)" + std::to_string(id) +
           R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" +
           std::string(code) +
           R"("}],"text":"Creatinine level"},"subject":{"reference":"Patient/)" +
           std::string(patient) + R"("},"effectiveDateTime":")" + std::string(date) +
           R"(","valueQuantity":{"value":)" + std::string(value) +
           R"(,"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}})";
}

void fill(Store& store) {
    put_all(
        store,
        {R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:mrn","value":"100"}],"name":[{"family":"Müller","given":["Anna"]}],"birthDate":"1950-02","gender":"female"})",
         R"({"resourceType":"Patient","id":"p2","identifier":[{"system":"urn:nhs","value":"100"}],"name":[{"family":"Mulligan","given":["Bo"]}],"birthDate":"1960-05-06","gender":"male"})",
         observation(1, "p1", "2160-0", "2026-01-01T10:00:00Z", "150"),
         observation(2, "p1", "2160-0", "2026-01-02T10:00:00Z", "151.5"),
         observation(3, "p1", "2823-3", "2026-01-02", "6.5"),
         observation(4, "p2", "2160-0", "2026-01-03T10:00:00Z", "90")});
}

struct Case {
    const char* type;
    QueryParameters query;
    const char* expected;
};

}  // namespace

TEST_CASE("searches by every kind of parameter") {
    TestStore store;
    fill(*store);
    const Case cases[] = {
        {"Patient", {}, "p1 p2"},
        {"Patient", {{"_id", "p2"}}, "p2"},
        {"Patient", {{"_id", "p2,p1,p9"}}, "p1 p2"},
        {"Patient", {{"identifier", "100"}}, "p1 p2"},
        {"Patient", {{"identifier", "urn:mrn|100"}}, "p1"},
        {"Patient", {{"identifier", "urn:nhs|"}}, "p2"},
        {"Patient", {{"identifier", "|100"}}, ""},
        {"Patient", {{"family", "mull"}}, "p1 p2"},
        {"Patient", {{"family", "MULLE"}}, "p1"},
        {"Patient", {{"family:exact", "Müller"}}, "p1"},
        {"Patient", {{"family:exact", "Muller"}}, ""},
        {"Patient", {{"name:contains", "llig"}}, "p2"},
        {"Patient", {{"name", "bo"}, {"gender", "male"}}, "p2"},
        {"Patient", {{"gender:not", "male"}}, "p1"},
        {"Patient", {{"birthdate", "1950"}}, "p1"},
        {"Patient", {{"birthdate", "1950-02-01"}}, ""},
        {"Patient", {{"birthdate", "ge1960-05-06"}}, "p2"},
        {"Patient", {{"birthdate", "gt1960-05-06"}}, ""},
        {"Patient", {{"birthdate", "lt1960"}}, "p1"},
        {"Patient", {{"address:missing", "true"}}, "p1 p2"},
        {"Patient", {{"gender:missing", "true"}}, ""},
        {"Observation", {{"patient", "p1"}}, "o1 o2 o3"},
        {"Observation", {{"patient", "Patient/p1"}, {"code", "http://loinc.org|2160-0"}}, "o1 o2"},
        {"Observation", {{"subject:Patient", "p2"}}, "o4"},
        {"Observation", {{"code", "2160-0"}}, "o1 o2 o4"},
        {"Observation", {{"code:text", "creat"}, {"patient", "p2"}}, "o4"},
        {"Observation", {{"patient", "p1"}, {"date", "2026-01-02"}}, "o2 o3"},
        {"Observation", {{"patient", "p1"}, {"date", "ge2026-01-02T10:00:00Z"}}, "o2 o3"},
        {"Observation", {{"date", "gt2026-01-02T12:00:00Z"}, {"code", "2160-0"}}, "o4"},
        {"Observation", {{"date", "ge2026-01-01"}, {"date", "lt2026-01-02"}}, "o1"},
        {"Observation", {{"value-quantity", "151.5"}}, "o2"},
        {"Observation", {{"value-quantity", "151"}}, ""},
        {"Observation", {{"value-quantity", "gt100||umol/L"}}, "o1 o2"},
        {"Observation", {{"value-quantity", "gt100||mmol/L"}}, ""},
        {"Observation", {{"code-value-quantity", "2160-0$lt100"}}, "o4"},
        {"Observation", {{"patient", "p1"}, {"_sort", "-date"}}, "o2 o3 o1"},
        {"Observation", {{"_sort", "value-quantity"}}, "o3 o4 o1 o2"},
        {"Observation", {{"patient", "p9"}}, ""},
    };
    for (const Case& row : cases) {
        std::string shown = row.type;
        for (const auto& [name, value] : row.query) shown += " " + name + "=" + value;
        CAPTURE(shown);
        CHECK(ids(*store, row.type, row.query) == row.expected);
    }
}

TEST_CASE("a patient with two names of one beginning is found once") {
    TestStore store;
    put_all(
        *store,
        {R"({"resourceType":"Patient","id":"p1","name":[{"family":"Smith"},{"family":"Smithson"}]})",
         R"({"resourceType":"Patient","id":"p2","name":[{"family":"Smit"}]})"});
    CHECK(ids(*store, "Patient", {{"family", "smi"}}) == "p1 p2");
    CHECK(ids(*store, "Patient", {{"family", "smi"}, {"_count", "1"}}) == "p1");
}

TEST_CASE("a search we cannot do is refused, never ignored") {
    const Case cases[] = {
        {"Patient", {{"nonsense", "1"}}, ""},
        {"Patient", {{"gender:above", "1"}}, ""},
        {"Patient", {{"organization.name", "1"}}, ""},
        {"Patient", {{"birthdate", "yesterday"}}, ""},
        {"Observation", {{"value-quantity", "x"}}, ""},
        {"Observation", {{"value-quantity", "nan"}}, ""},
        {"Observation", {{"value-quantity", "gtinf"}}, ""},
        {"Observation", {{"value-quantity", "0x10"}}, ""},
        {"Observation", {{"value-quantity", " 5"}}, ""},
        {"Observation", {{"value-quantity", "1e999"}}, ""},
        {"Observation", {{"value-quantity", "1-2"}}, ""},
        {"Observation", {{"_sort", "nonsense"}}, ""},
        {"Observation", {{"_count", "-1"}}, ""},
        {"Patient", {{"identifier", ""}}, ""},
        {"Observation", {{"code-value-quantity", "1"}}, ""},
        {"Location", {{"near", "1|2"}}, ""},
        {"Patient", {{"_has:Observation:patient:code", "1"}}, ""},
        {"Patient", {{"gender:missing", "maybe"}}, ""},
    };
    for (const Case& row : cases) {
        CAPTURE(row.query[0].first);
        const auto request = parse_search(*fhir::type_number(row.type), row.query);
        REQUIRE_FALSE(request);
        CHECK(request.error().code == ErrorCode::invalid);
        CHECK_FALSE(request.error().where.empty());
    }
}

TEST_CASE("a patient is found as the one it is about and as one who took part") {
    TestStore store;
    put_all(
        *store,
        {R"({"resourceType":"Observation","id":"by-carer","status":"final","code":{"text":"pain"},"subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p2"}]})",
         R"({"resourceType":"Provenance","id":"of-both","recorded":"2026-01-01T10:00:00Z","target":[{"reference":"Patient/p1"},{"reference":"Patient/p2"}],"agent":[{"who":{"display":"lab"}}]})"});
    CHECK(ids(*store, "Observation", {{"patient", "p1"}}) == "by-carer");
    CHECK(ids(*store, "Observation", {{"subject", "Patient/p1"}}) == "by-carer");
    CHECK(ids(*store, "Observation", {{"patient", "p2"}}).empty());
    CHECK(ids(*store, "Observation", {{"performer", "Patient/p2"}}) == "by-carer");
    CHECK(ids(*store, "Observation", {{"performer", "Patient/p1"}}).empty());
    CHECK(ids(*store, "Provenance", {{"patient", "p1"}}) == "of-both");
    CHECK(ids(*store, "Provenance", {{"patient", "p2"}}) == "of-both");
}

TEST_CASE("an update moves a resource in the index and a delete takes it out") {
    TestStore store;
    fill(*store);
    put_all(
        *store,
        {R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:mrn","value":"200"}],"name":[{"family":"Smith"}]})",
         observation(1, "p2", "2823-3", "2026-01-01", "4")});
    CHECK(ids(*store, "Patient", {{"identifier", "100"}}) == "p2");
    CHECK(ids(*store, "Patient", {{"identifier", "urn:mrn|200"}}) == "p1");
    CHECK(ids(*store, "Patient", {{"family", "mull"}}) == "p2");
    CHECK(ids(*store, "Observation", {{"patient", "p1"}}) == "o2 o3");
    CHECK(ids(*store, "Observation", {{"patient", "p2"}}) == "o1 o4");
    REQUIRE(store->write(
        [](WriteTransaction& tx) { return tx.remove(*ResourceKey::make("Patient", "p1")); }));
    CHECK(ids(*store, "Patient", {{"identifier", "200"}}).empty());
    CHECK(ids(*store, "Patient", {{"family", "smith"}}).empty());
    CHECK(ids(*store, "Patient", {}) == "p2");
}

TEST_CASE("pages join without gap or overlap, whatever the source and sort") {
    TestStore store;
    std::vector<std::string> resources;
    for (int i = 0; i < 1300; ++i) {
        resources.push_back(observation(i, i % 2 == 0 ? "even" : "odd", "2160-0",
                                        "2026-01-01T00:00:00Z", std::to_string(i % 7)));
    }
    put_all(*store, resources);
    const QueryParameters queries[] = {{{"patient", "even"}},
                                       {{"code", "2160-0"}},
                                       {{"status", "final"}},
                                       {{"status", "final,preliminary"}},
                                       {},
                                       {{"patient", "odd"}, {"_sort", "value-quantity"}}};
    for (const QueryParameters& query : queries) {
        std::vector<std::string> seen;
        std::string cursor;
        do {
            QueryParameters paged = query;
            paged.emplace_back("_count", "97");
            if (!cursor.empty()) paged.emplace_back("_cursor", cursor);
            auto snapshot = store->read();
            const auto page =
                search(*snapshot, *parse_search(*fhir::type_number("Observation"), paged));
            REQUIRE(page);
            for (const auto& match : page->matches) seen.push_back(match.key.id);
            cursor = page->next_cursor;
        } while (!cursor.empty());
        const std::size_t expected = !query.empty() && query[0].first == "patient" ? 650 : 1300;
        CHECK(seen.size() == expected);
        std::sort(seen.begin(), seen.end());
        CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
    }
    auto snapshot = store->read();
    const auto counted =
        search(*snapshot, *parse_search(*fhir::type_number("Observation"),
                                        {{"patient", "odd"}, {"_summary", "count"}}));
    CHECK(counted->total == 650);
    CHECK(counted->matches.empty());
}

TEST_CASE("what the index finds is what reading everything finds") {
    TestStore store;
    std::mt19937 random(20261121);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::vector<json::Value> all;
    std::vector<std::string> texts;
    const auto day = [&] { return "2026-01-0" + std::to_string(1 + pick(5)); };
    for (int i = 0; i < 200; ++i) {
        texts.push_back(observation(i, "p" + std::to_string(pick(4)), std::to_string(pick(3)),
                                    day(), std::to_string(pick(10))));
        // Some last longer than a chart's rows say, some have no time at all.
        const std::string time = R"("effectiveDateTime":")";
        const std::size_t at = texts.back().find(time);
        if (pick(5) == 0) {
            texts.back().replace(
                at, time.size() + 12,
                R"("effectivePeriod":{"start":"2025-12-30","end":")" + day() + "\"},");
        } else if (pick(10) == 0) {
            texts.back().erase(at, time.size() + 12);
        }
        all.push_back(*json::parse(texts.back()));
    }
    put_all(*store, texts);
    const char* const prefixes[] = {"", "ne", "gt", "lt", "ge", "le", "sa", "eb"};
    for (int round = 0; round < 300; ++round) {
        QueryParameters query;
        if (pick(2) == 0) query.emplace_back("patient", "p" + std::to_string(pick(5)));
        if (pick(2) == 0) query.emplace_back("code", std::to_string(pick(4)));
        if (pick(2) == 0)
            query.emplace_back("date",
                               prefixes[pick(8)] + ("2026-01-0" + std::to_string(1 + pick(6))));
        if (pick(3) == 0)
            query.emplace_back("value-quantity", prefixes[pick(8)] + std::to_string(pick(11)));
        query.emplace_back("_count", "1000");
        const auto request = *parse_search(*fhir::type_number("Observation"), query);
        std::string expected;
        for (const json::Value& resource : all) {
            const bool is_match =
                std::all_of(request.all_of.begin(), request.all_of.end(),
                            [&](const SearchClause& clause) { return matches(resource, clause); });
            if (is_match)
                expected += (expected.empty() ? "" : " ") + std::string(resource["id"].text());
        }
        CHECK(ids(*store, "Observation", query) == expected);
    }
}

TEST_CASE("an index of an older program is written again when the store is opened") {
    TestStore store;
    fill(*store);
    const auto spoiled = store->write([](WriteTransaction& tx) -> Result<> {
        TRY(
            tx.sql().execute("UPDATE index_state SET version = 1; DELETE FROM global_string; "
                             "DELETE FROM chart_key; UPDATE resource SET keys = '', patient_key = "
                             "0; INSERT INTO global_key VALUES (1, 2, 3, 4)"));
        return {};
    });
    REQUIRE(spoiled);
    CHECK(ids(*store, "Observation", {{"patient", "p1"}}).empty());
    store.reopen();
    CHECK(ids(*store, "Observation", {{"patient", "p1"}}) == "o1 o2 o3");
    CHECK(ids(*store, "Observation", {{"patient", "p1"}, {"code", "2160-0"}}) == "o1 o2");
    CHECK(ids(*store, "Patient", {{"family", "mull"}}) == "p1 p2");
    CHECK(ids(*store, "Patient", {{"identifier", "urn:mrn|100"}}) == "p1");
    auto snapshot = store->read();
    auto stale =
        *snapshot->sql().query("SELECT COUNT(*) FROM global_key WHERE rid = 4 AND type = 1");
    REQUIRE(*stale.next());
    CHECK(stale.integer(0) == 0);
}

TEST_CASE("a patient whose hash is the same as another's stays another patient") {
    TestStore store;
    fill(*store);
    const auto collided = store->write([](WriteTransaction& tx) -> Result<> {
        const std::int64_t p1 = patient_key(PatientId{"p1"});
        const std::int64_t p2 = patient_key(PatientId{"p2"});
        TRY(tx.sql().run("UPDATE resource SET patient_key = $1 WHERE patient_key = $2", p1, p2));
        return tx.sql().run("UPDATE chart_key SET patient_key = $1 WHERE patient_key = $2", p1, p2);
    });
    REQUIRE(collided);
    CHECK(ids(*store, "Observation", {{"patient", "p1"}}) == "o1 o2 o3");
    CHECK(ids(*store, "Observation", {{"patient", "p1"}, {"code", "2160-0"}}) == "o1 o2");
    CHECK(ids(*store, "Observation", {{"patient", "p1"}, {"_sort", "-date"}}) == "o2 o3 o1");
    auto snapshot = store->read();
    const auto request =
        parse_search(*fhir::type_number("Observation"), {{"patient", "p1"}, {"code", "2160-0"}});
    CHECK(*newest_date(*snapshot, *request, "date") < *parse_instant("2026-01-03T00:00:00Z"));
}

TEST_CASE("a rebuild that another program began is begun again") {
    TestStore store;
    fill(*store);
    const auto spoiled = store->write([](WriteTransaction& tx) -> Result<> {
        return tx.sql().execute(
            "UPDATE index_state SET version = -1, rebuilt_to = 1000; DELETE FROM chart_key");
    });
    REQUIRE(spoiled);
    store.reopen();
    CHECK(ids(*store, "Observation", {{"patient", "p1"}, {"code", "2160-0"}}) == "o1 o2");
}

TEST_CASE("the newest date among matches") {
    TestStore store;
    fill(*store);
    auto snapshot = store->read();
    const auto newest = [&](const QueryParameters& query) {
        return *newest_date(*snapshot, *parse_search(*fhir::type_number("Observation"), query),
                            "date");
    };
    CHECK(newest({{"patient", "p1"}, {"code", "2160-0"}}) ==
          parse_instant("2026-01-02T10:00:01Z").value());
    CHECK(newest({{"patient", "p1"}}) == parse_instant("2026-01-03T00:00:00Z").value());
    CHECK_FALSE(newest({{"patient", "p9"}}));
}

TEST_CASE("number keys sort like the numbers") {
    const double values[] = {-1e300, -5.5, -1e-300, 0, 1e-300, 1, 5.4, 1e300};
    for (std::size_t i = 1; i < std::size(values); ++i)
        CHECK(number_key(values[i - 1]) < number_key(values[i]));
    CHECK(number_key(-0.0) == number_key(0.0));
}
