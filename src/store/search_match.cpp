// The exact decision whether a resource satisfies a search, on its content.
#include <algorithm>

#include "base/text.h"
#include "store/search_request.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;
using fhir::SearchValues;

bool token_matches(const fhir::TokenValue& token, const SearchOperand& operand) {
    if (operand.has_system && token.system != operand.system) return false;
    if (operand.code.empty()) return operand.has_system;
    return token.code == operand.code;
}

bool reference_matches(const fhir::ReferenceValue& value, const SearchOperand& operand,
                       Modifier modifier) {
    if (modifier == Modifier::identifier) {
        if (operand.has_system && value.identifier_system != operand.system) return false;
        return !operand.code.empty() && value.identifier_value == operand.code;
    }
    if (operand.reference.id.empty()) return value.url == operand.reference.url;
    if (!operand.reference.type.empty() && value.type != operand.reference.type) return false;
    return value.id == operand.reference.id;
}

bool string_matches(const std::string& value, const SearchOperand& operand, Modifier modifier) {
    if (modifier == Modifier::exact) return value == operand.text;
    const std::string folded = fold_for_search(value);
    const std::string wanted = fold_for_search(operand.text);
    return modifier == Modifier::contains ? folded.find(wanted) != std::string::npos
                                          : folded.starts_with(wanted);
}

bool quantity_matches(const fhir::NumberRange& value, const SearchOperand& operand) {
    if (operand.has_system && value.system != operand.system) return false;
    if (!operand.code.empty() && value.code != operand.code && value.unit != operand.code)
        return false;
    return number_matches(value.low, value.high, operand);
}

bool operand_matches(const SearchValues& values, SearchType type, const SearchOperand& operand,
                     Modifier modifier) {
    switch (type) {
        case SearchType::token:
            if (modifier == Modifier::text) {
                const std::string wanted = fold_for_search(operand.code);
                return std::any_of(values.tokens.begin(), values.tokens.end(),
                                   [&](const auto& token) {
                                       return fold_for_search(token.text).starts_with(wanted);
                                   });
            }
            return std::any_of(values.tokens.begin(), values.tokens.end(),
                               [&](const auto& token) { return token_matches(token, operand); });
        case SearchType::reference:
            return std::any_of(
                values.references.begin(), values.references.end(),
                [&](const auto& value) { return reference_matches(value, operand, modifier); });
        case SearchType::string:
            return std::any_of(
                values.strings.begin(), values.strings.end(),
                [&](const auto& value) { return string_matches(value, operand, modifier); });
        case SearchType::uri:
            return std::find(values.uris.begin(), values.uris.end(), operand.text) !=
                   values.uris.end();
        case SearchType::date:
            return std::any_of(values.dates.begin(), values.dates.end(),
                               [&](const auto& value) { return date_matches(value, operand); });
        default:
            // Composites are taken apart before, what is special is refused when it is read.
            CHECK_INVARIANT(type == SearchType::number || type == SearchType::quantity);
            return std::any_of(values.numbers.begin(), values.numbers.end(),
                               [&](const auto& value) { return quantity_matches(value, operand); });
    }
}

/// All parts must hold within one and the same element (one Observation.component, say).
bool composite_matches(const json::Value& resource, const fhir::SearchParameter& parameter,
                       const SearchOperand& operand) {
    for (const fhir::CompositePath& composite : parameter.composites) {
        for (const json::Value* root : fhir::nodes_at(resource, composite.root.steps)) {
            CHECK_INVARIANT(operand.parts.size() == composite.parts.size());
            const auto holds_in = [&](const json::Value& node) {
                for (std::size_t i = 0; i < composite.parts.size(); ++i) {
                    const auto& part = composite.parts[i];
                    const SearchValues values = fhir::search_values_at(node, part.type, part.paths);
                    if (!operand_matches(values, part.type, operand.parts[i], Modifier::none))
                        return false;
                }
                return true;
            };
            if (!root->is_array() && holds_in(*root)) return true;
            for (const json::Value& item : root->items()) {
                if (holds_in(item)) return true;
            }
        }
    }
    return false;
}

}  // namespace

bool date_matches(const InstantRange& value, const SearchOperand& operand) {
    const InstantRange& wanted = operand.date;
    const bool is_inside = value.from >= wanted.from && value.until <= wanted.until;
    switch (operand.prefix) {
        case Prefix::eq:
            return is_inside;
        case Prefix::ne:
            return !is_inside;
        case Prefix::gt:
            return value.until > wanted.until;
        case Prefix::lt:
            return value.from < wanted.from;
        case Prefix::ge:
            return value.until > wanted.until || is_inside;
        case Prefix::le:
            return value.from < wanted.from || is_inside;
        case Prefix::sa:
            return value.from >= wanted.until;
        case Prefix::eb:
            return value.until <= wanted.from;
        case Prefix::ap:
            return value.from < wanted.until && value.until > wanted.from;
    }
    return false;
}

bool number_matches(double low, double high, const SearchOperand& operand) {
    const fhir::NumberRange& range = operand.number_range;
    const bool is_inside = low >= range.low && high < range.high;
    switch (operand.prefix) {
        case Prefix::eq:
            return is_inside;
        case Prefix::ne:
            return !is_inside;
        case Prefix::gt:
            return high > operand.number;
        case Prefix::lt:
            return low < operand.number;
        case Prefix::ge:
            return high >= operand.number;
        case Prefix::le:
            return low <= operand.number;
        case Prefix::sa:
            return low > operand.number;
        case Prefix::eb:
            return high < operand.number;
        case Prefix::ap: {
            const double margin = (operand.number < 0 ? -operand.number : operand.number) * 0.1;
            return low <= operand.number + margin && high >= operand.number - margin;
        }
    }
    return false;
}

bool matches(const json::Value& resource, const SearchClause& clause) {
    const fhir::SearchParameter& parameter = *clause.parameter;
    if (parameter.type == SearchType::composite) {
        return std::any_of(clause.any_of.begin(), clause.any_of.end(),
                           [&](const SearchOperand& operand) {
                               return composite_matches(resource, parameter, operand);
                           });
    }
    const SearchValues values = fhir::search_values(resource, parameter);
    if (clause.modifier == Modifier::missing) return values.empty() == clause.wants_missing;
    const bool any =
        std::any_of(clause.any_of.begin(), clause.any_of.end(), [&](const SearchOperand& operand) {
            return operand_matches(values, parameter.type, operand, clause.modifier);
        });
    return clause.modifier == Modifier::negated ? !any : any;
}

}  // namespace wardlight::store
