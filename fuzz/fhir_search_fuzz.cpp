// A search as it stands in a URL, and a resource to try it on: parsed or refused without repeating
// a value, the parameter asked is the one checked, and a clause and its opposite never agree.
#include "base/limits.h"
#include "base/text.h"
#include "fhir/search_values.h"
#include "net/net_limits.h"
#include "net/percent.h"
#include "property.h"
#include "store/search_request.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

constexpr std::string_view kTypes[] = {"Patient", "Observation", "Encounter",      "Task",
                                       "Bundle",  "Location",    "RiskAssessment", "Medication"};

bool is_control(std::string_view name) {
    for (const char* control : {"_count", "_sort", "_total", "_summary", "_cursor", "_format"}) {
        if (name == control) return true;
    }
    return false;
}

void check_opposite(const json::Value& resource, store::SearchClause clause) {
    using store::Modifier;
    const bool holds = store::matches(resource, clause);
    if (clause.modifier == Modifier::missing) {
        clause.wants_missing = !clause.wants_missing;
    } else if (clause.modifier == Modifier::negated) {
        clause.modifier = Modifier::none;
    } else if (clause.modifier == Modifier::none &&
               clause.parameter->type == fhir::SearchType::token) {
        clause.modifier = Modifier::negated;
    } else {
        return;
    }
    must(store::matches(resource, clause) != holds);
}

void check_request(const store::SearchRequest& request, const net::QueryParameters& parameters,
                   const json::Value& resource) {
    std::size_t clauses = 0;
    for (const auto& [name, value] : parameters) clauses += is_control(name) ? 0 : 1;
    must(request.all_of.size() == clauses);  // nothing asked is left out
    must(request.count <= limits::kSearchPageMost);
    for (const store::SearchClause& clause : request.all_of) {
        must(clause.parameter != nullptr);
        must(!clause.any_of.empty() || clause.modifier == store::Modifier::missing);
        for (const store::SearchOperand& operand : clause.any_of) {
            must(operand.number == operand.number);  // never NaN: it would match nothing and all
            must(operand.number_range.low <= operand.number_range.high);
            must(operand.date.from <= operand.date.until);
        }
        check_opposite(resource, clause);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const auto type = *fhir::type_number(kTypes[input.byte() % std::size(kTypes)]);
    const std::string_view query = input.line();
    const auto parameters = net::parse_query(query);
    if (!parameters) {
        must(!tells_secret(parameters.error().message));
        return 0;
    }
    must(parameters->size() <= net::kQueryParameters);
    const auto resource = json::parse(input.rest());
    const auto request = store::parse_search(type, *parameters);
    if (request) check_request(*request, *parameters, resource ? *resource : json::Value());
    for (auto [name, value] : *parameters) {
        if (tells_secret(name)) continue;
        const auto told = store::parse_search(type, {{name, value + std::string(kSecret)}});
        if (!told) must(!tells_secret(told.error().message) && !tells_secret(told.error().where));
    }
    return 0;
}
