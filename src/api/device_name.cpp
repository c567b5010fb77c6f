#include "api/device_name.h"

#include <array>
#include <span>
#include <utility>

namespace wardlight::api {
namespace {

/// What the header holds and what people call it; the first that fits, because newer browsers also
/// name the older ones they behave like.
using Names = std::span<const std::pair<std::string_view, std::string_view>>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kBrowsers{{
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"Edg/", "Edge"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kSystems{{
    {"iPhone", "iPhone"},
    {"iPad", "iPad"},
    {"Android", "Android"},
    {"CrOS", "ChromeOS"},
    {"Windows", "Windows"},
    {"Mac OS X", "Mac"},
    {"Linux", "Linux"},
}};

std::string_view first_in(std::string_view text, Names names) {
    for (const auto& [mark, name] : names) {
        if (text.find(mark) != std::string_view::npos) return name;
    }
    return {};
}

}  // namespace

std::string device_name(std::string_view user_agent) {
    const std::string_view browser = first_in(user_agent, kBrowsers);
    const std::string_view system = first_in(user_agent, kSystems);
    std::string name(browser);
    if (!browser.empty() && !system.empty()) name += ", ";
    return name.append(system);
}

}  // namespace wardlight::api
