// Who a patient really is, and what a visit really is: merges, unlinks and moves as edges, resolved
// to the surviving one. The answer depends on the set of statements only: the newest statement of
// each source counts, and in a circle (A into B, later B into A) the oldest statement yields.
//
// Belongs to one transaction on one thread; remembers what it has read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "intake/facts.h"
#include "store/sql.h"

namespace wardlight::intake {

class IdentityGraph {
 public:
    explicit IdentityGraph(store::SqlConnection& sql) : sql_(sql) {}

    /// The surviving patient or visit.
    Result<std::string> resolve(const std::string& id);
    /// All that resolve to the same survivor, the survivor first, then in order of id.
    Result<std::vector<std::string>> members(const std::string& survivor);
    /// The patient whose data it is: `owner` resolved, and followed through moves of the visit.
    Result<std::string> patient_of(const std::string& owner, const std::string& visit);
    /// True when anything was ever moved with or merged into this visit.
    Result<bool> is_special_visit(const std::string& visit);

    // Each is true when the statement is news.
    Result<bool> add(const Link& link);
    Result<bool> add(const Claim& claim);
    Result<bool> add(const VisitMove& move);

    struct Edge {
        std::string target;
        std::string stamp;
    };

 private:
    struct Move {
        std::string from;
        std::string to;
        std::string stamp;
    };
    using NextEdge = std::function<Result<std::optional<Edge>>(const std::string&)>;

    Result<std::string> follow(std::string from, const NextEdge& next);
    Result<std::optional<Edge>> edge_of(const std::string& id);
    Result<std::optional<Edge>> claim_edge(const std::string& id);
    Result<std::optional<Edge>> move_edge(const std::string& patient, const std::string& visit);
    Result<std::vector<Move>> moves_of(const std::string& visit);
    void forget();

    store::SqlConnection& sql_;
    std::unordered_map<std::string, std::optional<Edge>> edges_;
    std::unordered_map<std::string, std::string> resolved_;
    std::unordered_map<std::string, std::vector<std::string>> members_;
    std::unordered_map<std::string, std::vector<Move>> moves_;
};

}  // namespace wardlight::intake
