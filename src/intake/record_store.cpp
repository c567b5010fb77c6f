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

Joined join_facts(StoredRecord& record, const Record& said, const std::string& at) {
    Joined joined = Joined::nothing;
    // Records that only one place or person can have need no order.
    if (!said.owner.empty() && at < record.first_at) {
        record.first_at = at;
        record.is_reordered = true;
        joined = Joined::changed;
    }
    for (const Fact& fact : said.facts) {
        const auto known = record.facts.find(fact.group);
        if (known != record.facts.end() && !is_later(fact, known->second)) continue;
        const bool is_known = known != record.facts.end() && known->second.content == fact.content;
        joined = std::max(joined, is_known ? Joined::restamped : Joined::changed);
        if (is_known) {
            known->second.stamp = fact.stamp;
        } else {
            record.facts.insert_or_assign(fact.group, StoredFact{fact.stamp, fact.content});
        }
    }
    if (said.kind == RecordKind::encounter) {
        record.visit = said.visit;
    } else if (const auto visit = record.facts.find("visit"); visit != record.facts.end()) {
        record.visit = visit->second.content.text();
    }
    return joined;
}

}  // namespace

bool shows_stamps(RecordKind kind) {
    return kind != RecordKind::patient && kind != RecordKind::encounter &&
           kind != RecordKind::practitioner && kind != RecordKind::location;
}

StoredRecord record_made_of(const Record& said, const std::string& at) {
    StoredRecord record;
    record.id = said.id();
    record.kind = said.kind;
    record.natural_id = said.natural_id;
    record.owner = said.owner;
    record.first_at = at;
    record.is_reordered = true;
    (void)join_facts(record, said, at);
    return record;
}

Result<StoredRecord*> RecordStore::find(const std::string& id) {
    if (const auto known = cache_.find(id); known != cache_.end()) return known->second.get();
    std::unique_ptr<StoredRecord> record = TRY(read(id));
    return cache_.emplace(id, std::move(record)).first->second.get();
}

Result<std::unique_ptr<StoredRecord>> RecordStore::read(const std::string& id) {
    auto record = std::make_unique<StoredRecord>();
    {
        auto rows =
            TRY(sql_.query("SELECT kind, natural_id, owner, visit, first_at, facts FROM "
                           "intake_record WHERE id = $1",
                           id));
        if (!TRY(rows.next())) return nullptr;
        record->id = id;
        record->kind = static_cast<RecordKind>(rows.integer(0));
        record->natural_id = rows.string(1);
        record->owner = rows.string(2);
        record->visit = rows.maybe_string(3).value_or("");
        record->first_at = rows.string(4);
        record->facts = TRY(read_facts(rows.text(5)));
        record->is_stored = true;
    }
    for (const KnownStatement& known : TRY(statements_.of_record(record->owner, id))) {
        ++record->statements;
        for (const std::string& group : known.groups) {
            const auto fact = record->facts.find(group);
            if (fact != record->facts.end() && fact->second.stamp < known.stamp)
                fact->second.stamp = known.stamp;
        }
    }
    return record;
}

Result<Joined> RecordStore::join(const Record& said, const std::string& at) {
    const std::string id = said.id();
    if (said.whole && !cache_.contains(id)) {
        if (const auto joined = TRY(join_known(*said.whole, at))) return *joined;
    }
    StoredRecord* record = TRY(find(id));
    Joined joined = Joined::changed;
    if (record == nullptr) {
        auto made = std::make_unique<StoredRecord>(record_made_of(said, at));
        made->only_said = &said;
        record = made.get();
        cache_[id] = std::move(made);
    } else {
        record->only_said = nullptr;
        joined = join_facts(*record, said, at);
    }
    if (joined == Joined::changed && record->statements > 0) {
        TRY(forget_statements(*record));
    } else if (joined != Joined::nothing) {
        TRY(save(*record));
    }
    // Most things are said of once only: a statement is worth a row when it comes again.
    if (said.whole && joined != Joined::changed) TRY(note_statement(*record, said, at));
    return joined;
}

/// The way of most messages: what they say was joined before, word for word.
Result<std::optional<Joined>> RecordStore::join_known(const Statement& statement,
                                                      const std::string& at) {
    const auto known = TRY(statements_.find(statement));
    if (!known || at < known->said_at) return std::nullopt;
    if (!known->less_than.empty() && statement.stamp >= known->less_than) return std::nullopt;
    if (known->groups.empty() || statement.stamp <= known->stamp ||
        statement.stamp <= known->nothing_up_to)
        return Joined::nothing;
    TRY(statements_.restamp(statement));
    return Joined::repeated;
}

/// Keeps what follows when `said` comes again. All its groups are known: it changed nothing.
Result<> RecordStore::note_statement(StoredRecord& record, const Record& said,
                                     const std::string& at) {
    const Statement& statement = *said.whole;
    KnownStatement known{statement.stamp, at, {}, {}, {}};
    const std::string* oldest = nullptr;
    for (const Fact& fact : said.facts) {
        const StoredFact& stored = record.facts.find(fact.group)->second;
        if (oldest == nullptr || stored.stamp < *oldest) oldest = &stored.stamp;
        if (stored.content == fact.content) {
            known.groups.push_back(fact.group);
        } else if (known.less_than.empty() || stored.stamp < known.less_than) {
            known.less_than = stored.stamp;
        }
    }
    constexpr std::size_t kStatementsMost = 8;
    if (record.statements >= kStatementsMost || record.visit != said.visit) return {};
    known.nothing_up_to = *oldest;
    ++record.statements;
    return statements_.add(statement, known);
}

/// What they say is in the record by now: read() joins it.
Result<> RecordStore::forget_statements(StoredRecord& record) {
    record.statements = 0;
    TRY(save(record));
    return statements_.forget(record.owner, record.id);
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
