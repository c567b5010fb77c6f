#include "app/simulate/hospital.h"

#include <fmt/format.h>

#include <algorithm>

namespace wardlight::simulate {

const Ward* find_ward(std::string_view code) {
    const auto found = std::ranges::find(kWards, code, &Ward::code);
    return found == kWards.end() ? nullptr : &*found;
}

const Consultant& consultant_of(std::string_view ward, std::size_t turn) {
    std::vector<const Consultant*> own;
    for (const auto& consultant : kConsultants) {
        if (consultant.ward == ward) own.push_back(&consultant);
    }
    return own.empty() ? kConsultants[turn % kConsultants.size()] : *own[turn % own.size()];
}

Place Beds::next(std::string_view ward) {
    constexpr int kBedsPerRoom = 4;
    const auto found = std::ranges::find(kWards, ward, &Ward::code);
    if (found == kWards.end()) return {std::string(ward), "R1", "1"};
    const auto index = static_cast<std::size_t>(found - kWards.begin());
    const int bed = used_[index]++ % found->beds;
    return {std::string(ward), fmt::format("R{}", bed / kBedsPerRoom + 1),
            fmt::format("{}", bed + 1)};
}

}  // namespace wardlight::simulate
