// Building UTF-8 from what old systems send. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace wardlight::hl7v2 {

void append_utf8(std::string& out, char32_t code_point);

/// Every byte as its windows-1252 character; the five bytes that have none become the C1 controls
/// of the same number, so that nothing is lost.
void append_windows_1252(std::string& out, std::string_view bytes);

}  // namespace wardlight::hl7v2
