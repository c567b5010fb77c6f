// tests/tables/*.csv through the server's build of the rules. web/test/clinical-wasm.test.mjs runs
// the same tables through the phone's build.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "app/csv.h"
#include "app/rule_table.h"

using namespace wardlight;
using namespace wardlight::app;

namespace {

std::string read_table(const std::string& name) {
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    std::ifstream file(std::string(root != nullptr ? root : ".") + "/tests/tables/" + name);
    REQUIRE_MESSAGE(file.is_open(), "tests/tables/" << name << " is missing");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t column(const CsvRow& header, std::string_view name) {
    for (std::size_t i = 0; i < header.cells.size(); ++i)
        if (header.cells[i] == name) return i;
    FAIL("no column " << name);
    return 0;
}

void check_table(RuleTable rule, const std::string& name,
                 const std::vector<std::string>& result_columns) {
    std::ostringstream out;
    std::ostringstream errors;
    run_rule_table(read_table(name), {rule, *TimeZone::find("Europe/London")}, out, errors);
    CHECK(errors.str() == "");
    const auto table = parse_csv(out.str());
    REQUIRE(table);
    REQUIRE(table->size() > 600);
    const CsvRow& header = table->front();
    for (std::size_t i = 1; i < table->size(); ++i) {
        const CsvRow& row = (*table)[i];
        CAPTURE(row.cells[0]);
        CAPTURE(row.cells[column(header, "why")]);
        for (const std::string& result : result_columns) {
            CAPTURE(result);
            CHECK(row.cells[column(header, result)] ==
                  row.cells[column(header, "expect_" + result)]);
        }
    }
}

}  // namespace

TEST_CASE("the server's AKI rule agrees with every row of the table") {
    check_table(RuleTable::aki, "aki.csv", {"stage", "flag", "comment"});
}

TEST_CASE("the server's NEWS2 agrees with every row of the table") {
    check_table(RuleTable::news2, "news2.csv",
                {"total", "red", "band", "min_monitoring", "incomplete"});
}
