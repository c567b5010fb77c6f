// A FHIR search, parsed and checked. Strict: a parameter or modifier we do not know is an error,
// never silently ignored, because an unfiltered list of patients looks like an answer. Source: FHIR
// R4 3.1.1 Search.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fhir/search_values.h"

namespace wardlight::store {

enum class Prefix { eq, ne, gt, lt, ge, le, sa, eb, ap };
enum class Modifier { none, exact, contains, missing, negated, text, identifier };

struct SearchOperand {
    Prefix prefix = Prefix::eq;
    std::string text;    // string, uri
    std::string system;  // token, quantity
    bool has_system = false;
    std::string code;  // token; quantity unit
    fhir::ReferenceValue reference;
    InstantRange date{};
    double number = 0;
    fhir::NumberRange number_range{};
    std::vector<SearchOperand> parts;  // composite
};

struct SearchClause {
    const fhir::SearchParameter* parameter = nullptr;
    Modifier modifier = Modifier::none;
    bool wants_missing = false;
    std::vector<SearchOperand> any_of;
};

struct SearchSort {
    const fhir::SearchParameter* parameter = nullptr;
    bool is_descending = false;
};

struct SearchRequest {
    fhir::TypeNumber type{};
    std::vector<SearchClause> all_of;
    std::vector<SearchSort> sort;
    std::size_t count = 0;
    bool count_only = false;   // _summary=count
    bool wants_total = false;  // _total=accurate
    std::string cursor;        // from the previous page
};

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Result<SearchRequest> parse_search(fhir::TypeNumber type,
                                                 const QueryParameters& parameters);

/// Whether a resource satisfies a clause, decided on its content.
[[nodiscard]] bool matches(const json::Value& resource, const SearchClause& clause);

[[nodiscard]] bool date_matches(const InstantRange& value, const SearchOperand& operand);
[[nodiscard]] bool number_matches(double low, double high, const SearchOperand& operand);

}  // namespace wardlight::store
