#include "intake/identity_graph.h"

#include <algorithm>
#include <set>

namespace wardlight::intake {

Result<std::string> IdentityGraph::follow(std::string from, const NextEdge& next) {
    struct Step {
        std::string node;
        std::string stamp;
    };
    std::vector<Step> path;
    std::string at = std::move(from);
    for (;;) {
        const auto edge = TRY(next(at));
        if (!edge) return at;
        path.push_back({at, edge->stamp});
        const auto circle = std::find_if(
            path.begin(), path.end(), [&](const Step& step) { return step.node == edge->target; });
        if (circle != path.end()) {
            return std::min_element(circle, path.end(),
                                    [](const Step& a, const Step& b) {
                                        return std::tie(a.stamp, a.node) <
                                               std::tie(b.stamp, b.node);
                                    })
                ->node;
        }
        at = edge->target;
    }
}

Result<std::string> IdentityGraph::resolve(const std::string& id) {
    if (id.empty()) return id;
    if (const auto known = resolved_.find(id); known != resolved_.end()) return known->second;
    std::string survivor = TRY(follow(id, [this](const std::string& at) { return edge_of(at); }));
    resolved_.emplace(id, survivor);
    return survivor;
}

Result<std::optional<IdentityGraph::Edge>> IdentityGraph::edge_of(const std::string& id) {
    if (const auto known = edges_.find(id); known != edges_.end()) return known->second;
    std::optional<Edge> edge;
    {
        // Few rows, nearly always none: choosing the newest here costs less than a sorted query.
        auto rows = TRY(sql_.query(
            "SELECT target, stamp FROM intake_link WHERE source = $1 AND is_linked = 1", id));
        while (TRY(rows.next())) {
            Edge link{rows.string(0), rows.string(1)};
            if (!edge || std::tie(edge->stamp, edge->target) < std::tie(link.stamp, link.target))
                edge = std::move(link);
        }
    }
    if (!edge) edge = TRY(claim_edge(id));
    edges_.emplace(id, edge);
    return edge;
}

/// A national number stands for the one patient who has it; when several do, for nobody.
Result<std::optional<IdentityGraph::Edge>> IdentityGraph::claim_edge(const std::string& id) {
    std::vector<std::string> patients;
    {
        auto rows = TRY(sql_.query("SELECT patient FROM intake_claim WHERE claimed = $1", id));
        while (TRY(rows.next())) patients.push_back(rows.string(0));
    }
    std::set<std::string> survivors;
    for (const std::string& patient : patients) survivors.insert(TRY(resolve(patient)));
    if (survivors.size() != 1 || survivors.contains(id)) return std::nullopt;
    return Edge{*survivors.begin(), {}};
}

Result<std::vector<std::string>> IdentityGraph::members(const std::string& survivor) {
    if (const auto known = members_.find(survivor); known != members_.end()) return known->second;
    std::vector<std::string> all{survivor};
    std::set<std::string> seen{survivor};
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::vector<std::string> candidates;
        {
            auto rows = TRY(sql_.query("SELECT source FROM intake_link WHERE target = $1", all[i]));
            while (TRY(rows.next())) candidates.push_back(rows.string(0));
        }
        {
            auto rows =
                TRY(sql_.query("SELECT claimed FROM intake_claim WHERE patient = $1", all[i]));
            while (TRY(rows.next())) candidates.push_back(rows.string(0));
        }
        for (std::string& candidate : candidates) {
            if (candidate.empty() || seen.contains(candidate)) continue;
            if (TRY(resolve(candidate)) != survivor) continue;
            seen.insert(candidate);
            all.push_back(std::move(candidate));
        }
    }
    std::sort(all.begin() + 1, all.end());
    members_.emplace(survivor, all);
    return all;
}

Result<std::vector<IdentityGraph::Move>> IdentityGraph::moves_of(const std::string& visit) {
    if (const auto known = moves_.find(visit); known != moves_.end()) return known->second;
    std::vector<Move> moves;
    {
        auto rows = TRY(sql_.query(
            "SELECT from_patient, to_patient, stamp FROM intake_visit_move WHERE visit = $1",
            visit));
        while (TRY(rows.next())) moves.push_back({rows.string(0), rows.string(1), rows.string(2)});
    }
    moves_.emplace(visit, moves);
    return moves;
}

Result<std::optional<IdentityGraph::Edge>> IdentityGraph::move_edge(const std::string& patient,
                                                                    const std::string& visit) {
    std::optional<Edge> best;
    for (const std::string& one : {visit, TRY(resolve(visit))}) {
        for (const Move& move : TRY(moves_of(one))) {
            if (!move.from.empty() && TRY(resolve(move.from)) != patient) continue;
            const std::string target = TRY(resolve(move.to));
            if (target == patient) continue;
            if (!best || std::tie(best->stamp, best->target) < std::tie(move.stamp, target))
                best = Edge{target, move.stamp};
        }
    }
    return best;
}

Result<std::string> IdentityGraph::patient_of(const std::string& owner, const std::string& visit) {
    std::string patient = TRY(resolve(owner));
    if (visit.empty()) return patient;
    return follow(std::move(patient), [&](const std::string& at) { return move_edge(at, visit); });
}

Result<bool> IdentityGraph::is_special_visit(const std::string& visit) {
    if (visit.empty()) return false;
    const std::string survivor = TRY(resolve(visit));
    if (survivor != visit) return true;
    if (TRY(members(visit)).size() > 1) return true;
    return !TRY(moves_of(visit)).empty();
}

Result<bool> IdentityGraph::add(const Link& link) {
    TRY(sql_.run(
        "INSERT INTO intake_link (source, target, is_linked, stamp) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (source, target) DO UPDATE SET is_linked = $3, stamp = $4 "
        "WHERE intake_link.stamp < $4",
        link.source, link.target, link.is_linked, link.stamp));
    const bool is_news = sql_.changes() > 0;
    if (is_news) forget();
    return is_news;
}

Result<bool> IdentityGraph::add(const Claim& claim) {
    TRY(sql_.run(
        "INSERT INTO intake_claim (patient, claimed, stamp) VALUES ($1, $2, $3) "
        "ON CONFLICT (patient) DO UPDATE SET claimed = $2, stamp = $3 "
        "WHERE intake_claim.stamp < $3 OR (intake_claim.stamp = $3 AND intake_claim.claimed < $2)",
        claim.patient, claim.claimed, claim.stamp));
    const bool is_news = sql_.changes() > 0;
    if (is_news) forget();
    return is_news;
}

Result<bool> IdentityGraph::add(const VisitMove& move) {
    TRY(
        sql_.run("INSERT INTO intake_visit_move (visit, from_patient, to_patient, stamp) "
                 "VALUES ($1, $2, $3, $4) ON CONFLICT (visit, from_patient) DO UPDATE SET "
                 "to_patient = $3, stamp = $4 WHERE intake_visit_move.stamp < $4 OR "
                 "(intake_visit_move.stamp = $4 AND intake_visit_move.to_patient < $3)",
                 move.visit, move.from, move.to, move.stamp));
    const bool is_news = sql_.changes() > 0;
    if (is_news) forget();
    return is_news;
}

void IdentityGraph::forget() {
    edges_.clear();
    resolved_.clear();
    members_.clear();
    moves_.clear();
}

}  // namespace wardlight::intake
