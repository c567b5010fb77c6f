#include "intake/code_map.h"

#include <doctest/doctest.h>

#include "intake/code_tables.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

hl7v2::Cwe code(std::string_view id, std::string_view text, std::string_view system = "L",
                std::string_view loinc = "") {
    hl7v2::Cwe out;
    out.code = id;
    out.text = text;
    out.system = system;
    if (!loinc.empty()) {
        out.alternate_code = loinc;
        out.alternate_system = "LN";
    }
    return out;
}

}  // namespace

TEST_CASE("local names mean what they say, and nothing where there is doubt") {
    struct Case {
        std::string_view id, text, loinc, specimen, panel, section, unit;
        std::string_view analyte;  // "" = none of ours
    };
    const Case cases[] = {
        // The codes of the simulated hospital (docs/simulate.md), with and without LOINC.
        {"CRE", "Creatinine", "14682-9", "SER", "UE Urea and electrolytes", "CH", "umol/L",
         "creatinine"},
        {"CRE", "Creatinine", "", "SER", "UE Urea and electrolytes", "CH", "umol/L", "creatinine"},
        {"NA", "Sodium", "", "SER", "UE", "CH", "mmol/L", "sodium"},
        {"K", "Potassium", "", "SER", "UE", "CH", "mmol/L", "potassium"},
        {"UREA", "Urea", "", "SER", "UE", "CH", "mmol/L", "urea"},
        {"GLU", "Glucose", "", "PLAS", "GLUC", "CH", "mmol/L", "glucose"},
        {"ACA", "Adjusted calcium", "", "SER", "BONE", "CH", "mmol/L", "calcium_adjusted"},
        {"PO4", "Phosphate", "", "SER", "BONE", "CH", "mmol/L", "phosphate"},
        {"MG", "Magnesium", "", "SER", "BONE", "CH", "mmol/L", "magnesium"},
        {"CRP", "C-reactive protein", "", "SER", "CRPL", "CH", "mg/L", "crp"},
        {"HB", "Haemoglobin", "", "BLD", "FBC", "HM", "g/L", "haemoglobin"},
        {"WBC", "White cell count", "", "BLD", "FBC", "HM", "10*9/L", "white_cells"},
        {"PLT", "Platelets", "", "BLD", "FBC", "HM", "10*9/L", "platelets"},
        {"RR", "Respiratory rate", "9279-1", "", "OBSROUND", "", "/min", "respiratory_rate"},
        {"SPO2", "Oxygen saturation", "59408-5", "", "OBSROUND", "", "%", "oxygen_saturation"},
        {"O2DEV", "Air or oxygen", "", "", "OBSROUND", "", "", "air_or_oxygen"},
        {"O2FLOW", "Oxygen flow", "3151-8", "", "OBSROUND", "", "L/min", "inspired_oxygen"},
        {"SPO2SCALE", "SpO2 scale", "", "", "OBSROUND", "", "", "spo2_scale"},
        {"SBP", "Systolic blood pressure", "8480-6", "", "OBSROUND", "", "mm[Hg]", "systolic"},
        {"DBP", "Diastolic blood pressure", "8462-4", "", "OBSROUND", "", "mm[Hg]", "diastolic"},
        {"PULSE", "Pulse", "8867-4", "", "OBSROUND", "", "/min", "pulse"},
        {"ACVPU", "Consciousness (ACVPU)", "67775-7", "", "OBSROUND", "", "", "consciousness"},
        {"TEMP", "Temperature", "8310-5", "", "OBSROUND", "", "Cel", "temperature"},
        // Other spellings.
        {"CREATININE", "", "", "", "", "", "", "creatinine"},
        {"creat", "", "", "BLOOD", "U&E", "", "umol/L", "creatinine"},
        {"1234", "Creatinine", "", "", "UE", "", "umol/L", "creatinine"},
        {"5", "BP", "", "", "", "", "", "blood_pressure"},
        {"Resp. Rate", "", "", "", "", "", "", "respiratory_rate"},
        // Not blood, or in doubt.
        {"CREA", "Creatinine", "", "UR", "", "", "mmol/L", ""},
        {"CREA", "Creatinine", "", "URINE", "", "", "mmol/L", ""},
        {"CREA", "Creatinine", "", "", "Urine creatinine", "", "mmol/L", ""},
        {"CREA", "Urine creatinine", "", "", "", "", "mmol/L", ""},
        {"CREA", "Creatinine clearance", "", "", "", "", "mL/min", ""},
        {"UCREA", "Creatinine", "", "", "", "", "mmol/L", ""},
        {"K", "Potassium", "", "DIAF", "", "", "mmol/L", ""},
        {"K", "Potassium", "", "BLDA", "Arterial blood gas", "", "mmol/L", ""},
        {"K", "Potassium", "", "BLDA", "ABG", "BG", "mmol/L", ""},
        {"NA", "Sodium", "", "CSF", "", "", "mmol/L", ""},
        {"XYZ", "Something", "", "", "", "", "", ""},
        {"", "", "", "", "", "", "", ""},
        // A standard code outranks the local name.
        {"CREA", "Creatinine", "2161-8", "", "", "", "mmol/L", ""},
        {"XYZ", "Local", "2823-3", "", "", "", "mmol/L", "potassium"},
        // Vital signs need no specimen, and a specimen does not make them a blood test.
        {"TEMP", "Temperature", "", "BLD", "", "", "Cel", "temperature"},
        // A substance-concentration analyte in a mass unit has no code of ours.
        {"MG", "Magnesium", "", "SER", "", "", "mg/dL", ""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.id);
        CAPTURE(one.text);
        CAPTURE(one.panel);
        const auto found = identify(code(one.id, one.text, "L", one.loinc),
                                    {one.specimen, one.panel, one.section, one.unit}, {});
        CHECK((found ? found->analyte : "") == one.analyte);
    }
}

TEST_CASE("a mass unit gets the mass code, the sender's own standard code stays") {
    const auto in_mg = identify(code("CREA", "Creatinine"), {"", "", "", "mg/dL"}, {});
    REQUIRE(in_mg);
    CHECK(in_mg->code == "2160-0");
    const auto in_umol = identify(code("CREA", "Creatinine"), {"", "", "", "umol/L"}, {});
    REQUIRE(in_umol);
    CHECK(in_umol->code == "14682-9");
    const auto in_blood =
        identify(code("GLU", "Glucose", "L", "15074-8"), {"", "", "", "mmol/L"}, {});
    REQUIRE(in_blood);
    CHECK(in_blood->analyte == "glucose");
    CHECK(in_blood->code == "15074-8");
}

TEST_CASE("a feed's own codes come first, and an empty one leaves a code alone") {
    const CodeMap own{{"XCR1", "creatinine"}, {"K", ""}};
    const auto mapped = identify(code("xcr-1", "Kreatinin"), {"", "", "", "umol/L"}, own);
    REQUIRE(mapped);
    CHECK(mapped->analyte == "creatinine");
    CHECK_FALSE(identify(code("K", "Potassium"), {"", "", "", "mmol/L"}, own));
}

TEST_CASE("units keep their meaning, unknown ones get no code") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"umol/L", "umol/L"},
        {"\xC2\xB5mol/L", "umol/L"},
        {"\xCE\xBCmol/l", "umol/L"},
        {"mg/dL", "mg/dL"},
        {"10^9/L", "10*9/L"},
        {"x10*9/L", "10*9/L"},
        {"IU/L", "[IU]/L"},
        {"mmHg", "mm[Hg]"},
        {"\xC2\xB0"
         "C",
         "Cel"},
        {"breaths/min", "/min"},
        {"g/dL", "g/dL"},
        {"mmol / L", "mmol/L"},
        {"furlong", ""},
        {"", ""},
    };
    for (const auto& [unit, ucum] : cases) {
        CAPTURE(unit);
        CHECK(ucum_unit(unit).value_or("") == ucum);
    }
}
