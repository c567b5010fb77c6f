#include "app/csv.h"

#include <fmt/format.h>

namespace wardlight::app {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool ends_cell(char c) {
    return c == ',' || c == '\r' || c == '\n';
}

class Parser {
 public:
    explicit Parser(std::string_view text) : rest_(text) {
        if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    }

    Result<std::vector<CsvRow>> run() {
        std::vector<CsvRow> rows;
        while (!rest_.empty()) {
            CsvRow row = TRY(read_row());
            const bool is_blank = row.cells.size() == 1 && row.cells.front().empty();
            if (!is_blank) rows.push_back(std::move(row));
        }
        return rows;
    }

 private:
    Result<CsvRow> read_row() {
        CsvRow row;
        row.line = line_;
        while (true) {
            row.cells.push_back(TRY(read_cell()));
            if (take(',')) continue;
            take_line_end();
            return row;
        }
    }

    Result<std::string> read_cell() {
        if (!rest_.empty() && rest_.front() == '"') return read_quoted();
        const auto end = rest_.find_first_of(",\r\n");
        std::string cell(rest_.substr(0, end));
        rest_.remove_prefix(cell.size());
        return cell;
    }

    Result<std::string> read_quoted() {
        const std::size_t started_on = line_;
        take('"');
        std::string cell;
        while (!rest_.empty()) {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '\n') ++line_;
            if (c != '"') {
                cell.push_back(c);
            } else if (take('"')) {
                cell.push_back('"');
            } else if (rest_.empty() || ends_cell(rest_.front())) {
                return cell;
            } else {
                return fail(ErrorCode::invalid,
                            fmt::format("line {}: text after a closing quote", line_));
            }
        }
        return fail(ErrorCode::invalid,
                    fmt::format("line {}: a quote is never closed", started_on));
    }

    bool take(char expected) {
        if (rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void take_line_end() {
        if (rest_.empty()) return;
        const bool carriage_return = take('\r');
        if (take('\n') || carriage_return) ++line_;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
    return Parser(text).run();
}

std::string csv_cell(std::string_view value) {
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"') quoted.push_back('"');
        quoted.push_back(c);
    }
    quoted.push_back('"');
    return quoted;
}

}  // namespace wardlight::app
