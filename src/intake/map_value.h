// OBX-5 -> the value[x] of an Observation, by OBX-2 and, where senders are careless with OBX-2, by
// what the value looks like. Numbers keep every digit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "intake/code_map.h"
#include "intake/context.h"

namespace wardlight::intake {

struct ObservedValue {
    /// "valueQuantity", "valueString", ...; empty when there is no single value.
    std::string element;
    json::Value value;
    /// Several values in OBX-5: each a component with the Observation's own code.
    json::Value components;
    /// A document in OBX-5 (ED, RP): a FHIR Attachment, for the report.
    json::Value attachment;
    [[nodiscard]] bool is_absent() const {
        return element.empty() && components.is_null() && attachment.is_null();
    }
};

[[nodiscard]] ObservedValue read_value(Context& context, const hl7v2::Segment& obx,
                                       const std::optional<Measurement>& measurement);

/// FHIR Quantity: the number's text as it was sent, the unit as sent, the UCUM code where known.
[[nodiscard]] json::Value to_quantity(const hl7v2::NumericValue& number, const hl7v2::Cwe& unit);

/// OBX-6 with the profile's default for the measurement when empty.
[[nodiscard]] hl7v2::Cwe read_unit(const Context& context, const hl7v2::Segment& obx,
                                   const std::optional<Measurement>& measurement);

/// "140/90" or SN 140^/^90.
struct BloodPressure {
    std::string systolic;
    std::string diastolic;
};
[[nodiscard]] std::optional<BloodPressure> read_blood_pressure(const hl7v2::Segment& obx);

/// ED or RP -> FHIR Attachment; null when it holds neither data nor address. `data_before` is the
/// data of earlier OBX lines that this one continues.
[[nodiscard]] json::Value to_attachment(const hl7v2::Repetition& value, std::string_view type);

/// OBX-7 -> FHIR referenceRange: the text as sent, and low and high where it says them.
[[nodiscard]] json::Value to_reference_range(std::string_view text, const hl7v2::Cwe& unit);

}  // namespace wardlight::intake
