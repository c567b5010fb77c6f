#include "store/index_rows.h"

#include <algorithm>

#include "base/log.h"
#include "store/body.h"
#include "store/index.h"

namespace wardlight::store {
namespace {

constexpr std::int64_t kRebuildBatch = 5'000;
/// Kept while this program rebuilds: what another began is not gone on with.
constexpr int kBeingRebuilt = -kIndexVersion;

std::int64_t number_of(fhir::TypeNumber type) {
    return static_cast<std::int64_t>(type);
}

/// What is in one sorted list and not in the other.
template <class Key>
std::vector<Key> missing_from(const std::vector<Key>& other, const std::vector<Key>& keys) {
    std::vector<Key> out;
    std::set_difference(keys.begin(), keys.end(), other.begin(), other.end(),
                        std::back_inserter(out));
    return out;
}

Result<> change_global_keys(SqlConnection& sql, fhir::TypeNumber type, std::int64_t rid,
                            const std::vector<GlobalKey>& before,
                            const std::vector<GlobalKey>& after) {
    for (const GlobalKey& key : missing_from(after, before)) {
        TRY(sql.run(
            "DELETE FROM global_key WHERE type = $1 AND parameter = $2 AND value = $3 AND rid = $4",
            number_of(type), static_cast<int>(key.slot), key.value, rid));
    }
    for (const GlobalKey& key : missing_from(before, after)) {
        TRY(
            sql.run("INSERT INTO global_key (type, parameter, value, rid) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT DO NOTHING",
                    number_of(type), static_cast<int>(key.slot), key.value, rid));
    }
    return {};
}

std::vector<ChartKey> chart_keys_of(const IndexedResource* resource) {
    return resource == nullptr ? std::vector<ChartKey>()
                               : chart_keys(resource->type, resource->keys);
}

Result<> change_chart_keys(SqlConnection& sql, const IndexedResource* before,
                           const IndexedResource* after) {
    auto old_keys = chart_keys_of(before);
    auto new_keys = chart_keys_of(after);
    const bool is_same_patient =
        before != nullptr && after != nullptr && before->patient == after->patient;
    if (is_same_patient && old_keys == new_keys) return {};
    for (const ChartKey& key : old_keys) {
        TRY(sql.run(
            "DELETE FROM chart_key WHERE patient_key = $1 AND type = $2 AND code = $3 AND "
            "at = $4 AND rid = $5",
            patient_key(before->patient), number_of(before->type), key.code, key.at, before->rid));
    }
    for (const ChartKey& key : new_keys) {
        TRY(sql.run(
            "INSERT INTO chart_key (patient_key, type, code, at, rid) VALUES ($1, $2, $3, "
            "$4, $5) ON CONFLICT DO NOTHING",
            patient_key(after->patient), number_of(after->type), key.code, key.at, after->rid));
    }
    return {};
}

struct StoredBody {
    fhir::TypeNumber type{};
    std::int64_t rid = 0;
    std::string body;
};

Result<std::vector<StoredBody>> next_bodies(SqlConnection& sql, std::int64_t after) {
    auto rows =
        TRY(sql.query("SELECT rid, type, body FROM resource WHERE rid > $1 AND operation <> $2 "
                      "ORDER BY rid LIMIT $3",
                      after, static_cast<int>(Operation::remove), kRebuildBatch));
    std::vector<StoredBody> out;
    while (TRY(rows.next())) {
        out.push_back(
            {static_cast<fhir::TypeNumber>(rows.integer(1)), rows.integer(0), rows.string(2)});
    }
    return out;
}

Result<> index_again(SqlConnection& sql, const StoredBody& stored) {
    const json::Value resource = TRY(json::parse(TRY(unpack_content(stored.body))));
    const PreparedResource prepared = TRY(prepare(resource));
    TRY(sql.run("UPDATE resource SET patient = $2, patient_key = $3, keys = $4 WHERE rid = $1",
                stored.rid, prepared.patient.value, patient_key(prepared.patient),
                Bytes{prepared.packed_keys}));
    const IndexedResource indexed{stored.type, stored.rid, prepared.patient, prepared.packed_keys};
    return change_index_rows(sql, nullptr, &indexed, prepared.global_strings);
}

Result<> empty_index(SqlConnection& sql) {
    TRY(sql.execute("BEGIN IMMEDIATE"));
    TRY(
        sql.execute("DELETE FROM global_key; DELETE FROM global_string; DELETE FROM chart_key; "
                    "UPDATE index_state SET rebuilt_to = 0"));
    TRY(sql.run("UPDATE index_state SET version = $1", kBeingRebuilt));
    return sql.execute("COMMIT");
}

/// True when there is more to do.
Result<bool> rebuild_some(SqlConnection& sql, std::int64_t& rebuilt_to) {
    const auto bodies = TRY(next_bodies(sql, rebuilt_to));
    if (!bodies.empty()) {
        log::info("the search index is being written again",
                  {{"done_to", std::to_string(rebuilt_to)}});
    }
    TRY(sql.execute("BEGIN IMMEDIATE"));
    for (const StoredBody& stored : bodies) TRY(index_again(sql, stored));
    const bool is_done = bodies.empty();
    if (!is_done) rebuilt_to = bodies.back().rid;
    TRY(sql.run("UPDATE index_state SET version = $1, rebuilt_to = $2",
                is_done ? kIndexVersion : kBeingRebuilt, rebuilt_to));
    TRY(sql.execute("COMMIT"));
    return !is_done;
}

}  // namespace

Result<> change_index_rows(SqlConnection& sql, const IndexedResource* before,
                           const IndexedResource* after,
                           std::span<const PreparedResource::GlobalString> strings) {
    const IndexedResource& any = before != nullptr ? *before : *after;
    TRY(change_global_keys(
        sql, any.type, any.rid,
        before == nullptr ? std::vector<GlobalKey>() : global_keys(before->type, before->keys),
        after == nullptr ? std::vector<GlobalKey>() : global_keys(after->type, after->keys)));
    TRY(change_chart_keys(sql, before, after));
    if (before != nullptr) TRY(sql.run("DELETE FROM global_string WHERE rid = $1", before->rid));
    for (const auto& string : strings) {
        TRY(sql.run(
            "INSERT INTO global_string (type, parameter, folded, rid) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING",
            number_of(any.type), static_cast<int>(string.parameter), string.folded, any.rid));
    }
    return {};
}

Result<> rebuild_index(SqlConnection& sql) {
    std::int64_t version = 0;
    std::int64_t rebuilt_to = 0;
    {
        auto rows = TRY(sql.query("SELECT version, rebuilt_to FROM index_state"));
        if (!TRY(rows.next())) return fail(ErrorCode::corrupt, "the index has no state");
        version = rows.integer(0);
        rebuilt_to = rows.integer(1);
    }
    if (version == kIndexVersion) return {};
    if (version != kBeingRebuilt) {
        TRY(empty_index(sql));
        rebuilt_to = 0;
    }
    while (TRY(rebuild_some(sql, rebuilt_to))) {
    }
    return {};
}

}  // namespace wardlight::store
