// Synthetic people. Nobody real: names are drawn from lists, NHS numbers come from the 999 range
// that the NHS keeps for testing (never issued) with a valid check digit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/simulate/random.h"
#include "base/time.h"

namespace wardlight::simulate {

enum class Sex { female, male };

struct BirthDate {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
};

struct Allergy {
    std::string code;
    std::string substance;
    std::string severity;  // SV, MO, MI or empty
    std::string reaction;
};

/// One registration of a person. A person registered twice by mistake has two, until a merge.
struct Identity {
    std::string mrn;
    std::string nhs_number;  // empty when unknown at registration
    std::string family;
    std::string given;
    std::string middle;
    std::string title;
    std::string native_family;  // Chinese characters; empty for most
    std::string native_given;
    std::string street;
    std::string city;
    std::string postcode;
    std::string phone;
};

struct Person {
    std::vector<Identity> identities;
    Sex sex = Sex::female;
    BirthDate born;
    std::vector<Allergy> allergies;
    bool no_known_allergies = false;
};

/// Hands out numbers that are unique within a run and different for different seeds.
class Registry {
 public:
    explicit Registry(std::uint64_t seed);
    [[nodiscard]] std::string next_mrn();
    [[nodiscard]] std::string next_nhs_number();

 private:
    std::int64_t mrn_;
    std::int64_t nhs_;
};

/// The tenth digit of an NHS number for nine digits: modulus 11 with weights 10..2; nullopt when
/// those nine digits are never used (check digit 10).
[[nodiscard]] std::optional<char> nhs_check_digit(std::string_view nine_digits);

struct PersonWish {
    int youngest = 24;
    int oldest = 93;
    std::optional<Sex> sex;
};

[[nodiscard]] Person make_person(Random& random, Registry& registry, Instant today,
                                 const PersonWish& wish);

/// Another person on the same ward whom one could mistake for `other`: same family name, similar
/// given name, own numbers and birth date.
[[nodiscard]] Person make_similar_person(Random& random, Registry& registry, Instant today,
                                         const Person& other);

[[nodiscard]] int age_on(const BirthDate& born, std::int64_t day);

}  // namespace wardlight::simulate
