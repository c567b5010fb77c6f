// Writes an event as an HL7 v2.4 message: CR after every segment, UTF-8, delimiters escaped. Times
// of the laboratory and the observation system carry their offset; patient administration sends
// plain local times, as many do. Thread-safe after construction (reads the plan only).
#pragma once

#include <string>
#include <string_view>

#include "app/simulate/plan.h"

namespace wardlight::simulate {

inline constexpr std::string_view kHospitalZone = "Europe/London";

class MessageWriter {
 public:
    MessageWriter(const Plan& plan, TimeZone zone) : plan_(plan), zone_(std::move(zone)) {}

    [[nodiscard]] std::string write(const Event& event) const;

    /// Reference interval of creatinine for a person on a day, thousandths of umol/L.
    struct Interval {
        std::int64_t low;
        std::int64_t high;
    };
    [[nodiscard]] static Interval creatinine_interval(Sex sex, int age);

 private:
    [[nodiscard]] std::string time(Instant at, Feed feed) const;
    [[nodiscard]] std::string header(const Event& event, std::string_view type) const;
    [[nodiscard]] std::string event_type(const Event& event, std::string_view trigger) const;
    [[nodiscard]] std::string patient(const Event& event) const;
    [[nodiscard]] std::string visit(const Event& event) const;
    [[nodiscard]] std::string allergies(const Person& person) const;
    [[nodiscard]] std::string observation(const Event& event, const LabReport& report,
                                          const LabValue& value, std::size_t number) const;

    [[nodiscard]] std::string write(const Event& event, const Movement& movement) const;
    [[nodiscard]] std::string write(const Event& event, const Merge& merge) const;
    [[nodiscard]] std::string write(const Event& event, const LabReport& report) const;
    [[nodiscard]] std::string write(const Event& event, const ObservationRound& round) const;
    [[nodiscard]] std::string write(const Event& event, const Order& order) const;
    [[nodiscard]] std::string write(const Event& event, const Document& document) const;
    [[nodiscard]] std::string write(const Event& event, const Repeat& repeat) const;

    const Plan& plan_;
    TimeZone zone_;
};

/// Text made safe for a field: | ^ & ~ \ become escape sequences, a line break \.br\.
[[nodiscard]] std::string escape_hl7(std::string_view text);

}  // namespace wardlight::simulate
