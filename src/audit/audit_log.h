// The audit log: who did or saw what, when, and why it was allowed. Entries are numbered without
// gaps and only ever added: there is no function that changes or removes one.
//
// A write appends its entry in its own transaction; a disclosure is recorded, durably, before the
// first byte goes out. When that fails the disclosure does not happen.
//
// Entries hold ids and codes, never a patient's values. Functions over a transaction or snapshot:
// as thread-safe as those.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::audit {

enum class Decision { deny, permit };
enum class Outcome { failure, success };

/// Purposes of use: codes of HL7 v3 ActReason PurposeOfUse.
namespace purpose {
inline constexpr std::string_view kTreatment = "TREAT";
inline constexpr std::string_view kBreakGlass = "BTG";
inline constexpr std::string_view kCompliance = "HCOMPL";
inline constexpr std::string_view kOperations = "HOPERAT";
inline constexpr std::string_view kAdministration = "SYSADMIN";
}  // namespace purpose

struct Actor {
    AccountId account;    ///< empty: nobody signed in, or the command line
    std::string role;     ///< code of the role at that time; "command_line"
    std::string session;  ///< id of the session (not its token)
    std::string address;  ///< of the client
};

struct Entry {
    Actor actor;
    std::string action;  ///< "patient.read", "sign_in", "alert.acknowledge"
    std::string resource_type;
    std::string resource_id;
    PatientId patient;  ///< whose data it was; empty when nobody's
    std::string purpose;
    Decision decision = Decision::permit;
    std::string reason;  ///< code of what decided: "ward", "no_relationship"
    Outcome outcome = Outcome::success;
};

struct Recorded {
    std::int64_t sequence;  ///< 1, 2, 3, ...
    Instant at;
    Entry entry;
};

/// Adds an entry to the transaction; returns its number.
Result<std::int64_t> append(store::WriteTransaction& tx, const Entry& entry);
Result<> append(store::WriteTransaction& tx, std::span<const Entry> entries);

/// Returns when the entries are on disk. Blocks: worker threads only.
Result<> record(store::Store& store, std::span<const Entry> entries);
Result<> record(store::Store& store, const Entry& entry);

/// Where a page ended.
struct Place {
    Instant at;
    std::int64_t sequence{};  ///< 0: before the newest entry
};
struct Filter {
    PatientId patient;  ///< empty: all, also nobody's
    /// Records that were merged into that one: what was done with them was done with the patient.
    std::vector<PatientId> merged;
    AccountId account;            ///< empty: all, also without one
    std::optional<Instant> from;  ///< not before
    std::optional<Instant> until;
    std::string action;  ///< empty: all
    std::string reason;
    bool only_denied = false;
    Place before{};
    std::size_t limit = 100;
    std::size_t look_at_most = 50'000;  ///< entries; bounds the time that one page takes
};
struct Page {
    std::vector<Recorded> entries;
    /// Something while there may be more. A page may hold less than was asked for, or nothing, and
    /// still not be the last: it ends after `look_at_most`.
    std::optional<Place> next;
};
inline constexpr std::size_t kMergedMost = 7;
/// Newest first: by number, or by time where only a time is asked for. Error `too_large` for more
/// merged records than kMergedMost.
Result<Page> find(store::Snapshot& snapshot, const Filter& filter);

/// One look of one person at one patient.
struct Look {
    AccountId account;
    PatientId patient;
    Instant at;
    std::string action;
    std::string reason;
};
/// Permitted ones of people at what `is_of_interest` by its action, in order of account and time.
/// At most `most`; one more says that there are more.
Result<std::vector<Look>> looks_between(store::Snapshot& snapshot, Instant from, Instant until,
                                        std::span<const std::string_view> actions,
                                        std::size_t most);
/// Oldest first, from the one after `sequence` on.
Result<std::vector<Recorded>> entries_after(store::Snapshot& snapshot, std::int64_t sequence,
                                            std::size_t limit);

}  // namespace wardlight::audit
