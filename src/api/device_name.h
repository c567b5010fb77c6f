// "Chrome, Android" out of a User-Agent header: so that people recognise their devices in a list.
// Pure; what is not known is "".
#pragma once

#include <string>
#include <string_view>

namespace wardlight::api {

[[nodiscard]] std::string device_name(std::string_view user_agent);

}  // namespace wardlight::api
