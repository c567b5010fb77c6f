#include "api/fhir_metadata.h"

#include "fhir/definitions.h"
#include "json/value.h"

namespace wardlight::api {
namespace {

using json::Value;

constexpr std::string_view kInteractions[] = {
    "read", "vread", "update", "delete", "history-instance", "create", "search-type"};
constexpr std::string_view kTypeNames[] = {"number",    "date",     "string", "token",  "reference",
                                           "composite", "quantity", "uri",    "special"};

Value describe(fhir::TypeNumber type) {
    Value interactions;
    for (const std::string_view code : kInteractions)
        interactions.push(json::object({{"code", code}}));
    Value parameters;
    for (const fhir::SearchParameter& parameter : fhir::parameters_of(type)) {
        if (parameter.type == fhir::SearchType::special ||
            (parameter.paths.empty() && parameter.composites.empty()))
            continue;
        parameters.push(json::object(
            {{"name", parameter.code}, {"type", kTypeNames[static_cast<int>(parameter.type)]}}));
    }
    return json::object({{"type", fhir::type_name(type)},
                         {"interaction", interactions},
                         {"versioning", "versioned-update"},
                         {"readHistory", true},
                         {"updateCreate", true},
                         {"conditionalCreate", true},
                         {"searchParam", parameters}});
}

std::string build() {
    Value resources;
    for (std::size_t i = 0; i < fhir::generated::kResourceTypeCount; ++i) {
        resources.push(describe(fhir::TypeNumber{static_cast<std::uint16_t>(i)}));
    }
    const Value rest =
        json::object({{"mode", "server"},
                      {"resource", resources},
                      {"interaction", json::array({json::object({{"code", "transaction"}})})}});
    return json::serialize(json::object(
        {{"resourceType", "CapabilityStatement"},
         {"status", "active"},
         {"date", "2026-11-21"},
         {"kind", "instance"},
         {"software", json::object({{"name", "Wardlight"}})},
         {"implementation", json::object({{"description", "Wardlight clinical mobile platform"}})},
         {"fhirVersion", "4.0.1"},
         {"format", json::array({"application/fhir+json"})},
         {"rest", json::array({rest})}}));
}

}  // namespace

std::string capability_statement() {
    static const std::string text = build();
    return text;
}

}  // namespace wardlight::api
