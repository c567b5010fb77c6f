#include "access/break_glass.h"

#include <algorithm>

#include "access/own_words.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

#define WARDLIGHT_CASE_COLUMNS                                                             \
    "id, account, patient, reason, text, opened_at, ends_at, review_due_at, reviewed_by, " \
    "reviewed_at, outcome, note"

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& codes, std::string_view code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

BreakGlassCase case_from(const store::Rows& rows) {
    BreakGlassCase found;
    found.id = rows.string(0);
    found.account = AccountId(rows.string(1));
    found.patient = PatientId(rows.string(2));
    found.reason = rows.string(3);
    found.text = rows.string(4);
    found.opened_at = from_micros(rows.integer(5));
    found.ends_at = from_micros(rows.integer(6));
    found.review_due_at = from_micros(rows.integer(7));
    if (!rows.is_null(9)) {
        found.review = BreakGlassReview{AccountId(rows.string(8)), from_micros(rows.integer(9)),
                                        rows.string(10), rows.string(11)};
    }
    return found;
}

}  // namespace

Result<> check_break_glass(std::string_view reason, std::string_view text) {
    if (!is_one_of(kBreakGlassReasons, reason))
        return fail(ErrorCode::invalid, "is one of the listed reasons", "reason");
    return check_own_words(text, "text");
}

Result<BreakGlassCase> break_glass(store::WriteTransaction& tx, const AccountId& account,
                                   const PatientId& patient, std::string_view reason,
                                   std::string_view text) {
    TRY(check_break_glass(reason, text));
    BreakGlassCase opened;
    opened.id = new_uuid();
    opened.account = account;
    opened.patient = patient;
    opened.reason = reason;
    opened.text = trim(text);
    opened.opened_at = tx.now();
    opened.ends_at = tx.now() + kBreakGlassLasts;
    opened.review_due_at = tx.now() + kReviewWithin;
    TRY(tx.sql().run(
        "INSERT INTO break_glass (id, account, patient, reason, text, opened_at, ends_at, "
        "review_due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        opened.id, account.value, patient.value, opened.reason, opened.text,
        to_micros(opened.opened_at), to_micros(opened.ends_at), to_micros(opened.review_due_at)));
    return opened;
}

Result<> end_break_glass(store::WriteTransaction& tx, const AccountId& account,
                         const PatientId& patient) {
    return tx.sql().run(
        "UPDATE break_glass SET ends_at = $3 WHERE account = $1 AND patient = $2 AND ends_at > $3",
        account.value, patient.value, to_micros(tx.now()));
}

Result<std::optional<Instant>> glass_broken_until(store::Snapshot& snapshot,
                                                  const AccountId& account,
                                                  const PatientId& patient, Instant now) {
    // Not before it was opened either: a clock that was set back opens nothing for longer.
    auto rows = TRY(snapshot.sql().query(
        "SELECT MAX(ends_at) FROM break_glass WHERE account = $1 AND patient = $2 AND ends_at > $3 "
        "AND opened_at <= $3",
        account.value, patient.value, to_micros(now)));
    TRY(rows.next());
    const auto until = rows.maybe_integer(0);
    return until ? std::optional(from_micros(*until)) : std::nullopt;
}

Result<std::vector<BreakGlassCase>> break_glass_cases(store::Snapshot& snapshot, CaseState state,
                                                      std::size_t limit) {
    constexpr std::string_view kWaiting =
        "SELECT " WARDLIGHT_CASE_COLUMNS
        " FROM break_glass WHERE reviewed_at IS NULL ORDER BY opened_at, id LIMIT $1";
    constexpr std::string_view kReviewed =
        "SELECT " WARDLIGHT_CASE_COLUMNS
        " FROM break_glass WHERE reviewed_at IS NOT NULL ORDER BY reviewed_at DESC, id LIMIT $1";
    std::vector<BreakGlassCase> cases;
    auto rows = TRY(snapshot.sql().query(state == CaseState::waiting ? kWaiting : kReviewed,
                                         static_cast<std::int64_t>(limit)));
    while (TRY(rows.next())) cases.push_back(case_from(rows));
    return cases;
}

Result<BreakGlassCase> review_break_glass(store::WriteTransaction& tx, const std::string& id,
                                          const AccountId& reviewer, std::string_view outcome,
                                          std::string_view note) {
    if (!is_one_of(kReviewOutcomes, outcome))
        return fail(ErrorCode::invalid, "is one of the listed outcomes", "outcome");
    TRY(check_own_words(note, "note"));
    std::optional<BreakGlassCase> found;
    {
        auto rows = TRY(
            tx.sql().query("SELECT " WARDLIGHT_CASE_COLUMNS " FROM break_glass WHERE id = $1", id));
        if (TRY(rows.next())) found = case_from(rows);
    }
    if (!found) return fail(ErrorCode::not_found, "there is no such case", "id");
    if (found->account == reviewer)
        return fail(ErrorCode::forbidden, "nobody reviews an access of their own", "reviewer");
    if (found->review) return fail(ErrorCode::conflict, "this has been reviewed", "id");
    found->review =
        BreakGlassReview{reviewer, tx.now(), std::string(outcome), std::string(trim(note))};
    TRY(tx.sql().run(
        "UPDATE break_glass SET reviewed_by = $2, reviewed_at = $3, outcome = $4, note = $5 "
        "WHERE id = $1",
        id, reviewer.value, to_micros(tx.now()), found->review->outcome, found->review->note));
    return std::move(*found);
}

}  // namespace wardlight::access
