#include "audit/audit_log.h"

namespace wardlight::audit {
namespace {

constexpr std::string_view kColumns =
    "SELECT sequence, at, account, role, session, address, action, resource_type, resource_id, "
    "patient, purpose, decision, reason, outcome FROM audit_entry ";

Recorded recorded_from(const store::Rows& rows) {
    Recorded recorded{rows.integer(0), from_micros(rows.integer(1)), {}};
    Entry& entry = recorded.entry;
    entry.actor = {AccountId(rows.string(2)), rows.string(3), rows.string(4), rows.string(5)};
    entry.action = rows.string(6);
    entry.resource_type = rows.string(7);
    entry.resource_id = rows.string(8);
    entry.patient = PatientId(rows.string(9));
    entry.purpose = rows.string(10);
    entry.decision = rows.integer(11) == 1 ? Decision::permit : Decision::deny;
    entry.reason = rows.string(12);
    entry.outcome = rows.integer(13) == 1 ? Outcome::success : Outcome::failure;
    return recorded;
}

Result<store::Rows> select(store::Snapshot& snapshot, const Filter& filter) {
    // One text per combination: each uses its own index.
    static const std::string kTail = " AND sequence < $1 ORDER BY sequence DESC LIMIT $2";
    static const std::string kAll = std::string(kColumns) + "WHERE 1 = 1" + kTail;
    static const std::string kPatient = std::string(kColumns) + "WHERE patient = $3" + kTail;
    static const std::string kAccount = std::string(kColumns) + "WHERE account = $3" + kTail;
    static const std::string kBoth =
        std::string(kColumns) + "WHERE patient = $3 AND account = $4" + kTail;
    const std::int64_t before = filter.before_sequence > 0
                                    ? filter.before_sequence
                                    : std::numeric_limits<std::int64_t>::max();
    const auto limit = static_cast<std::int64_t>(filter.limit);
    auto& sql = snapshot.sql();
    if (filter.patient.empty() && filter.account.empty()) return sql.query(kAll, before, limit);
    if (filter.account.empty()) return sql.query(kPatient, before, limit, filter.patient.value);
    if (filter.patient.empty()) return sql.query(kAccount, before, limit, filter.account.value);
    return sql.query(kBoth, before, limit, filter.patient.value, filter.account.value);
}

Result<std::int64_t> last_sequence(store::Snapshot& snapshot) {
    auto rows = TRY(snapshot.sql().query("SELECT COALESCE(MAX(sequence), 0) FROM audit_entry"));
    TRY(rows.next());
    return rows.integer(0);
}

Result<> insert(store::WriteTransaction& tx, std::int64_t sequence, const Entry& entry) {
    return tx.sql().run(
        "INSERT INTO audit_entry (sequence, at, account, role, session, address, action, "
        "resource_type, resource_id, patient, purpose, decision, reason, outcome) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        sequence, to_micros(tx.now()), entry.actor.account.value, entry.actor.role,
        entry.actor.session, entry.actor.address, entry.action, entry.resource_type,
        entry.resource_id, entry.patient.value, entry.purpose, entry.decision == Decision::permit,
        entry.reason, entry.outcome == Outcome::success);
}

}  // namespace

Result<std::int64_t> append(store::WriteTransaction& tx, const Entry& entry) {
    const std::int64_t sequence = TRY(last_sequence(tx)) + 1;
    TRY(insert(tx, sequence, entry));
    return sequence;
}

Result<> append(store::WriteTransaction& tx, std::span<const Entry> entries) {
    std::int64_t sequence = TRY(last_sequence(tx));
    for (const Entry& entry : entries) TRY(insert(tx, ++sequence, entry));
    return {};
}

Result<> record(store::Store& store, std::span<const Entry> entries) {
    if (entries.empty()) return {};
    TRY(store.write([entries](store::WriteTransaction& tx) { return append(tx, entries); }));
    return {};
}

Result<> record(store::Store& store, const Entry& entry) {
    return record(store, std::span(&entry, 1));
}

Result<std::vector<Recorded>> entries(store::Snapshot& snapshot, const Filter& filter) {
    std::vector<Recorded> found;
    auto rows = TRY(select(snapshot, filter));
    while (TRY(rows.next())) found.push_back(recorded_from(rows));
    return found;
}

Result<std::vector<Recorded>> entries_after(store::Snapshot& snapshot, std::int64_t sequence,
                                            std::size_t limit) {
    static const std::string kAfter =
        std::string(kColumns) + "WHERE sequence > $1 ORDER BY sequence LIMIT $2";
    std::vector<Recorded> found;
    auto rows = TRY(snapshot.sql().query(kAfter, sequence, static_cast<std::int64_t>(limit)));
    while (TRY(rows.next())) found.push_back(recorded_from(rows));
    return found;
}

}  // namespace wardlight::audit
