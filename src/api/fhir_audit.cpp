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

std::vector<audit::Entry> entries_of(const net::Request& request, const FhirAccess& access) {
    std::vector<audit::Entry> entries;
    for (const PatientId& patient : access.patients) {
        entries.push_back(entry_of(request, access));
        entries.back().patient = patient;
    }
    if (entries.empty()) entries.push_back(entry_of(request, access));
    return entries;
}

}  // namespace

RecordFhirAccess record_fhir_access(CommitQueue& commits) {
    return [&commits](const net::Request& request, const FhirAccess& access, net::Response answer) {
        // The answer goes with the entries to the writer, and from there to the connection.
        auto record = [&commits, entries = entries_of(request, access),
                       shown = std::make_shared<net::Response>(std::move(answer))](
                          const net::Response::Send& send) {
            commits.submit(
                [entries](store::WriteTransaction& tx) { return audit::append(tx, entries); },
                [shown, send](const Result<store::Commit>& recorded) {
                    send(recorded ? std::move(*shown) : operation_outcome(recorded.error()));
                });
        };
        return net::Response::answer_later(std::move(record));
    };
}

RecordFhirWrite record_fhir_write() {
    return [](store::WriteTransaction& tx, const net::Request& request,
              const FhirAccess& access) -> Result<> {
        return audit::append(tx, entries_of(request, access));
    };
}

}  // namespace wardlight::api
