// The wards of the simulated hospital and who works there.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace wardlight::simulate {

inline constexpr std::string_view kFacility = "WSH";  // "Wardlight Simulated Hospital"

struct Ward {
    std::string_view code;
    std::string_view name;
    std::string_view specialty;  // PV1-10
    int beds;
    bool takes_observation_rounds;  // intensive care keeps its own chart
};

inline constexpr std::array<Ward, 5> kWards = {{
    {"7A", "General medicine", "300", 28, true},
    {"7B", "General surgery", "100", 26, true},
    {"5C", "Renal", "361", 20, true},
    {"AMU", "Acute medical unit", "326", 24, true},
    {"ICU", "Intensive care", "192", 12, false},
}};

struct Consultant {
    std::string_view code;
    std::string_view family;
    std::string_view given;
    std::string_view ward;
};

inline constexpr std::array<Consultant, 8> kConsultants = {{
    {"C3100001", "Whitfield", "Helen", "7A"},
    {"C3100002", "Adeyemi", "Tunde", "7A"},
    {"C3100003", "O'Connor", "Niamh", "7B"},
    {"C3100004", "Lindqvist", "Åsa", "7B"},
    {"C3100005", "Rahman", "Tariq", "5C"},
    {"C3100006", "Ferguson", "Iain", "AMU"},
    {"C3100007", "Chan", "Wing Yee", "AMU"},
    {"C3100008", "Moreau", "Élodie", "ICU"},
}};

[[nodiscard]] const Ward* find_ward(std::string_view code);
[[nodiscard]] const Consultant& consultant_of(std::string_view ward, std::size_t turn);

struct Place {
    std::string ward;
    std::string room;
    std::string bed;
    bool operator==(const Place&) const = default;
};

/// Gives out beds in turn, so that two people lie in one bed only when a ward is over-full.
class Beds {
 public:
    [[nodiscard]] Place next(std::string_view ward);

 private:
    std::array<int, kWards.size()> used_{};
};

}  // namespace wardlight::simulate
