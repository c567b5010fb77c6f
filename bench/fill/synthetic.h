// The hospital of the benchmarks: patients and Observations that follow from their number alone, so
// that a client knows without asking which ids a filled store holds. Nobody in it is real.
// Thread-safe: pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "json/value.h"

namespace wardlight::fill {

/// A version 4 UUID that is always the same for a kind and a number.
[[nodiscard]] std::string patient_id(std::uint64_t patient);
[[nodiscard]] std::string observation_id(std::uint64_t observation);

/// Surnames as unevenly spread as in a country: a third shares some 40, the others some 30,000.
[[nodiscard]] std::string family_name(std::uint64_t patient);
[[nodiscard]] std::string medical_record_number(std::uint64_t patient);
inline constexpr std::string_view kNumberSystem = "urn:wardlight:bench:mrn";

/// How Observations are laid out: patients are seen in turn, ten Observations at each visit, visits
/// spread over the year before `until`.
struct Layout {
    std::uint64_t patients = 1;
    std::uint64_t observations = 0;
    std::chrono::sys_seconds until;
};
inline constexpr std::uint64_t kObservationsPerVisit = 10;
[[nodiscard]] std::uint64_t patient_of(const Layout& layout, std::uint64_t observation);

/// As the intake writes them, id included.
[[nodiscard]] json::Value make_patient(std::uint64_t patient);
[[nodiscard]] json::Value make_observation(const Layout& layout, std::uint64_t observation);

/// Observation `number` of a patient who is seen each day, taken then.
[[nodiscard]] json::Value make_daily_observation(std::uint64_t patient, std::uint64_t number,
                                                 std::chrono::sys_seconds taken);
inline constexpr std::string_view kCreatinineLoinc = "14682-9";

/// Observation of any patient without an id, for a client that creates.
[[nodiscard]] json::Value make_new_observation(std::uint64_t patient, std::uint64_t number,
                                               std::chrono::sys_seconds taken);

}  // namespace wardlight::fill
