// How commands end that could not do what they were told.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/result.h"

namespace wardlight::app {

/// Says what went wrong and ends the command with 1.
[[noreturn]] inline void stop(const Error& error) {
    std::cerr << "error: " << error.message;
    if (!error.where.empty()) std::cerr << " (" << error.where << ')';
    std::cerr << '\n';
    throw CLI::RuntimeError(1);  // how a CLI11 callback hands over an exit code
}

template <class T>
T or_stop(Result<T> result) {
    if (!result) stop(result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace wardlight::app
