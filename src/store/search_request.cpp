#include "store/search_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/limits.h"
#include "base/text.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;

tl::unexpected<Error> refuse(std::string_view parameter, std::string message) {
    return fail(ErrorCode::invalid, std::move(message), std::string(parameter));
}

/// Splits at an unescaped separator; "\," "\|" "\$" "\\" stay for unescape().
std::vector<std::string> split_unescaped(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            parts.back() += text.substr(i, 2);
            ++i;
        } else if (text[i] == separator) {
            parts.emplace_back();
        } else {
            parts.back().push_back(text[i]);
        }
    }
    return parts;
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        out.push_back(text[i]);
    }
    return out;
}

Prefix take_prefix(std::string_view& text) {
    struct Row {
        std::string_view name;
        Prefix prefix;
    };
    constexpr std::array kRows{Row{"eq", Prefix::eq}, Row{"ne", Prefix::ne}, Row{"gt", Prefix::gt},
                               Row{"lt", Prefix::lt}, Row{"ge", Prefix::ge}, Row{"le", Prefix::le},
                               Row{"sa", Prefix::sa}, Row{"eb", Prefix::eb}, Row{"ap", Prefix::ap}};
    for (const Row& row : kRows) {
        if (text.starts_with(row.name)) {
            text.remove_prefix(2);
            return row.prefix;
        }
    }
    return Prefix::eq;
}

void read_token(SearchOperand& operand, std::string_view text) {
    const auto parts = split_unescaped(text, '|');
    operand.has_system = parts.size() > 1;
    operand.system = operand.has_system ? unescape(parts[0]) : std::string();
    operand.code = unescape(parts.back());
}

Result<> read_number(SearchOperand& operand, std::string_view text, std::string_view where) {
    const std::string digits(text);
    // strtod alone would take "nan", "inf", "0x10" and leading blanks.
    const bool is_decimal = digits.find_first_not_of("0123456789+-.eE") == std::string::npos;
    char* end = nullptr;
    operand.number = std::strtod(digits.c_str(), &end);
    if (!is_decimal || digits.empty() || *end != '\0' || !std::isfinite(operand.number))
        return refuse(where, "not a number");
    operand.number_range = fhir::implicit_range(digits);
    return {};
}

Result<SearchOperand> read_operand(SearchType type, std::string_view text,
                                   const SearchClause& clause);

Result<SearchOperand> read_composite(const SearchClause& clause, std::string_view text) {
    CHECK_INVARIANT(!clause.parameter->composites.empty());  // of a table that is built in
    SearchOperand operand;
    const auto parts = split_unescaped(text, '$');
    const auto& expected = clause.parameter->composites.front().parts;
    if (parts.size() != expected.size()) {
        return refuse(
            clause.parameter->code,
            fmt::format("a composite of {} parts joined by '$' is needed", expected.size()));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        operand.parts.push_back(TRY(read_operand(expected[i].type, parts[i], clause)));
    }
    return operand;
}

Result<SearchOperand> read_operand(SearchType type, std::string_view text,
                                   const SearchClause& clause) {
    SearchOperand operand;
    const std::string_view where = clause.parameter->code;
    switch (type) {
        case SearchType::token:
            read_token(operand, text);
            return operand;
        case SearchType::string:
        case SearchType::uri:
            operand.text = unescape(text);
            return operand;
        case SearchType::reference: {
            if (clause.modifier == Modifier::identifier) {
                read_token(operand, text);
                return operand;
            }
            const std::string plain = unescape(text);
            operand.reference = fhir::parse_reference(plain);
            if (operand.reference.type.empty() && fhir::is_valid_id(plain))
                operand.reference.id = plain;
            return operand;
        }
        case SearchType::date: {
            operand.prefix = take_prefix(text);
            // A '+' of a zone arrives as a blank when the caller forgot to encode it.
            std::string plain = unescape(text);
            std::replace(plain.begin(), plain.end(), ' ', '+');
            const auto range = parse_fhir_date_range(plain);
            if (!range) return refuse(where, "not a date");
            operand.date = *range;
            return operand;
        }
        case SearchType::number:
        case SearchType::quantity: {
            operand.prefix = take_prefix(text);
            const auto parts = split_unescaped(text, '|');
            TRY(read_number(operand, parts[0], where));
            if (parts.size() == 3) {
                operand.system = unescape(parts[1]);
                operand.has_system = !operand.system.empty();
                operand.code = unescape(parts[2]);
            } else if (parts.size() == 2) {
                operand.code = unescape(parts[1]);
            } else if (parts.size() > 3) {
                return refuse(where, "a quantity is number|system|code");
            }
            return operand;
        }
        case SearchType::composite:
            return read_composite(clause, text);
        case SearchType::special:
            break;
    }
    return refuse(where, "this search parameter is not supported");
}

Result<Modifier> read_modifier(std::string_view text, const fhir::SearchParameter& parameter) {
    const SearchType type = parameter.type;
    if (text.empty()) return Modifier::none;
    if (text == "missing") return Modifier::missing;
    if (type == SearchType::string && text == "exact") return Modifier::exact;
    if (type == SearchType::string && text == "contains") return Modifier::contains;
    if (type == SearchType::token && text == "not") return Modifier::negated;
    if (type == SearchType::token && text == "text") return Modifier::text;
    if (type == SearchType::reference && text == "identifier") return Modifier::identifier;
    return refuse(parameter.code, fmt::format("modifier ':{}' is not supported here", text));
}

Result<> read_clause(SearchRequest& request, std::string_view name, std::string_view value) {
    const std::size_t colon = name.find(':');
    const std::string_view code = name.substr(0, colon);
    std::string_view modifier =
        colon == std::string_view::npos ? std::string_view{} : name.substr(colon + 1);
    if (code.find('.') != std::string_view::npos || modifier.find('.') != std::string_view::npos ||
        code == "_has") {
        return refuse(name, "chained search is not supported");
    }
    SearchClause clause;
    clause.parameter = fhir::find_parameter(request.type, code);
    if (clause.parameter == nullptr) {
        return refuse(name, fmt::format("{} has no search parameter of this name",
                                        fhir::type_name(request.type)));
    }
    std::string typed_reference;
    if (clause.parameter->type == SearchType::reference && fhir::type_number(modifier)) {
        typed_reference = std::string(modifier) + "/";
        modifier = {};
    }
    clause.modifier = TRY(read_modifier(modifier, *clause.parameter));
    if (clause.modifier == Modifier::missing) {
        if (value != "true" && value != "false") return refuse(name, ":missing is true or false");
        clause.wants_missing = value == "true";
    } else {
        for (const std::string& text : split_unescaped(value, ',')) {
            if (text.empty()) return refuse(name, "an empty value");
            clause.any_of.push_back(
                TRY(read_operand(clause.parameter->type, typed_reference + text, clause)));
        }
    }
    request.all_of.push_back(std::move(clause));
    return {};
}

Result<> read_sort(SearchRequest& request, std::string_view value) {
    for (std::string_view name : split(value, ',')) {
        SearchSort sort;
        sort.is_descending = name.starts_with('-');
        if (sort.is_descending) name.remove_prefix(1);
        sort.parameter = fhir::find_parameter(request.type, name);
        const bool sortable = sort.parameter != nullptr &&
                              sort.parameter->type != SearchType::composite &&
                              sort.parameter->type != SearchType::special;
        if (!sortable) return refuse("_sort", "cannot sort by this");
        request.sort.push_back(sort);
    }
    return {};
}

Result<bool> read_control(SearchRequest& request, std::string_view name, std::string_view value) {
    if (name == "_count") {
        const auto count = parse_integer(value);
        if (!count || *count < 0) return refuse(name, "not a count");
        request.count = std::min(static_cast<std::size_t>(*count), limits::kSearchPageMost);
        request.count_only = *count == 0;
    } else if (name == "_sort") {
        TRY(read_sort(request, value));
    } else if (name == "_total") {
        if (value != "none" && value != "accurate" && value != "estimate")
            return refuse(name, "none, estimate or accurate");
        request.wants_total = value != "none";
    } else if (name == "_summary") {
        if (value == "count") {
            request.count_only = true;
        } else if (value != "false") {
            return refuse(name, "only count and false are supported");
        }
    } else if (name == "_cursor") {
        request.cursor = value;
    } else if (name == "_format") {
        if (value.find("json") == std::string_view::npos)
            return refuse(name, "only JSON is supported");
    } else {
        return false;
    }
    return true;
}

}  // namespace

Result<SearchRequest> parse_search(fhir::TypeNumber type, const QueryParameters& parameters) {
    SearchRequest request;
    request.type = type;
    request.count = limits::kSearchPageDefault;
    for (const auto& [name, value] : parameters) {
        if (!TRY(read_control(request, name, value))) TRY(read_clause(request, name, value));
    }
    return request;
}

}  // namespace wardlight::store
