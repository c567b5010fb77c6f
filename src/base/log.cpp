#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/clock.h"

namespace wardlight::log {
namespace {

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto created = spdlog::stderr_logger_mt("wardlight");
        created->set_pattern("%v");
        created->flush_on(spdlog::level::info);
        return created;
    }();
    return *instance;
}

constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", ""};
constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                 spdlog::level::warn, spdlog::level::err,
                                                 spdlog::level::off};

}  // namespace

void set_level(Level level) {
    logger().set_level(kLevels[static_cast<int>(level)]);
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
    const auto spd_level = kLevels[static_cast<int>(level)];
    if (!logger().should_log(spd_level)) return;
    std::string line = "{\"at\":\"" + format_instant(SystemClock{}.now()) + "\",\"level\":\"";
    line += kNames[static_cast<int>(level)];
    line += "\",\"message\":";
    append_json_string(line, message);
    for (const Field& field : fields) {
        line.push_back(',');
        append_json_string(line, field.first);
        line.push_back(':');
        append_json_string(line, field.second);
    }
    line.push_back('}');
    logger().log(spd_level, "{}", line);
}

}  // namespace wardlight::log
