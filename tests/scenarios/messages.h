// The words of a scenario as HL7 v2 messages, in the codes of docs/simulate.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace wardlight::scenarios {

struct Person {
    std::string mrn;
    std::string born = "19500601";
    std::string sex = "M";
    std::string ward;
};

struct Analyte {
    std::string_view word;  // "creatinine"
    std::string_view code;
    std::string_view loinc;
};
/// Stops with an exception when the word is unknown: the scenario is wrong.
const Analyte& analyte(std::string_view word);

/// Makes each message with a new control id and the time it is sent.
class Messages {
 public:
    std::string movement(std::string_view trigger, const Person& person, Instant now);
    std::string merge(const Person& gone, const Person& stays, Instant now);

    struct Lab {
        std::string_view analyte;
        std::string value;
        std::string unit;
        Instant taken;
        std::string sample;
        std::string status = "F";
    };
    std::string lab(const Person& person, const Lab& lab, Instant now);

    /// `signs`: words and values as in a scenario ("rr", "18").
    std::string round(const Person& person,
                      const std::vector<std::pair<std::string, std::string>>& signs, Instant taken,
                      Instant now);

 private:
    std::string header(std::string_view sender, std::string_view type, Instant now);
    int counter_ = 0;
};

}  // namespace wardlight::scenarios
