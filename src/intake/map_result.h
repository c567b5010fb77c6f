// One report (OBR) and its results (OBX): what they share while they are mapped. Internal to
// intake.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "intake/code_tables.h"
#include "intake/map_parts.h"
#include "intake/map_value.h"

namespace wardlight::intake {

/// What the OBX of one order have in common.
struct ReportFrame {
    const Subject* subject = nullptr;
    const OrderGroup* order = nullptr;
    std::string filler;   // OBR-3, else ORC-3: the number in the identity of results
    std::string placer;   // OBR-2, else ORC-2
    std::string panel;    // OBR-4, code and text
    hl7v2::Cwe specimen;  // SPM-4, else OBR-15
    std::string section;  // OBR-24
    std::string comment;  // NTE after OBR, when it is repeated at each result
    std::optional<ObservationStatus> status;    // OBR-25
    std::optional<hl7v2::Timestamp> collected;  // SPM-17, else OBR-7
    std::optional<hl7v2::Timestamp> received;   // OBR-14
    std::optional<hl7v2::Timestamp> issued;     // OBR-22, to the minute at least
    Instant version_at;                         // orders the versions of a result
    bool has_vital_signs = false;
};

/// One result: an OBX, or the OBX lines of one text.
struct ResultLines {
    std::vector<const ObservationGroup*> lines;
    std::optional<Measurement> measurement;
    std::string natural_id;
    bool has_own_time = false;  // one code several times in a report, told apart by OBX-14
};

/// Status of the result; reads OBX-11, else OBR-25.
[[nodiscard]] ObservationStatus status_of(Context& context, const ReportFrame& frame,
                                          const hl7v2::Segment& obx);

/// Adds the Observation (two for a blood pressure in one value).
void map_observation(Context& context, const ReportFrame& frame, const ResultLines& result);

/// Natural ids of the Observations a result becomes: two for a blood pressure.
[[nodiscard]] std::vector<std::string> observation_ids(const ResultLines& result);

/// The lines joined: text by line ends, an attachment's parts to one.
[[nodiscard]] ObservedValue read_lines(Context& context, const ResultLines& result);

/// Effective time and, when it is not the collection, the tag that says so.
struct EffectiveTime {
    std::string fhir;
    std::string_view tag;
};
[[nodiscard]] EffectiveTime effective_time(Context& context, const ReportFrame& frame,
                                           const ResultLines& result);

}  // namespace wardlight::intake
