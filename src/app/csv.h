// Comma-separated tables after RFC 4180: quoted cells, doubled quotes, line breaks inside quotes,
// LF or CRLF, an optional UTF-8 byte order mark. Blank lines are skipped.
// Pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::app {

struct CsvRow {
    std::vector<std::string> cells;
    std::size_t line = 0;  // 1-based line of the file on which the row starts
};

/// The whole table, header row included. Fails only where cells cannot be told apart: a quote that
/// never closes, or text right after a closing quote.
Result<std::vector<CsvRow>> parse_csv(std::string_view text);

/// One cell, quoted only if it needs to be.
std::string csv_cell(std::string_view value);

}  // namespace wardlight::app
