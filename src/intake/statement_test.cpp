// Statements that come again are joined without reading the record; nobody may notice.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "intake/intake_test.h"
#include "intake/record_store.h"
#include "intake/statement.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

Record record_of(RecordKind kind, std::string_view stamp,
                 std::initializer_list<std::pair<const char*, const char*>> facts) {
    Record record;
    record.kind = kind;
    record.owner = "patient-1";
    record.natural_id = kind == RecordKind::patient ? "patient-1" : "thing-1";
    for (const auto& [group, content] : facts)
        record.add(group, std::string(stamp), json::Value(content));
    record.whole = statement_of(record);
    return record;
}

/// A store of records, and what is in it when nothing is remembered of statements.
class Records {
 public:
    Records() : store_({{"intake_mapping", kIntakeMappingSteps}}) {}

    Joined join(Record said, bool knows_statements = true, std::string_view at = "1") {
        if (!knows_statements) said.whole.reset();
        auto joined = store_->transact([&](store::WriteTransaction& tx) {
            return RecordStore(tx.sql(), ++messages_).join(said, std::string(at));
        });
        REQUIRE_MESSAGE(joined, (joined ? "" : joined.error().message));
        return *joined;
    }

    /// "group stamp content" of each fact, and since when the record is known.
    std::vector<std::string> facts(const std::string& id) {
        auto found =
            store_->transact([&](store::WriteTransaction& tx) -> Result<std::vector<std::string>> {
                RecordStore records(tx.sql(), 0);
                const StoredRecord* record = TRY(records.find(id));
                std::vector<std::string> out;
                if (record == nullptr) return out;
                out.push_back(record->first_at);
                for (const auto& [group, fact] : record->facts)
                    out.push_back(group + " " + fact.stamp + " " + json::serialize(fact.content));
                return out;
            });
        REQUIRE(found);
        return *found;
    }

    std::int64_t statements() {
        auto snapshot = store_->read();
        REQUIRE(snapshot);
        auto rows = snapshot->sql().query("SELECT COUNT(*) FROM intake_statement");
        REQUIRE(rows);
        REQUIRE(*rows->next());
        return rows->integer(0);
    }

 private:
    store::TestStore store_;
    std::int64_t messages_ = 0;
};

}  // namespace

TEST_CASE("what is known as a whole has one stamp and says something of each group once") {
    CHECK(statement_of(record_of(RecordKind::patient, "1", {{"name", "A"}, {"gender", "female"}})));
    CHECK_FALSE(statement_of(record_of(RecordKind::patient, "1", {})));
    CHECK_FALSE(statement_of(record_of(RecordKind::patient, "1", {{"name", "A"}, {"name", "B"}})));
    CHECK_FALSE(statement_of(record_of(RecordKind::patient, "1", {{"na\x1Fme", "A"}})));
    Record two_stamps = record_of(RecordKind::patient, "1", {{"name", "A"}});
    two_stamps.add("gender", "2", json::Value("female"));
    CHECK_FALSE(statement_of(two_stamps));
}

TEST_CASE("a statement has the same digest whatever its order and stamp, and another for another") {
    const auto digest = [](const Record& record) { return statement_of(record)->digest; };
    const Record one = record_of(RecordKind::patient, "1", {{"a", "x"}, {"b", "y"}});
    CHECK(digest(one) == digest(record_of(RecordKind::patient, "2", {{"b", "y"}, {"a", "x"}})));
    CHECK(digest(one) != digest(record_of(RecordKind::patient, "1", {{"a", "y"}, {"b", "x"}})));
    CHECK(digest(one) != digest(record_of(RecordKind::patient, "1", {{"a", "x"}})));
    CHECK(digest(one) != digest(record_of(RecordKind::encounter, "1", {{"a", "x"}, {"b", "y"}})));
    Record elsewhere = one;
    elsewhere.visit = "visit-1";
    CHECK(digest(one) != digest(elsewhere));
}

TEST_CASE("a statement that comes for the third time is known without reading the record") {
    Records records;
    const auto said = [](std::string_view stamp) {
        return record_of(RecordKind::patient, stamp, {{"name", "A"}, {"gender", "female"}});
    };
    CHECK(records.join(said("10")) == Joined::changed);
    CHECK(records.statements() == 0);
    CHECK(records.join(said("20")) == Joined::restamped);
    CHECK(records.statements() == 1);
    CHECK(records.join(said("30")) == Joined::repeated);
    CHECK(records.join(said("30")) == Joined::nothing);
    CHECK(records.join(said("25")) == Joined::nothing);
    CHECK(records.facts("patient-1") ==
          std::vector<std::string>{"1", "gender 30 \"female\"", "name 30 \"A\""});
}

TEST_CASE("a late statement loses against one that was only repeated since") {
    Records records;
    for (const char* stamp : {"10", "20", "40"})
        records.join(record_of(RecordKind::patient, stamp, {{"name", "A"}}));
    CHECK(records.join(record_of(RecordKind::patient, "30", {{"name", "B"}})) == Joined::nothing);
    CHECK(records.join(record_of(RecordKind::patient, "50", {{"name", "B"}})) == Joined::changed);
    CHECK(records.statements() == 0);
    CHECK(records.join(record_of(RecordKind::patient, "60", {{"name", "A"}})) == Joined::changed);
    CHECK(records.facts("patient-1") == std::vector<std::string>{"1", "name 60 \"A\""});
}

TEST_CASE("a copy of less authority says nothing until its content would count") {
    Records records;
    records.join(record_of(RecordKind::patient, "150", {{"name", "A"}, {"gender", "female"}}));
    const auto copy = [](std::string_view stamp) {
        return record_of(RecordKind::patient, stamp, {{"name", "B"}});
    };
    CHECK(records.join(copy("010")) == Joined::nothing);
    CHECK(records.statements() == 1);
    CHECK(records.join(copy("020")) == Joined::nothing);
    CHECK(records.join(copy("160")) == Joined::changed);
    CHECK(records.facts("patient-1") ==
          std::vector<std::string>{"1", "gender 150 \"female\"", "name 160 \"B\""});
}

TEST_CASE("an earlier message about a known thing is never passed over") {
    Records records;
    for (const char* stamp : {"10", "20", "30"})
        records.join(record_of(RecordKind::patient, stamp, {{"name", "A"}}), true, "5");
    CHECK(records.join(record_of(RecordKind::patient, "40", {{"name", "A"}}), true, "3") ==
          Joined::changed);
    CHECK(records.facts("patient-1").front() == "3");
}

TEST_CASE("a result, whose status depends on stamps, is never known as a whole") {
    Records records;
    const Record result = record_of(RecordKind::observation, "10", {{"result", "5.1"}});
    CHECK_FALSE(result.whole);
    CHECK(record_of(RecordKind::encounter, "10", {{"class", "IMP"}}).whole);
    records.join(result);
    CHECK(records.join(record_of(RecordKind::observation, "20", {{"result", "5.1"}})) ==
          Joined::restamped);
    CHECK(records.statements() == 0);
}

TEST_CASE("no record keeps more than a few statements") {
    Records records;
    const std::string name = "name";
    Record all = record_of(RecordKind::patient, "10", {});
    for (int i = 0; i < 20; ++i) all.add(name + std::to_string(i), "10", json::Value("A"));
    records.join(all);
    for (int i = 0; i < 20; ++i) {
        Record one = record_of(RecordKind::patient, "20", {});
        one.add(name + std::to_string(i), "20", json::Value("A"));
        one.whole = statement_of(one);
        CHECK(records.join(one) == Joined::restamped);
    }
    CHECK(records.statements() == 8);
}

TEST_CASE("records are the same whether statements are remembered or not") {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto below = [&](unsigned most) { return random() % most; };
        Records remembering;
        Records forgetful;
        const RecordKind kind = below(2) == 0 ? RecordKind::patient : RecordKind::encounter;
        for (int message = 0; message < 60; ++message) {
            Record said = record_of(kind, "", {});
            const std::string stamp = std::to_string(below(2)) + std::to_string(100 + below(60));
            for (const char* group : {"a", "b", "c"}) {
                if (below(3) > 0) said.add(group, stamp, json::Value(below(8) == 0 ? "y" : "x"));
            }
            said.whole = statement_of(said);
            const std::string at = std::to_string(100 + below(3));
            const Joined with = remembering.join(said, true, at);
            const Joined without = forgetful.join(said, false, at);
            // What another statement has restamped meanwhile is no news, and no harm said again.
            CHECK((with == without || (with == Joined::repeated && without != Joined::changed)));
            CHECK(remembering.facts(said.id()) == forgetful.facts(said.id()));
        }
    }
}
