#include <algorithm>

#include "store/body.h"
#include "store/index.h"
#include "store/store.h"

namespace wardlight::store {
namespace {

using GlobalKeys = std::vector<PreparedResource::GlobalKey>;

struct Existing {
    std::int64_t rid = 0;
    std::int64_t version = 0;
    std::int64_t updated = 0;
    Operation operation = Operation::create;
    std::string patient;
    std::string body;
};

Result<std::optional<Existing>> find_existing(SqlConnection& sql, const ResourceKey& key) {
    auto rows =
        TRY(sql.query("SELECT rid, version, updated, operation, patient, body FROM resource WHERE "
                      "type = $1 AND id = $2",
                      static_cast<std::int64_t>(key.type), key.id));
    if (!TRY(rows.next())) return std::nullopt;
    return Existing{rows.integer(0), rows.integer(1),
                    rows.integer(2), static_cast<Operation>(rows.integer(3)),
                    rows.string(4),  rows.string(5)};
}

/// The rows in global_key that belong to a packed row: they are the entries of globally indexed
/// parameters.
GlobalKeys global_keys_of(fhir::TypeNumber type, std::string_view packed) {
    GlobalKeys keys;
    for (const fhir::SearchParameter& parameter : fhir::parameters_of(type)) {
        if (!is_globally_indexed(type, parameter)) continue;
        for (const Slot slot : {Slot::lower(parameter.number), Slot::upper(parameter.number)}) {
            const SlotValues values = values_in_slot(packed, slot);
            for (std::size_t i = 0; i < values.size(); ++i) keys.push_back({slot.value, values[i]});
        }
    }
    return keys;
}

bool contains(const GlobalKeys& keys, const PreparedResource::GlobalKey& key) {
    return std::any_of(keys.begin(), keys.end(), [&](const auto& k) {
        return k.parameter == key.parameter && k.value == key.value;
    });
}

Result<> write_index(SqlConnection& sql, std::int64_t rid, const PreparedResource& resource,
                     const GlobalKeys& before) {
    const auto type = static_cast<std::int64_t>(resource.key.type);
    TRY(
        sql.run("INSERT INTO resource_index (patient, type, rid, keys) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (patient, type, rid) DO UPDATE SET keys = $4",
                resource.patient.value, type, rid, Bytes{resource.packed_keys}));
    for (const auto& key : before) {
        if (contains(resource.global_keys, key)) continue;
        TRY(sql.run(
            "DELETE FROM global_key WHERE type = $1 AND parameter = $2 AND value = $3 AND rid = $4",
            type, static_cast<int>(key.parameter), key.value, rid));
    }
    for (const auto& key : resource.global_keys) {
        if (contains(before, key)) continue;
        TRY(
            sql.run("INSERT INTO global_key (type, parameter, value, rid) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT DO NOTHING",
                    type, static_cast<int>(key.parameter), key.value, rid));
    }
    for (const auto& string : resource.global_strings) {
        TRY(sql.run(
            "INSERT INTO global_string (type, parameter, folded, rid) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING",
            type, static_cast<int>(string.parameter), string.folded, rid));
    }
    return {};
}

/// Takes the resource out of the index; returns the global keys it had.
Result<GlobalKeys> take_from_index(SqlConnection& sql, const ResourceKey& key,
                                   const Existing& existing) {
    const auto type = static_cast<std::int64_t>(key.type);
    GlobalKeys before;
    {
        auto rows = TRY(sql.query(
            "SELECT keys FROM resource_index WHERE patient = $1 AND type = $2 AND rid = $3",
            existing.patient, type, existing.rid));
        if (TRY(rows.next())) before = global_keys_of(key.type, rows.text(0));
    }
    TRY(sql.run("DELETE FROM resource_index WHERE patient = $1 AND type = $2 AND rid = $3",
                existing.patient, type, existing.rid));
    TRY(sql.run("DELETE FROM global_string WHERE rid = $1", existing.rid));
    return before;
}

Result<> keep_version(SqlConnection& sql, const Existing& existing) {
    return sql.run(
        "INSERT INTO resource_version (rid, version, updated, operation, body) VALUES ($1, $2, $3, "
        "$4, $5)",
        existing.rid, existing.version, existing.updated, static_cast<int>(existing.operation),
        Bytes{existing.body});
}

}  // namespace

Result<WriteTransaction::Written> WriteTransaction::put(
    const PreparedResource& resource, std::optional<std::int64_t> expected_version) {
    const auto existing = TRY(find_existing(*sql_, resource.key));
    const bool is_there = existing && existing->operation != Operation::remove;
    if (expected_version && *expected_version != (is_there ? existing->version : 0)) {
        return fail(ErrorCode::precondition_failed, "the resource has changed since it was read",
                    "If-Match");
    }
    if (!existing) {
        auto rows = TRY(sql_->query(
            "INSERT INTO resource (type, id, version, updated, operation, patient, body) "
            "VALUES ($1, $2, 1, $3, $4, $5, $6) RETURNING rid",
            static_cast<std::int64_t>(resource.key.type), resource.key.id, to_micros(now_),
            static_cast<int>(Operation::create), resource.patient.value, Bytes{resource.body}));
        TRY(rows.next());
        const std::int64_t rid = rows.integer(0);
        TRY(rows.next());
        TRY(write_index(*sql_, rid, resource, {}));
        TRY(log_change(resource.key, 1, Operation::create, resource.patient));
        return Written{1, Operation::create};
    }
    const Operation operation = is_there ? Operation::update : Operation::create;
    const std::int64_t version = existing->version + 1;
    TRY(keep_version(*sql_, *existing));
    TRY(
        sql_->run("UPDATE resource SET version = $2, updated = $3, operation = $4, patient = $5, "
                  "body = $6 WHERE rid = $1",
                  existing->rid, version, to_micros(now_), static_cast<int>(operation),
                  resource.patient.value, Bytes{resource.body}));
    const GlobalKeys before = TRY(take_from_index(*sql_, resource.key, *existing));
    TRY(write_index(*sql_, existing->rid, resource, before));
    TRY(log_change(resource.key, version, operation, resource.patient));
    return Written{version, operation};
}

Result<WriteTransaction::Written> WriteTransaction::put_json(const json::Value& resource) {
    const PreparedResource prepared = TRY(prepare(resource));
    const auto existing = TRY(find_existing(*sql_, prepared.key));
    if (existing && existing->operation != Operation::remove && existing->body == prepared.body) {
        return Written{existing->version, existing->operation};
    }
    return put(prepared);
}

Result<> WriteTransaction::remove(const ResourceKey& key) {
    const auto existing = TRY(find_existing(*sql_, key));
    if (!existing || existing->operation == Operation::remove) return {};
    TRY(keep_version(*sql_, *existing));
    const std::int64_t version = existing->version + 1;
    TRY(sql_->run(
        "UPDATE resource SET version = $2, updated = $3, operation = $4, body = $5 WHERE rid = $1",
        existing->rid, version, to_micros(now_), static_cast<int>(Operation::remove), Bytes{{}}));
    const GlobalKeys before = TRY(take_from_index(*sql_, key, *existing));
    for (const auto& global : before) {
        TRY(sql_->run(
            "DELETE FROM global_key WHERE type = $1 AND parameter = $2 AND value = $3 AND rid = $4",
            static_cast<std::int64_t>(key.type), static_cast<int>(global.parameter), global.value,
            existing->rid));
    }
    return log_change(key, version, Operation::remove, PatientId{existing->patient});
}

Result<> WriteTransaction::log_change(const ResourceKey& key, std::int64_t version,
                                      Operation operation, const PatientId& patient) {
    return sql_->run(
        "INSERT INTO change_log (number, at, type, id, version, operation, patient) "
        "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM change_log), $1, $2, $3, $4, $5, $6)",
        to_micros(now_), static_cast<std::int64_t>(key.type), key.id, version,
        static_cast<int>(operation), patient.value);
}

}  // namespace wardlight::store
