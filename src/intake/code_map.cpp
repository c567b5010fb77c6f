#include "intake/code_map.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "intake/code_tables.h"

namespace wardlight::intake {
namespace {

struct LocalName {
    std::string_view folded;  // see fold_code()
    std::string_view analyte;
};

// Names that mean one measurement wherever they are used. Anything that a laboratory might also use
// for urine, fluids or a ratio is absent. Blood tests need a blood specimen, or none named.
// clang-format off: a table reads better with its columns kept
constexpr std::array kBloodTests{
    LocalName{"CREA", "creatinine"}, LocalName{"CREAT", "creatinine"}, LocalName{"CRE", "creatinine"},
    LocalName{"CREATININE", "creatinine"}, LocalName{"SERUMCREATININE", "creatinine"},
    LocalName{"CREATININESERUM", "creatinine"}, LocalName{"CREATININE(SERUM)", "creatinine"},
    LocalName{"SCRE", "creatinine"}, LocalName{"SCREAT", "creatinine"}, LocalName{"PLASMACREATININE", "creatinine"},
    LocalName{"K", "potassium"}, LocalName{"POT", "potassium"}, LocalName{"POTASSIUM", "potassium"},
    LocalName{"SERUMPOTASSIUM", "potassium"}, LocalName{"POTASSIUMSERUM", "potassium"},
    LocalName{"NA", "sodium"}, LocalName{"SOD", "sodium"}, LocalName{"SODIUM", "sodium"},
    LocalName{"SERUMSODIUM", "sodium"},
    LocalName{"UREA", "urea"}, LocalName{"URE", "urea"}, LocalName{"SERUMUREA", "urea"},
    LocalName{"GLU", "glucose"}, LocalName{"GLUC", "glucose"}, LocalName{"GLUCOSE", "glucose"},
    LocalName{"ACA", "calcium_adjusted"}, LocalName{"ADJCA", "calcium_adjusted"}, LocalName{"CACORR", "calcium_adjusted"},
    LocalName{"ADJUSTEDCALCIUM", "calcium_adjusted"}, LocalName{"CORRECTEDCALCIUM", "calcium_adjusted"},
    LocalName{"MG", "magnesium"}, LocalName{"MAGNESIUM", "magnesium"},
    LocalName{"PO4", "phosphate"}, LocalName{"PHOS", "phosphate"}, LocalName{"PHOSPHATE", "phosphate"},
    LocalName{"HB", "haemoglobin"}, LocalName{"HGB", "haemoglobin"}, LocalName{"HAEMOGLOBIN", "haemoglobin"},
    LocalName{"HEMOGLOBIN", "haemoglobin"},
    LocalName{"PLT", "platelets"}, LocalName{"PLATELETS", "platelets"}, LocalName{"PLATELETCOUNT", "platelets"},
    LocalName{"WBC", "white_cells"}, LocalName{"WCC", "white_cells"}, LocalName{"WHITECELLCOUNT", "white_cells"},
    LocalName{"WHITEBLOODCELLCOUNT", "white_cells"},
    LocalName{"NEUT", "neutrophils"}, LocalName{"NEUTROPHILS", "neutrophils"},
    LocalName{"INR", "inr"},
    LocalName{"CRP", "crp"}, LocalName{"CREACTIVEPROTEIN", "crp"},
    LocalName{"ALT", "alt"}, LocalName{"ALANINEAMINOTRANSFERASE", "alt"},
    LocalName{"CK", "creatine_kinase"}, LocalName{"CREATINEKINASE", "creatine_kinase"},
    LocalName{"AMY", "amylase"}, LocalName{"AMYLASE", "amylase"},
    LocalName{"LACT", "lactate"}, LocalName{"LACTATE", "lactate"},
    LocalName{"LITHIUM", "lithium"},
};

constexpr std::array kVitalSigns{
    LocalName{"RR", "respiratory_rate"}, LocalName{"RESP", "respiratory_rate"}, LocalName{"RESPRATE", "respiratory_rate"},
    LocalName{"RESPIRATORYRATE", "respiratory_rate"}, LocalName{"RESPIRATIONRATE", "respiratory_rate"},
    LocalName{"RESPIRATIONS", "respiratory_rate"},
    LocalName{"SPO2", "oxygen_saturation"}, LocalName{"SAO2", "oxygen_saturation"}, LocalName{"O2SAT", "oxygen_saturation"},
    LocalName{"SATS", "oxygen_saturation"}, LocalName{"OXYGENSATURATION", "oxygen_saturation"},
    LocalName{"O2DEV", "air_or_oxygen"}, LocalName{"AIROROXYGEN", "air_or_oxygen"}, LocalName{"O2THERAPY", "air_or_oxygen"},
    LocalName{"OXYGENDEVICE", "air_or_oxygen"},
    LocalName{"O2FLOW", "inspired_oxygen"}, LocalName{"OXYGENFLOW", "inspired_oxygen"}, LocalName{"OXYGENFLOWRATE", "inspired_oxygen"},
    LocalName{"SPO2SCALE", "spo2_scale"}, LocalName{"NEWS2SPO2SCALE", "spo2_scale"},
    LocalName{"SBP", "systolic"}, LocalName{"SYSBP", "systolic"}, LocalName{"BPSYS", "systolic"}, LocalName{"SYSTOLIC", "systolic"},
    LocalName{"SYSTOLICBP", "systolic"}, LocalName{"SYSTOLICBLOODPRESSURE", "systolic"}, LocalName{"NBPS", "systolic"},
    LocalName{"DBP", "diastolic"}, LocalName{"DIABP", "diastolic"}, LocalName{"BPDIA", "diastolic"}, LocalName{"DIASTOLIC", "diastolic"},
    LocalName{"DIASTOLICBP", "diastolic"}, LocalName{"DIASTOLICBLOODPRESSURE", "diastolic"}, LocalName{"NBPD", "diastolic"},
    LocalName{"BP", "blood_pressure"}, LocalName{"NIBP", "blood_pressure"}, LocalName{"BLOODPRESSURE", "blood_pressure"},
    LocalName{"PULSE", "pulse"}, LocalName{"HR", "pulse"}, LocalName{"HEARTRATE", "pulse"}, LocalName{"PULSERATE", "pulse"},
    LocalName{"TEMP", "temperature"}, LocalName{"TEMPERATURE", "temperature"}, LocalName{"BODYTEMPERATURE", "temperature"},
    LocalName{"ACVPU", "consciousness"}, LocalName{"AVPU", "consciousness"}, 
    LocalName{"CONSCIOUSNESS", "consciousness"}, LocalName{"LEVELOFCONSCIOUSNESS", "consciousness"},
};

// Specimens in which a blood test's name means the blood test. Table 0487 and 0070, and words.
constexpr std::array<std::string_view, 24> kBloodSpecimens{
    "BLD", "BLDV", "BLDA", "BLDC", "WB", "SER", "SERUM", "PLAS", "PLASMA", "PLASB", "PPP", "PLR", "ASERU", "CSERU",
    "BLOOD", "WHOLEBLOOD", "VENOUSBLOOD", "SERPLAS", "SERPLASBLD", "SST", "EDTA", "CITRATE", "S", "P"};

// Words in a panel's or test's name that say: not the serum or plasma test.
constexpr std::array<std::string_view, 14> kOtherMatrix{
    "urin", "dialys", "csf", "cerebrospinal", "fluid", "ratio", "clearance", "24h", "24 h", "point of care", "poct",
    "blood gas", "excretion", "aspirate"};

struct MassCoding {
    std::string_view analyte;
    std::string_view code;
    std::string_view display;
};
// LOINC codes tell mass from substance concentration.
constexpr std::array kMassCodings{
    MassCoding{"creatinine", "2160-0", "Creatinine [Mass/volume] in Serum or Plasma"},
    MassCoding{"urea", "3091-6", "Urea [Mass/volume] in Serum or Plasma"},
    MassCoding{"glucose", "2345-7", "Glucose [Mass/volume] in Serum or Plasma"},
};

// Analytes with a substance-concentration code only: in another dimension the name must not get it.
constexpr std::array<std::string_view, 5> kSubstanceOnly{"calcium_adjusted", "magnesium", "phosphate", "lactate", "lithium"};
constexpr std::array<std::string_view, 3> kWords{"air_or_oxygen", "consciousness", "spo2_scale"};
// clang-format on

template <class Table>
std::optional<std::string_view> look_up(const Table& table, std::string_view folded) {
    for (const LocalName& row : table) {
        if (row.folded == folded) return row.analyte;
    }
    return std::nullopt;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& items, std::string_view item) {
    return std::find(items.begin(), items.end(), item) != items.end();
}

bool is_mass(std::string_view unit) {
    const auto ucum = ucum_unit(unit);
    return ucum &&
           (ucum->starts_with("mg/") || ucum->starts_with("g/") || ucum->starts_with("ug/"));
}

bool names_other_matrix(std::string_view text) {
    const std::string lower = ascii_lower(text);
    return std::any_of(kOtherMatrix.begin(), kOtherMatrix.end(), [&](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

/// A specimen may come as code or text; both must not name anything but blood.
bool may_be_blood(const Setting& setting, const hl7v2::Cwe& code) {
    if (setting.section == "BG" || setting.section == "POC") return false;
    if (names_other_matrix(setting.panel) || names_other_matrix(setting.specimen)) return false;
    if (names_other_matrix(code.text) || names_other_matrix(code.code)) return false;
    const std::string specimen = fold_code(setting.specimen);
    return specimen.empty() || contains(kBloodSpecimens, specimen);
}

struct CodingPart {
    std::string_view code;
    std::string_view system;
};

std::array<CodingPart, 3> parts_of(const hl7v2::Cwe& code) {
    return {CodingPart{code.code, code.system},
            CodingPart{code.alternate_code, code.alternate_system},
            CodingPart{code.second_alternate_code, code.second_alternate_system}};
}

std::optional<std::string_view> vital_or_blood(std::string_view folded, bool may_be_blood_test) {
    if (folded.empty()) return std::nullopt;
    if (const auto vital = look_up(kVitalSigns, folded)) return vital;
    if (!may_be_blood_test) return std::nullopt;
    return look_up(kBloodTests, folded);
}

/// A text may name a blood test only if the code does not hint at something else:
/// "UCREA^Creatinine" is likely urine, "1234^Creatinine" and "CREAT^Creatinine" are what the text
/// says.
bool text_may_name(const hl7v2::Cwe& code) {
    const std::string folded = fold_code(code.code);
    const bool has_letters =
        std::any_of(folded.begin(), folded.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return !has_letters || fold_code(code.text).starts_with(folded);
}

std::optional<std::string_view> by_local_name(const hl7v2::Cwe& code, const Setting& setting,
                                              const CodeMap& feed_codes) {
    for (const CodingPart& part : parts_of(code)) {
        const auto own = feed_codes.find(fold_code(part.code));
        if (own == feed_codes.end() || part.code.empty()) continue;
        if (own->second.empty()) return std::nullopt;
        return own->second;
    }
    const bool is_blood = may_be_blood(setting, code);
    for (const CodingPart& part : parts_of(code)) {
        // "5^BP^FDCEMAP": the code is a row number, the name is in the text.
        if (const auto found = vital_or_blood(fold_code(part.code), is_blood)) return found;
    }
    const bool is_blood_text = is_blood && text_may_name(code);
    if (const auto found = vital_or_blood(fold_code(code.text), is_blood_text)) return found;
    return vital_or_blood(fold_code(code.alternate_text), is_blood_text);
}

}  // namespace

std::string fold_code(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '.' || c == '-' || c == '_' || c == ',' || c == '\t') continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

std::optional<Measurement> measurement_of(std::string_view analyte, std::string_view unit) {
    auto coding = fhir::standard_coding(analyte);
    if (!coding) return std::nullopt;
    if (is_mass(unit)) {
        for (const MassCoding& row : kMassCodings) {
            if (row.analyte == analyte) coding = {fhir::kLoinc, row.code, row.display};
        }
        if (contains(kSubstanceOnly, analyte)) return std::nullopt;
    }
    const bool is_vital = std::any_of(kVitalSigns.begin(), kVitalSigns.end(),
                                      [&](const LocalName& row) { return row.analyte == analyte; });
    return Measurement{analyte, is_vital, std::string(coding->system), std::string(coding->code),
                       std::string(coding->display)};
}

std::optional<Measurement> identify(const hl7v2::Cwe& code, const Setting& setting,
                                    const CodeMap& feed_codes) {
    bool has_standard_code = false;
    for (const CodingPart& part : parts_of(code)) {
        const auto system = coding_system(part.system);
        if (!system || part.code.empty()) continue;
        if (*system != fhir::kLoinc && *system != fhir::kSnomed) continue;
        has_standard_code = true;
        if (const auto analyte = fhir::analyte_of(*system, part.code)) {
            auto found = measurement_of(*analyte, "");
            // The sender's own standard code stays: it may say more than the analyte's usual one.
            if (found && found->code != part.code) {
                found->system = *system;
                found->code = part.code;
                found->display.clear();
            }
            return found;
        }
    }
    if (has_standard_code) return std::nullopt;
    const auto analyte = by_local_name(code, setting, feed_codes);
    if (!analyte) return std::nullopt;
    return measurement_of(*analyte, setting.unit);
}

bool is_numeric(std::string_view analyte) {
    return !contains(kWords, analyte) && analyte != "blood_pressure";
}

}  // namespace wardlight::intake
