// HL7 v2 messages of a load, in the codes of docs/simulate.md: written once as a template, then
// copied and patched in place, so that making one costs the client next to nothing. Nobody in them
// is real. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::load {

/// adt: A08 of one kilobyte; oru: urea and electrolytes, four results; vitals: eight measurements;
/// mix: two oru, two vitals, one adt, in turn.
enum class MessageKind { adt, oru, vitals, mix };

[[nodiscard]] Result<MessageKind> message_kind(std::string_view name);

struct MessagePlan {
    MessageKind kind = MessageKind::adt;
    std::uint64_t patients = 1'000;        // messages go round them
    std::uint64_t first_patient = 0;       // number of the first
    std::uint64_t critical_every = 0;      // one oru in so many has a critical potassium; 0: none
    bool critical_is_new_patient = false;  // each on a patient of his own, behind the others
    std::string run;  // kControlPrefix characters that make control ids those of this run
};

inline constexpr std::size_t kControlPrefix = 8;
/// Letters and digits that no other run of the last years has had.
[[nodiscard]] std::string name_of_run();

class MessageSource {
 public:
    explicit MessageSource(MessagePlan plan);

    /// Appends message `number` without a frame.
    void write(std::uint64_t number, std::string& out) const;
    /// MSH-10 of message `number`.
    [[nodiscard]] std::string control_id(std::uint64_t number) const;
    [[nodiscard]] bool is_critical(std::uint64_t number) const;
    /// PID-3.1 of message `number`; the authority is kPatientAuthority.
    [[nodiscard]] std::string medical_record_number(std::uint64_t number) const;

    static constexpr std::string_view kPatientAuthority = "WSH";

 private:
    enum class Field { control, patient, sent, taken, sodium, potassium, urea, creatinine, pulse };
    struct Place {
        std::size_t offset;
        Field field;
    };
    struct Template {
        std::string text;
        std::vector<Place> places;
    };
    static Template read_template(std::string text);
    [[nodiscard]] const Template& template_of(std::uint64_t number) const;
    [[nodiscard]] std::uint64_t patient_of(std::uint64_t number) const;
    void write_field(std::uint64_t number, Field field, char* to) const;

    MessagePlan plan_;
    Template adt_;
    Template oru_;
    Template vitals_;
    std::string sent_;  // all messages of a run carry the time at which it began
    std::string taken_lately_;
    std::vector<std::string> taken_;  // by round through the patients
};

}  // namespace wardlight::load
