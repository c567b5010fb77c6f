#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "app/doctor_checks.h"
#include "intake/feed_profile.h"
#include "net/peer_list.h"

namespace wardlight::app {
namespace {

Finding check_feed(const FeedSettings& feed, const std::string& zone) {
    const std::string what = "feed " + feed.id;
    const auto peers = net::PeerList::parse(feed.allowed_peers);
    if (!peers) return {Grade::fail, what, "allowed_peers: " + peers.error().message};
    if (feed.profile.empty()) return {Grade::ok, what, "built-in profile"};
    const std::string path = feed.profile.lexically_normal().string();
    std::ifstream file(feed.profile, std::ios::binary);
    if (!file.is_open()) return {Grade::fail, what, path + ": cannot be read"};
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto profile = intake::parse_profile(text, zone);
    if (profile) return {Grade::ok, what, path};
    return {Grade::fail, what,
            fmt::format("{}: {}: {}", path, profile.error().where, profile.error().message)};
}

}  // namespace

void check_feeds(const Configuration& configuration, Findings& findings) {
    for (const FeedSettings& feed : configuration.feeds)
        findings.push_back(check_feed(feed, configuration.zone));
    if (configuration.feeds.empty())
        findings.push_back({Grade::warn, "feeds", "none is configured: no message will arrive"});
}

}  // namespace wardlight::app
