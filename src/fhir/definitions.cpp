#include "fhir/definitions.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "base/text.h"

namespace wardlight::fhir {
namespace {

using generated::kParameterCodes;
using generated::kParameters;
using generated::kResourceTypes;

/// Splits at a separator that is not inside braces (a filter may hold a URL).
std::vector<std::string_view> split_outside_braces(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') ++depth;
        if (text[i] == '}') --depth;
        if (text[i] == separator && depth == 0) {
            parts.push_back(text.substr(start, i - start));
            start = i + 1;
        }
    }
    parts.push_back(text.substr(start));
    return parts;
}

PathStep parse_step(std::string_view text) {
    PathStep step;
    if (const std::size_t brace = text.find('{'); brace != std::string_view::npos) {
        const std::size_t close = text.rfind('}');
        const std::string_view filter = text.substr(brace + 1, close - brace - 1);
        const std::size_t equals = filter.find('=');
        step.filter_member = filter.substr(0, equals);
        step.filter_text = filter.substr(equals + 1);
        text = text.substr(0, brace);
    }
    if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
        step.reference_target = text.substr(question + 1);
        text = text.substr(0, question);
    }
    if (text.ends_with("[0]")) {
        step.first_only = true;
        text.remove_suffix(3);
    }
    step.member = text;
    return step;
}

ValuePath parse_path(std::string_view text, std::string_view type) {
    ValuePath path;
    path.data_type = type;
    if (text.empty()) return path;
    for (const std::string_view step : split_outside_braces(text, '.'))
        path.steps.push_back(parse_step(step));
    return path;
}

ValuePath parse_typed_path(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return parse_path(text.substr(0, colon), text.substr(colon + 1));
}

SearchType search_type_named(std::string_view name) {
    if (name == "token") return SearchType::token;
    if (name == "quantity") return SearchType::quantity;
    if (name == "date") return SearchType::date;
    if (name == "string") return SearchType::string;
    if (name == "number") return SearchType::number;
    if (name == "uri") return SearchType::uri;
    CHECK_INVARIANT(name == "reference");
    return SearchType::reference;
}

CompositePath parse_composite(std::string_view text) {
    CompositePath composite;
    const auto parts = split_outside_braces(text, '$');
    composite.root = parse_path(parts[0], "");
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t tilde = parts[i].find('~');
        CompositePart part{search_type_named(parts[i].substr(0, tilde)), {}};
        const std::string_view paths = parts[i].substr(tilde + 1);
        if (!paths.empty()) {
            for (const std::string_view path : split_outside_braces(paths, ','))
                part.paths.push_back(parse_typed_path(path));
        }
        composite.parts.push_back(std::move(part));
    }
    return composite;
}

bool is_patient_link(std::string_view type, std::string_view code) {
    for (std::size_t i = 0; i < generated::kPatientCompartmentCount; ++i) {
        const auto& row = generated::kPatientCompartment[i];
        if (row.type != type) continue;
        const auto codes = split(row.codes, ' ');
        return std::find(codes.begin(), codes.end(), code) != codes.end();
    }
    return false;
}

bool is_in_compartment(std::string_view type) {
    const auto* begin = generated::kPatientCompartment;
    const auto* end = begin + generated::kPatientCompartmentCount;
    return std::any_of(begin, end, [&](const auto& row) { return row.type == type; });
}

/// Types that may be about several patients at once: being in one patient's range says nothing
/// about the others.
bool may_name_several_patients(std::string_view type) {
    constexpr std::array<std::string_view, 7> kTypes{
        "Account", "Appointment", "AuditEvent", "Group", "Person", "Provenance", "Schedule"};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool is_owner_link(std::string_view type, std::string_view code) {
    return (code == "subject" || code == "patient") && is_in_compartment(type) &&
           !may_name_several_patients(type);
}

using Table = std::vector<std::vector<SearchParameter>>;

Table build_table() {
    Table table(generated::kResourceTypeCount);
    for (std::size_t i = 0; i < generated::kParameterCount; ++i) {
        const auto& row = kParameters[i];
        SearchParameter parameter;
        parameter.code = kParameterCodes[row.code];
        parameter.number = ParameterNumber{row.code};
        parameter.type = row.search_type;
        if (!row.paths.empty()) {
            for (const std::string_view path : split_outside_braces(row.paths, '|')) {
                if (row.search_type == SearchType::composite) {
                    parameter.composites.push_back(parse_composite(path));
                } else {
                    parameter.paths.push_back(parse_typed_path(path));
                }
            }
        }
        const std::string_view type = kResourceTypes[row.type];
        parameter.is_owner_link = is_owner_link(type, parameter.code);
        parameter.is_patient_link =
            parameter.is_owner_link || is_patient_link(type, parameter.code);
        table[row.type].push_back(std::move(parameter));
    }
    return table;
}

const Table& table() {
    static const Table instance = build_table();
    return instance;
}

}  // namespace

std::optional<TypeNumber> type_number(std::string_view resource_type) {
    const auto* begin = kResourceTypes;
    const auto* end = kResourceTypes + generated::kResourceTypeCount;
    const auto* found = std::lower_bound(begin, end, resource_type);
    if (found == end || *found != resource_type) return std::nullopt;
    return TypeNumber{static_cast<std::uint16_t>(found - begin)};
}

std::string_view type_name(TypeNumber number) {
    const auto index = static_cast<std::size_t>(number);
    CHECK_INVARIANT(index < generated::kResourceTypeCount);
    return kResourceTypes[index];
}

std::size_t type_count() {
    return generated::kResourceTypeCount;
}

std::span<const SearchParameter> parameters_of(TypeNumber type) {
    const auto index = static_cast<std::size_t>(type);
    CHECK_INVARIANT(index < table().size());
    return table()[index];
}

const SearchParameter* find_parameter(TypeNumber type, std::string_view code) {
    for (const SearchParameter& parameter : parameters_of(type)) {
        if (parameter.code == code) return &parameter;
    }
    return nullptr;
}

bool is_in_patient_compartment(TypeNumber type) {
    const auto parameters = parameters_of(type);
    return type_name(type) == "Patient" ||
           std::any_of(parameters.begin(), parameters.end(),
                       [](const SearchParameter& p) { return p.is_patient_link; });
}

bool is_valid_id(std::string_view id) {
    if (id.empty() || id.size() > 64) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

}  // namespace wardlight::fhir
