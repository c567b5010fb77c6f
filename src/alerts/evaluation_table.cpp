#include "alerts/evaluation_table.h"

namespace wardlight::alerts {
namespace {

#define WARDLIGHT_SUBJECT_COLUMNS                                                               \
    "patient, rule, subject, analyte, code, taken_at, rank, level, amount, decision, told_at, " \
    "is_retracted, alert, evaluation"

Result<std::vector<Subject>> read_all(store::Rows rows) {
    std::vector<Subject> subjects;
    while (TRY(rows.next())) {
        const auto rule = rule_named(rows.text(1));
        if (!rule) return fail(ErrorCode::corrupt, "unknown rule", "rule_subject.rule");
        Subject subject;
        subject.patient = PatientId{rows.string(0)};
        subject.rule = *rule;
        subject.subject = rows.string(2);
        subject.analyte = rows.string(3);
        subject.code = rows.string(4);
        subject.taken_at = from_micros(rows.integer(5));
        subject.rank = static_cast<int>(rows.integer(6));
        subject.level = rows.string(7);
        subject.amount = rows.string(8);
        subject.decision = rows.string(9);
        if (const auto told = rows.maybe_integer(10)) subject.told_at = from_micros(*told);
        subject.is_retracted = rows.integer(11) != 0;
        subject.alert = AlertId{rows.string(12)};
        subject.evaluation = rows.integer(13);
        subjects.push_back(std::move(subject));
    }
    return subjects;
}

}  // namespace

Result<std::vector<Subject>> subjects_of(store::Snapshot& snapshot, const PatientId& patient,
                                         Rule rule, std::string_view analyte) {
    return read_all(
        TRY(snapshot.sql().query("SELECT " WARDLIGHT_SUBJECT_COLUMNS
                                 " FROM rule_subject WHERE patient = $1 AND rule = $2 AND "
                                 "analyte = $3 ORDER BY taken_at, subject",
                                 patient.value, name_of(rule), analyte)));
}

Result<std::vector<Subject>> subjects_named(store::Snapshot& snapshot, std::string_view subject) {
    return read_all(TRY(snapshot.sql().query("SELECT " WARDLIGHT_SUBJECT_COLUMNS
                                             " FROM rule_subject WHERE subject = $1 "
                                             "ORDER BY patient, rule",
                                             subject)));
}

Result<std::string> found_text(store::Snapshot& snapshot, const Subject& subject) {
    if (!subject.found.empty()) return subject.found;
    auto rows = TRY(snapshot.sql().query("SELECT inputs FROM rule_evaluation WHERE number = $1",
                                         subject.evaluation));
    if (!TRY(rows.next()))
        return fail(ErrorCode::corrupt, "an evaluation is missing", "rule_subject.evaluation");
    return rows.string(0);
}

Result<json::Value> found_details(store::Snapshot& snapshot, const Subject& subject) {
    return json::parse(TRY(found_text(snapshot, subject)));
}

Result<> save_evaluation(store::WriteTransaction& tx, Subject& subject) {
    subject.found = TRY(found_text(tx, subject));
    subject.evaluation = TRY(tx.sql().insert(
        "INSERT INTO rule_evaluation (patient, rule, subject, at, taken_at, rank, decision, "
        "alert, inputs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        subject.patient.value, name_of(subject.rule), subject.subject, to_micros(tx.now()),
        to_micros(subject.taken_at), subject.rank, subject.decision, subject.alert.value,
        subject.found));
    return tx.sql().run(
        "INSERT INTO rule_subject (" WARDLIGHT_SUBJECT_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
        "ON CONFLICT (patient, rule, subject) DO UPDATE SET analyte = $4, code = $5, taken_at = "
        "$6, "
        "rank = $7, level = $8, amount = $9, decision = $10, told_at = $11, is_retracted = $12, "
        "alert = $13, evaluation = $14",
        subject.patient.value, name_of(subject.rule), subject.subject, subject.analyte,
        subject.code, to_micros(subject.taken_at), subject.rank, subject.level, subject.amount,
        subject.decision,
        subject.told_at ? std::optional(to_micros(*subject.told_at)) : std::nullopt,
        subject.is_retracted, subject.alert.value, subject.evaluation);
}

Result<std::vector<DataQuality>> data_quality_since(store::Snapshot& snapshot, Instant since,
                                                    std::size_t most) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT e.rule, e.subject, e.decision, s.analyte, e.at FROM rule_evaluation e "
        "JOIN rule_subject s ON s.patient = e.patient AND s.rule = e.rule AND s.subject = "
        "e.subject "
        "WHERE e.at >= $1 AND e.decision LIKE 'data_quality_%' ORDER BY e.number DESC LIMIT $2",
        to_micros(since), static_cast<std::int64_t>(most)));
    std::vector<DataQuality> out;
    while (TRY(rows.next())) {
        const auto rule = rule_named(rows.text(0));
        if (!rule) return fail(ErrorCode::corrupt, "unknown rule", "rule_evaluation.rule");
        constexpr std::size_t kPrefix = std::string_view("data_quality_").size();
        out.push_back({*rule, rows.string(1), rows.string(2).substr(kPrefix), rows.string(3),
                       from_micros(rows.integer(4))});
    }
    return out;
}

}  // namespace wardlight::alerts
