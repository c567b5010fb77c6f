#include "store/resource.h"

#include <fmt/format.h>

#include "fhir/search_values.h"
#include "store/body.h"
#include "store/index.h"

namespace wardlight::store {

Result<ResourceKey> ResourceKey::make(std::string_view type_name, std::string_view id) {
    const auto type = fhir::type_number(type_name);
    if (!type) return fail(ErrorCode::not_found, "not a FHIR R4 resource type", "resourceType");
    if (!fhir::is_valid_id(id))
        return fail(ErrorCode::invalid, "an id has 1 to 64 letters, digits, '-' or '.'", "id");
    return ResourceKey{*type, std::string(id)};
}

std::string ResourceKey::reference() const {
    return fmt::format("{}/{}", fhir::type_name(type), id);
}

Result<PreparedResource> prepare(const json::Value& resource) {
    if (!resource.is_object()) return fail(ErrorCode::invalid, "a resource is a JSON object");
    auto key = ResourceKey::make(resource["resourceType"].text(), resource["id"].text());
    if (!key) {
        Error error = std::move(key).error();
        error.code = ErrorCode::invalid;
        return tl::unexpected(std::move(error));
    }
    PreparedResource out;
    out.key = std::move(*key);
    out.patient = PatientId{fhir::patient_of(resource)};
    index_resource(resource, out);
    out.text = canonical_text(resource);
    out.body = pack(out.text);
    return out;
}

}  // namespace wardlight::store
