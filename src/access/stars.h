// The patients an account has marked for itself. A star is a bookmark, not a right: opening the
// chart is decided as for any other patient.
#pragma once

#include <vector>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::access {

inline constexpr std::size_t kStarsMost = 500;  // per account

/// `too_large` beyond kStarsMost. Setting twice is once.
Result<> set_star(store::WriteTransaction& tx, const AccountId& account, const PatientId& patient,
                  bool is_starred);
Result<bool> is_starred(store::Snapshot& snapshot, const AccountId& account,
                        const PatientId& patient);
Result<std::vector<PatientId>> starred_patients(store::Snapshot& snapshot,
                                                const AccountId& account);
/// When two patients turn out to be one person, the stars go along.
Result<> move_stars(store::WriteTransaction& tx, const PatientId& from, const PatientId& to);

}  // namespace wardlight::access
