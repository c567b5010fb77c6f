// FHIR create, update and delete as store writes, alone or as the entries of a transaction Bundle.
// What is costly is done on the caller's thread; the rest runs on the writer.
// Source: FHIR R4 3.1.0 RESTful API.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/commit_queue.h"
#include "store/search_request.h"
#include "store/store.h"

namespace wardlight::api {

/// What a write changed, and whose it was.
struct FhirChange {
    std::vector<store::ResourceKey> resources;
    std::vector<PatientId> patients;
};

struct FhirEntry {
    enum class Method { create, update, remove, read } method = Method::create;
    store::ResourceKey key;  // id empty for a conditional interaction
    std::optional<json::Value> resource;
    std::optional<std::int64_t> if_match;
    std::optional<store::SearchRequest>
        condition;         // If-None-Exist, or the query of a conditional update
    std::string full_url;  // what other entries call it
};

struct FhirOutcome {
    int status = 200;
    store::ResourceKey key;
    std::int64_t version = 0;
    Instant last_updated;
    std::string body;  // as stored; empty for a deletion, and for one of several that were created
    bool is_changed = false;
    std::optional<PatientId> patient = {};  // of what was read
};
using FhirOutcomes = std::vector<FhirOutcome>;

/// Called inside the write, so that its record and what rules make of it are in one commit with it.
using OnPerformed =
    std::function<Result<>(store::WriteTransaction&, const FhirChange&, const FhirOutcomes&)>;

/// Performs entries in FHIR's order (delete, create, update, read) within one transaction and, when
/// it is durable, calls `done` on the writer's thread with outcomes in the order given. References
/// between entries are rewritten to the ids they get.
void perform(CommitQueue& commits, std::vector<FhirEntry> entries, OnPerformed on_performed,
             std::function<void(Result<FhirOutcomes>)> done);

/// Reads a transaction Bundle; errors name the entry ("Bundle.entry[3].request.url").
[[nodiscard]] Result<std::vector<FhirEntry>> read_transaction(json::Value bundle);

/// W/"3" -> 3.
[[nodiscard]] Result<std::int64_t> parse_etag(std::string_view text);

}  // namespace wardlight::api
