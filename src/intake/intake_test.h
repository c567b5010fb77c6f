// A hospital for tests: takes messages into a real store and shows the resources that come of them.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "hl7v2/message.h"
#include "intake/apply.h"
#include "intake/identity.h"
#include "intake/map_message.h"
#include "store/search.h"
#include "store/test_store.h"

namespace wardlight::intake {

class IntakeFixture {
 public:
    IntakeFixture()
        : store({{"intake_mapping", kIntakeMappingSteps}}), profile(*default_profile()) {}

    /// Maps and applies; the message must be good.
    Applied take(std::string_view text) {
        auto applied = try_take(text);
        REQUIRE_MESSAGE(applied,
                        (applied ? "" : applied.error().message + " " + applied.error().where));
        return std::move(*applied);
    }

    Result<Applied> try_take(std::string_view text) {
        const auto message = TRY(hl7v2::Message::parse(std::string(text)));
        const Mapped mapped = TRY(map_message(message, profile, store.clock.now()));
        return store->transact(
            [&](store::WriteTransaction& tx) { return apply(tx, mapped, ++messages_); });
    }

    /// All in one transaction, where a test is not about transactions.
    void take_all(const std::vector<std::string>& texts) {
        std::vector<Mapped> all;
        for (const std::string& text : texts) {
            const auto message = hl7v2::Message::parse(text);
            REQUIRE(message);
            auto mapped = map_message(*message, profile, store.clock.now());
            REQUIRE_MESSAGE(mapped, (mapped ? "" : mapped.error().message));
            all.push_back(std::move(*mapped));
        }
        const auto written = store->write([&](store::WriteTransaction& tx) -> Result<> {
            for (const Mapped& mapped : all) TRY(apply(tx, mapped, ++messages_));
            return {};
        });
        REQUIRE_MESSAGE(written, (written ? "" : written.error().message));
    }

    /// All resources of a type, in order of id, without meta.versionId and meta.lastUpdated.
    std::vector<json::Value> all(std::string_view type) {
        auto snapshot = store->read();
        REQUIRE(snapshot);
        auto found = store::search_all(*snapshot, type, {}, 100'000);
        REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
        for (json::Value& one : *found) {
            one.edit("meta").remove("versionId");
            one.edit("meta").remove("lastUpdated");
        }
        std::sort(found->begin(), found->end(), [](const json::Value& a, const json::Value& b) {
            return a["id"].text() < b["id"].text();
        });
        return std::move(*found);
    }

    json::Value only(std::string_view type) {
        const auto found = all(type);
        REQUIRE(found.size() == 1);
        return found.front();
    }

    /// Everything in the store as one text.
    std::string everything() {
        std::string out;
        for (const std::string_view type :
             {"Patient", "Encounter", "Location", "Practitioner", "Observation", "DiagnosticReport",
              "ServiceRequest", "DocumentReference", "AllergyIntolerance", "Condition"}) {
            for (const json::Value& one : all(type)) out += json::serialize(one) + "\n";
        }
        return out;
    }

    store::TestStore store;
    FeedProfile profile;

 private:
    std::int64_t messages_ = 0;
};

}  // namespace wardlight::intake
