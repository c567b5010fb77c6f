#include "directory/group_graph.h"

#include <set>
#include <utility>

namespace wardlight::directory {

std::vector<std::string> with_nested(const GroupGraph& graph, std::vector<std::string> direct) {
    std::set<std::string> seen;
    std::vector<std::string> level = std::move(direct);
    for (std::size_t depth = 0; !level.empty() && depth <= kNestingMost; ++depth) {
        std::vector<std::string> next;
        for (std::string& group : level) {
            if (seen.size() >= kGroupsOfPersonMost) break;
            const auto [place, is_new] = seen.insert(std::move(group));
            if (!is_new) continue;
            if (const auto found = graph.find(*place); found != graph.end())
                next.insert(next.end(), found->second.begin(), found->second.end());
        }
        level = std::move(next);
    }
    return {seen.begin(), seen.end()};
}

}  // namespace wardlight::directory
