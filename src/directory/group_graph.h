// Which groups contain which. Groups may contain each other in circles, and some directories do.
// Plain values; thread-safe as those.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace wardlight::directory {

/// Groups of groups of groups: deeper than any hospital nests them.
inline constexpr std::size_t kNestingMost = 32;
/// Of one person; what is beyond is not counted.
inline constexpr std::size_t kGroupsOfPersonMost = 5'000;

/// From a name, in the normal spelling, to the groups it is directly in.
using GroupGraph = std::map<std::string, std::vector<std::string>, std::less<>>;

/// `direct` and all groups they are in, sorted, each once.
[[nodiscard]] std::vector<std::string> with_nested(const GroupGraph& graph,
                                                   std::vector<std::string> direct);

}  // namespace wardlight::directory
