#include "fhir/search_values.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/text.h"

namespace wardlight::fhir {
namespace {

using json::Value;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool passes(const Value& node, const PathStep& step) {
    if (!step.filter_member.empty() && node[step.filter_member].text() != step.filter_text)
        return false;
    if (!step.reference_target.empty()) {
        const auto reference = parse_reference(node["reference"].text());
        // A reference without a recognisable type may declare it.
        const std::string_view type =
            reference.type.empty() ? node["type"].text() : std::string_view(reference.type);
        if (type != step.reference_target) return false;
    }
    return true;
}

void collect(const Value& node, const std::vector<PathStep>& steps, std::size_t index,
             std::vector<const Value*>& out) {
    if (index == steps.size()) {
        if (!node.is_null()) out.push_back(&node);
        return;
    }
    const PathStep& step = steps[index];
    const Value& next = node[std::string_view(step.member)];
    if (next.is_null()) return;
    if (!next.is_array()) {
        if (passes(next, step)) collect(next, steps, index + 1, out);
        return;
    }
    for (const Value& item : next.items()) {
        if (passes(item, step)) collect(item, steps, index + 1, out);
        if (step.first_only) break;
    }
}

double as_double(const Value& number) {
    return std::strtod(std::string(number.text()).c_str(), nullptr);
}

void add_token(SearchValues& out, const Value& node, std::string_view type) {
    if (type == "CodeableConcept") {
        for (const Value& coding : node["coding"].items()) {
            out.tokens.push_back({std::string(coding["system"].text()),
                                  std::string(coding["code"].text()),
                                  std::string(coding["display"].text())});
        }
        if (!node["text"].is_null())
            out.tokens.push_back({{}, {}, std::string(node["text"].text())});
    } else if (type == "Coding") {
        out.tokens.push_back({std::string(node["system"].text()), std::string(node["code"].text()),
                              std::string(node["display"].text())});
    } else if (type == "Identifier" || type == "ContactPoint") {
        out.tokens.push_back(
            {type == "Identifier" ? std::string(node["system"].text()) : std::string(),
             std::string(node["value"].text()), std::string(node["type"]["text"].text())});
    } else if (type == "boolean") {
        out.tokens.push_back({{}, node.as_bool() ? "true" : "false", {}});
    } else if (type == "exists") {
        out.tokens.push_back({{}, "true", {}});
    } else {
        out.tokens.push_back({{}, std::string(node.text()), {}});
    }
}

void add_reference(SearchValues& out, const Value& node, std::string_view type) {
    if (type == "Reference") {
        ReferenceValue value = parse_reference(node["reference"].text());
        value.identifier_system = node["identifier"]["system"].text();
        value.identifier_value = node["identifier"]["value"].text();
        if (value.url.empty() && value.identifier_value.empty()) return;
        out.references.push_back(std::move(value));
    } else if (type == "Resource") {
        out.references.push_back(
            {std::string(node["resourceType"].text()), std::string(node["id"].text()), {}, {}, {}});
    } else {
        out.references.push_back(parse_reference(node.text()));
    }
}

void add_date_text(SearchValues& out, const Value& node) {
    if (const auto range = parse_fhir_date_range(node.text())) out.dates.push_back(*range);
}

void add_period(SearchValues& out, const Value& start, const Value& end) {
    InstantRange range{Instant::min(), Instant::max()};
    if (const auto from = parse_fhir_date_range(start.text())) range.from = from->from;
    if (const auto until = parse_fhir_date_range(end.text())) range.until = until->until;
    if (range.from == Instant::min() && range.until == Instant::max()) return;
    out.dates.push_back(range);
}

void add_date(SearchValues& out, const Value& node, std::string_view type) {
    if (type == "Period") {
        add_period(out, node["start"], node["end"]);
    } else if (type == "Timing") {
        for (const Value& event : node["event"].items()) add_date_text(out, event);
        const Value& bounds = node["repeat"]["boundsPeriod"];
        if (!bounds.is_null()) add_period(out, bounds["start"], bounds["end"]);
    } else {
        add_date_text(out, node);
    }
}

void add_string(SearchValues& out, const Value& node, std::string_view type) {
    const auto add = [&](const Value& part) {
        if (!part.text().empty()) out.strings.emplace_back(part.text());
    };
    const auto add_all = [&](const Value& list) {
        for (const Value& item : list.items()) add(item);
    };
    if (type == "HumanName") {
        add(node["family"]);
        add_all(node["given"]);
        add_all(node["prefix"]);
        add_all(node["suffix"]);
        add(node["text"]);
    } else if (type == "Address") {
        add_all(node["line"]);
        for (const char* member : {"city", "district", "state", "postalCode", "country", "text"})
            add(node[member]);
    } else if (type == "CodeableConcept") {
        add(node["text"]);
    } else {
        add(node);
    }
}

void add_number(SearchValues& out, const Value& node, std::string_view type) {
    const auto quantity = [](const Value& value) {
        NumberRange range{as_double(value["value"]), as_double(value["value"]),
                          std::string(value["system"].text()), std::string(value["code"].text()),
                          std::string(value["unit"].text())};
        // "<5" is every value below 5.
        const std::string_view comparator = value["comparator"].text();
        if (comparator.starts_with('<')) range.low = -kInfinity;
        if (comparator.starts_with('>')) range.high = kInfinity;
        return range;
    };
    if (node.is_number()) {
        out.numbers.push_back({as_double(node), as_double(node), {}, {}, {}});
    } else if (type == "Range") {
        NumberRange range = quantity(node["low"].is_null() ? node["high"] : node["low"]);
        range.low = node["low"].is_null() ? -kInfinity : as_double(node["low"]["value"]);
        range.high = node["high"].is_null() ? kInfinity : as_double(node["high"]["value"]);
        out.numbers.push_back(std::move(range));
    } else if (type == "Money") {
        const double amount = as_double(node["value"]);
        out.numbers.push_back({amount, amount, "urn:iso:std:iso:4217",
                               std::string(node["currency"].text()),
                               std::string(node["currency"].text())});
    } else if (node["value"].is_number()) {
        out.numbers.push_back(quantity(node));
    }
}

void add_value(SearchValues& out, const Value& node, SearchType search_type,
               std::string_view type) {
    switch (search_type) {
        case SearchType::token:
            return add_token(out, node, type);
        case SearchType::reference:
            return add_reference(out, node, type);
        case SearchType::date:
            return add_date(out, node, type);
        case SearchType::string:
            return add_string(out, node, type);
        case SearchType::number:
        case SearchType::quantity:
            return add_number(out, node, type);
        case SearchType::uri:
            out.uris.emplace_back(node.text());
            return;
        case SearchType::composite:
        case SearchType::special:
            return;
    }
}

}  // namespace

std::vector<const Value*> nodes_at(const Value& node, const std::vector<PathStep>& steps) {
    std::vector<const Value*> out;
    collect(node, steps, 0, out);
    return out;
}

SearchValues search_values_at(const Value& node, SearchType type,
                              const std::vector<ValuePath>& paths) {
    SearchValues out;
    std::vector<const Value*> nodes;
    for (const ValuePath& path : paths) {
        nodes.clear();
        collect(node, path.steps, 0, nodes);
        for (const Value* found : nodes) {
            if (found->is_array()) {
                for (const Value& item : found->items()) add_value(out, item, type, path.data_type);
            } else {
                add_value(out, *found, type, path.data_type);
            }
        }
    }
    return out;
}

SearchValues search_values(const Value& resource, const SearchParameter& parameter) {
    return search_values_at(resource, parameter.type, parameter.paths);
}

ReferenceValue parse_reference(std::string_view text) {
    ReferenceValue value;
    value.url = text;
    if (text.empty() || text.front() == '#' || text.starts_with("urn:")) return value;
    std::string_view rest = text;
    if (const std::size_t version = rest.find("/_history/"); version != std::string_view::npos)
        rest = rest.substr(0, version);
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) return value;
    const std::string_view id = rest.substr(slash + 1);
    const std::string_view before = rest.substr(0, slash);
    const std::size_t type_start = before.rfind('/');
    const std::string_view type =
        type_start == std::string_view::npos ? before : before.substr(type_start + 1);
    if (!type_number(type) || !is_valid_id(id)) return value;
    value.type = type;
    value.id = id;
    return value;
}

std::string patient_of(const Value& resource) {
    const std::string_view type = resource["resourceType"].text();
    if (type == "Patient") return std::string(resource["id"].text());
    const auto number = type_number(type);
    if (!number) return {};
    // Who it is about comes before who else is named: a performer may be a patient too.
    for (const bool wants_owner : {true, false}) {
        for (const SearchParameter& parameter : parameters_of(*number)) {
            if (!parameter.is_patient_link || parameter.is_owner_link != wants_owner) continue;
            for (ReferenceValue& reference : search_values(resource, parameter).references) {
                if (reference.type == "Patient") return std::move(reference.id);
            }
        }
    }
    return {};
}

NumberRange implicit_range(std::string_view decimal) {
    const std::string text(decimal);
    const double value = std::strtod(text.c_str(), nullptr);
    const std::size_t exponent_at = text.find_first_of("eE");
    const std::string mantissa = text.substr(0, exponent_at);
    const int exponent =
        exponent_at == std::string::npos ? 0 : std::atoi(text.c_str() + exponent_at + 1);
    const std::size_t point = mantissa.find('.');
    const int decimals =
        point == std::string::npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
    const double half = 0.5 * std::pow(10.0, exponent - decimals);
    return {value - half, value + half, {}, {}, {}};
}

}  // namespace wardlight::fhir
