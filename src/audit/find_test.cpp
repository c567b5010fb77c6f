// What is found in the log is what a look at every entry would find.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "audit/audit_log.h"
#include "audit/schema.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::audit;
using store::TestStore;

namespace {

constexpr std::string_view kActions[] = {"patient.read", "results.read", "alert.acknowledge"};
constexpr std::string_view kReasons[] = {"ward", "team", "no_relationship"};

Entry some_entry(std::mt19937& random) {
    const auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
    Entry entry;
    entry.actor.account = AccountId(below(8) == 0 ? "" : fmt::format("a{}", below(3)));
    entry.patient = PatientId(below(8) == 0 ? "" : fmt::format("p{}", below(3)));
    entry.action = kActions[below(3)];
    entry.reason = kReasons[below(3)];
    entry.decision = entry.reason == kReasons[2] ? Decision::deny : Decision::permit;
    return entry;
}

/// A day of entries a minute apart or in the same moment; twice the clock is set back.
std::vector<Recorded> fill(TestStore& store, std::mt19937& random, unsigned count) {
    std::vector<Recorded> all;
    for (unsigned i = 0; i < count; ++i) {
        if (random() % 3 != 0) store.clock.advance(std::chrono::minutes(1));
        if (i == count / 3 || i == count / 2)
            store.clock.set(store.clock.now() - std::chrono::hours(2));
        const Entry entry = some_entry(random);
        REQUIRE(record(*store, entry));
        all.push_back({static_cast<std::int64_t>(i) + 1, store.clock.now(), entry});
    }
    return all;
}

bool is_wanted(const Recorded& one, const Filter& filter) {
    const auto& merged = filter.merged;
    return (filter.patient.empty() || one.entry.patient == filter.patient ||
            std::find(merged.begin(), merged.end(), one.entry.patient) != merged.end()) &&
           (filter.account.empty() || one.entry.actor.account == filter.account) &&
           (!filter.from || one.at >= *filter.from) && (!filter.until || one.at < *filter.until) &&
           (filter.action.empty() || one.entry.action == filter.action) &&
           (filter.reason.empty() || one.entry.reason == filter.reason) &&
           (!filter.only_denied || one.entry.decision == Decision::deny);
}

}  // namespace

TEST_CASE("by person, patient, time, action and reason, page by page: nothing more, nothing less") {
    std::mt19937 random(17);
    const auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
    TestStore store({{"audit", kAuditSteps}});
    const Instant start = store.clock.now();
    const auto all = fill(store, random, 500);
    auto snapshot = store->read();
    std::size_t found_in_all = 0;
    for (unsigned round = 0; round < 300; ++round) {
        CAPTURE(round);
        Filter filter;
        if (below(2) == 0) filter.patient = PatientId(fmt::format("p{}", below(4)));
        if (!filter.patient.empty() && below(2) == 0)
            filter.merged = {PatientId("p1"), PatientId(fmt::format("p{}", below(4)))};
        if (below(2) == 0) filter.account = AccountId(fmt::format("a{}", below(4)));
        if (below(2) == 0) filter.from = start + std::chrono::minutes(below(300));
        if (below(2) == 0) filter.until = start + std::chrono::minutes(below(400));
        if (below(3) == 0) filter.action = kActions[below(3)];
        if (below(3) == 0) filter.reason = kReasons[below(3)];
        filter.only_denied = below(6) == 0;
        filter.limit = 1 + below(40);
        filter.look_at_most = 1 + below(100);
        std::vector<std::int64_t> expected;
        for (const Recorded& one : all)
            if (is_wanted(one, filter)) expected.push_back(one.sequence);
        std::vector<std::int64_t> found;
        for (bool is_last = false; !is_last;) {
            const auto page = find(*snapshot, filter);
            REQUIRE(page);
            CHECK(page->entries.size() <= filter.limit);
            for (const Recorded& one : page->entries) found.push_back(one.sequence);
            is_last = !page->next;
            if (page->next) filter.before = *page->next;
        }
        found_in_all += found.size();
        // Each once; newest first is told by the next case.
        std::sort(found.begin(), found.end());
        CHECK(found == expected);
    }
    CHECK(found_in_all > 5'000);
}

TEST_CASE("of more merged records than there are places none is left out: it is refused") {
    TestStore store({{"audit", kAuditSteps}});
    auto snapshot = store->read();
    Filter filter{.patient = PatientId("p")};
    filter.merged.assign(kMergedMost, PatientId("q"));
    CHECK(find(*snapshot, filter));
    filter.merged.emplace_back("q");
    CHECK(find(*snapshot, filter).error().code == ErrorCode::too_large);
}

TEST_CASE("newest first: by number for a person or patient, by time for a time alone") {
    std::mt19937 random(3);
    TestStore store({{"audit", kAuditSteps}});
    const Instant start = store.clock.now();
    fill(store, random, 200);
    auto snapshot = store->read();
    const auto by_number = find(*snapshot, {.patient = PatientId("p1"), .limit = 500});
    CHECK(std::is_sorted(by_number->entries.rbegin(), by_number->entries.rend(),
                         [](const auto& a, const auto& b) { return a.sequence < b.sequence; }));
    const auto by_time = find(*snapshot, {.from = start - std::chrono::hours(5), .limit = 500});
    CHECK(by_time->entries.size() == 200);
    CHECK(std::is_sorted(by_time->entries.rbegin(), by_time->entries.rend(),
                         [](const auto& a, const auto& b) { return a.at < b.at; }));
}

TEST_CASE("looks: of people at patients, permitted ones, by person and time, so many and no more") {
    TestStore store({{"audit", kAuditSteps}});
    const Instant start = store.clock.now();
    const auto look = [&](const char* account, const char* patient, std::string_view action,
                          Decision decision = Decision::permit) {
        store.clock.advance(std::chrono::seconds(1));
        Entry entry;
        entry.actor.account = AccountId(account);
        entry.patient = PatientId(patient);
        entry.action = action;
        entry.decision = decision;
        REQUIRE(record(*store, entry));
    };
    look("b", "p1", kActions[0]);
    look("a", "p1", kActions[0]);
    look("a", "p2", kActions[1]);
    look("a", "p2", kActions[2]);  // not asked for
    look("", "p2", kActions[0]);   // nobody
    look("a", "", kActions[0]);    // nobody's
    look("a", "p3", kActions[0], Decision::deny);
    look("b", "p2", kActions[0]);
    const Instant end = store.clock.now();
    auto snapshot = store->read();
    const auto text = [&](Instant from, Instant until, std::size_t most) {
        const auto looks =
            looks_between(*snapshot, from, until, std::span(kActions).first(2), most);
        REQUIRE(looks);
        std::string all;
        for (const Look& one : *looks) all += one.account.value + one.patient.value + " ";
        return all;
    };
    CHECK(text(start, end + std::chrono::seconds(1), 10) == "ap1 ap2 bp1 bp2 ");
    CHECK(text(start, end, 10) == "ap1 ap2 bp1 ");  // the end is not within
    CHECK(text(start + std::chrono::seconds(2), end, 10) == "ap1 ap2 ");
    CHECK(looks_between(*snapshot, start, end, std::span(kActions).first(2), 2)->size() == 3);
}
