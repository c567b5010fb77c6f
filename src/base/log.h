// One JSON object per line on standard error. A log line never holds a patient's value: pass ids of
// our own, counts, paths and codes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace wardlight::log {

enum class Level { debug, info, warning, error, none };  // none: to set only
using Field = std::pair<std::string_view, std::string>;

void set_level(Level level);
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::info, message, fields);
}
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::warning, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::error, message, fields);
}

}  // namespace wardlight::log
