// Finds resources. Candidates come from the narrowest index there is (the patient's own range, a
// global key, a folded string, or all of a type); packed keys discard most of the rest; what keys
// cannot decide exactly is decided on the body.
#pragma once

#include <string>
#include <vector>

#include "store/search_request.h"
#include "store/store.h"

namespace wardlight::store {

struct SearchPage {
    std::vector<StoredResource> matches;
    std::string next_cursor;  // empty on the last page
    std::optional<std::int64_t> total;
};

[[nodiscard]] Result<SearchPage> search(Snapshot& snapshot, const SearchRequest& request);

/// The latest upper bound of a date parameter among the matches, without reading their bodies where
/// keys decide: "when is this patient's newest laboratory result from?". Nothing without a match.
[[nodiscard]] Result<std::optional<Instant>> newest_date(Snapshot& snapshot,
                                                         const SearchRequest& request,
                                                         std::string_view date_parameter);

/// Whose the matches are, each once, without reading their bodies: as far as the index tells, and
/// so never too few, but, where two keys have the same hash, one too many. At most `most` (error
/// too_large when there are more).
[[nodiscard]] Result<std::vector<PatientId>> likely_patients(Snapshot& snapshot,
                                                             std::string_view type,
                                                             const QueryParameters& query,
                                                             std::size_t most);

/// Shorthand for code of our own: parses `query` ("patient=1&code=2160-0", values already plain)
/// and returns all matches parsed, at most `most` (error too_large when there are more).
[[nodiscard]] Result<std::vector<json::Value>> search_all(Snapshot& snapshot, std::string_view type,
                                                          const QueryParameters& query,
                                                          std::size_t most);

}  // namespace wardlight::store
