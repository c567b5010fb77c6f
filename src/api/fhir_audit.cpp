// The audit entries of FHIR interactions: one per patient shown or changed, else one per call.
#include "api/authorize.h"
#include "api/fhir_routes.h"

namespace wardlight::api {
namespace {

audit::Entry entry_of(const net::Request& request, const FhirAccess& access) {
    audit::Entry entry;
    entry.actor = caller_of(request).actor();
    entry.action = "fhir." + std::string(access.action);
    entry.purpose = audit::purpose::kOperations;
    entry.reason = "role";
    if (access.resources.size() == 1) {
        entry.resource_type = fhir::type_name(access.resources.front().type);
        entry.resource_id = access.resources.front().id;
    } else {
        entry.resource_type = request.path_parameter("type");
    }
    return entry;
}

}  // namespace

RecordFhirAccess record_fhir_access(store::Store& store) {
    return [&store](const net::Request& request, const FhirAccess& access) -> Result<> {
        std::vector<audit::Entry> entries;
        for (const PatientId& patient : access.patients) {
            entries.push_back(entry_of(request, access));
            entries.back().patient = patient;
        }
        if (entries.empty()) entries.push_back(entry_of(request, access));
        return audit::record(store, entries);
    };
}

}  // namespace wardlight::api
