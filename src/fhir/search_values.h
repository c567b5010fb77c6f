// What a resource offers to each search parameter. Used twice: to build the index when a resource
// is written, and to check a candidate exactly when it is read back. Source: FHIR R4 3.1.1 Search;
// http://hl7.org/fhir/R4/search.html
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "fhir/definitions.h"
#include "json/value.h"

namespace wardlight::fhir {

struct TokenValue {
    std::string system;
    std::string code;
    std::string text;  // display or text, for :text
};
struct ReferenceValue {
    std::string type;  // empty when the reference is not of the form Type/id
    std::string id;
    std::string url;                // as written
    std::string identifier_system;  // logical reference
    std::string identifier_value;
};
/// Bounds as micro-units; an open end of a Range or Period is the extreme of the type.
struct NumberRange {
    double low = 0;
    double high = 0;
    std::string system;
    std::string code;
    std::string unit;
};

struct SearchValues {
    std::vector<TokenValue> tokens;
    std::vector<ReferenceValue> references;
    std::vector<InstantRange> dates;
    std::vector<std::string> strings;  // as written
    std::vector<NumberRange> numbers;  // number and quantity
    std::vector<std::string> uris;
    [[nodiscard]] bool empty() const {
        return tokens.empty() && references.empty() && dates.empty() && strings.empty() &&
               numbers.empty() && uris.empty();
    }
};

/// Values of one non-composite parameter.
[[nodiscard]] SearchValues search_values(const json::Value& resource,
                                         const SearchParameter& parameter);
/// Values at given paths below a node; for the parts of composite parameters.
[[nodiscard]] SearchValues search_values_at(const json::Value& node, SearchType type,
                                            const std::vector<ValuePath>& paths);
/// Nodes that a path leads to.
[[nodiscard]] std::vector<const json::Value*> nodes_at(const json::Value& node,
                                                       const std::vector<PathStep>& steps);

/// Splits "Observation/123", "http://host/fhir/Observation/123/_history/2"; empty type when
/// neither.
[[nodiscard]] ReferenceValue parse_reference(std::string_view text);

/// Id of the patient this resource is about, or empty. A Patient is about itself.
[[nodiscard]] std::string patient_of(const json::Value& resource);

/// The interval that a decimal stands for by its precision: "5.4" is 5.35 to 5.45.
[[nodiscard]] NumberRange implicit_range(std::string_view decimal);

}  // namespace wardlight::fhir
