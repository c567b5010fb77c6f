#include "store/search_source.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;

constexpr std::int64_t kChunk = 512;
// Above this many, whichever of several keys is gone through, the search is a long one.
constexpr std::int64_t kCountedMost = 64 * 8 * 8 * 8;

std::int64_t number_of(fhir::TypeNumber type) {
    return static_cast<std::int64_t>(type);
}

bool is_patient_reference(const SearchClause& clause) {
    if (!clause.parameter->is_owner_link || clause.modifier != Modifier::none ||
        clause.any_of.size() != 1)
        return false;
    const auto& reference = clause.any_of.front().reference;
    // "patient=5" means Patient/5; "subject=5" may mean something else and is not narrowed.
    return !reference.id.empty() &&
           (reference.type == "Patient" ||
            (reference.type.empty() && clause.parameter->code == "patient"));
}

bool is_key_type(SearchType type) {
    return type == SearchType::token || type == SearchType::reference || type == SearchType::uri;
}

/// The entry in global_key that every match has.
std::optional<std::int64_t> global_value(const SearchClause& clause, const SearchOperand& operand) {
    switch (clause.parameter->type) {
        case SearchType::token:
            return operand.code.empty() ? std::nullopt : std::optional(code_key(operand.code));
        case SearchType::uri:
            return uri_key(operand.text);
        default:
            return operand.reference.id.empty() ? uri_key(operand.reference.url)
                                                : reference_id_key(operand.reference.id);
    }
}

int slot_of(const SearchClause& clause) {
    return Slot::lower(clause.parameter->number).value;
}

bool has_global_values(const SearchClause& clause) {
    return clause.modifier == Modifier::none &&
           std::all_of(clause.any_of.begin(), clause.any_of.end(),
                       [&](const SearchOperand& operand) { return global_value(clause, operand); });
}

bool is_code_of_chart(const SearchRequest& request, const SearchClause& clause) {
    return is_charted(request.type) && clause.parameter->code == "code" &&
           has_global_values(clause);
}

Result<> append(Rows rows, std::vector<Candidate>& out) {
    while (TRY(rows.next())) out.push_back({rows.integer(0), rows.string(1)});
    return {};
}

}  // namespace

std::optional<WantedKey> wanted_key(const SearchClause& clause, const SearchOperand& operand) {
    const auto& parameter = *clause.parameter;
    if (parameter.type == SearchType::uri) return WantedKey{false, uri_key(operand.text)};
    if (parameter.type == SearchType::token || clause.modifier == Modifier::identifier) {
        if (operand.code.empty()) return std::nullopt;
        if (operand.has_system) return WantedKey{true, token_key(operand.system, operand.code)};
        // Identifiers of references share the upper slot.
        return WantedKey{parameter.type != SearchType::token, code_key(operand.code)};
    }
    const auto& reference = operand.reference;
    if (reference.id.empty()) return WantedKey{false, uri_key(reference.url)};
    if (reference.type.empty()) return WantedKey{false, reference_id_key(reference.id)};
    return WantedKey{true, reference_key(reference.type, reference.id)};
}

SearchSource::SearchSource(const SearchRequest& request) : request_(request) {
    const auto patient =
        std::find_if(request.all_of.begin(), request.all_of.end(), is_patient_reference);
    for (const SearchClause& clause : request.all_of) {
        const auto& parameter = *clause.parameter;
        if (parameter.code == "_id" && clause.modifier == Modifier::none)
            consider(Kind::by_id, clause, 11);
        if (is_patient_reference(clause)) consider(Kind::patient, clause, 9);
        if (patient != request.all_of.end() && is_code_of_chart(request, clause))
            consider(Kind::chart, clause, 10);
        if (!is_globally_indexed(request.type, parameter)) continue;
        if (is_key_type(parameter.type) && has_global_values(clause)) {
            const int rank = parameter.code == "identifier"            ? 8
                             : parameter.type == SearchType::reference ? 7
                                                                       : 3;
            consider(Kind::key, clause, rank);
            keyed_.push_back(&clause);
        }
        if (parameter.type == SearchType::string &&
            (clause.modifier == Modifier::none || clause.modifier == Modifier::exact)) {
            consider(Kind::string, clause, 5);
        }
    }
    if (kind_ == Kind::chart || kind_ == Kind::patient) patient_clause_ = &*patient;
}

void SearchSource::consider(Kind kind, const SearchClause& clause, int rank) {
    if (rank <= rank_) return;
    kind_ = kind;
    clause_ = &clause;
    rank_ = rank;
}

const std::string* SearchSource::patient() const {
    return patient_clause_ == nullptr ? nullptr : &patient_clause_->any_of.front().reference.id;
}

SearchSource::Window SearchSource::window() const {
    Window window;
    for (const SearchClause& clause : request_.all_of) {
        if (clause.parameter->code != "date" || clause.modifier != Modifier::none ||
            clause.any_of.size() != 1)
            continue;
        const SearchOperand& operand = clause.any_of.front();
        const Prefix prefix = operand.prefix;
        const bool has_start = prefix == Prefix::eq || prefix == Prefix::ap ||
                               prefix == Prefix::ge || prefix == Prefix::gt || prefix == Prefix::sa;
        const bool has_end = prefix == Prefix::eq || prefix == Prefix::ap || prefix == Prefix::le ||
                             prefix == Prefix::lt || prefix == Prefix::eb;
        // What began a span earlier may still reach into the time asked for.
        if (has_start)
            window.from = std::max(window.from, to_micros(operand.date.from - kChartSpan));
        if (has_end) window.until = std::min(window.until, to_micros(operand.date.until));
    }
    return window;
}

Result<> SearchSource::append_chart(SqlConnection& sql, std::int64_t code, std::int64_t after,
                                    std::vector<Candidate>& out) const {
    constexpr std::string_view kText =
        "SELECT rid FROM chart_key WHERE patient_key = $1 AND type = $2 AND code = $3 AND "
        "at >= $4 AND at <= $5 AND rid > $6";
    const std::int64_t key = patient_key(PatientId{*patient()});
    const Window window = this->window();
    const auto append_from = [&](std::int64_t from, std::int64_t until) -> Result<> {
        auto rows = TRY(sql.query(kText, key, number_of(request_.type), code, from, until, after));
        while (TRY(rows.next())) out.push_back({rows.integer(0), std::nullopt});
        return {};
    };
    TRY(append_from(window.from, window.until));
    return window.from == kChartAnyTime ? Result<>{} : append_from(kChartAnyTime, kChartAnyTime);
}

Result<> SearchSource::narrow(SqlConnection& sql) {
    std::erase_if(keyed_, [](const SearchClause* clause) { return clause->any_of.size() > 1; });
    if (kind_ != Kind::key || keyed_.empty()) return {};
    const SearchClause* fewest = nullptr;
    for (std::int64_t most = 64; most <= kCountedMost && fewest == nullptr; most *= 8) {
        for (const SearchClause* clause : keyed_) {
            if (keyed_.size() == 1 || fewest != nullptr) break;
            auto rows =
                TRY(sql.query("SELECT COUNT(*) FROM (SELECT 1 FROM global_key WHERE type = $1 AND "
                              "parameter = $2 AND value = $3 LIMIT $4)",
                              number_of(request_.type), slot_of(*clause),
                              global_value(*clause, clause->any_of.front()), most));
            TRY(rows.next());
            if (rows.integer(0) < most) fewest = clause;
        }
    }
    if (fewest != nullptr) clause_ = fewest;
    const auto other = std::find_if(keyed_.begin(), keyed_.end(),
                                    [&](const SearchClause* clause) { return clause != clause_; });
    if (other != keyed_.end()) also_keyed_ = *other;
    return {};
}

Result<> SearchSource::append_keyed(SqlConnection& sql, const SearchOperand& operand,
                                    std::int64_t after, std::vector<Candidate>& out) const {
    const std::int64_t type = number_of(request_.type);
    const auto value = global_value(*clause_, operand);
    if (also_keyed_ == nullptr) {
        return append(
            TRY(sql.query("SELECT x.rid, r.keys FROM global_key x JOIN resource r ON r.rid = x.rid "
                          "WHERE x.type = $1 AND x.parameter = $2 AND x.value = $3 AND x.rid > $4 "
                          "ORDER BY x.rid LIMIT $5",
                          type, slot_of(*clause_), value, after, kChunk)),
            out);
    }
    return append(
        TRY(sql.query("SELECT x.rid, r.keys FROM (SELECT f.rid FROM global_key f WHERE "
                      "f.type = $1 AND f.parameter = $2 AND f.value = $3 AND f.rid > $4 AND "
                      "EXISTS (SELECT 1 FROM global_key o WHERE o.type = $1 AND "
                      "o.parameter = $6 AND o.value = $7 AND o.rid = f.rid) "
                      "ORDER BY f.rid LIMIT $5) x JOIN resource r ON r.rid = x.rid ORDER BY x.rid",
                      type, slot_of(*clause_), value, after, kChunk, slot_of(*also_keyed_),
                      global_value(*also_keyed_, also_keyed_->any_of.front()))),
        out);
}

Result<> SearchSource::append_list(SqlConnection& sql, const SearchOperand* operand,
                                   std::int64_t after, std::vector<Candidate>& out) const {
    const std::int64_t type = number_of(request_.type);
    switch (kind_) {
        case Kind::by_id:
            return append(TRY(sql.query("SELECT rid, keys FROM resource WHERE type = $1 AND "
                                        "id = $2 AND rid > $3 AND operation <> 2",
                                        type, operand->code, after)),
                          out);
        case Kind::chart:
            return append_chart(sql, *global_value(*clause_, *operand), after, out);
        case Kind::patient:
            return append(
                TRY(sql.query("SELECT rid, keys FROM resource WHERE patient_key = $1 AND "
                              "type = $2 AND rid > $3 AND operation <> 2 AND patient = $5 ORDER BY "
                              "rid LIMIT $4",
                              patient_key(PatientId{*patient()}), type, after, kChunk, *patient())),
                out);
        case Kind::key:
            return append_keyed(sql, *operand, after, out);
        case Kind::string: {
            const std::string from = fold_for_search(operand->text).substr(0, 256);
            // A frequent name has thousands: only those of this chunk are kept and looked up. Who
            // has two such names comes twice; next() leaves one.
            return append(TRY(sql.query("SELECT x.rid, r.keys FROM (SELECT rid FROM global_string "
                                        "WHERE type = $1 AND parameter = $2 AND folded >= $3 AND "
                                        "folded < $4 AND rid > $5 ORDER BY rid LIMIT $6) x "
                                        "JOIN resource r ON r.rid = x.rid ORDER BY x.rid",
                                        type, static_cast<int>(clause_->parameter->number), from,
                                        from + "\xF4\x8F\xBF\xBF", after, kChunk)),
                          out);
        }
        case Kind::type:
            break;
    }
    return append(TRY(sql.query("SELECT rid, keys FROM resource WHERE type = $1 AND rid > $2 AND "
                                "operation <> 2 ORDER BY rid LIMIT $3",
                                type, after, kChunk)),
                  out);
}

/// Several operands ("a,b") are merged; each list is complete up to its own last rid, so the merged
/// one is up to the smallest of those. Charts are complete at once.
Result<std::vector<Candidate>> SearchSource::next(SqlConnection& sql, std::int64_t after,
                                                  bool& is_last) const {
    std::vector<Candidate> out;
    std::int64_t complete_to = INT64_MAX;
    const std::size_t lists = clause_ == nullptr ? 1 : clause_->any_of.size();
    for (std::size_t i = 0; i < lists; ++i) {
        const std::size_t before = out.size();
        TRY(append_list(sql, clause_ == nullptr ? nullptr : &clause_->any_of[i], after, out));
        if (kind_ != Kind::chart && out.size() - before == static_cast<std::size_t>(kChunk))
            complete_to = std::min(complete_to, out.back().rid);
    }
    if (lists > 1 || kind_ == Kind::chart || kind_ == Kind::string) {
        std::sort(out.begin(), out.end(),
                  [](const Candidate& a, const Candidate& b) { return a.rid < b.rid; });
        out.erase(std::unique(out.begin(), out.end(),
                              [](const auto& a, const auto& b) { return a.rid == b.rid; }),
                  out.end());
        std::erase_if(out, [&](const Candidate& candidate) { return candidate.rid > complete_to; });
    }
    is_last = complete_to == INT64_MAX;
    return out;
}

}  // namespace wardlight::store
