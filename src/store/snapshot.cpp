#include "store/body.h"
#include "store/store.h"

namespace wardlight::store {
namespace {

Result<StoredResource> to_resource(const ResourceKey& key, std::int64_t version,
                                   std::int64_t updated, std::int64_t operation,
                                   std::string_view body) {
    StoredResource resource;
    resource.key = key;
    resource.version = version;
    resource.last_updated = from_micros(updated);
    resource.operation = static_cast<Operation>(operation);
    if (!resource.is_deleted())
        resource.body = TRY(unpack_body(body, version, resource.last_updated));
    return resource;
}

std::int64_t number(fhir::TypeNumber type) {
    return static_cast<std::int64_t>(type);
}

}  // namespace

Result<std::optional<StoredResource>> Snapshot::get(const ResourceKey& key) {
    auto rows = TRY(sql_->query(
        "SELECT version, updated, operation, patient, body FROM resource WHERE type = $1 AND "
        "id = $2",
        number(key.type), key.id));
    if (!TRY(rows.next())) return std::nullopt;
    StoredResource resource =
        TRY(to_resource(key, rows.integer(0), rows.integer(1), rows.integer(2), rows.text(4)));
    resource.patient = PatientId{rows.string(3)};
    return resource;
}

Result<PatientId> Snapshot::patient_of(const ResourceKey& key) {
    auto rows = TRY(sql_->query("SELECT patient FROM resource WHERE type = $1 AND id = $2",
                                number(key.type), key.id));
    if (!TRY(rows.next())) return PatientId{};
    return PatientId{rows.string(0)};
}

Result<std::optional<json::Value>> Snapshot::get_json(const ResourceKey& key) {
    const auto stored = TRY(get(key));
    if (!stored || stored->is_deleted()) return std::nullopt;
    return TRY(stored->parsed());
}

Result<std::optional<StoredResource>> Snapshot::get_version(const ResourceKey& key,
                                                            std::int64_t version) {
    auto found = TRY(history(key, version + 1, 1));
    if (found.empty() || found.front().version != version) return std::nullopt;
    return std::move(found.front());
}

Result<std::vector<StoredResource>> Snapshot::history(const ResourceKey& key,
                                                      std::int64_t before_version,
                                                      std::size_t limit) {
    auto rows = TRY(
        sql_->query("SELECT version, updated, operation, body FROM resource "
                    "WHERE type = $1 AND id = $2 AND ($3 = 0 OR version < $3) "
                    "UNION ALL "
                    "SELECT v.version, v.updated, v.operation, v.body FROM resource r JOIN "
                    "resource_version v ON v.rid = r.rid "
                    "WHERE r.type = $1 AND r.id = $2 AND ($3 = 0 OR v.version < $3) "
                    "ORDER BY 1 DESC LIMIT $4",
                    number(key.type), key.id, before_version, static_cast<std::int64_t>(limit)));
    std::vector<StoredResource> versions;
    while (TRY(rows.next())) {
        versions.push_back(
            TRY(to_resource(key, rows.integer(0), rows.integer(1), rows.integer(2), rows.text(3))));
    }
    return versions;
}

Result<std::vector<Change>> Snapshot::changes_after(ChangeNumber after, std::size_t limit) {
    auto rows =
        TRY(sql_->query("SELECT number, at, type, id, version, operation, patient FROM change_log "
                        "WHERE number > $1 "
                        "ORDER BY number LIMIT $2",
                        static_cast<std::int64_t>(after), static_cast<std::int64_t>(limit)));
    std::vector<Change> changes;
    while (TRY(rows.next())) {
        Change change;
        change.number = ChangeNumber{rows.integer(0)};
        change.at = from_micros(rows.integer(1));
        change.key = {static_cast<fhir::TypeNumber>(rows.integer(2)), rows.string(3)};
        change.version = rows.integer(4);
        change.operation = static_cast<Operation>(rows.integer(5));
        change.patient = PatientId{rows.string(6)};
        changes.push_back(std::move(change));
    }
    return changes;
}

Result<ChangeNumber> Snapshot::last_change() {
    auto rows = TRY(sql_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
    TRY(rows.next());
    return ChangeNumber{rows.integer(0)};
}

}  // namespace wardlight::store
