#include "intake/code_tables.h"

#include <span>

namespace wardlight::intake {
namespace {

struct Pair {
    std::string_view from;
    std::string_view to;
};

template <class Row>
const Row* find(std::span<const Row> rows, std::string_view from) {
    for (const Row& row : rows) {
        if (row.from == from) return &row;
    }
    return nullptr;
}

std::optional<std::string_view> find_text(std::span<const Pair> rows, std::string_view from) {
    const Pair* row = find(rows, from);
    if (row == nullptr) return std::nullopt;
    return row->to;
}

struct StatusRow {
    std::string_view from;
    ObservationStatus status;
};

// clang-format off: tables read better with their columns kept

// Table 0085. The guide maps A C D F P W X; the other rows are ours.
constexpr StatusRow kObservationStatus[] = {
    {"O", {"registered", 0, false}},       // ours: ordered, no result
    {"I", {"registered", 0, false}},       // ours: in the laboratory
    {"R", {"preliminary", 1, false}},      // ours: entered, not verified
    {"S", {"preliminary", 1, false}},      // ours: partial
    {"P", {"preliminary", 1, false}},
    {"N", {"final", 2, false}},            // ours: not asked; goes with data-absent-reason not-asked
    {"F", {"final", 2, false}},
    {"B", {"final", 2, true}},             // ours: appended, value unchanged
    {"V", {"final", 2, true}},             // ours: verified, value unchanged
    {"U", {"final", 2, true}},             // ours: now final, value not sent again
    {"A", {"amended", 3, false}},
    {"C", {"corrected", 3, false}},
    {"X", {"cancelled", 4, false}},
    {"D", {"entered-in-error", 5, true}},
    {"W", {"entered-in-error", 5, true}},
};

// Table 0123. The guide maps O I S P R C F X; the other rows are ours.
constexpr StatusRow kReportStatus[] = {
    {"O", {"registered", 0, false}},
    {"I", {"registered", 0, false}},
    {"S", {"registered", 0, false}},
    {"N", {"registered", 0, false}},       // ours: procedure completed, results pending
    {"R", {"partial", 1, false}},
    {"A", {"partial", 1, false}},          // ours: some results available
    {"P", {"preliminary", 1, false}},
    {"F", {"final", 2, false}},
    {"C", {"corrected", 3, false}},
    {"M", {"amended", 3, false}},          // ours: corrected, not final
    {"X", {"cancelled", 4, false}},
    {"W", {"entered-in-error", 5, true}},  // ours: not of the table, but sent
    {"D", {"entered-in-error", 5, true}},  // ours: not of the table, but sent
};

struct CodedRow {
    std::string_view from;
    Coded to;
};

// Table 0004.
constexpr CodedRow kEncounterClass[] = {
    {"E", {"EMER", "emergency", systems::kActCode}},
    {"I", {"IMP", "inpatient encounter", systems::kActCode}},
    {"O", {"AMB", "ambulatory", systems::kActCode}},
    {"P", {"PRENC", "pre-admission", systems::kActCode}},
    {"R", {"R", "Recurring patient", "http://terminology.hl7.org/CodeSystem/v2-0004"}},
    {"B", {"B", "Obstetrics", "http://terminology.hl7.org/CodeSystem/v2-0004"}},
    {"C", {"C", "Commercial Account", "http://terminology.hl7.org/CodeSystem/v2-0004"}},
    {"N", {"N", "Not Applicable", "http://terminology.hl7.org/CodeSystem/v2-0004"}},
    {"U", {"U", "Unknown", "http://terminology.hl7.org/CodeSystem/v2-0004"}},
};

// Table 0001, and the words that feeds send instead.
constexpr Pair kGender[] = {
    {"F", "female"}, {"M", "male"}, {"O", "other"}, {"A", "other"}, {"N", "other"}, {"U", "unknown"},
    {"FEMALE", "female"}, {"MALE", "male"}, {"OTHER", "other"}, {"UNKNOWN", "unknown"},
    {"1", "male"}, {"2", "female"}, {"9", "unknown"}, {"0", "unknown"},  // NHS data dictionary
};

// Table 0078.
constexpr CodedRow kInterpretation[] = {
    {"<", {"<", "Off scale low", systems::kInterpretation}},
    {">", {">", "Off scale high", systems::kInterpretation}},
    {"A", {"A", "Abnormal", systems::kInterpretation}},
    {"AA", {"AA", "Critical abnormal", systems::kInterpretation}},
    {"B", {"B", "Better", systems::kInterpretation}},
    {"CAR", {"CAR", "Carrier", systems::kInterpretation}},
    {"D", {"D", "Significant change down", systems::kInterpretation}},
    {"DET", {"DET", "Detected", systems::kInterpretation}},
    {"E", {"E", "Equivocal", systems::kInterpretation}},
    {"EX", {"EX", "outside threshold", systems::kInterpretation}},
    {"EXP", {"EXP", "Expected", systems::kInterpretation}},
    {"H", {"H", "High", systems::kInterpretation}},
    {"HH", {"HH", "Critical high", systems::kInterpretation}},
    {"HU", {"HU", "Significantly high", systems::kInterpretation}},
    {"I", {"I", "Intermediate", systems::kInterpretation}},
    {"IE", {"IE", "Insufficient evidence", systems::kInterpretation}},
    {"IND", {"IND", "Indeterminate", systems::kInterpretation}},
    {"L", {"L", "Low", systems::kInterpretation}},
    {"LL", {"LL", "Critical low", systems::kInterpretation}},
    {"LU", {"LU", "Significantly low", systems::kInterpretation}},
    {"N", {"N", "Normal", systems::kInterpretation}},
    {"NCL", {"NCL", "No CLSI defined breakpoint", systems::kInterpretation}},
    {"ND", {"ND", "Not detected", systems::kInterpretation}},
    {"NEG", {"NEG", "Negative", systems::kInterpretation}},
    {"NR", {"NR", "Non-reactive", systems::kInterpretation}},
    {"NS", {"NS", "Non-susceptible", systems::kInterpretation}},
    {"POS", {"POS", "Positive", systems::kInterpretation}},
    {"R", {"R", "Resistant", systems::kInterpretation}},
    {"RR", {"RR", "Reactive", systems::kInterpretation}},
    {"S", {"S", "Susceptible", systems::kInterpretation}},
    {"SDD", {"SDD", "Susceptible-dose dependent", systems::kInterpretation}},
    {"SYN-R", {"SYN-R", "Synergy - resistant", systems::kInterpretation}},
    {"SYN-S", {"SYN-S", "Synergy - susceptible", systems::kInterpretation}},
    {"U", {"U", "Significant change up", systems::kInterpretation}},
    {"UNE", {"UNE", "Unexpected", systems::kInterpretation}},
    {"W", {"W", "Worse", systems::kInterpretation}},
    {"WR", {"WR", "Weakly reactive", systems::kInterpretation}},
};

// Table 0119. CA, a request to cancel, stays active until it is confirmed. XO, SC and the like say
// nothing about the status. UA is ours.
constexpr Pair kOrderControl[] = {
    {"AF", "active"}, {"CA", "active"}, {"CR", "revoked"}, {"DC", "revoked"}, {"DF", "revoked"},
    {"DR", "revoked"}, {"FU", "completed"}, {"HD", "active"}, {"HR", "on-hold"}, {"NW", "active"},
    {"OC", "revoked"}, {"OD", "revoked"}, {"OH", "on-hold"}, {"OK", "active"}, {"PR", "active"},
    {"PY", "active"}, {"RL", "active"}, {"RO", "active"}, {"RQ", "active"}, {"UA", "revoked"},
    {"OE", "active"}, {"OR", "active"}, {"SN", "active"}, {"NA", "active"},  // ours
};

// Table 0038; A is ours.
constexpr Pair kOrderStatus[] = {
    {"A", "active"}, {"CA", "revoked"}, {"CM", "completed"}, {"DC", "revoked"},
    {"ER", "entered-in-error"}, {"HD", "on-hold"}, {"IP", "active"}, {"RP", "revoked"},
    {"SC", "active"},
};

constexpr Pair kNameUse[] = {
    {"BAD", "old"}, {"D", "usual"}, {"L", "official"}, {"M", "maiden"}, {"MSK", "anonymous"},
    {"N", "nickname"}, {"NAV", "temp"}, {"R", "official"}, {"TEMP", "temp"},
    {"NOUSE", "old"},  // ours
};
constexpr Pair kAddressUse[] = {
    {"BA", "old"}, {"BI", "billing"}, {"C", "temp"}, {"B", "work"}, {"H", "home"}, {"O", "work"},
};
constexpr Pair kTelecomUse[] = {{"PRN", "home"}, {"WPN", "work"}, {"PRS", "mobile"}};
constexpr Pair kTelecomSystem[] = {
    {"PH", "phone"}, {"FX", "fax"}, {"MD", "other"}, {"CP", "phone"}, {"SAT", "other"},
    {"BP", "pager"}, {"Internet", "email"}, {"X.400", "email"}, {"TDD", "other"}, {"TTY", "other"},
};

constexpr std::string_view kMarital = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
constexpr std::string_view kNull = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
constexpr CodedRow kMaritalStatus[] = {
    {"A", {"L", "Legally Separated", kMarital}}, {"D", {"D", "Divorced", kMarital}},
    {"M", {"M", "Married", kMarital}}, {"S", {"S", "Never Married", kMarital}},
    {"W", {"W", "Widowed", kMarital}}, {"C", {"C", "Common Law", kMarital}},
    {"G", {"T", "Domestic partner", kMarital}}, {"P", {"T", "Domestic partner", kMarital}},
    {"R", {"T", "Domestic partner", kMarital}}, {"E", {"L", "Legally Separated", kMarital}},
    {"N", {"A", "Annulled", kMarital}}, {"I", {"I", "Interlocutory", kMarital}},
    {"B", {"U", "unmarried", kMarital}}, {"U", {"UNK", "Unknown", kNull}},
    {"O", {"OTH", "Other", kNull}}, {"T", {"NAVU", "Not available", kNull}},
};

constexpr Pair kAllergyCategory[] = {
    {"DA", "medication"}, {"FA", "food"}, {"EA", "environment"}, {"AA", "biologic"},
    {"PA", "environment"}, {"LA", "environment"},
};
constexpr Pair kReactionSeverity[] = {{"SV", "severe"}, {"MO", "moderate"}, {"MI", "mild"}};
constexpr Pair kCriticality[] = {{"SV", "high"}, {"MI", "low"}};

// Table 0271; ours, the guide has no row.
constexpr Pair kDocumentStatus[] = {
    {"DI", "preliminary"}, {"DO", "preliminary"}, {"IN", "preliminary"}, {"IP", "preliminary"},
    {"PA", "preliminary"}, {"AU", "final"}, {"LA", "final"},
};

// Table 0396.
constexpr Pair kCodingSystem[] = {
    {"LN", "http://loinc.org"}, {"LOINC", "http://loinc.org"}, {"LNC", "http://loinc.org"},
    {"SCT", "http://snomed.info/sct"}, {"SNM", "http://snomed.info/sct"},
    {"SNOMED", "http://snomed.info/sct"}, {"SNOMED-CT", "http://snomed.info/sct"},
    {"I10", "http://hl7.org/fhir/sid/icd-10"}, {"ICD10", "http://hl7.org/fhir/sid/icd-10"},
    {"I10C", "http://hl7.org/fhir/sid/icd-10-cm"}, {"I9", "http://hl7.org/fhir/sid/icd-9-cm"},
    {"I9C", "http://hl7.org/fhir/sid/icd-9-cm"}, {"I9CDX", "http://hl7.org/fhir/sid/icd-9-cm"},
    {"UCUM", "http://unitsofmeasure.org"}, {"DCM", "http://dicom.nema.org/resources/ontology/DCM"},
    {"RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm"}, {"CVX", "http://hl7.org/fhir/sid/cvx"},
    {"NDC", "http://hl7.org/fhir/sid/ndc"}, {"C4", "http://www.ama-assn.org/go/cpt"},
    {"CPT", "http://www.ama-assn.org/go/cpt"}, {"DMD", "https://dmd.nhs.uk"},
};

// Table 0074.
constexpr std::string_view kImaging[] = {"RAD", "CT", "RX", "XRC", "NMR", "MRI", "NMS", "OUS", "RUS",
                                         "VUS", "CUS", "CTH"};
// clang-format on

std::optional<ObservationStatus> find_status(std::span<const StatusRow> rows,
                                             std::string_view code) {
    const StatusRow* row = find(rows, code);
    if (row == nullptr) return std::nullopt;
    return row->status;
}

std::optional<Coded> find_coded(std::span<const CodedRow> rows, std::string_view code) {
    const CodedRow* row = find(rows, code);
    if (row == nullptr) return std::nullopt;
    return row->to;
}

}  // namespace

std::optional<ObservationStatus> observation_status(std::string_view obx_11) {
    return find_status(kObservationStatus, obx_11);
}
std::optional<ObservationStatus> report_status(std::string_view obr_25) {
    return find_status(kReportStatus, obr_25);
}
std::optional<Coded> encounter_class(std::string_view pv1_2) {
    return find_coded(kEncounterClass, pv1_2);
}
std::optional<std::string_view> gender(std::string_view pid_8) {
    return find_text(kGender, pid_8);
}
std::optional<Coded> interpretation(std::string_view obx_8) {
    return find_coded(kInterpretation, obx_8);
}
std::optional<std::string_view> order_control_status(std::string_view orc_1) {
    return find_text(kOrderControl, orc_1);
}
std::optional<std::string_view> order_status(std::string_view orc_5) {
    return find_text(kOrderStatus, orc_5);
}
std::optional<std::string_view> name_use(std::string_view xpn_7) {
    return find_text(kNameUse, xpn_7);
}
std::optional<std::string_view> address_use(std::string_view xad_7) {
    return find_text(kAddressUse, xad_7);
}
std::optional<std::string_view> telecom_use(std::string_view xtn_2) {
    return find_text(kTelecomUse, xtn_2);
}
std::optional<std::string_view> telecom_system(std::string_view xtn_3) {
    return find_text(kTelecomSystem, xtn_3);
}
std::optional<Coded> marital_status(std::string_view pid_16) {
    return find_coded(kMaritalStatus, pid_16);
}
std::optional<std::string_view> allergy_category(std::string_view al1_2) {
    return find_text(kAllergyCategory, al1_2);
}
std::optional<std::string_view> reaction_severity(std::string_view al1_4) {
    return find_text(kReactionSeverity, al1_4);
}
std::optional<std::string_view> criticality(std::string_view al1_4) {
    return find_text(kCriticality, al1_4);
}
std::optional<std::string_view> document_status(std::string_view txa_17) {
    return find_text(kDocumentStatus, txa_17);
}
std::optional<std::string_view> coding_system(std::string_view v2_name) {
    return find_text(kCodingSystem, v2_name);
}

bool is_imaging(std::string_view obr_24) {
    for (const std::string_view section : kImaging) {
        if (section == obr_24) return true;
    }
    return false;
}

}  // namespace wardlight::intake
