#include "intake/statement.h"

#include <algorithm>

#include "base/text.h"
#include "intake/record_store.h"

namespace wardlight::intake {
namespace {

constexpr std::size_t kDigestBytes = 16;
// No group's name has one: names are ours, with numbers of the sender in printable characters.
constexpr char kBetweenGroups = '\x1F';

std::int64_t key_of(std::string_view text) {
    const std::string bytes = sha256(text);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i)
        key = key << 8U | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(key);
}

/// Lengths keep ("a","bc") and ("ab","c") apart.
void append_part(std::string& out, std::string_view part) {
    out.append(std::to_string(part.size())).push_back(':');
    out.append(part);
}

std::string joined(const std::vector<std::string>& groups) {
    std::string out;
    for (const std::string& group : groups) {
        if (!out.empty()) out.push_back(kBetweenGroups);
        out += group;
    }
    return out;
}

std::vector<std::string> parted(std::string_view groups) {
    std::vector<std::string> out;
    if (groups.empty()) return out;
    for (const std::string_view group : split(groups, kBetweenGroups)) out.emplace_back(group);
    return out;
}

KnownStatement read_row(const store::Rows& rows) {
    return {rows.string(0), rows.string(1), rows.string(2), rows.string(3), parted(rows.text(4))};
}

constexpr std::string_view kOne =
    "SELECT stamp, said_at, nothing_up_to, less_than, group_names FROM intake_statement WHERE "
    "owner = $1 AND record = $2 AND digest = $3";
constexpr std::string_view kOfRecord =
    "SELECT stamp, said_at, nothing_up_to, less_than, group_names FROM intake_statement WHERE "
    "owner = $1 AND record = $2 ORDER BY digest";

}  // namespace

std::int64_t owner_key(std::string_view owner) {
    return key_of(owner);
}

std::int64_t record_key(std::string_view record_id) {
    return key_of(record_id);
}

std::optional<Statement> statement_of(const Record& record) {
    if (record.facts.empty() || shows_stamps(record.kind)) return std::nullopt;
    std::vector<const Fact*> facts;
    facts.reserve(record.facts.size());
    for (const Fact& fact : record.facts) {
        if (fact.stamp != record.facts.front().stamp) return std::nullopt;
        if (fact.group.find(kBetweenGroups) != std::string::npos) return std::nullopt;
        facts.push_back(&fact);
    }
    std::sort(facts.begin(), facts.end(),
              [](const Fact* a, const Fact* b) { return a->group < b->group; });
    const auto twice =
        std::adjacent_find(facts.begin(), facts.end(),
                           [](const Fact* a, const Fact* b) { return a->group == b->group; });
    if (twice != facts.end()) return std::nullopt;
    const std::string id = record.id();
    std::string text;
    append_part(text, id);
    append_part(text, record.visit);
    for (const Fact* fact : facts) {
        append_part(text, fact->group);
        append_part(text, json::serialize(fact->content));
    }
    return Statement{owner_key(record.owner), record_key(id), sha256(text).substr(0, kDigestBytes),
                     record.facts.front().stamp};
}

Result<std::optional<KnownStatement>> StatementTable::find(const Statement& statement) {
    auto rows = TRY(sql_.query(kOne, statement.owner_key, statement.record_key,
                               store::Bytes{statement.digest}));
    if (!TRY(rows.next())) return std::nullopt;
    return read_row(rows);
}

Result<std::vector<KnownStatement>> StatementTable::of_record(std::string_view owner,
                                                              std::string_view record_id) {
    auto rows = TRY(sql_.query(kOfRecord, owner_key(owner), record_key(record_id)));
    std::vector<KnownStatement> out;
    while (TRY(rows.next())) out.push_back(read_row(rows));
    return out;
}

Result<> StatementTable::add(const Statement& statement, const KnownStatement& known) {
    return sql_.run(
        "INSERT INTO intake_statement (owner, record, digest, stamp, said_at, nothing_up_to, "
        "less_than, group_names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT (owner, record, digest) DO UPDATE SET stamp = CASE WHEN "
        "intake_statement.stamp < $4 THEN $4 ELSE intake_statement.stamp END, said_at = $5, "
        "nothing_up_to = $6, less_than = $7, group_names = $8",
        statement.owner_key, statement.record_key, store::Bytes{statement.digest}, known.stamp,
        known.said_at, known.nothing_up_to, known.less_than, joined(known.groups));
}

Result<> StatementTable::restamp(const Statement& statement) {
    return sql_.run(
        "UPDATE intake_statement SET stamp = $4 WHERE owner = $1 AND record = $2 AND digest = $3",
        statement.owner_key, statement.record_key, store::Bytes{statement.digest}, statement.stamp);
}

Result<> StatementTable::forget(std::string_view owner, std::string_view record_id) {
    return sql_.run("DELETE FROM intake_statement WHERE owner = $1 AND record = $2",
                    owner_key(owner), record_key(record_id));
}

}  // namespace wardlight::intake
