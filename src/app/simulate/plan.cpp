#include "app/simulate/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

// After every story has been told once, stories are drawn by weight.
const Story& choose(Random& random, std::size_t turn) {
    const auto stories = all_stories();
    if (turn < stories.size()) return stories[turn];
    int total = 0;
    for (const auto& story : stories) total += story.weight;
    auto ticket = random.between(1, total);
    for (const auto& story : stories) {
        ticket -= story.weight;
        if (ticket <= 0) return story;
    }
    return stories.front();
}

// Half of the decisive moments lie in the back-history, the other half soon after it, the nearer
// the more: so somebody who watches a live run sees something happen at once.
Instant choose_key(Random& random, const PlanOptions& options, std::size_t turn) {
    const auto back = std::chrono::duration_cast<minutes>(options.edge - options.start).count();
    const auto ahead =
        std::chrono::duration_cast<minutes>(options.start + options.duration - options.edge)
            .count();
    if (turn % 2 == 1 || ahead < 120) {
        return options.start +
               minutes(random.between(back / 6, std::max<std::int64_t>(back - 70, back / 6)));
    }
    const auto draw = random.between(0, 1000);
    return options.edge - minutes(std::min<std::int64_t>(75, back)) +
           minutes(ahead * 35 / 100 * draw / 1000 * draw / 1000);
}

Instant squeeze(Instant at, const PlanOptions& options) {
    if (at > options.edge) at = options.edge + (at - options.edge) * 1000 / options.squeeze_milli;
    return std::chrono::floor<seconds>(at);
}

void squeeze(Event& event, const PlanOptions& options) {
    const auto fit = [&](Instant& at) { at = squeeze(at, options); };
    fit(event.sent);
    fit(event.stamped);
    if (event.visit) {
        fit(event.visit->admitted);
        if (event.visit->discharged) fit(*event.visit->discharged);
    }
    if (auto* movement = std::get_if<Movement>(&event.what); movement && movement->died) {
        fit(*movement->died);
    }
    if (auto* report = std::get_if<LabReport>(&event.what)) {
        fit(report->collected);
        fit(report->received);
        fit(report->reported);
    }
    if (auto* round = std::get_if<ObservationRound>(&event.what)) fit(round->observed);
}

// Repeats point to tickets while stories are written; in the finished plan to positions.
void resolve_repeats(std::vector<Event>& events) {
    std::unordered_map<std::size_t, std::size_t> position;
    for (std::size_t i = 0; i < events.size(); ++i) position[events[i].ticket] = i;
    for (auto& event : events) {
        if (auto* repeat = std::get_if<Repeat>(&event.what)) repeat->of = position.at(repeat->of);
    }
}

void put_in_order(Run& run) {
    auto& events = run.plan.events;
    const Instant end = run.options.start + run.options.duration;
    std::erase_if(events, [&](const Event& event) { return event.sent >= end; });
    std::ranges::sort(events, [](const Event& a, const Event& b) {
        return a.sent != b.sent ? a.sent < b.sent : a.ticket < b.ticket;
    });
    resolve_repeats(events);
    std::array<int, kFeedCount> sent{};
    for (auto& event : events) {
        const auto feed = static_cast<std::size_t>(event.feed);
        squeeze(event, run.options);
        if (const auto* repeat = std::get_if<Repeat>(&event.what)) {
            event.control_id = events[repeat->of].control_id;
        } else {
            event.control_id =
                fmt::format("{}{:04X}-{:07}", kFeeds[feed].control_letter, run.tag, ++sent[feed]);
        }
    }
}

}  // namespace

Plan make_plan(const PlanOptions& options) {
    Run run(options);
    for (int i = 0; i < options.patients; ++i) {
        const auto turn = static_cast<std::size_t>(i);
        Random random(Random::mix(options.seed, 1000 + turn));
        const Story& story = choose(random, turn);
        // Every eleventh patient could be mistaken for the one before.
        const bool is_similar = turn % 11 == 10 && story.wish.oldest > 17;
        run.plan.people.push_back(
            is_similar
                ? make_similar_person(random, run.registry, options.start, run.plan.people.back())
                : make_person(random, run.registry, options.start, story.wish));
        run.plan.stories.push_back(story.name);
        const Instant key = choose_key(random, options, turn);
        StoryWriter writer(run, random, turn);
        story.write(writer, key);
    }
    put_in_order(run);
    return std::move(run.plan);
}

}  // namespace wardlight::simulate
