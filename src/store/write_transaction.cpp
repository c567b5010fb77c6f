#include "store/body.h"
#include "store/index.h"
#include "store/index_rows.h"
#include "store/store.h"

namespace wardlight::store {

struct WriteTransaction::Existing {
    std::int64_t version = 0;
    std::int64_t updated = 0;
    Operation operation = Operation::create;
    std::string body;
    IndexedResource indexed;

    [[nodiscard]] bool is_deleted() const { return operation == Operation::remove; }
};

Result<std::optional<WriteTransaction::Existing>> WriteTransaction::find_existing(
    const ResourceKey& key) {
    auto rows = TRY(
        sql_->query("SELECT rid, version, updated, operation, patient, keys, body FROM resource "
                    "WHERE type = $1 AND id = $2",
                    static_cast<std::int64_t>(key.type), key.id));
    if (!TRY(rows.next())) return std::nullopt;
    return Existing{rows.integer(1),
                    rows.integer(2),
                    static_cast<Operation>(rows.integer(3)),
                    rows.string(6),
                    {key.type, rows.integer(0), PatientId{rows.string(4)}, rows.string(5)}};
}

Result<> WriteTransaction::log_change(const ResourceKey& key, std::int64_t version,
                                      Operation operation, const PatientId& patient) {
    written_.push_back(key);
    if (!patient.empty()) changed_patients_.push_back(patient_key(patient));
    return sql_->run(
        "INSERT INTO change_log (number, at, type, id, version, operation, patient) "
        "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM change_log), $1, $2, $3, $4, $5, $6)",
        to_micros(now_), static_cast<std::int64_t>(key.type), key.id, version,
        static_cast<int>(operation), patient.value);
}

Result<> WriteTransaction::keep_version(const Existing& existing) {
    return sql_->run(
        "INSERT INTO resource_version (rid, version, updated, operation, body) VALUES ($1, $2, $3, "
        "$4, $5)",
        existing.indexed.rid, existing.version, existing.updated,
        static_cast<int>(existing.operation), Bytes{existing.body});
}

Result<WriteTransaction::Written> WriteTransaction::write_first(const PreparedResource& resource) {
    IndexedResource indexed{resource.key.type, 0, resource.patient, resource.packed_keys};
    indexed.rid = TRY(sql_->insert(
        "INSERT INTO resource (type, id, version, updated, operation, patient, "
        "patient_key, keys, body) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)",
        static_cast<std::int64_t>(resource.key.type), resource.key.id, to_micros(now_),
        static_cast<int>(Operation::create), resource.patient.value, patient_key(resource.patient),
        Bytes{resource.packed_keys}, Bytes{resource.body}));
    TRY(change_index_rows(*sql_, nullptr, &indexed, resource.global_strings));
    TRY(log_change(resource.key, 1, Operation::create, resource.patient));
    return Written{1, Operation::create};
}

Result<WriteTransaction::Written> WriteTransaction::write_next(const Existing& existing,
                                                               const PreparedResource& resource) {
    const Operation operation = existing.is_deleted() ? Operation::create : Operation::update;
    const std::int64_t version = existing.version + 1;
    TRY(keep_version(existing));
    if (existing.indexed.patient != resource.patient)
        changed_patients_.push_back(patient_key(existing.indexed.patient));
    TRY(
        sql_->run("UPDATE resource SET version = $2, updated = $3, operation = $4, patient = $5, "
                  "patient_key = $6, keys = $7, body = $8 WHERE rid = $1",
                  existing.indexed.rid, version, to_micros(now_), static_cast<int>(operation),
                  resource.patient.value, patient_key(resource.patient),
                  Bytes{resource.packed_keys}, Bytes{resource.body}));
    const IndexedResource indexed{resource.key.type, existing.indexed.rid, resource.patient,
                                  resource.packed_keys};
    TRY(change_index_rows(*sql_, &existing.indexed, &indexed, resource.global_strings));
    TRY(log_change(resource.key, version, operation, resource.patient));
    return Written{version, operation};
}

Result<WriteTransaction::Written> WriteTransaction::put(
    const PreparedResource& resource, std::optional<std::int64_t> expected_version) {
    const auto existing = TRY(find_existing(resource.key));
    const bool is_there = existing && !existing->is_deleted();
    if (expected_version && *expected_version != (is_there ? existing->version : 0)) {
        return fail(ErrorCode::precondition_failed, "the resource has changed since it was read",
                    "If-Match");
    }
    return existing ? write_next(*existing, resource) : write_first(resource);
}

Result<WriteTransaction::Written> WriteTransaction::put_json(const json::Value& resource) {
    return put_if_changed(TRY(prepare(resource)));
}

Result<WriteTransaction::Written> WriteTransaction::put_if_changed(
    const PreparedResource& resource) {
    const auto existing = TRY(find_existing(resource.key));
    if (!existing) return write_first(resource);
    if (!existing->is_deleted() && existing->body == resource.body)
        return Written{existing->version, existing->operation};
    return write_next(*existing, resource);
}

Result<> WriteTransaction::remove(const ResourceKey& key) {
    const auto existing = TRY(find_existing(key));
    if (!existing || existing->is_deleted()) return {};
    TRY(keep_version(*existing));
    const std::int64_t version = existing->version + 1;
    TRY(
        sql_->run("UPDATE resource SET version = $2, updated = $3, operation = $4, keys = $5, "
                  "body = $5 WHERE rid = $1",
                  existing->indexed.rid, version, to_micros(now_),
                  static_cast<int>(Operation::remove), Bytes{{}}));
    TRY(change_index_rows(*sql_, &existing->indexed, nullptr, {}));
    return log_change(key, version, Operation::remove, existing->indexed.patient);
}

}  // namespace wardlight::store
