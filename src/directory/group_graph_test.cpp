#include "directory/group_graph.h"

#include <doctest/doctest.h>

using namespace wardlight::directory;
using Names = std::vector<std::string>;

TEST_CASE("groups of groups count, each once") {
    const GroupGraph graph{{"icu", {"doctors", "all"}}, {"doctors", {"all"}}, {"all", {}}};
    CHECK(with_nested(graph, {"icu"}) == Names{"all", "doctors", "icu"});
    CHECK(with_nested(graph, {"all"}) == Names{"all"});
    CHECK(with_nested(graph, {"elsewhere"}) == Names{"elsewhere"});
    CHECK(with_nested(graph, {}).empty());
}

TEST_CASE("groups that contain each other end") {
    const GroupGraph graph{{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}, {"self", {"self"}}};
    CHECK(with_nested(graph, {"b"}) == Names{"a", "b", "c"});
    CHECK(with_nested(graph, {"self"}) == Names{"self"});
}

TEST_CASE("a chain deeper than the limit is cut there") {
    GroupGraph graph;
    const auto name = [](std::size_t i) { return "g" + std::to_string(1'000 + i); };
    for (std::size_t i = 0; i < 100; ++i) graph[name(i)] = {name(i + 1)};
    CHECK(with_nested(graph, {name(0)}).size() == kNestingMost + 1);
}

TEST_CASE("more groups than the limit are not counted") {
    Names many;
    for (std::size_t i = 0; i < kGroupsOfPersonMost + 10; ++i)
        many.push_back("g" + std::to_string(i));
    CHECK(with_nested({}, many).size() == kGroupsOfPersonMost);
}
