// Emergency access ("break-glass"): a clinician without a tie opens one patient's record, for an
// hour, with a reason; the privacy officer looks at every case afterwards. Nobody is kept from a
// patient in danger, and nobody looks unseen. Sources: HL7 v3 PurposeOfUse BTG; NHS Summary Care
// Record, emergency access and its review by the privacy officer.
//
// Functions over a transaction or snapshot: as thread-safe as those.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::access {

inline constexpr auto kBreakGlassLasts = std::chrono::minutes{60};
inline constexpr auto kReviewWithin = std::chrono::hours{72};

inline constexpr std::array<std::string_view, 5> kBreakGlassReasons{
    "emergency_treatment", "lacks_capacity", "safeguarding", "legal_requirement", "other"};
inline constexpr std::array<std::string_view, 3> kReviewOutcomes{"justified", "needs_follow_up",
                                                                 "not_justified"};

struct BreakGlassReview {
    AccountId by;
    Instant at;
    std::string outcome;  ///< one of kReviewOutcomes
    std::string note;
};

struct BreakGlassCase {
    std::string id;
    AccountId account;
    PatientId patient;
    std::string reason;  ///< one of kBreakGlassReasons
    std::string text;    ///< in the person's own words
    Instant opened_at;
    Instant ends_at;  ///< when it ends or was ended
    Instant review_due_at;
    std::optional<BreakGlassReview> review;
};

/// Whether a reason can be taken: a known code and 10 to 500 characters of text. Error `invalid`.
[[nodiscard]] Result<> check_break_glass(std::string_view reason, std::string_view text);

/// Opens the patient to the account from now on. Error `invalid` as above.
[[nodiscard]] Result<BreakGlassCase> break_glass(store::WriteTransaction& tx,
                                                 const AccountId& account, const PatientId& patient,
                                                 std::string_view reason, std::string_view text);

/// Before its time. Nothing to end is no error.
[[nodiscard]] Result<> end_break_glass(store::WriteTransaction& tx, const AccountId& account,
                                       const PatientId& patient);

/// Until when the patient is open to the account; nothing when it is not.
[[nodiscard]] Result<std::optional<Instant>> glass_broken_until(store::Snapshot& snapshot,
                                                                const AccountId& account,
                                                                const PatientId& patient,
                                                                Instant now);

enum class CaseState { waiting, reviewed };
/// Those that wait for a review, the longest waiting first; or the reviewed ones, newest first.
[[nodiscard]] Result<std::vector<BreakGlassCase>> break_glass_cases(store::Snapshot& snapshot,
                                                                    CaseState state,
                                                                    std::size_t limit);

/// Errors: `invalid` for an unknown outcome or a note of fewer than 10 characters, `not_found`,
/// `forbidden` for one's own case, `conflict` when it has been reviewed.
[[nodiscard]] Result<BreakGlassCase> review_break_glass(store::WriteTransaction& tx,
                                                        const std::string& id,
                                                        const AccountId& reviewer,
                                                        std::string_view outcome,
                                                        std::string_view note);

}  // namespace wardlight::access
