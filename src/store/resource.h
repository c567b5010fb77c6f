// Resources as the store keeps and returns them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "fhir/definitions.h"
#include "json/value.h"

namespace wardlight::store {

/// "Observation/123". The type is one of FHIR R4's.
struct ResourceKey {
    fhir::TypeNumber type{};
    std::string id;
    auto operator<=>(const ResourceKey&) const = default;

    /// Fails for an unknown type or an id outside FHIR's rule.
    static Result<ResourceKey> make(std::string_view type_name, std::string_view id);
    [[nodiscard]] std::string reference() const;
};

enum class Operation : std::uint8_t { create = 0, update = 1, remove = 2 };

/// One stored version. `body` is the whole resource as JSON with meta.versionId and
/// meta.lastUpdated; empty when this version is a deletion.
struct StoredResource {
    ResourceKey key;
    std::int64_t version = 0;
    Instant last_updated;
    Operation operation = Operation::create;
    std::string body;
    /// Whose it is; known of the newest version only.
    std::optional<PatientId> patient = {};

    [[nodiscard]] bool is_deleted() const { return operation == Operation::remove; }
    [[nodiscard]] Result<json::Value> parsed() const { return json::parse(body); }
};

/// One entry of the change log: every commit of a resource version gets the next number.
struct Change {
    ChangeNumber number{};
    Instant at;
    ResourceKey key;
    std::int64_t version = 0;
    Operation operation = Operation::create;
    PatientId patient;  // empty when the resource is about nobody
};

/// A resource made ready to be written: indexed and compressed. Costly; done before the writer's
/// turn where possible. Immutable.
struct PreparedResource {
    ResourceKey key;
    PatientId patient;
    std::string text;         // JSON without meta.versionId and meta.lastUpdated
    std::string body;         // the text, compressed
    std::string packed_keys;  // see index.h
    struct GlobalString {
        std::uint16_t parameter;
        std::string folded;
    };
    std::vector<GlobalString> global_strings;
};

/// Checks resourceType and id, indexes and compresses. The id must be set (FHIR create: set a new
/// one).
[[nodiscard]] Result<PreparedResource> prepare(const json::Value& resource);

}  // namespace wardlight::store
