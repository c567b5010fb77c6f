// How to read one feed: what its messages leave unsaid or say in their own way. Data, not code: the
// built-in profile suits a well-behaved feed, a TOML text changes what differs (docs/intake.md
// lists every setting). Plain value; copy freely.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "intake/code_map.h"

namespace wardlight::intake {

/// What makes two results the same result (its later version) when they name one filler order
/// number, code and sub-id.
enum class ResultIdentity {
    filler,           // nothing more: the default
    filler_and_day,   // for laboratories that re-use their order numbers
    filler_and_time,  // for observation systems that send one number for a whole stay
};

/// Which time of a laboratory result is the collection of the specimen.
enum class ObservationTime { specimen_first, observation_first };

struct FeedProfile {
    explicit FeedProfile(TimeZone feed_zone) : zone(std::move(feed_zone)) {}

    std::string id = "default";
    std::string label = "Default feed";
    /// Raised with every change of this profile or of its codes: a message mapped again under a
    /// higher revision replaces what it said before.
    std::int64_t revision = 0;
    /// MSH-18 value assumed when the message has none; empty: UTF-8, else windows-1252.
    std::string character_set;
    TimeZone zone;

    /// Assigning authority of patient and visit numbers that name none.
    std::string patient_authority = "LOCAL";
    std::string visit_authority = "LOCAL";
    /// Authorities whose number identifies a patient, best first; empty: by identifier type.
    std::vector<std::string> patient_authorities;
    /// Other spellings of an authority -> the one to use ("RX1 PAS" -> "RX1").
    std::map<std::string, std::string, std::less<>> authority_aliases;
    /// FHIR identifier system of an authority, where it has an official one.
    std::map<std::string, std::string, std::less<>> identifier_systems;
    /// PV1-3.4 assumed when empty, so that wards of all feeds are the same places.
    std::string facility;
    /// Replaces MSH-3 and MSH-4 in the identity of results and documents, so that two
    /// connections of one laboratory agree.
    std::string result_source;
    ResultIdentity result_identity = ResultIdentity::filler;
    ObservationTime observation_time = ObservationTime::specimen_first;
    /// Category of results that nothing says more about.
    std::string default_category = "laboratory";
    /// Unit of a result that names none, by analyte ("creatinine" -> "umol/L").
    std::map<std::string, std::string, std::less<>> default_units;
    /// Local abnormal flags -> HL7 table 0078 ("HI" -> "H").
    std::map<std::string, std::string, std::less<>> flags;
    /// Discharge dispositions (PV1-36) that mean that the patient has died.
    std::vector<std::string> death_dispositions;
    /// Local codes of this feed, before the general ones.
    CodeMap codes;
};

/// The profile of a feed about which nothing is configured. Fails only if tzdata is missing.
[[nodiscard]] Result<FeedProfile> default_profile(std::string_view zone = "Europe/London");

/// Reads a profile on top of the default one of that zone. Unknown settings and wrong values are
/// errors whose `where` names the setting and its line ("zone, line 3").
[[nodiscard]] Result<FeedProfile> parse_profile(std::string_view toml_text,
                                                std::string_view zone = "Europe/London");

}  // namespace wardlight::intake
