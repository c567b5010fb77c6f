// Which records are one thing: after a merge, the result that came under the old number and its
// correction under the new one. The earliest of them gives the resource its id. One transaction,
// one thread.
#pragma once

#include <string>
#include <vector>

#include "intake/identity_graph.h"
#include "intake/record_store.h"

namespace wardlight::intake {

struct RecordGroup {
    std::string patient;  // whose it is now
    /// The one whose id the resource has first.
    std::vector<const StoredRecord*> records;
    [[nodiscard]] const StoredRecord& canonical() const { return *records.front(); }
};

class RecordGroups {
 public:
    RecordGroups(IdentityGraph& graph, RecordStore& records) : graph_(graph), records_(records) {}

    Result<RecordGroup> group_of(const StoredRecord& record);
    /// Id of the resource for a thing that `from` refers to by natural id.
    Result<std::string> resource_id(RecordKind kind, const std::string& natural_id,
                                    const StoredRecord& from, const std::string& patient);

    /// Nothing was ever merged into this patient or moved with this visit: no record has a twin.
    Result<bool> stands_alone(const std::string& patient, const std::string& visit);

    [[nodiscard]] IdentityGraph& graph() { return graph_; }
    [[nodiscard]] RecordStore& records() { return records_; }

 private:
    Result<std::vector<std::string>> natural_ids(RecordKind kind, const std::string& natural_id);
    Result<RecordGroup> find(RecordKind kind, const std::string& natural_id,
                             const std::string& patient, const std::string& visit);

    IdentityGraph& graph_;
    RecordStore& records_;
};

}  // namespace wardlight::intake
