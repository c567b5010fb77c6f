#include "alerts/people.h"

#include <algorithm>

namespace wardlight::alerts {

const Person* find_person(const std::vector<Person>& people, const AccountId& id) {
    const auto found =
        std::find_if(people.begin(), people.end(), [&](const Person& p) { return p.id == id; });
    return found == people.end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace wardlight::alerts
