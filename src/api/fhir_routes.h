// FHIR R4 REST at /fhir: read, vread, history, create, update, delete, search, transaction,
// metadata. Source: FHIR R4 3.1.0 RESTful API. Every answer that shows or changes patient data is
// audited before its first byte leaves.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "api/commit_queue.h"
#include "api/fhir_write.h"
#include "net/router.h"
#include "store/store.h"

namespace wardlight::api {

/// Called inside a write with the resources it changed.
using OnChanged =
    std::function<Result<>(store::WriteTransaction&, std::span<const store::ResourceKey>)>;

/// One act on resources, for the audit.
struct FhirAccess {
    std::string_view action;  // "read", "search", "create", "update", "delete"
    std::vector<store::ResourceKey> resources;
    std::vector<PatientId> patients;
};
/// Gives the answer that shows them, once the entry is durable; an error when it cannot be.
using RecordFhirAccess =
    std::function<net::Response(const net::Request&, const FhirAccess&, net::Response)>;
/// The same for a write, in the write's own transaction: neither is ever there without the other.
using RecordFhirWrite =
    std::function<Result<>(store::WriteTransaction&, const net::Request&, const FhirAccess&)>;

struct FhirServices {
    store::Store& store;
    CommitQueue& commits;
    OnChanged on_changed;
    RecordFhirAccess record;
    RecordFhirWrite record_write;
};

/// Records into the audit log.
[[nodiscard]] RecordFhirAccess record_fhir_access(CommitQueue& commits);
[[nodiscard]] RecordFhirWrite record_fhir_write();

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> fhir_routes(const FhirServices& services);

/// An OperationOutcome with the status of the error.
[[nodiscard]] net::Response operation_outcome(const Error& error);

}  // namespace wardlight::api
