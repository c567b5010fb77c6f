// The lists names are drawn from. They are meant to strain a system: hyphens, apostrophes, spaces,
// diacritics, one-letter differences, Chinese characters beside a Latin spelling.
#pragma once

#include <array>
#include <string_view>

namespace wardlight::simulate {

inline constexpr std::array<std::string_view, 44> kFamilyNames = {
    "Smith",      "Jones",          "Evans",        "Evens",      "Taylor",         "Okafor",
    "O'Brien",    "Smith-Jones",    "Patel",        "Patell",     "Begum",          "Müller",
    "Żółkowski",  "Kowalczyk",      "García",       "Ní Bhriain", "van der Berg",   "de la Cruz",
    "MacDonald",  "McDonald",       "Hughes",       "Thompson",   "Thomson",        "Ahmed",
    "Khan",       "Nguyễn",         "Adeyemi",      "Ferreira",   "Davies",         "Davis",
    "Walker",     "Clarke",         "Clark",        "Novák",      "Håkansson",      "Wright",
    "Fitzgerald", "Ó Súilleabháin", "Papadopoulos", "Şahin",      "Rodrigues-Lima", "Campbell",
    "Singh",      "Lewis"};

inline constexpr std::array<std::string_view, 26> kWomen = {
    "Margaret", "Joan",  "Zoë",   "Aoife", "Siân",   "Fatima",   "Grace",  "Anne-Marie", "Renée",
    "Priya",    "Sarah", "Sara",  "Ewa",   "Chloë",  "Blessing", "Doreen", "Patricia",   "Maryam",
    "Eilidh",   "Rosa",  "Irena", "Elif",  "Ingrid", "Jean",     "Jeanne", "Dorothy"};

inline constexpr std::array<std::string_view, 26> kMen = {
    "John",     "Jon",      "William", "Seán",    "José",   "Mohammed", "Muhammad",
    "Jürgen",   "Paweł",    "Arthur",  "George",  "David",  "Rhys",     "Chidi",
    "Tomáš",    "Nils",     "Kwame",   "Stephen", "Steven", "Alan",     "Allan",
    "Harpreet", "Giuseppe", "Emre",    "Callum",  "Frank"};

struct ChineseName {
    std::string_view family;
    std::string_view given;
    std::string_view native_family;
    std::string_view native_given;
    bool is_woman;
};
inline constexpr std::array<ChineseName, 8> kChineseNames = {{
    {"Chan", "Tai Man", "陳", "大文", false},
    {"Chan", "Tai Wan", "陳", "大雲", true},
    {"Wong", "Siu Ling", "黃", "小玲", true},
    {"Wang", "Xiaoming", "王", "晓明", false},
    {"Li", "Meihua", "李", "美华", true},
    {"Lee", "Mei Wah", "李", "美華", true},
    {"Zhang", "Wei", "张", "伟", false},
    {"Lam", "Ka Yan", "林", "嘉欣", true},
}};

inline constexpr std::array<std::string_view, 12> kStreets = {
    "Mill Lane",       "Station Road", "Church Street",   "The Crescent",
    "Victoria Avenue", "Kings Road",   "Queen's Gardens", "Rook & Crow Court",
    "St Mary's Close", "High Street",  "Elm Grove",       "Old Dairy Yard"};

inline constexpr std::array<std::string_view, 6> kCities = {
    "Ashford Green", "Northwick", "Kelby", "Marsh End", "Thornbridge", "Llanfair"};

}  // namespace wardlight::simulate
