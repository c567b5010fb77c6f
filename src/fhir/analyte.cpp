#include "fhir/analyte.h"

#include <array>

namespace wardlight::fhir {
namespace {

struct Row {
    std::string_view analyte;
    std::string_view system;
    std::string_view code;
    std::string_view display;
};

// The first row of an analyte is its standard coding.
constexpr std::array kRows{
    Row{"creatinine", kLoinc, "14682-9", "Creatinine [Moles/volume] in Serum or Plasma"},
    Row{"creatinine", kLoinc, "2160-0", "Creatinine [Mass/volume] in Serum or Plasma"},
    Row{"creatinine", kSnomed, "1000731000000107", "Serum creatinine level"},
    Row{"creatinine", kSnomed, "1001011000000107", "Plasma creatinine level"},
    Row{"potassium", kLoinc, "2823-3", "Potassium [Moles/volume] in Serum or Plasma"},
    Row{"potassium", kSnomed, "1000651000000109", "Serum potassium level"},
    Row{"sodium", kLoinc, "2951-2", "Sodium [Moles/volume] in Serum or Plasma"},
    Row{"sodium", kSnomed, "1000661000000107", "Serum sodium level"},
    Row{"urea", kLoinc, "22664-7", "Urea [Moles/volume] in Serum or Plasma"},
    Row{"urea", kLoinc, "3091-6", "Urea [Mass/volume] in Serum or Plasma"},
    Row{"glucose", kLoinc, "14749-6", "Glucose [Moles/volume] in Serum or Plasma"},
    Row{"glucose", kLoinc, "2345-7", "Glucose [Mass/volume] in Serum or Plasma"},
    Row{"glucose", kLoinc, "15074-8", "Glucose [Moles/volume] in Blood"},
    Row{"calcium_adjusted", kLoinc, "29265-6",
        "Calcium [Moles/volume] corrected for albumin in Serum or Plasma"},
    Row{"magnesium", kLoinc, "2601-3", "Magnesium [Moles/volume] in Serum or Plasma"},
    Row{"phosphate", kLoinc, "14879-1", "Phosphate [Moles/volume] in Serum or Plasma"},
    Row{"haemoglobin", kLoinc, "718-7", "Hemoglobin [Mass/volume] in Blood"},
    Row{"platelets", kLoinc, "777-3", "Platelets [#/volume] in Blood by Automated count"},
    Row{"platelets", kLoinc, "26515-7", "Platelets [#/volume] in Blood"},
    Row{"white_cells", kLoinc, "6690-2", "Leukocytes [#/volume] in Blood by Automated count"},
    Row{"white_cells", kLoinc, "26464-8", "Leukocytes [#/volume] in Blood"},
    Row{"neutrophils", kLoinc, "751-8", "Neutrophils [#/volume] in Blood by Automated count"},
    Row{"neutrophils", kLoinc, "26499-4", "Neutrophils [#/volume] in Blood"},
    Row{"inr", kLoinc, "6301-6", "INR in Platelet poor plasma by Coagulation assay"},
    Row{"inr", kLoinc, "34714-6", "INR in Blood by Coagulation assay"},
    Row{"crp", kLoinc, "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma"},
    Row{"alt", kLoinc, "1742-6",
        "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma"},
    Row{"creatine_kinase", kLoinc, "2157-6",
        "Creatine kinase [Enzymatic activity/volume] in Serum or Plasma"},
    Row{"amylase", kLoinc, "1798-8", "Amylase [Enzymatic activity/volume] in Serum or Plasma"},
    Row{"lactate", kLoinc, "2524-7", "Lactate [Moles/volume] in Serum or Plasma"},
    Row{"lithium", kLoinc, "14334-7", "Lithium [Moles/volume] in Serum or Plasma"},

    Row{"respiratory_rate", kLoinc, "9279-1", "Respiratory rate"},
    Row{"oxygen_saturation", kLoinc, "59408-5",
        "Oxygen saturation in Arterial blood by Pulse oximetry"},
    Row{"oxygen_saturation", kLoinc, "2708-6", "Oxygen saturation in Arterial blood"},
    Row{"air_or_oxygen", kWardlightObservation, "air-or-oxygen", "Air or oxygen"},
    Row{"inspired_oxygen", kLoinc, "3151-8", "Inhaled oxygen flow rate"},
    Row{"inspired_oxygen", kLoinc, "3150-6", "Inhaled oxygen concentration"},
    Row{"systolic", kLoinc, "8480-6", "Systolic blood pressure"},
    Row{"diastolic", kLoinc, "8462-4", "Diastolic blood pressure"},
    Row{"blood_pressure", kLoinc, "85354-9", "Blood pressure panel with all children optional"},
    Row{"pulse", kLoinc, "8867-4", "Heart rate"},
    Row{"temperature", kLoinc, "8310-5", "Body temperature"},
    Row{"consciousness", kLoinc, "80288-4", "Level of consciousness"},
    Row{"consciousness", kLoinc, "67775-7", "Level of responsiveness"},
    Row{"spo2_scale", kWardlightObservation, "spo2-scale", "NEWS2 SpO2 scale in use"},
    Row{"news2", kLoinc, "88330-6", "NEWS total score"},
    Row{"news2", kSnomed, "1104051000000101", "Royal College of Physicians NEWS2 total score"},
};

}  // namespace

std::optional<std::string_view> analyte_of(std::string_view system, std::string_view code) {
    for (const Row& row : kRows) {
        if (row.code == code && row.system == system) return row.analyte;
    }
    return std::nullopt;
}

std::optional<std::string_view> analyte_of(const json::Value& codeable_concept) {
    for (const json::Value& coding : codeable_concept["coding"].items()) {
        if (const auto analyte = analyte_of(coding["system"].text(), coding["code"].text()))
            return analyte;
    }
    return std::nullopt;
}

std::string search_codes(std::string_view analyte) {
    std::string out;
    for (const Row& row : kRows) {
        if (row.analyte != analyte) continue;
        if (!out.empty()) out.push_back(',');
        out.append(row.system).push_back('|');
        out.append(row.code);
    }
    return out;
}

std::optional<StandardCoding> standard_coding(std::string_view analyte) {
    for (const Row& row : kRows) {
        if (row.analyte == analyte) return StandardCoding{row.system, row.code, row.display};
    }
    return std::nullopt;
}

}  // namespace wardlight::fhir
