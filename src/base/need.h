// What libraries in C make, or do not make for want of memory.
#pragma once

#include <new>

namespace wardlight {

/// Throws instead of giving nothing: a static that was not made is made the next time.
template <class Made>
Made need(Made made) {
    if (!made) throw std::bad_alloc();
    return made;
}

}  // namespace wardlight
