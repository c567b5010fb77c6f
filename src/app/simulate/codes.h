// The codes the simulated hospital uses: the one table from which messages are written. The
// intake's code map must know each of them; docs/simulate.md shows the same table to readers.
//
// Values are integers in thousandths of the unit ("milli"): 6.5 mmol/L is 6500. Nothing in the
// simulator computes with floating point.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardlight::simulate {

enum class Analyte {
    sodium,
    potassium,
    urea,
    creatinine,
    glucose,
    calcium_adjusted,
    phosphate,
    magnesium,
    albumin,
    alanine_aminotransferase,
    c_reactive_protein,
    haemoglobin,
    white_cells,
    platelets,
    troponin,
};
inline constexpr std::size_t kAnalyteCount = 15;

enum class Panel { urea_electrolytes, full_blood_count, bone, inflammation, glucose, cardiac };

struct AnalyteCode {
    Analyte analyte;
    Panel panel;
    std::string_view local;  // OBX-3.1, coding system kLabSystem
    std::string_view name;
    std::string_view loinc;  // OBX-3.4, coding system LN
    std::string_view unit;
    int decimals;
    std::int64_t low;  // reference interval for adults, thousandths; creatinine is by sex
    std::int64_t high;
};

struct PanelCode {
    Panel panel;
    std::string_view local;  // OBR-4.1
    std::string_view name;
    std::string_view specimen;  // OBR-15
};

/// Vital signs in the order in which a set lists them.
enum class VitalSign {
    respiratory_rate,
    oxygen_saturation,
    oxygen_device,
    oxygen_flow,
    saturation_scale,
    systolic,
    diastolic,
    pulse,
    consciousness,
    temperature,
};

struct VitalSignCode {
    VitalSign sign;
    std::string_view local;  // OBX-3.1, coding system kObservationSystem
    std::string_view name;
    std::string_view loinc;  // OBX-3.4, or empty where LOINC has no fitting code
    std::string_view unit;
    std::string_view type;  // OBX-2
};

inline constexpr std::string_view kLabSystem = "WSHLAB";
inline constexpr std::string_view kObservationSystem = "WSHOBS";

extern const std::array<AnalyteCode, kAnalyteCount> kAnalytes;
extern const std::array<PanelCode, 6> kPanels;
extern const std::array<VitalSignCode, 10> kVitalSigns;

[[nodiscard]] const AnalyteCode& code_of(Analyte analyte);
[[nodiscard]] const PanelCode& code_of(Panel panel);
[[nodiscard]] const VitalSignCode& code_of(VitalSign sign);

/// "6.5" for 6500 with one decimal. Rounds half away from zero, as a laboratory would.
[[nodiscard]] std::string format_milli(std::int64_t milli, int decimals);

/// The inverse, exact: "6.5" is 6500; nullopt when it is no plain number or finer than a
/// thousandth.
[[nodiscard]] std::optional<std::int64_t> parse_milli(std::string_view text);

}  // namespace wardlight::simulate
