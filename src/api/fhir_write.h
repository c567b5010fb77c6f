// FHIR create, update and delete as store writes, alone or as the entries of a transaction Bundle.
// What is costly is done in the constructor's thread; only apply() runs on the writer.
// Source: FHIR R4 3.1.0 RESTful API.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/search_request.h"
#include "store/store.h"

namespace wardlight::api {

/// Called inside a write with the resources it changed, so that rules see data and alert in one
/// commit.
using OnChanged =
    std::function<Result<>(store::WriteTransaction&, std::span<const store::ResourceKey>)>;

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
    std::string body;  // resource as stored; empty for a deletion
};

/// Performs entries in FHIR's order (delete, create, update, read) within one transaction and
/// returns outcomes in the order given. References between entries are rewritten to the ids they
/// get.
[[nodiscard]] Result<std::vector<FhirOutcome>> perform(store::Store& store,
                                                       std::vector<FhirEntry> entries,
                                                       const OnChanged& on_changed);

/// Reads a transaction Bundle; errors name the entry ("Bundle.entry[3].request.url").
[[nodiscard]] Result<std::vector<FhirEntry>> read_transaction(const json::Value& bundle);

/// W/"3" -> 3.
[[nodiscard]] Result<std::int64_t> parse_etag(std::string_view text);

}  // namespace wardlight::api
