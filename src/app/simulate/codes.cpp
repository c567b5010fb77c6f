#include "app/simulate/codes.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.h"

namespace wardlight::simulate {

// clang-format off: a table reads better with its columns kept
const std::array<AnalyteCode, kAnalyteCount> kAnalytes = {{
    {Analyte::sodium,                   Panel::urea_electrolytes, "NA",   "Sodium",                  "2951-2",  "mmol/L",  0, 133'000, 146'000},
    {Analyte::potassium,                Panel::urea_electrolytes, "K",    "Potassium",               "2823-3",  "mmol/L",  1, 3'500,   5'300},
    {Analyte::urea,                     Panel::urea_electrolytes, "UREA", "Urea",                    "22664-7", "mmol/L",  1, 2'500,   7'800},
    {Analyte::creatinine,               Panel::urea_electrolytes, "CRE",  "Creatinine",              "14682-9", "umol/L",  0, 59'000,  104'000},
    {Analyte::glucose,                  Panel::glucose,           "GLU",  "Glucose",                 "14749-6", "mmol/L",  1, 3'500,   7'800},
    {Analyte::calcium_adjusted,         Panel::bone,              "ACA",  "Adjusted calcium",        "29265-6", "mmol/L",  2, 2'200,   2'600},
    {Analyte::phosphate,                Panel::bone,              "PO4",  "Phosphate",               "14879-1", "mmol/L",  2, 800,     1'500},
    {Analyte::magnesium,                Panel::bone,              "MG",   "Magnesium",               "2601-3",  "mmol/L",  2, 700,     1'000},
    {Analyte::albumin,                  Panel::bone,              "ALB",  "Albumin",                 "1751-7",  "g/L",     0, 35'000,  50'000},
    {Analyte::alanine_aminotransferase, Panel::inflammation,      "ALT",  "Alanine aminotransferase","1742-6",  "U/L",     0, 0,       55'000},
    {Analyte::c_reactive_protein,       Panel::inflammation,      "CRP",  "C-reactive protein",      "1988-5",  "mg/L",    0, 0,       5'000},
    {Analyte::haemoglobin,              Panel::full_blood_count,  "HB",   "Haemoglobin",             "718-7",   "g/L",     0, 120'000, 165'000},
    {Analyte::white_cells,              Panel::full_blood_count,  "WBC",  "White cell count",        "6690-2",  "10*9/L",  1, 4'000,   11'000},
    {Analyte::platelets,                Panel::full_blood_count,  "PLT",  "Platelets",               "777-3",   "10*9/L",  0, 150'000, 400'000},
    {Analyte::troponin,                 Panel::cardiac,           "HSTNT","Troponin T high sens.",   "67151-1", "ng/L",    0, 0,       14'000},
}};

const std::array<PanelCode, 6> kPanels = {{
    {Panel::urea_electrolytes, "UE",   "Urea and electrolytes",   "SER"},
    {Panel::full_blood_count,  "FBC",  "Full blood count",        "BLD"},
    {Panel::bone,              "BONE", "Bone profile",            "SER"},
    {Panel::inflammation,      "CRPL", "CRP and liver enzymes",   "SER"},
    {Panel::glucose,           "GLUC", "Glucose",                 "PLAS"},
    {Panel::cardiac,           "TROP", "Troponin",                "SER"},
}};

const std::array<VitalSignCode, 10> kVitalSigns = {{
    {VitalSign::respiratory_rate,  "RR",        "Respiratory rate",         "9279-1",  "/min",   "NM"},
    {VitalSign::oxygen_saturation, "SPO2",      "Oxygen saturation",        "59408-5", "%",      "NM"},
    {VitalSign::oxygen_device,     "O2DEV",     "Air or oxygen",            "",        "",       "CE"},
    {VitalSign::oxygen_flow,       "O2FLOW",    "Oxygen flow",              "3151-8",  "L/min",  "NM"},
    {VitalSign::saturation_scale,  "SPO2SCALE", "SpO2 scale",               "",        "",       "CE"},
    {VitalSign::systolic,          "SBP",       "Systolic blood pressure",  "8480-6",  "mm[Hg]", "NM"},
    {VitalSign::diastolic,         "DBP",       "Diastolic blood pressure", "8462-4",  "mm[Hg]", "NM"},
    {VitalSign::pulse,             "PULSE",     "Pulse",                    "8867-4",  "/min",   "NM"},
    {VitalSign::consciousness,     "ACVPU",     "Consciousness",            "67775-7", "",       "CE"},
    {VitalSign::temperature,       "TEMP",      "Temperature",              "8310-5",  "Cel",    "NM"},
}};
// clang-format on

const AnalyteCode& code_of(Analyte analyte) {
    return kAnalytes[static_cast<std::size_t>(analyte)];
}
const PanelCode& code_of(Panel panel) {
    return kPanels[static_cast<std::size_t>(panel)];
}
const VitalSignCode& code_of(VitalSign sign) {
    return kVitalSigns[static_cast<std::size_t>(sign)];
}

std::string format_milli(std::int64_t milli, int decimals) {
    static constexpr std::array<std::int64_t, 4> kSteps = {1000, 100, 10, 1};
    const std::int64_t step = kSteps[static_cast<std::size_t>(decimals)];
    const std::int64_t size = (std::llabs(milli) + step / 2) / step * step;
    std::string text = fmt::format("{}{}", milli < 0 ? "-" : "", size / 1000);
    if (decimals > 0) {
        text +=
            fmt::format(".{:03}", size % 1000).substr(0, static_cast<std::size_t>(decimals) + 1);
    }
    return text;
}

std::optional<std::int64_t> parse_milli(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const auto whole = parse_integer(text.substr(0, point));
    if (!whole || *whole < 0 || *whole > 1'000'000'000) return std::nullopt;
    std::int64_t milli = *whole * 1000;
    if (point != std::string_view::npos) {
        std::string digits(text.substr(point + 1));
        if (digits.empty() || digits.size() > 3) return std::nullopt;
        digits.append(3 - digits.size(), '0');
        const auto fraction = parse_integer(digits);
        if (!fraction || *fraction < 0) return std::nullopt;
        milli += *fraction;
    }
    return negative ? -milli : milli;
}

}  // namespace wardlight::simulate
