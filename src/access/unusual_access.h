// Looks at records that a privacy officer should know of: not wrong in themselves, since a tie
// permitted each, but of the kinds that reviews of hospitals' logs find misuse among (own record,
// family, colleagues, well-known people, many records, after discharge). Pure functions.
//
// Names are all there is to compare: accounts have no date of birth or address. A signal is a
// question to ask, never an accusation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/audit_log.h"

namespace wardlight::access {

enum class Signal {
    own_record,        ///< the patient has the person's own whole name
    same_family_name,  ///< and another given name
    colleague,         ///< the patient has the whole name of another account
    well_known,        ///< the record is marked as that of a well-known person (VIP)
    many_records,      ///< more different records in an hour than work on a ward explains
    after_discharge,   ///< the last stay was over for long
};
/// "own_record"
[[nodiscard]] std::string_view code_of(Signal signal);

/// Our own choice, version 1: no source gives numbers. Thirty is a whole ward opened one by one in
/// an hour; results come and letters are written for some days after a discharge.
struct UnusualRules {
    int version = 1;
    std::size_t records_most = 30;  ///< different ones within `records_within`; more is a signal
    Duration records_within = std::chrono::hours(1);
    Duration after_discharge = std::chrono::hours(72);
};

/// The actions that open somebody's record, as the audit log names them.
[[nodiscard]] std::span<const std::string_view> opening_actions();

struct PersonName {
    AccountId account;
    std::string name;  ///< as shown: "Dr Anna Müller"
};

struct PatientFacts {
    PatientId patient;
    std::string family;
    std::string given;  ///< all of them, with spaces
    bool is_well_known = false;
    /// When the last stay ended; nothing while one is in progress, and when none is known.
    std::optional<Instant> last_stay_ended;
};

/// What the signals of one person and patient have in common.
struct UnusualLooks {
    Signal signal{};
    AccountId account;
    PatientId patient;        ///< empty for many_records
    std::size_t records = 1;  ///< the most within the time, for many_records
    std::size_t looks = 0;
    Instant first;
    Instant last;
};

/// `looks` in order of account and time (audit::looks_between). Facts may lack patients and people:
/// those are judged by what is known. In order of the signals, then newest first.
[[nodiscard]] std::vector<UnusualLooks> unusual_looks(const std::vector<audit::Look>& looks,
                                                      const std::vector<PersonName>& people,
                                                      const std::vector<PatientFacts>& patients,
                                                      const UnusualRules& rules);

}  // namespace wardlight::access
