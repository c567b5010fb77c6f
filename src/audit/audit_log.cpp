#include "audit/audit_log.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

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

/// A clock may be set back: later entries can carry an earlier time, but not by more than this.
constexpr auto kClockSetBackMost = std::chrono::hours{24};

bool is_by_time(const Filter& filter) {
    return filter.patient.empty() && filter.account.empty() && (filter.from || filter.until);
}

Result<store::Rows> select_by_time(store::Snapshot& snapshot, const Filter& filter) {
    static const std::string kText = std::string(kColumns) +
                                     "WHERE at >= $1 AND at <= $2 AND (at < $2 OR sequence < $3) "
                                     "ORDER BY at DESC, sequence DESC LIMIT $4";
    constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
    const bool is_first = filter.before.sequence == 0;
    // "until" is not itself within: no sequence is below 0.
    const std::int64_t until = filter.until ? to_micros(*filter.until) : kLast;
    return snapshot.sql().query(
        kText, filter.from ? to_micros(*filter.from) : 0,
        is_first ? until : to_micros(filter.before.at),
        is_first ? (filter.until ? std::int64_t{0} : kLast) : filter.before.sequence,
        static_cast<std::int64_t>(filter.look_at_most));
}

/// Whose records were merged: eight places, those not needed filled with the patient again.
Result<store::Rows> select_merged(store::Snapshot& snapshot, const Filter& filter,
                                  std::int64_t before) {
    static const std::string kText =
        std::string(kColumns) +
        "WHERE patient IN ($3, $4, $5, $6, $7, $8, $9, $10) AND ($11 = '' OR account = $11) AND "
        "sequence < $1 ORDER BY sequence DESC LIMIT $2";
    if (filter.merged.size() > kMergedMost) {
        return fail(ErrorCode::too_large, "too many records were merged into this patient's",
                    "patient");
    }
    std::array<std::string_view, kMergedMost> merged;
    merged.fill(filter.patient.value);
    std::transform(filter.merged.begin(), filter.merged.end(), merged.begin(),
                   [](const PatientId& id) { return std::string_view(id.value); });
    return snapshot.sql().query(kText, before, static_cast<std::int64_t>(filter.look_at_most),
                                filter.patient.value, merged[0], merged[1], merged[2], merged[3],
                                merged[4], merged[5], merged[6], filter.account.value);
}

Result<store::Rows> select(store::Snapshot& snapshot, const Filter& filter) {
    // One text per combination: each uses its own index.
    static const std::string kTail = " AND sequence < $1 ORDER BY sequence DESC LIMIT $2";
    static const std::string kAll = std::string(kColumns) + "WHERE 1 = 1" + kTail;
    static const std::string kPatient = std::string(kColumns) + "WHERE patient = $3" + kTail;
    static const std::string kAccount = std::string(kColumns) + "WHERE account = $3" + kTail;
    static const std::string kBoth =
        std::string(kColumns) + "WHERE patient = $3 AND account = $4" + kTail;
    if (is_by_time(filter)) return select_by_time(snapshot, filter);
    const std::int64_t before = filter.before.sequence > 0
                                    ? filter.before.sequence
                                    : std::numeric_limits<std::int64_t>::max();
    const auto limit = static_cast<std::int64_t>(filter.look_at_most);
    if (!filter.merged.empty()) return select_merged(snapshot, filter, before);
    auto& sql = snapshot.sql();
    if (filter.patient.empty() && filter.account.empty()) return sql.query(kAll, before, limit);
    if (filter.account.empty()) return sql.query(kPatient, before, limit, filter.patient.value);
    if (filter.patient.empty()) return sql.query(kAccount, before, limit, filter.account.value);
    return sql.query(kBoth, before, limit, filter.patient.value, filter.account.value);
}

bool matches(const Recorded& recorded, const Filter& filter) {
    const Entry& entry = recorded.entry;
    return (!filter.from || recorded.at >= *filter.from) &&
           (!filter.until || recorded.at < *filter.until) &&
           (filter.action.empty() || entry.action == filter.action) &&
           (filter.reason.empty() || entry.reason == filter.reason) &&
           (!filter.only_denied || entry.decision == Decision::deny);
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

Result<Page> find(store::Snapshot& snapshot, const Filter& filter) {
    Page page;
    auto rows = TRY(select(snapshot, filter));
    std::size_t looked_at = 0;
    Place last;
    while (TRY(rows.next())) {
        Recorded recorded = recorded_from(rows);
        // There is one more than fits.
        if (page.entries.size() == filter.limit) {
            page.next = last;
            break;
        }
        last = {recorded.at, recorded.sequence};
        if (++looked_at == filter.look_at_most) page.next = last;
        if (filter.from && recorded.at < *filter.from - kClockSetBackMost) {
            page.next.reset();
            break;
        }
        if (matches(recorded, filter)) page.entries.push_back(std::move(recorded));
    }
    return page;
}

Result<std::vector<Look>> looks_between(store::Snapshot& snapshot, Instant from, Instant until,
                                        std::span<const std::string_view> actions,
                                        std::size_t most) {
    std::vector<Look> looks;
    auto rows = TRY(snapshot.sql().query(
        "SELECT account, patient, at, action, reason FROM audit_entry WHERE at >= $1 AND at < $2 "
        "AND account <> '' AND patient <> '' AND decision = 1",
        to_micros(from), to_micros(until)));
    while (looks.size() <= most && TRY(rows.next())) {
        if (std::find(actions.begin(), actions.end(), rows.text(3)) == actions.end()) continue;
        looks.push_back({AccountId(rows.string(0)), PatientId(rows.string(1)),
                         from_micros(rows.integer(2)), rows.string(3), rows.string(4)});
    }
    std::stable_sort(looks.begin(), looks.end(), [](const Look& a, const Look& b) {
        return std::tie(a.account, a.at) < std::tie(b.account, b.at);
    });
    return looks;
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
