// FHIR R4 (4.0.1) resource types and search parameters, from the generated tables. Immutable after
// the first call; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/generated/tables.h"

namespace wardlight::fhir {

/// Position in the alphabetical list of R4 resource types; stored in data files.
enum class TypeNumber : std::uint16_t {};
/// Position in the alphabetical list of R4 search parameter codes; stored in data files.
enum class ParameterNumber : std::uint16_t {};

[[nodiscard]] std::optional<TypeNumber> type_number(std::string_view resource_type);
[[nodiscard]] std::string_view type_name(TypeNumber number);

/// One step of a path into a resource.
struct PathStep {
    std::string member;
    bool first_only = false;
    std::string filter_member;     // keep elements whose member ...
    std::string filter_text;       // ... has this text
    std::string reference_target;  // keep references to this type
};
struct ValuePath {
    std::vector<PathStep> steps;
    std::string data_type;  // FHIR data type at the end, or "exists"
};
struct CompositePart {
    SearchType type;
    std::vector<ValuePath> paths;
};
struct CompositePath {
    ValuePath root;
    std::vector<CompositePart> parts;
};

struct SearchParameter {
    std::string_view code;
    ParameterNumber number{};
    SearchType type{};
    std::vector<ValuePath> paths;
    std::vector<CompositePath> composites;
    /// Links the resource to a patient: it belongs to that patient's compartment.
    bool is_patient_link = false;
    /// Names the patient that patient_of() gives: what this parameter finds about a patient is in
    /// that patient's own range of the store.
    bool is_owner_link = false;
};

[[nodiscard]] std::size_t type_count();
[[nodiscard]] std::span<const SearchParameter> parameters_of(TypeNumber type);
[[nodiscard]] const SearchParameter* find_parameter(TypeNumber type, std::string_view code);

/// True when resources of this type belong to a patient's compartment.
[[nodiscard]] bool is_in_patient_compartment(TypeNumber type);

/// FHIR id: 1 to 64 of letters, digits, '-' and '.'.
[[nodiscard]] bool is_valid_id(std::string_view id);

}  // namespace wardlight::fhir
