// Records as they are kept: one row each, facts joined. Belongs to one transaction on one thread;
// keeps what it has read, so that a message with ten thousand results reads each row once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "intake/facts.h"
#include "intake/statement.h"
#include "store/sql.h"

namespace wardlight::intake {

struct StoredFact {
    std::string stamp;
    json::Value content;
};
using Facts = std::map<std::string, StoredFact, std::less<>>;

struct StoredRecord {
    std::string id;
    RecordKind kind = RecordKind::patient;
    std::string natural_id;
    std::string owner;
    std::string visit;  // of the newest statement that names one
    /// Time of the earliest message about it: of several records that turn out to be one thing, the
    /// first to be known keeps its resource.
    std::string first_at;
    Facts facts;
    /// This transaction made it, or learned of an earlier message about it.
    bool is_reordered = false;
    bool is_stored = false;
    std::size_t statements = 0;         // known of it, see statement.h
    const Record* only_said = nullptr;  // what this transaction made it of, and nothing else since
};

/// What a statement did to a record. `restamped`: it says again what is known, newer; that is kept,
/// but shows only where another record says something else. `repeated`: as restamped, known without
/// reading the record, whose resource stays as it is.
enum class Joined { nothing, repeated, restamped, changed };

/// Within one result the newer of two statements counts. Elsewhere a stamp decides only between
/// records of one thing; and patient and visit are repeated with every message about them.
[[nodiscard]] bool shows_stamps(RecordKind kind);

/// A record as it is when nothing but `said` is known of the thing.
[[nodiscard]] StoredRecord record_made_of(const Record& said, const std::string& at);

class RecordStore {
 public:
    explicit RecordStore(store::SqlConnection& sql, std::int64_t message_number)
        : sql_(sql), statements_(sql), message_(message_number) {}

    /// nullptr when there is none.
    Result<StoredRecord*> find(const std::string& id);
    /// Joins what a message says and stores it.
    Result<Joined> join(const Record& said, const std::string& at);

    Result<std::vector<std::string>> ids_of_owner(const std::string& owner);
    Result<std::vector<std::string>> ids_of_visit(const std::string& visit);
    /// Records about one thing, of one owner or of one visit.
    Result<std::vector<std::string>> ids_of(const std::string& owner,
                                            const std::string& natural_id);
    Result<std::vector<std::string>> ids_in_visit(const std::string& visit,
                                                  const std::string& natural_id);

 private:
    Result<std::vector<std::string>> read_ids(store::Rows rows);
    Result<std::unique_ptr<StoredRecord>> read(const std::string& id);
    Result<std::optional<Joined>> join_known(const Statement& statement, const std::string& at);
    Result<> note_statement(StoredRecord& record, const Record& said, const std::string& at);
    Result<> forget_statements(StoredRecord& record);
    Result<> save(StoredRecord& record);

    store::SqlConnection& sql_;
    StatementTable statements_;
    std::int64_t message_;
    std::unordered_map<std::string, std::unique_ptr<StoredRecord>> cache_;
};

}  // namespace wardlight::intake
