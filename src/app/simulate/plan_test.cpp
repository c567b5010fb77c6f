#include "app/simulate/plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/simulate/message.h"
#include "app/simulate/stories.h"
#include "app/simulate/test_plan.h"
#include "base/text.h"

namespace wardlight::simulate {
namespace {

std::string all_bytes(const PlanOptions& options) {
    const Plan plan = make_plan(options);
    const MessageWriter writer(plan, TimeZone::find(kHospitalZone).value());
    std::string bytes;
    for (const auto& event : plan.events) bytes += writer.write(event);
    return bytes;
}

}  // namespace

TEST_CASE("the same seed gives identical bytes and another seed does not") {
    const std::string once = all_bytes(whole_hospital(42));
    CHECK(once == all_bytes(whole_hospital(42)));
    CHECK(once != all_bytes(whole_hospital(43)));
    CHECK(once.size() > 100'000);
}

TEST_CASE("the bytes of seed 42 are the same on every machine and with every library") {
    // Change this number only together with a deliberate change to the stories or the messages.
    CHECK(to_hex(sha256(all_bytes(whole_hospital(42)))).substr(0, 16) == "afd61b5fe9a4460c");
}

TEST_CASE("a run with enough patients tells every story") {
    const Plan plan = make_plan(whole_hospital(1));
    const std::set<std::string_view> told(plan.stories.begin(), plan.stories.end());
    for (const auto& story : all_stories()) CHECK_MESSAGE(told.contains(story.name), story.name);
}

TEST_CASE("every kind of message occurs") {
    const Plan plan = make_plan(whole_hospital(1));
    std::set<std::string> triggers;
    std::set<std::size_t> kinds;
    for (const auto& event : plan.events) {
        kinds.insert(event.what.index());
        if (const auto* movement = std::get_if<Movement>(&event.what))
            triggers.insert(movement->trigger);
    }
    CHECK(kinds.size() == std::variant_size_v<decltype(Event::what)>);
    CHECK(triggers == std::set<std::string>{"A01", "A02", "A03", "A08", "A11", "A13", "A28"});
}

TEST_CASE("events are in the order of sending and inside the run") {
    const PlanOptions options = whole_hospital(5);
    const Plan plan = make_plan(options);
    CHECK(std::ranges::is_sorted(plan.events, {}, &Event::sent));
    for (const auto& event : plan.events) {
        CHECK(event.sent >= options.start);
        CHECK(event.sent < options.start + options.duration);
        CHECK(event.stamped <= event.sent);
    }
}

TEST_CASE("control ids are unique but for messages sent twice, and fit the field") {
    const Plan plan = make_plan(whole_hospital(5));
    std::map<std::string, int> count;
    for (const auto& event : plan.events) {
        CHECK(event.control_id.size() <= 20);
        ++count[event.control_id];
    }
    int repeats = 0;
    for (const auto& event : plan.events)
        repeats += std::holds_alternative<Repeat>(event.what) ? 1 : 0;
    CHECK(repeats > 0);
    CHECK(count.size() + static_cast<std::size_t>(repeats) == plan.events.size());
}

TEST_CASE("a live run faster than the clock sends no time of the future") {
    PlanOptions options = whole_hospital(9);
    options.squeeze_milli = 20'000;
    const Plan plan = make_plan(options);
    for (const auto& event : plan.events) {
        // Behind the edge 42 simulated hours last 2 hours and 6 minutes.
        CHECK(event.sent <= options.edge + std::chrono::minutes(126));
        CHECK(event.stamped <= event.sent);
        if (const auto* report = std::get_if<LabReport>(&event.what)) {
            CHECK(report->collected <= report->reported);
            CHECK(report->reported <= event.sent);
        }
        if (const auto* round = std::get_if<ObservationRound>(&event.what))
            CHECK(round->observed <= event.sent);
    }
}

TEST_CASE("only the wards asked for admit") {
    PlanOptions options = whole_hospital(5);
    options.wards = {"7B"};
    for (const auto& event : make_plan(options).events) {
        const auto* movement = std::get_if<Movement>(&event.what);
        if (movement != nullptr && movement->trigger == "A01")
            CHECK(event.visit->place.ward == "7B");
    }
}

TEST_CASE("the longest run allowed is planned") {
    PlanOptions options = whole_hospital(2);
    options.patients = 2'000;
    CHECK(make_plan(options).people.size() == 2'000);
}

}  // namespace wardlight::simulate
