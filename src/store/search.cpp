#include "store/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "store/body.h"
#include "store/index.h"
#include "store/search_source.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;

// A sorted search must look at every match first; more than this is asked to narrow down.
constexpr std::size_t kSortedMatchesMost = 200'000;

enum class Verdict { no, yes, ask_body };

bool slot_has(const SlotValues& values, std::int64_t wanted) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == wanted) return true;
    }
    return false;
}

/// A clause with the keys its operands are found under, worked out once for all candidates.
struct JudgedClause {
    const SearchClause* clause;
    std::vector<std::optional<WantedKey>> wanted;
};

bool is_decided_on_body(const SearchClause& clause) {
    const auto& parameter = *clause.parameter;
    return parameter.code == "_id" || parameter.code == "_lastUpdated" ||
           clause.modifier == Modifier::text || clause.modifier == Modifier::missing ||
           parameter.type == SearchType::string || parameter.type == SearchType::composite;
}

JudgedClause prepare_clause(const SearchClause& clause) {
    JudgedClause judged{&clause, {}};
    const SearchType type = clause.parameter->type;
    const bool has_keys =
        type == SearchType::token || type == SearchType::reference || type == SearchType::uri;
    if (is_decided_on_body(clause) || !has_keys) return judged;
    for (const SearchOperand& operand : clause.any_of)
        judged.wanted.push_back(wanted_key(clause, operand));
    return judged;
}

Verdict judge_dates(const SearchClause& clause, const SlotValues& lower, const SlotValues& upper) {
    if (lower.size() > 1 || upper.size() > 1) return Verdict::ask_body;
    if (lower.size() == 0 || upper.size() == 0) return Verdict::no;
    const InstantRange range{from_micros(lower[0]), from_micros(upper[0])};
    const bool any =
        std::any_of(clause.any_of.begin(), clause.any_of.end(),
                    [&](const SearchOperand& operand) { return date_matches(range, operand); });
    return any ? Verdict::yes : Verdict::no;
}

Verdict judge_by_keys(const JudgedClause& judged, std::string_view keys) {
    const SearchClause& clause = *judged.clause;
    if (is_decided_on_body(clause)) return Verdict::ask_body;
    const SlotValues lower = values_in_slot(keys, Slot::lower(clause.parameter->number));
    const SlotValues upper = values_in_slot(keys, Slot::upper(clause.parameter->number));
    if (clause.parameter->type == SearchType::date) return judge_dates(clause, lower, upper);
    if (judged.wanted.empty()) return lower.size() > 0 ? Verdict::ask_body : Verdict::no;
    bool any = false;
    for (const auto& wanted : judged.wanted) {
        if (!wanted) return Verdict::ask_body;
        any = any || slot_has(wanted->is_upper ? upper : lower, wanted->value);
    }
    if (clause.modifier == Modifier::negated) any = !any;
    return any ? Verdict::yes : Verdict::no;
}

class Searcher {
 public:
    Searcher(Snapshot& snapshot, const SearchRequest& request)
        : sql_(snapshot.sql()), request_(request), source_(request) {
        for (const SearchClause& clause : request.all_of)
            if (!source_.is_settled(clause)) clauses_.push_back(prepare_clause(clause));
    }

    Result<SearchPage> run() { return request_.sort.empty() ? run_unsorted() : run_sorted(); }

    Result<std::optional<Instant>> newest(const fhir::SearchParameter& parameter) {
        std::optional<Instant> newest;
        TRY(each_match(0, [&](Match& match) -> Result<bool> {
            const SlotValues dates = values_in_slot(match.keys, Slot::upper(parameter.number));
            // Values are sorted: the last is the latest.
            if (dates.size() > 0) {
                const Instant date = from_micros(dates[dates.size() - 1]);
                if (!newest || date > *newest) newest = date;
            }
            return true;
        }));
        return newest;
    }

    Result<std::vector<PatientId>> likely_patients(std::size_t most) {
        std::vector<PatientId> patients;
        TRY(source_.narrow(sql_));
        std::int64_t after = 0;
        for (bool is_last = false; !is_last;) {
            for (Candidate& candidate : TRY(source_.next(sql_, after, is_last))) {
                after = candidate.rid;
                const auto match = TRY(read_keys(candidate));
                if (!match || !undecided_by(match->keys)) continue;
                auto rows =
                    TRY(sql_.query("SELECT patient FROM resource WHERE rid = $1", candidate.rid));
                if (!TRY(rows.next()) || rows.text(0).empty()) continue;
                const PatientId patient{rows.string(0)};
                if (std::find(patients.begin(), patients.end(), patient) != patients.end())
                    continue;
                if (patients.size() == most)
                    return fail(ErrorCode::too_large, "more matches than expected");
                patients.push_back(patient);
            }
        }
        return patients;
    }

 private:
    /// What matches; the resource is there when the body had to be read anyway.
    struct Match {
        std::int64_t rid = 0;
        std::string keys;
        std::optional<StoredResource> resource;
    };

    Result<Rows> row_of(std::int64_t rid) {
        return sql_.query(
            "SELECT id, version, updated, operation, patient, body, keys FROM resource "
            "WHERE rid = $1",
            rid);
    }

    Result<StoredResource> resource_from(const Rows& rows) const {
        StoredResource resource;
        resource.key = {request_.type, rows.string(0)};
        resource.version = rows.integer(1);
        resource.last_updated = from_micros(rows.integer(2));
        resource.operation = static_cast<Operation>(rows.integer(3));
        resource.patient = PatientId{rows.string(4)};
        resource.body = TRY(unpack_body(rows.text(5), resource.version, resource.last_updated));
        return resource;
    }

    /// Of a match: its row has been read before, in this same state.
    Result<StoredResource> load(std::int64_t rid) {
        auto rows = TRY(row_of(rid));
        const bool is_there = TRY(rows.next());
        CHECK_INVARIANT(is_there);
        return resource_from(rows);
    }

    /// What the keys leave open; nothing when they rule it out.
    [[nodiscard]] std::optional<std::vector<const SearchClause*>> undecided_by(
        std::string_view keys) const {
        std::vector<const SearchClause*> undecided;
        for (const JudgedClause& judged : clauses_) {
            const Verdict verdict = judge_by_keys(judged, keys);
            if (verdict == Verdict::no) return std::nullopt;
            if (verdict == Verdict::ask_body || source_.patient() == nullptr)
                undecided.push_back(judged.clause);
        }
        return undecided;
    }

    /// A row of a chart, read once for its keys and, if it will be shown, its body; nothing when it
    /// is another patient's whose hash is the same.
    Result<std::optional<Match>> read_chart_row(std::int64_t rid) {
        auto rows = TRY(row_of(rid));
        if (!TRY(rows.next()) || rows.text(4) != *source_.patient()) return std::nullopt;
        Match match{rid, rows.string(6), std::nullopt};
        if (shows_after_ && rid > *shows_after_ && undecided_by(match.keys))
            match.resource = TRY(resource_from(rows));
        return match;
    }

    Result<std::optional<Match>> read_keys(Candidate& candidate) {
        if (!candidate.keys) return read_chart_row(candidate.rid);
        return Match{candidate.rid, std::move(*candidate.keys), std::nullopt};
    }

    Result<std::optional<Match>> judge(Candidate candidate) {
        std::optional<Match> match = TRY(read_keys(candidate));
        if (!match) return std::nullopt;
        const auto undecided = undecided_by(match->keys);
        if (!undecided) return std::nullopt;
        if (undecided->empty()) return match;
        if (!match->resource) match->resource = TRY(load(match->rid));
        const json::Value body = TRY(match->resource->parsed());
        for (const SearchClause* clause : *undecided) {
            if (!matches(body, *clause)) return std::nullopt;
        }
        return match;
    }

    /// Calls `visit` for each match in order of rid until it returns false.
    template <class Visit>
    Result<> each_match(std::int64_t after, Visit visit) {
        TRY(source_.narrow(sql_));
        for (bool is_last = false; !is_last;) {
            auto candidates = TRY(source_.next(sql_, after, is_last));
            for (Candidate& candidate : candidates) {
                after = candidate.rid;
                auto match = TRY(judge(std::move(candidate)));
                if (match && !TRY(visit(*match))) return {};
            }
        }
        return {};
    }

    /// Reads the match's body if need be.
    Result<> take(Match& match, SearchPage& page) {
        if (!match.resource) match.resource = TRY(load(match.rid));
        page.matches.push_back(std::move(*match.resource));
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
        if (!request_.count_only) shows_after_ = after;
        TRY(each_match(counts ? 0 : after, [&](Match& match) -> Result<bool> {
            ++total;
            if (match.rid <= after || request_.count_only) return true;
            if (page.matches.size() == request_.count) {
                has_more = true;
                return counts;
            }
            TRY(take(match, page));
            last_rid = match.rid;
            if (page.matches.size() == request_.count) shows_after_.reset();
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

    /// A single date is as good in the keys as in the body; everything else is read there.
    static std::optional<std::string> sort_key_from_keys(std::string_view keys,
                                                         const SearchSort& sort) {
        if (sort.parameter->type != SearchType::date || sort.parameter->code == "_lastUpdated")
            return std::nullopt;
        const SlotValues lower = values_in_slot(keys, Slot::lower(sort.parameter->number));
        if (lower.size() > 1) return std::nullopt;
        return lower.size() == 0 ? std::string() : sortable(lower[0]);
    }

    Result<std::vector<std::string>> sort_keys(Match& match) {
        std::vector<std::string> keys;
        std::optional<json::Value> body;
        for (const SearchSort& sort : request_.sort) {
            if (auto key = sort_key_from_keys(match.keys, sort)) {
                keys.push_back(std::move(*key));
                continue;
            }
            if (!body) {
                if (!match.resource) match.resource = TRY(load(match.rid));
                body = TRY(match.resource->parsed());
            }
            keys.push_back(sort_key(*body, sort));
        }
        return keys;
    }

    Result<SearchPage> run_sorted() {
        struct Sorted {
            std::vector<std::string> keys;
            Match match;
        };
        std::vector<Sorted> all;
        bool is_too_many = false;
        TRY(each_match(0, [&](Match& match) -> Result<bool> {
            auto keys = TRY(sort_keys(match));
            match.keys.clear();
            all.push_back({std::move(keys), std::move(match)});
            is_too_many = all.size() > kSortedMatchesMost;
            return !is_too_many;
        }));
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
            return a.match.rid < b.match.rid;
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
        std::size_t next = start;
        for (; next < all.size() && page.matches.size() < request_.count; ++next)
            TRY(take(all[next].match, page));
        if (next < all.size()) page.next_cursor = std::to_string(next);
        return page;
    }

    SqlConnection& sql_;
    const SearchRequest& request_;
    SearchSource source_;
    std::vector<JudgedClause> clauses_;
    /// Matches behind this one will be shown, as far as one can tell.
    std::optional<std::int64_t> shows_after_;
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

Result<std::vector<PatientId>> likely_patients(Snapshot& snapshot, std::string_view type,
                                               const QueryParameters& query, std::size_t most) {
    const auto number = fhir::type_number(type);
    if (!number) return fail(ErrorCode::invalid, "not a FHIR R4 resource type");
    const SearchRequest request = TRY(parse_search(*number, query));
    return Searcher(snapshot, request).likely_patients(most);
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
