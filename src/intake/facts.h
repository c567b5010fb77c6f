// What a message says, as facts that can be joined in any order.
//
// A record is one thing in the world (a patient, a visit, a result); a fact is the newest statement
// about one group of its fields. Joining keeps, per group, the statement with the latest stamp.
// That join is commutative, associative and idempotent, so records, and with them the FHIR
// resources built from them, depend on which messages came, not on their order or number. Plain
// values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "store/resource.h"

namespace wardlight::intake {

enum class SourceKind { adt, lab, obs, orders, documents };
/// "adt", "lab", ...
[[nodiscard]] std::string_view name_of(SourceKind kind);

/// Stored as numbers: never renumber.
enum class RecordKind : std::uint8_t {
    patient = 1,
    encounter = 2,
    observation = 3,
    diagnostic_report = 4,
    service_request = 5,
    document = 6,
    allergy = 7,
    condition = 8,
    practitioner = 9,
    location = 10,
};
/// FHIR resource type of a kind.
[[nodiscard]] std::string_view resource_type(RecordKind kind);

/// One statement. Stamps compare as text; the later one wins, equal stamps are decided by the
/// content. A null content says that the value was deleted.
struct Fact {
    std::string group;
    std::string stamp;
    json::Value content;
};

/// A record's facts as a whole, when all have one stamp (statement.h).
struct Statement {
    std::int64_t owner_key = 0;   // rows of one patient lie together
    std::int64_t record_key = 0;  // both keys are 64 bits of SHA-256
    std::string digest;           // of the record, its groups and their contents
    std::string stamp;
};

/// What one message says about one thing.
struct Record {
    RecordKind kind = RecordKind::patient;
    /// Identity of the thing without its patient: equal for all messages about it.
    std::string natural_id;
    /// The patient as the message names him (before merges); empty for staff and places.
    std::string owner;
    /// Natural id of the visit it belongs to, or empty.
    std::string visit;
    std::vector<Fact> facts;
    /// Made when all facts are there; nothing when the record cannot be known as a whole.
    std::optional<Statement> whole;
    /// The resource that this alone makes, ready to be written; of kinds that are mostly new.
    std::optional<store::PreparedResource> alone;

    /// Id of the record and of its FHIR resource.
    [[nodiscard]] std::string id() const;
    void add(std::string group, std::string stamp, json::Value content) {
        facts.push_back({std::move(group), std::move(stamp), std::move(content)});
    }
};

/// "`source` is really `target`" (merge) or no longer so (unlink). Patients or visits.
struct Link {
    std::string source;
    std::string target;
    bool is_linked = true;
    std::string stamp;
};

/// The visit's data moved from one patient to another; an empty `from` means from whoever has it.
struct VisitMove {
    std::string visit;
    std::string from;
    std::string to;
    std::string stamp;
};

/// A patient's identifier of a national scheme, by which messages without a local number find him.
struct Claim {
    std::string patient;
    std::string claimed;  // patient id that the national number alone would give; empty: none
    std::string stamp;
};

/// All a message says. The result of map_message(); input of apply().
struct Mapped {
    SourceKind kind = SourceKind::adt;
    Instant event_at;
    std::vector<Record> records;
    std::vector<Link> links;
    std::vector<VisitMove> moves;
    std::vector<Claim> claims;
    std::vector<std::string> warnings;  // stable lower-case codes without values, each once

    void warn(std::string_view code);
};

/// Record id from natural id and owner (records of patients, staff and places are their natural
/// id).
[[nodiscard]] std::string record_id(RecordKind kind, std::string_view natural_id,
                                    std::string_view owner);

/// Same parts, same id, everywhere and always: a UUID (version 8) from SHA-256 of the parts.
[[nodiscard]] std::string deterministic_id(std::initializer_list<std::string_view> parts);

}  // namespace wardlight::intake
