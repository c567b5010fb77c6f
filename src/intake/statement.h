// What one message says about one thing, as a whole: most messages repeat what is known of the
// patient, the visit, the place. A whole that was joined before need not be read fact by fact
// again: its new stamp is enough. docs/decisions/0024 has the reasons. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "intake/facts.h"
#include "store/sql.h"

namespace wardlight::intake {

/// Nothing when the facts have several stamps, say something of one group twice, or are of a kind
/// that shows its stamps (record_store.h): results and orders are mostly new, and seldom repeated.
[[nodiscard]] std::optional<Statement> statement_of(const Record& record);

[[nodiscard]] std::int64_t owner_key(std::string_view owner);
[[nodiscard]] std::int64_t record_key(std::string_view record_id);

/// A statement that was joined, and what follows when it comes again with a newer stamp, as long as
/// no content of the record changes.
struct KnownStatement {
    std::string stamp;          // the newest it came with
    std::string said_at;        // of that first joining: the record is at least as old
    std::string nothing_up_to;  // a stamp up to this says nothing new
    std::string less_than;  // from this stamp on it would win over another content; empty: never
    std::vector<std::string> groups;  // whose content is what the record says
};

/// Table intake_statement. Belongs to one transaction on one thread.
class StatementTable {
 public:
    explicit StatementTable(store::SqlConnection& sql) : sql_(sql) {}

    Result<std::optional<KnownStatement>> find(const Statement& statement);
    /// All of one record.
    Result<std::vector<KnownStatement>> of_record(std::string_view owner,
                                                  std::string_view record_id);
    Result<> add(const Statement& statement, const KnownStatement& known);
    Result<> restamp(const Statement& statement);
    Result<> forget(std::string_view owner, std::string_view record_id);

 private:
    store::SqlConnection& sql_;
};

}  // namespace wardlight::intake
