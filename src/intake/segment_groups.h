// The groups of a message, found liberally: any segment may be missing, Z and unknown segments are
// passed over. The pointers look into the Message. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "hl7v2/message.h"

namespace wardlight::intake {

using Segments = std::vector<const hl7v2::Segment*>;

struct ObservationGroup {
    const hl7v2::Segment* obx = nullptr;
    std::size_t number = 0;  // position among all OBX of the message, from 1
    Segments notes;
};

struct OrderGroup {
    const hl7v2::Segment* orc = nullptr;
    const hl7v2::Segment* obr = nullptr;
    Segments notes;
    std::vector<ObservationGroup> observations;
    Segments specimens;
};

struct PatientGroup {
    const hl7v2::Segment* pid = nullptr;
    const hl7v2::Segment* pd1 = nullptr;
    const hl7v2::Segment* pv1 = nullptr;
    const hl7v2::Segment* pv2 = nullptr;
    Segments contacts;                         // NK1
    Segments merges;                           // MRG
    Segments allergies;                        // AL1, IAM
    Segments diagnoses;                        // DG1
    const hl7v2::Segment* document = nullptr;  // TXA
    std::vector<OrderGroup> orders;
};

/// One group per PID; everything before the first PID belongs to it.
[[nodiscard]] std::vector<PatientGroup> group_segments(const hl7v2::Message& message);

}  // namespace wardlight::intake
