// Shapes of the generated tables; see tools/fhir_tables.mjs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wardlight::fhir {

enum class SearchType : std::uint8_t { number, date, string, token, reference, composite, quantity, uri, special };

namespace generated {

/// `paths` is "path:Type|path:Type"; a path is JSON members joined by dots, `name[0]` takes the first
/// element, `{member=text}` keeps elements whose member has that text, `?Type` keeps references to that type.
struct ParameterRow {
    std::uint16_t type;
    std::uint16_t code;
    SearchType search_type;
    std::string_view paths;
};
/// Which parameters link a resource type to a patient.
struct CompartmentRow {
    std::string_view type;
    std::string_view codes;
};

extern const std::string_view kResourceTypes[];
extern const std::size_t kResourceTypeCount;
extern const std::string_view kParameterCodes[];
extern const std::size_t kParameterCodeCount;
extern const ParameterRow kParameters[];
extern const std::size_t kParameterCount;
extern const CompartmentRow kPatientCompartment[];
extern const std::size_t kPatientCompartmentCount;

}  // namespace generated
}  // namespace wardlight::fhir
