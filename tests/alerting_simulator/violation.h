// What ends a run: something that must never be the case was the case.
#pragma once

#include <string>

namespace wardlight::simulator {

struct Violation {
    std::string what;
};

}  // namespace wardlight::simulator
