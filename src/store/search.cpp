#include "store/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "store/body.h"
#include "store/index.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;

constexpr std::int64_t kChunk = 512;
// A sorted search must look at every match first; more than this is asked to narrow down.
constexpr std::size_t kSortedMatchesMost = 200'000;

struct Candidate {
    std::int64_t rid = 0;
    std::string keys;
};

/// Where candidates come from.
struct Source {
    enum class Kind { by_id, patient, key, string, type } kind = Kind::type;
    const SearchClause* clause = nullptr;
};

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

Source choose_source(const SearchRequest& request) {
    Source best;
    int best_rank = 0;
    const auto consider = [&](Source::Kind kind, const SearchClause& clause, int rank) {
        if (rank > best_rank) {
            best = {kind, &clause};
            best_rank = rank;
        }
    };
    for (const SearchClause& clause : request.all_of) {
        const auto& parameter = *clause.parameter;
        if (parameter.code == "_id" && clause.modifier == Modifier::none)
            consider(Source::Kind::by_id, clause, 10);
        if (is_patient_reference(clause)) consider(Source::Kind::patient, clause, 9);
        if (!is_globally_indexed(request.type, parameter)) continue;
        const bool is_key = parameter.type == SearchType::token ||
                            parameter.type == SearchType::reference ||
                            parameter.type == SearchType::uri;
        if (is_key &&
            (clause.modifier == Modifier::none || clause.modifier == Modifier::identifier)) {
            const int rank = parameter.code == "identifier"            ? 8
                             : parameter.type == SearchType::reference ? 7
                                                                       : 3;
            consider(Source::Kind::key, clause, rank);
        }
        if (parameter.type == SearchType::string &&
            (clause.modifier == Modifier::none || clause.modifier == Modifier::exact)) {
            consider(Source::Kind::string, clause, 5);
        }
    }
    return best;
}

/// The index entry an operand of a token, reference or uri parameter must be found under.
struct KeyWanted {
    bool is_upper = false;
    std::int64_t value = 0;
};
KeyWanted key_wanted(const SearchClause& clause, const SearchOperand& operand) {
    switch (clause.parameter->type) {
        case SearchType::token:
            if (!operand.has_system) return {false, code_key(operand.code)};
            if (operand.code.empty()) return {false, system_key(operand.system)};
            return {false, token_key(operand.system, operand.code)};
        case SearchType::uri:
            return {false, uri_key(operand.text)};
        default:
            break;
    }
    if (clause.modifier == Modifier::identifier) {
        return {true, operand.has_system ? token_key(operand.system, operand.code)
                                         : code_key(operand.code)};
    }
    const auto& reference = operand.reference;
    if (reference.id.empty()) return {false, uri_key(reference.url)};
    return {false, reference.type.empty() ? reference_id_key(reference.id)
                                          : reference_key(reference.type, reference.id)};
}

constexpr std::string_view kWithKeys =
    "JOIN resource r ON r.rid = x.rid "
    "JOIN resource_index i ON i.patient = r.patient AND i.type = r.type AND i.rid = r.rid ";

Result<> append(Rows rows, std::vector<Candidate>& out) {
    while (TRY(rows.next())) out.push_back({rows.integer(0), rows.string(1)});
    return {};
}

Result<> append_from(SqlConnection& sql, const SearchRequest& request, const Source& source,
                     const SearchOperand* operand, std::int64_t after,
                     std::vector<Candidate>& out) {
    const std::int64_t type = number_of(request.type);
    switch (source.kind) {
        case Source::Kind::by_id:
            return append(
                TRY(sql.query("SELECT r.rid, i.keys FROM resource r JOIN resource_index i "
                              "ON i.patient = r.patient AND i.type = r.type AND i.rid = r.rid "
                              "WHERE r.type = $1 AND r.id = $2 AND r.rid > $3",
                              type, operand->code, after)),
                out);
        case Source::Kind::patient:
            return append(
                TRY(sql.query("SELECT rid, keys FROM resource_index "
                              "WHERE patient = $1 AND type = $2 AND rid > $3 ORDER BY rid LIMIT $4",
                              operand->reference.id, type, after, kChunk)),
                out);
        case Source::Kind::key: {
            static const std::string kText = fmt::format(
                "SELECT x.rid, i.keys FROM global_key x {}"
                "WHERE x.type = $1 AND x.parameter = $2 AND x.value = $3 AND x.rid > $4 ORDER BY "
                "x.rid LIMIT $5",
                kWithKeys);
            const KeyWanted wanted = key_wanted(*source.clause, *operand);
            const Slot slot = wanted.is_upper ? Slot::upper(source.clause->parameter->number)
                                              : Slot::lower(source.clause->parameter->number);
            return append(TRY(sql.query(kText, type, static_cast<int>(slot.value), wanted.value,
                                        after, kChunk)),
                          out);
        }
        case Source::Kind::string: {
            static const std::string kText = fmt::format(
                "SELECT DISTINCT x.rid, i.keys FROM global_string x {}"
                "WHERE x.type = $1 AND x.parameter = $2 AND x.folded >= $3 AND x.folded < $4 AND "
                "x.rid > $5 "
                "ORDER BY x.rid LIMIT $6",
                kWithKeys);
            const std::string from = fold_for_search(operand->text).substr(0, 256);
            return append(
                TRY(sql.query(kText, type, static_cast<int>(source.clause->parameter->number), from,
                              from + "\xF4\x8F\xBF\xBF", after, kChunk)),
                out);
        }
        case Source::Kind::type:
            break;
    }
    return append(TRY(sql.query("SELECT r.rid, i.keys FROM resource r JOIN resource_index i "
                                "ON i.patient = r.patient AND i.type = r.type AND i.rid = r.rid "
                                "WHERE r.type = $1 AND r.rid > $2 ORDER BY r.rid LIMIT $3",
                                type, after, kChunk)),
                  out);
}

/// The next candidates in order of rid. Several operands ("a,b") are merged; each list is complete
/// up to its own last rid, so the merged one is up to the smallest of those.
Result<std::vector<Candidate>> next_candidates(SqlConnection& sql, const SearchRequest& request,
                                               const Source& source, std::int64_t after,
                                               bool& is_last) {
    std::vector<Candidate> out;
    std::int64_t complete_to = INT64_MAX;
    const std::size_t lists = source.clause == nullptr ? 1 : source.clause->any_of.size();
    for (std::size_t i = 0; i < lists; ++i) {
        const std::size_t before = out.size();
        TRY(append_from(sql, request, source,
                        source.clause == nullptr ? nullptr : &source.clause->any_of[i], after,
                        out));
        if (out.size() - before == static_cast<std::size_t>(kChunk))
            complete_to = std::min(complete_to, out.back().rid);
    }
    if (lists > 1) {
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

enum class Verdict { no, yes, ask_body };

bool slot_has(const SlotValues& values, std::int64_t wanted) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == wanted) return true;
    }
    return false;
}

Verdict judge_by_keys(const SearchClause& clause, std::string_view keys) {
    const auto& parameter = *clause.parameter;
    if (parameter.code == "_id" || parameter.code == "_lastUpdated" ||
        clause.modifier == Modifier::text || clause.modifier == Modifier::missing ||
        parameter.type == SearchType::string || parameter.type == SearchType::composite) {
        return Verdict::ask_body;
    }
    const SlotValues lower = values_in_slot(keys, Slot::lower(parameter.number));
    const SlotValues upper = values_in_slot(keys, Slot::upper(parameter.number));
    bool any = false;
    for (const SearchOperand& operand : clause.any_of) {
        if (parameter.type == SearchType::date) {
            if (lower.size() > 1 || upper.size() > 1) return Verdict::ask_body;
            if (lower.size() == 1 && upper.size() == 1) {
                any = any || date_matches({from_micros(lower[0]), from_micros(upper[0])}, operand);
            }
        } else if (parameter.type == SearchType::number || parameter.type == SearchType::quantity) {
            if (lower.size() > 0) return Verdict::ask_body;
        } else {
            const KeyWanted wanted = key_wanted(clause, operand);
            any = any || slot_has(wanted.is_upper ? upper : lower, wanted.value);
        }
    }
    if (clause.modifier == Modifier::negated) any = !any;
    return any ? Verdict::yes : Verdict::no;
}

class Searcher {
 public:
    Searcher(Snapshot& snapshot, const SearchRequest& request)
        : sql_(snapshot.sql()), request_(request), source_(choose_source(request)) {}

    Result<SearchPage> run() { return request_.sort.empty() ? run_unsorted() : run_sorted(); }

    Result<std::optional<Instant>> newest(const fhir::SearchParameter& parameter) {
        std::optional<Instant> newest;
        std::int64_t after = 0;
        for (bool is_last = false; !is_last;) {
            for (const Candidate& candidate :
                 TRY(next_candidates(sql_, request_, source_, after, is_last))) {
                after = candidate.rid;
                const SlotValues dates =
                    values_in_slot(candidate.keys, Slot::upper(parameter.number));
                if (dates.size() == 0) continue;
                // Values are sorted: the last is the latest.
                const Instant date = from_micros(dates[dates.size() - 1]);
                if (newest && date <= *newest) continue;
                if (TRY(load_match(candidate))) newest = date;
            }
        }
        return newest;
    }

 private:
    struct Row {
        StoredResource resource;
        std::int64_t rid = 0;
    };

    Result<std::optional<StoredResource>> load(std::int64_t rid) {
        auto rows = TRY(sql_.query(
            "SELECT id, version, updated, operation, body FROM resource WHERE rid = $1", rid));
        if (!TRY(rows.next())) return std::nullopt;
        StoredResource resource;
        resource.key = {request_.type, rows.string(0)};
        resource.version = rows.integer(1);
        resource.last_updated = from_micros(rows.integer(2));
        resource.operation = static_cast<Operation>(rows.integer(3));
        if (resource.is_deleted()) return std::nullopt;
        resource.body = TRY(unpack_body(rows.text(4), resource.version, resource.last_updated));
        return resource;
    }

    /// Loads the candidate if it matches. Across patients a 64-bit key could collide, so there the
    /// body always decides; inside one patient's range keys are enough.
    Result<std::optional<StoredResource>> load_match(const Candidate& candidate) {
        std::vector<const SearchClause*> undecided;
        for (const SearchClause& clause : request_.all_of) {
            if (source_.kind == Source::Kind::patient && &clause == source_.clause) continue;
            const Verdict verdict = judge_by_keys(clause, candidate.keys);
            if (verdict == Verdict::no) return std::nullopt;
            if (verdict == Verdict::ask_body || source_.kind != Source::Kind::patient)
                undecided.push_back(&clause);
        }
        auto resource = TRY(load(candidate.rid));
        if (!resource || undecided.empty()) return resource;
        const json::Value body = TRY(resource->parsed());
        for (const SearchClause* clause : undecided) {
            if (!matches(body, *clause)) return std::nullopt;
        }
        return resource;
    }

    /// Calls `visit` for each match in order of rid until it returns false.
    template <class Visit>
    Result<> each_match(std::int64_t after, Visit visit) {
        for (bool is_last = false; !is_last;) {
            const auto candidates = TRY(next_candidates(sql_, request_, source_, after, is_last));
            for (const Candidate& candidate : candidates) {
                after = candidate.rid;
                auto match = TRY(load_match(candidate));
                if (match && !visit(Row{std::move(*match), candidate.rid})) return {};
            }
        }
        return {};
    }

    Result<SearchPage> run_unsorted() {
        SearchPage page;
        std::int64_t after = 0;
        if (!request_.cursor.empty()) {
            const auto cursor = parse_integer(request_.cursor);
            if (!cursor || *cursor < 0)
                return fail(ErrorCode::invalid, "not a page of ours", "_cursor");
            after = *cursor;
        }
        const bool counts = request_.count_only || request_.wants_total;
        std::int64_t total = 0;
        std::int64_t last_rid = 0;
        bool has_more = false;
        TRY(each_match(counts ? 0 : after, [&](Row row) {
            ++total;
            if (row.rid <= after || request_.count_only) return true;
            if (page.matches.size() == request_.count) {
                has_more = true;
                return counts;
            }
            last_rid = row.rid;
            page.matches.push_back(std::move(row.resource));
            return true;
        }));
        if (counts) page.total = total;
        if (has_more) page.next_cursor = std::to_string(last_rid);
        return page;
    }

    static std::string sort_key(const json::Value& resource, const SearchSort& sort) {
        const fhir::SearchValues values = fhir::search_values(resource, *sort.parameter);
        if (!values.dates.empty()) return sortable(to_micros(values.dates.front().from));
        if (!values.numbers.empty()) return sortable(number_key(values.numbers.front().low));
        if (!values.strings.empty()) return fold_for_search(values.strings.front());
        if (!values.tokens.empty()) return values.tokens.front().code;
        if (!values.references.empty()) return values.references.front().id;
        return values.uris.empty() ? std::string() : values.uris.front();
    }
    static std::string sortable(std::int64_t value) {
        return fmt::format("{:020}", static_cast<std::uint64_t>(value) ^ (1ULL << 63));
    }

    Result<SearchPage> run_sorted() {
        struct Sorted {
            std::vector<std::string> keys;
            Row row;
        };
        std::vector<Sorted> all;
        bool is_too_many = false;
        Result<> parsed;
        TRY(each_match(0, [&](Row row) {
            const auto body = row.resource.parsed();
            if (!body) {
                parsed = tl::unexpected(body.error());
                return false;
            }
            Sorted sorted;
            for (const SearchSort& sort : request_.sort)
                sorted.keys.push_back(sort_key(*body, sort));
            sorted.row = std::move(row);
            all.push_back(std::move(sorted));
            is_too_many = all.size() > kSortedMatchesMost;
            return !is_too_many;
        }));
        TRY(std::move(parsed));
        if (is_too_many)
            return fail(ErrorCode::too_large, "too many matches to sort: narrow the search",
                        "_sort");
        std::sort(all.begin(), all.end(), [this](const Sorted& a, const Sorted& b) {
            for (std::size_t i = 0; i < request_.sort.size(); ++i) {
                if (a.keys[i] == b.keys[i]) continue;
                // What has no value comes last either way.
                if (a.keys[i].empty() || b.keys[i].empty()) return b.keys[i].empty();
                return (a.keys[i] < b.keys[i]) != request_.sort[i].is_descending;
            }
            return a.row.rid < b.row.rid;
        });
        SearchPage page;
        std::size_t start = 0;
        if (!request_.cursor.empty()) {
            const auto cursor = parse_integer(request_.cursor);
            if (!cursor || *cursor < 0)
                return fail(ErrorCode::invalid, "not a page of ours", "_cursor");
            start = static_cast<std::size_t>(*cursor);
        }
        page.total = static_cast<std::int64_t>(all.size());
        if (request_.count_only) return page;
        for (std::size_t i = start; i < all.size() && page.matches.size() < request_.count; ++i) {
            page.matches.push_back(std::move(all[i].row.resource));
        }
        if (start + page.matches.size() < all.size())
            page.next_cursor = std::to_string(start + page.matches.size());
        return page;
    }

    SqlConnection& sql_;
    const SearchRequest& request_;
    Source source_;
};

}  // namespace

Result<SearchPage> search(Snapshot& snapshot, const SearchRequest& request) {
    return Searcher(snapshot, request).run();
}

Result<std::optional<Instant>> newest_date(Snapshot& snapshot, const SearchRequest& request,
                                           std::string_view date_parameter) {
    const fhir::SearchParameter* parameter = fhir::find_parameter(request.type, date_parameter);
    if (parameter == nullptr || parameter->type != SearchType::date) {
        return fail(ErrorCode::invalid, "not a date parameter of this type");
    }
    return Searcher(snapshot, request).newest(*parameter);
}

Result<std::vector<json::Value>> search_all(Snapshot& snapshot, std::string_view type,
                                            const QueryParameters& query, std::size_t most) {
    const auto number = fhir::type_number(type);
    if (!number) return fail(ErrorCode::invalid, "not a FHIR R4 resource type");
    SearchRequest request = TRY(parse_search(*number, query));
    request.count = most;
    const SearchPage page = TRY(search(snapshot, request));
    if (!page.next_cursor.empty()) return fail(ErrorCode::too_large, "more matches than expected");
    std::vector<json::Value> out;
    out.reserve(page.matches.size());
    for (const StoredResource& match : page.matches) out.push_back(TRY(match.parsed()));
    return out;
}

}  // namespace wardlight::store
