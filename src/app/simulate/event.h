// What happens in the simulated hospital, as plain values: from these the messages are written and,
// apart from that, the ground truth is computed. An Event is complete in itself: it carries the
// place and visit as they were then.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/simulate/codes.h"
#include "app/simulate/hospital.h"
#include "app/simulate/people.h"
#include "base/time.h"

namespace wardlight::simulate {

/// One sending application each, with its own connection.
enum class Feed { adt, lab, observations, orders };
inline constexpr std::size_t kFeedCount = 4;

struct FeedInfo {
    std::string_view application;  // MSH-3
    std::string_view facility;     // MSH-4
    char control_letter;           // begins every MSH-10
};
inline constexpr std::array<FeedInfo, kFeedCount> kFeeds = {{
    {"WSHPAS", "WSH", 'A'},
    {"WSHLIMS", "WSH", 'L'},
    {"WSHEOBS", "WSH", 'O'},
    {"WSHEPR", "WSH", 'E'},
}};

struct Diagnosis {
    std::string code;  // ICD-10
    std::string text;
};

struct Visit {
    std::string number;
    Place place;
    Instant admitted;
    std::optional<Instant> discharged;
    std::size_t consultant = 0;
    std::vector<Diagnosis> diagnoses;
    bool is_elective = false;
};

/// ADT: the trigger is "A01", "A02" ...
struct Movement {
    std::string trigger;
    std::optional<Place> prior;
    std::optional<Instant> died;
    std::string disposition;  // PV1-36
};

/// A40: the identity of the event survives, this one of the same person is retired into it.
struct Merge {
    std::size_t retired = 0;
};

struct LabValue {
    Analyte analyte = Analyte::sodium;
    std::int64_t milli = 0;
    char status = 'F';       // OBX-11
    std::string comparator;  // "<" or ">"; sent as SN
    std::string text;        // a result in words instead of a number; sent as ST
    std::string flag;        // OBX-8 said by the laboratory instead of the one from the interval
    std::string note;        // NTE after the OBX
};

struct LabReport {
    Panel panel = Panel::urea_electrolytes;
    std::string filler;
    std::string placer;
    Instant collected;
    Instant received;
    Instant reported;
    char status = 'F';  // OBR-25
    std::vector<LabValue> values;
    std::string comment;  // NTE after the OBR
};

/// Vital signs of one round; an absent one was not taken.
struct VitalSigns {
    std::optional<int> respiratory_rate;
    std::optional<int> saturation;
    std::optional<bool> on_oxygen;
    std::optional<int> oxygen_flow;  // L/min
    int scale = 1;
    std::optional<int> systolic;
    std::optional<int> diastolic;
    std::optional<int> pulse;
    std::optional<char> consciousness;  // A C V P U
    std::optional<std::int64_t> temperature_milli;
};

struct ObservationRound {
    std::string filler;
    Instant observed;
    char status = 'F';
    VitalSigns signs;
};

struct Order {
    std::string placer;
    std::string control;  // ORC-1: NW, SC, CA
    std::string status;   // ORC-5
    Panel panel = Panel::urea_electrolytes;
};

struct Document {
    std::string number;
    std::string type;  // TXA-2
    std::string title;
    std::vector<std::string> lines;
};

/// The same bytes again: a sender that did not see the acknowledgement.
struct Repeat {
    std::size_t of = 0;  // index of the event in the plan; while stories are written, its ticket
};

struct Event {
    Instant sent;            // when the message leaves the sender
    Instant stamped;         // MSH-7 and EVN-2; before `sent` for a message that was held up
    std::size_t ticket = 0;  // unique, in the order in which the stories were written
    Feed feed = Feed::adt;
    std::size_t person = 0;    // index into Plan::people
    std::size_t identity = 0;  // index into Person::identities
    std::optional<Visit> visit;
    std::variant<Movement, Merge, LabReport, ObservationRound, Order, Document, Repeat> what;
    std::string control_id;  // MSH-10, given when the plan is put in order
};

}  // namespace wardlight::simulate
