#include "intake/record_store.h"

#include <algorithm>

namespace wardlight::intake {
namespace {

// An array, not an object: a report with ten thousand results has ten thousand groups, and the JSON
// reader's check for double members is meant for small objects.
std::string write_facts(const Facts& facts) {
    json::Array rows;
    rows.reserve(facts.size());
    for (const auto& [group, fact] : facts)
        rows.push_back(json::Value(json::Array{group, fact.stamp, fact.content}));
    return json::serialize(json::Value(std::move(rows)));
}

Result<Facts> read_facts(std::string_view text) {
    const json::Value rows = TRY(json::parse(text));
    Facts facts;
    for (const json::Value& row : rows.items()) {
        facts.emplace_hint(facts.end(), std::string(row[0].text()),
                           StoredFact{std::string(row[1].text()), row[2]});
    }
    return facts;
}

bool is_later(const Fact& said, const StoredFact& known) {
    if (said.stamp != known.stamp) return said.stamp > known.stamp;
    if (said.content == known.content) return false;
    return json::serialize(said.content) > json::serialize(known.content);
}

}  // namespace

Result<StoredRecord*> RecordStore::find(const std::string& id) {
    if (const auto known = cache_.find(id); known != cache_.end()) return known->second.get();
    std::unique_ptr<StoredRecord> record;
    {
        auto rows =
            TRY(sql_.query("SELECT kind, natural_id, owner, visit, first_at, facts FROM "
                           "intake_record WHERE id = $1",
                           id));
        if (TRY(rows.next())) {
            record = std::make_unique<StoredRecord>();
            record->id = id;
            record->kind = static_cast<RecordKind>(rows.integer(0));
            record->natural_id = rows.string(1);
            record->owner = rows.string(2);
            record->visit = rows.maybe_string(3).value_or("");
            record->first_at = rows.string(4);
            record->facts = TRY(read_facts(rows.text(5)));
            record->is_stored = true;
        }
    }
    return cache_.emplace(id, std::move(record)).first->second.get();
}

Result<Joined> RecordStore::join(const Record& said, const std::string& at) {
    const std::string id = said.id();
    StoredRecord* record = TRY(find(id));
    Joined joined = Joined::nothing;
    if (record == nullptr) {
        auto made = std::make_unique<StoredRecord>();
        made->id = id;
        made->kind = said.kind;
        made->natural_id = said.natural_id;
        made->owner = said.owner;
        made->first_at = at;
        made->is_reordered = true;
        record = made.get();
        cache_[id] = std::move(made);
        joined = Joined::changed;
    }
    // Records that only one place or person can have need no order.
    if (!said.owner.empty() && at < record->first_at) {
        record->first_at = at;
        record->is_reordered = true;
        joined = Joined::changed;
    }
    for (const Fact& fact : said.facts) {
        const auto known = record->facts.find(fact.group);
        if (known != record->facts.end() && !is_later(fact, known->second)) continue;
        const bool is_known = known != record->facts.end() && known->second.content == fact.content;
        joined = std::max(joined, is_known ? Joined::restamped : Joined::changed);
        if (is_known) {
            known->second.stamp = fact.stamp;
        } else {
            record->facts.insert_or_assign(fact.group, StoredFact{fact.stamp, fact.content});
        }
    }
    if (said.kind == RecordKind::encounter) {
        record->visit = said.visit;
    } else if (const auto visit = record->facts.find("visit"); visit != record->facts.end()) {
        record->visit = visit->second.content.text();
    }
    if (joined != Joined::nothing) TRY(save(*record));
    return joined;
}

Result<> RecordStore::save(StoredRecord& record) {
    const std::string facts = write_facts(record.facts);
    const auto visit =
        record.visit.empty() ? std::nullopt : std::optional<std::string>(record.visit);
    TRY(sql_.run(
        "INSERT INTO intake_record (id, kind, natural_id, owner, visit, first_at, message, facts) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET visit = $5, "
        "first_at = $6, message = $7, facts = $8",
        record.id, static_cast<int>(record.kind), record.natural_id, record.owner, visit,
        record.first_at, message_, store::Bytes{facts}));
    record.is_stored = true;
    return {};
}

Result<std::vector<std::string>> RecordStore::read_ids(store::Rows rows) {
    std::vector<std::string> ids;
    while (TRY(rows.next())) ids.push_back(rows.string(0));
    return ids;
}

Result<std::vector<std::string>> RecordStore::ids_of_owner(const std::string& owner) {
    return read_ids(
        TRY(sql_.query("SELECT id FROM intake_record WHERE owner = $1 ORDER BY id", owner)));
}

Result<std::vector<std::string>> RecordStore::ids_of_visit(const std::string& visit) {
    return read_ids(
        TRY(sql_.query("SELECT id FROM intake_record WHERE visit = $1 ORDER BY id", visit)));
}

Result<std::vector<std::string>> RecordStore::ids_of(const std::string& owner,
                                                     const std::string& natural_id) {
    return read_ids(TRY(sql_.query(
        "SELECT id FROM intake_record WHERE owner = $1 AND natural_id = $2", owner, natural_id)));
}

Result<std::vector<std::string>> RecordStore::ids_in_visit(const std::string& visit,
                                                           const std::string& natural_id) {
    return read_ids(TRY(sql_.query(
        "SELECT id FROM intake_record WHERE visit = $1 AND natural_id = $2", visit, natural_id)));
}

}  // namespace wardlight::intake
