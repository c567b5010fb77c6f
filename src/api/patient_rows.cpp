#include "api/patient_rows.h"

#include <algorithm>
#include <tuple>

#include "access/stars.h"
#include "api/patient_banner.h"

namespace wardlight::api {
namespace {

using json::Value;

struct SortedRow {
    bool is_urgent = false;  // something known already asks for urgent review
    std::int64_t score = -1;
    int severity = -1;
    std::string bed;
    Value row;
};

Value reason_of(const Value& encounter) {
    const Value& reason = encounter["reasonCode"][0];
    if (!reason["text"].is_null()) return reason["text"];
    return reason["coding"][0]["display"];
}

Result<SortedRow> build(store::Snapshot& snapshot, const AppServices& services,
                        const access::Subject& subject, const ListedRow& listed) {
    const PatientRecord& record = listed.record;
    SortedRow sorted;
    PatientSummary summary =
        TRY(services.summaries.of(snapshot, record.id, services.store.clock().now()));
    if (const Value& news2 = summary.news2; !news2.is_null()) {
        const Value& total = news2["total"].is_null() ? news2["partial_minimum"] : news2["total"];
        sorted.score = total.as_integer().value_or(0);
        const std::string_view band = news2["band"].text();
        sorted.is_urgent = band == "high" || band == "medium" || band == "low_medium";
    }
    Value chips{json::Array{}};
    for (const alerts::Alert& alert : listed.tied.alive) {
        sorted.severity = std::max(sorted.severity, static_cast<int>(alert.severity));
        chips.push(alert_chip(alert));
    }
    sorted.bed = record.place.bed;
    sorted.row =
        json::Object{{"patient", banner(record.patient())},
                     {"place", place_json(record.place)},
                     {"reason", reason_of(record.encounter())},
                     {"admitted_at", record.encounter()["period"]["start"]},
                     {"news2", std::move(summary.news2)},
                     {"open_alerts", std::move(chips)},
                     {"newest_result_at", std::move(summary.newest_result_at)},
                     {"similar_name", false},
                     {"starred", TRY(access::is_starred(snapshot, subject.account, record.id))}};
    return sorted;
}

void mark_similar_names(std::vector<SortedRow>& rows) {
    std::vector<FoldedName> names;
    for (const SortedRow& row : rows) names.push_back(folded_name(row.row["patient"]));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = i + 1; j < rows.size(); ++j) {
            if (!are_similar(names[i], names[j])) continue;
            rows[i].row.set("similar_name", true);
            rows[j].row.set("similar_name", true);
        }
    }
}

}  // namespace

Value alert_chip(const alerts::Alert& alert) {
    return json::Object{{"id", alert.id.value},
                        {"rule", alerts::name_of(alert.rule)},
                        {"severity", alerts::name_of(alert.severity)},
                        {"label", alert.state.label}};
}

Result<Value> patient_rows(store::Snapshot& snapshot, const AppServices& services,
                           const access::Subject& subject, const std::vector<ListedRow>& listed) {
    std::vector<SortedRow> rows;
    for (const ListedRow& row : listed)
        rows.push_back(TRY(build(snapshot, services, subject, row)));
    mark_similar_names(rows);
    const auto key = [](const SortedRow& row) {
        return std::tuple(!row.is_urgent, -row.severity, -row.score, std::string_view(row.bed));
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const SortedRow& a, const SortedRow& b) { return key(a) < key(b); });
    Value out{json::Array{}};
    for (SortedRow& row : rows) out.push(std::move(row.row));
    return out;
}

}  // namespace wardlight::api
