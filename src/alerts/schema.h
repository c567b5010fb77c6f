// The tables of alerts. alert_event is the truth: append-only, folded by state.h; `alert` is the
// fold for fast reading. rule_evaluation keeps what every rule computed from what, fired or not;
// rule_subject is the newest of it per result or observation set.
#pragma once

#include <string_view>

#include "store/sql.h"

namespace wardlight::alerts {

inline constexpr std::string_view kAlertSteps[] = {R"sql(
CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    patient TEXT NOT NULL,
    rule TEXT NOT NULL,
    analyte TEXT NOT NULL,
    severity INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_alive INTEGER NOT NULL,
    is_end_of_chain INTEGER NOT NULL,
    team TEXT NOT NULL,
    ward TEXT NOT NULL,
    owner TEXT NOT NULL,
    pending_owner TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    events BIGINT NOT NULL,
    body TEXT NOT NULL
) {clustered};
CREATE INDEX alert_of_patient ON alert (patient, rule, analyte);
CREATE INDEX alert_alive ON alert (is_alive, changed_at);
CREATE INDEX alert_of_team ON alert (team, is_alive);

CREATE TABLE alert_event (
    alert TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (alert, sequence)
) {clustered};

-- Who was told of an alert or has seen it, and must hear when it changes.
CREATE TABLE alert_audience (
    account TEXT NOT NULL,
    alert TEXT NOT NULL,
    told_at BIGINT,
    seen_at BIGINT,
    seen_version BIGINT NOT NULL,
    PRIMARY KEY (account, alert)
) {clustered};
CREATE INDEX alert_audience_of_alert ON alert_audience (alert);

CREATE TABLE rule_evaluation (
    number {rowid},
    patient TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    rank INTEGER NOT NULL,
    decision TEXT NOT NULL,
    alert TEXT NOT NULL,
    inputs TEXT NOT NULL
);
CREATE INDEX rule_evaluation_of_subject ON rule_evaluation (patient, rule, subject, number);

CREATE TABLE rule_subject (
    patient TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    analyte TEXT NOT NULL,
    code TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    rank INTEGER NOT NULL,
    level TEXT NOT NULL,
    amount TEXT NOT NULL,
    decision TEXT NOT NULL,
    told_at BIGINT,
    is_retracted INTEGER NOT NULL,
    alert TEXT NOT NULL,
    inputs TEXT NOT NULL,
    PRIMARY KEY (patient, rule, subject)
) {clustered};
CREATE INDEX rule_subject_by_subject ON rule_subject (subject);

-- Routes, chains and the rota: every edit is a new version, the newest is in force.
CREATE TABLE alert_setting (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, version)
) {clustered};
)sql",
                                                   R"sql(
-- The explanation is read from the evaluation: rows stay small, so that all that was ever said of a
-- patient is a few pages.
CREATE TABLE rule_subject_small (
    patient TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    analyte TEXT NOT NULL,
    code TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    rank INTEGER NOT NULL,
    level TEXT NOT NULL,
    amount TEXT NOT NULL,
    decision TEXT NOT NULL,
    told_at BIGINT,
    is_retracted INTEGER NOT NULL,
    alert TEXT NOT NULL,
    evaluation BIGINT NOT NULL,
    PRIMARY KEY (patient, rule, subject)
) {clustered};
INSERT INTO rule_subject_small
    SELECT s.patient, s.rule, s.subject, s.analyte, s.code, s.taken_at, s.rank, s.level, s.amount,
           s.decision, s.told_at, s.is_retracted, s.alert,
           (SELECT MAX(e.number) FROM rule_evaluation e WHERE e.patient = s.patient
                AND e.rule = s.rule AND e.subject = s.subject AND e.inputs = s.inputs)
    FROM rule_subject s;
DROP TABLE rule_subject;
ALTER TABLE rule_subject_small RENAME TO rule_subject;
CREATE INDEX rule_subject_by_subject ON rule_subject (subject);
)sql",
                                                   R"sql(
-- What the last server took the time to be (base/server_clock.h), for the next one.
CREATE TABLE clock_mark (
    name TEXT PRIMARY KEY,
    boot TEXT NOT NULL,
    at_boot BIGINT NOT NULL,
    change BIGINT NOT NULL,
    at BIGINT NOT NULL
) {clustered};
)sql",
                                                   R"sql(
-- Whose alerts these are, without reading them.
DROP INDEX alert_alive;
CREATE INDEX alert_alive ON alert (is_alive, changed_at, state, team, ward, owner, pending_owner);
)sql"};

}  // namespace wardlight::alerts