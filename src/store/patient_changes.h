// When something of a patient was changed last: what was worked out of a patient's resources holds
// until then.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/ids.h"

namespace wardlight::store {

/// Patients share places by their key: a number may be another patient's and so too new, never too
/// old. Written by the writer alone, read from any thread.
class PatientChanges {
 public:
    /// Before the commit that holds the change: whoever sees it must find the number here.
    void note(std::int64_t patient_key, ChangeNumber number) {
        place_of(patient_key).store(static_cast<std::int64_t>(number));
    }
    /// 0: nothing since the store was opened.
    [[nodiscard]] ChangeNumber last(std::int64_t patient_key) const {
        return ChangeNumber{place_of(patient_key).load()};
    }

 private:
    static constexpr std::size_t kPlaces = 1U << 16U;
    using Places = std::array<std::atomic<std::int64_t>, kPlaces>;
    [[nodiscard]] std::atomic<std::int64_t>& place_of(std::int64_t patient_key) const {
        return (*places_)[static_cast<std::uint64_t>(patient_key) % kPlaces];
    }

    std::unique_ptr<Places> places_ = std::make_unique<Places>();
};

}  // namespace wardlight::store
