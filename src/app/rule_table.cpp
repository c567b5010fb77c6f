#include "app/rule_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>

#include "app/aki_case.h"
#include "app/csv.h"
#include "app/news2_case.h"
#include "base/text.h"

namespace wardlight::app {
namespace {

/// What one rule needs to be run over a table.
struct RuleColumns {
    std::span<const std::string_view> inputs;
    std::span<const std::string_view> results;
};

RuleColumns columns_of(RuleTable rule) {
    if (rule == RuleTable::aki) return {kAkiInputColumns, kAkiResultColumns};
    return {kNews2InputColumns, kNews2ResultColumns};
}

void write_row(std::ostream& out, std::span<const std::string> cells,
               std::span<const std::string> results) {
    std::string line;
    for (const std::string& cell : cells) line += csv_cell(cell) + ',';
    for (const std::string& result : results) line += csv_cell(result) + ',';
    line.back() = '\n';
    out << line;
}

/// Where each input column stands in the table; fails naming the column that is missing or twice
/// there.
Result<std::vector<std::size_t>> find_columns(const CsvRow& header,
                                              std::span<const std::string_view> inputs) {
    std::vector<std::size_t> positions;
    for (const std::string_view name : inputs) {
        const auto is_it = [&](const std::string& cell) {
            return equals_ignoring_case(trim(cell), name);
        };
        const auto found = std::find_if(header.cells.begin(), header.cells.end(), is_it);
        if (found == header.cells.end())
            return fail(ErrorCode::invalid, fmt::format("the header has no column '{}'", name));
        if (std::count_if(header.cells.begin(), header.cells.end(), is_it) > 1)
            return fail(ErrorCode::invalid, fmt::format("the header has column '{}' twice", name));
        positions.push_back(static_cast<std::size_t>(found - header.cells.begin()));
    }
    return positions;
}

std::string_view id_of(const CsvRow& row, std::size_t id_column) {
    return id_column < row.cells.size() ? trim(row.cells[id_column]) : std::string_view{};
}

Result<std::vector<std::string>> evaluate(const CaseCells& cells, const RuleTableOptions& options) {
    return options.rule == RuleTable::aki ? evaluate_aki_case(cells, options.zone)
                                          : evaluate_news2_case(cells);
}

Result<std::vector<std::string>> evaluate_row(const CsvRow& row, std::size_t header_cells,
                                              const std::vector<std::size_t>& positions,
                                              const RuleTableOptions& options) {
    if (row.cells.size() != header_cells)
        return fail(ErrorCode::invalid,
                    fmt::format("has {} cells, the header has {}", row.cells.size(), header_cells));
    CaseCells cells;
    for (const std::size_t position : positions) cells.push_back(trim(row.cells[position]));
    return evaluate(cells, options);
}

}  // namespace

std::size_t run_rule_table(std::string_view csv, const RuleTableOptions& options, std::ostream& out,
                           std::ostream& errors) {
    if (csv.size() > kRuleTableBytes) {
        errors << "error: the table is larger than 64 MiB: split it\n";
        return 1;
    }
    const auto table = parse_csv(csv);
    if (!table) {
        errors << "error: the table cannot be read: " << table.error().message << '\n';
        return 1;
    }
    if (table->empty()) {
        errors << "error: the table is empty: a header row is needed\n";
        return 1;
    }
    const RuleColumns columns = columns_of(options.rule);
    const CsvRow& header = table->front();
    const auto positions = find_columns(header, columns.inputs);
    if (!positions) {
        errors << "error: " << positions.error().message << '\n';
        return 1;
    }
    const std::vector<std::string> result_names(columns.results.begin(), columns.results.end());
    const std::vector<std::string> no_results(result_names.size());
    write_row(out, header.cells, result_names);

    std::size_t problems = 0;
    for (std::size_t i = 1; i < table->size(); ++i) {
        CsvRow row = (*table)[i];
        const auto results = evaluate_row(row, header.cells.size(), *positions, options);
        if (!results) {
            ++problems;
            const Error& error = results.error();
            errors << fmt::format("error: row {} (line {}, id {}){}{}: {}\n", i, row.line,
                                  id_of(row, positions->front()),
                                  error.where.empty() ? "" : ", column ", error.where,
                                  error.message);
        }
        row.cells.resize(std::max(row.cells.size(), header.cells.size()));
        write_row(out, row.cells, results ? *results : no_results);
    }
    return problems;
}

}  // namespace wardlight::app
