#include "api/people_view.h"

#include <algorithm>

namespace wardlight::api {
namespace {

json::Value person_of(const alerts::Person& person, const alerts::Rota& rota, Instant now) {
    return json::Object{{"id", person.id.value},
                        {"name", person.name},
                        {"role", person.role},
                        {"on_duty", alerts::is_on_duty(rota, person.id, now)}};
}

}  // namespace

json::Value person_json(const std::vector<alerts::Person>& people, const alerts::Rota& rota,
                        const AccountId& id, Instant now) {
    if (id.empty()) return {};
    if (const alerts::Person* person = alerts::find_person(people, id))
        return person_of(*person, rota, now);
    // Somebody who has left still owned what he owned.
    return json::Object{{"id", id.value}, {"name", ""}, {"role", ""}, {"on_duty", false}};
}

Result<json::Value> people_json(store::Snapshot& snapshot, const alerts::Directory& directory,
                                const alerts::Rota& rota, Instant now) {
    auto people = TRY(directory.people(snapshot));
    std::stable_sort(people.begin(), people.end(), [&](const auto& a, const auto& b) {
        return alerts::is_on_duty(rota, a.id, now) > alerts::is_on_duty(rota, b.id, now);
    });
    json::Value out{json::Array{}};
    for (const alerts::Person& person : people) out.push(person_of(person, rota, now));
    return out;
}

json::Value gaps_json(const alerts::Rota& rota, Instant from, Instant until) {
    json::Value out{json::Array{}};
    for (const alerts::Gap& gap : alerts::gaps(rota, from, until)) {
        out.push(json::Object{{"role", gap.role},
                              {"from", format_instant(gap.from)},
                              {"until", format_instant(gap.until)}});
    }
    return out;
}

}  // namespace wardlight::api
