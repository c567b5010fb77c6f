// Where a search looks: the narrowest index there is for it, and what an index entry says about a
// clause.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/index.h"
#include "store/search_request.h"
#include "store/sql.h"

namespace wardlight::store {

struct Candidate {
    std::int64_t rid = 0;
    /// Not there where the source knows the resource without having read it.
    std::optional<std::string> keys;
};

/// The index entry under which an operand of a token, reference or uri parameter is found.
struct WantedKey {
    bool is_upper = false;
    std::int64_t value = 0;
};
/// Nothing when no entry can tell ("system|", any code of a system).
[[nodiscard]] std::optional<WantedKey> wanted_key(const SearchClause& clause,
                                                  const SearchOperand& operand);

/// Gives the candidates of a search in order of rid. Keeps a reference to the request.
class SearchSource {
 public:
    explicit SearchSource(const SearchRequest& request);

    /// Before next(), once: of several keys that all must be there (everybody who ever lay on a
    /// ward, everybody who is in hospital), goes through the one with the fewest resources and asks
    /// for another one of each.
    Result<> narrow(SqlConnection& sql);
    /// The next candidates after `after`; fewer than all, unless `is_last`.
    Result<std::vector<Candidate>> next(SqlConnection& sql, std::int64_t after,
                                        bool& is_last) const;

    /// The patient whose range this is. Keys decide inside one patient's range; across patients a
    /// hash could collide, so that the body decides.
    [[nodiscard]] const std::string* patient() const;
    /// True for the clause that the source itself fulfils.
    [[nodiscard]] bool is_settled(const SearchClause& clause) const {
        return patient_clause_ == &clause;
    }

 private:
    enum class Kind { by_id, chart, patient, key, string, type };

    /// Of the date a chart is read for; see ChartKey::at.
    struct Window {
        std::int64_t from = kChartAnyTime;
        std::int64_t until = INT64_MAX;
    };

    void consider(Kind kind, const SearchClause& clause, int rank);
    [[nodiscard]] Window window() const;
    Result<> append_keyed(SqlConnection& sql, const SearchOperand& operand, std::int64_t after,
                          std::vector<Candidate>& out) const;
    Result<> append_list(SqlConnection& sql, const SearchOperand* operand, std::int64_t after,
                         std::vector<Candidate>& out) const;
    Result<> append_chart(SqlConnection& sql, std::int64_t code, std::int64_t after,
                          std::vector<Candidate>& out) const;

    const SearchRequest& request_;
    Kind kind_ = Kind::type;
    int rank_ = 0;
    const SearchClause* clause_ = nullptr;
    const SearchClause* patient_clause_ = nullptr;
    std::vector<const SearchClause*> keyed_;    ///< those that global_key has each match of
    const SearchClause* also_keyed_ = nullptr;  ///< one of them, of one value, beside `clause_`
};

}  // namespace wardlight::store
