#include "app/simulate/people.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "app/simulate/people_names.h"

namespace wardlight::simulate {
namespace {

// The sizes of the ranges from which a run takes its numbers.
constexpr std::int64_t kMrnBlock = 1'000;
constexpr std::int64_t kMrnBlocks = 8'000;
constexpr std::int64_t kNhsRange = 1'000'000;

std::vector<Allergy> pick_allergies(Random& random) {
    static const std::array<Allergy, 7> kKnown = {{
        {"372687004", "Amoxicillin", "MO", "Rash"},
        {"373270004", "Penicillin", "SV", "Anaphylaxis"},
        {"387406002", "Sulfonamide", "MO", "Rash"},
        {"373253007", "Trimethoprim", "MI", "Nausea"},
        {"1003755004", "Latex", "MO", "Urticaria"},
        {"227493005", "Cashew nuts", "SV", "Angioedema"},
        {"387207008", "Ibuprofen", "", "Wheeze & cough"},
    }};
    std::vector<Allergy> allergies;
    const auto first = random.between(0, 6);
    allergies.push_back(kKnown[static_cast<std::size_t>(first)]);
    if (random.chance(30)) {
        allergies.push_back(kKnown[static_cast<std::size_t>((first + 3) % 7)]);
    }
    return allergies;
}

// Each draw is a statement of its own: compilers differ in the order in which they evaluate
// arguments.
void fill_contact(Random& random, Identity& identity) {
    const auto house = random.between(1, 180);
    const auto& street = random.pick(kStreets);
    identity.street = fmt::format("{} {}", house, street);
    if (random.chance(15)) {
        identity.street = fmt::format("Flat {} {}", random.between(1, 30), identity.street);
    }
    identity.city = random.pick(kCities);
    const auto district = random.between(1, 99);
    const auto sector = random.between(1, 9);
    const auto first = static_cast<char>('A' + random.between(0, 9));
    const auto second = static_cast<char>('P' + random.between(0, 9));
    identity.postcode = fmt::format("ZZ{} {}{}{}", district, sector, first, second);
    // 01632 960xxx is the range the regulator keeps for drama.
    identity.phone = fmt::format("01632 960{:03}", random.between(0, 999));
}

BirthDate born_before(Random& random, Instant today, int age) {
    const std::chrono::year_month_day now(std::chrono::floor<std::chrono::days>(today));
    BirthDate born;
    born.year = static_cast<int>(now.year()) - age - 1;
    born.month = static_cast<unsigned>(random.between(1, 12));
    born.day = static_cast<unsigned>(random.between(1, 28));
    return born;
}

}  // namespace

Registry::Registry(std::uint64_t seed)
    : mrn_(1'000'000 + static_cast<std::int64_t>(Random::mix(seed, 1) % kMrnBlocks) * kMrnBlock),
      nhs_(static_cast<std::int64_t>(Random::mix(seed, 2) % kNhsRange)) {}

std::string Registry::next_mrn() {
    return fmt::format("{}", mrn_++);
}

std::string Registry::next_nhs_number() {
    while (true) {
        std::string number = fmt::format("999{:06}", nhs_++ % kNhsRange);
        if (const auto check = nhs_check_digit(number)) return number + *check;
    }
}

std::optional<char> nhs_check_digit(std::string_view nine_digits) {
    int sum = 0;
    int weight = 10;
    for (const char digit : nine_digits) sum += (digit - '0') * weight--;
    const int check = (11 - sum % 11) % 11;
    if (check == 10) return std::nullopt;
    return static_cast<char>('0' + check);
}

int age_on(const BirthDate& born, std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    int age = static_cast<int>(date.year()) - born.year;
    const auto month = static_cast<unsigned>(date.month());
    const auto day_of_month = static_cast<unsigned>(date.day());
    if (month < born.month || (month == born.month && day_of_month < born.day)) --age;
    return age;
}

Person make_person(Random& random, Registry& registry, Instant today, const PersonWish& wish) {
    Person person;
    person.sex = wish.sex.value_or(random.chance(50) ? Sex::female : Sex::male);
    person.born =
        born_before(random, today, static_cast<int>(random.between(wish.youngest, wish.oldest)));
    Identity identity;
    identity.mrn = registry.next_mrn();
    if (const auto nhs = registry.next_nhs_number(); !random.chance(6)) identity.nhs_number = nhs;
    const bool is_woman = person.sex == Sex::female;
    if (random.chance(12)) {
        const auto& name = random.pick(kChineseNames);
        identity.family = name.family;
        identity.given = name.given;
        identity.native_family = name.native_family;
        identity.native_given = name.native_given;
        if (!wish.sex) person.sex = name.is_woman ? Sex::female : Sex::male;
    } else {
        identity.family = random.pick(kFamilyNames);
        identity.given = is_woman ? random.pick(kWomen) : random.pick(kMen);
        if (random.chance(40)) {
            identity.middle = is_woman ? random.pick(kWomen) : random.pick(kMen);
        }
    }
    identity.title = person.sex == Sex::male ? "Mr" : (random.chance(60) ? "Mrs" : "Ms");
    if (random.chance(4)) identity.title = "Dr";
    fill_contact(random, identity);
    person.identities.push_back(std::move(identity));
    if (random.chance(30)) {
        person.allergies = pick_allergies(random);
    } else {
        person.no_known_allergies = random.chance(70);
    }
    return person;
}

Person make_similar_person(Random& random, Registry& registry, Instant today, const Person& other) {
    PersonWish wish;
    wish.sex = other.sex;
    Person person = make_person(random, registry, today, wish);
    const Identity& model = other.identities.front();
    Identity& identity = person.identities.front();
    identity.family = model.family;
    identity.native_family = model.native_family;
    identity.native_given.clear();
    if (identity.native_family.empty() || identity.given.size() < 3) identity.given = model.given;
    if (identity.given == model.given) identity.middle = model.middle.empty() ? "Lesley" : "";
    return person;
}

}  // namespace wardlight::simulate
