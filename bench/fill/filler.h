// Fills a data folder with the hospital of synthetic.h, straight through the store: one thread
// makes and prepares while the store's own thread writes. Blocks until all is durable.
#pragma once

#include <filesystem>
#include <functional>

#include "fill/synthetic.h"
#include "store/store.h"

namespace wardlight::fill {

struct FillPlan {
    std::uint64_t patients = 1'000;
    std::uint64_t observations = 10'000;
    std::uint64_t messages = 0;         // raw messages, already applied
    std::uint64_t creatinine_days = 0;  // of patient number `patients`, one each day up to `until`
    std::size_t threads = 2;
};

/// `progress` is told after each batch how many resources and messages are written.
[[nodiscard]] Result<> fill(store::Store& store, const FillPlan& plan,
                            const std::function<void(std::uint64_t)>& progress);

}  // namespace wardlight::fill
