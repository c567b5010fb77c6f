// The tables of the mapping: records with their facts, and who and what was merged or moved. They
// are the memory from which every FHIR resource of the feeds can be built again.
#pragma once

#include <string_view>

namespace wardlight::intake {

inline constexpr std::string_view kIntakeMappingSteps[] = {
    R"sql(
-- One row per thing; facts is a JSON array of [group, stamp, content].
CREATE TABLE intake_record (
    id TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    natural_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    visit TEXT,
    first_at TEXT NOT NULL,
    message BIGINT NOT NULL,
    facts {bytes} NOT NULL
);
CREATE INDEX intake_record_owner ON intake_record (owner, natural_id);
CREATE INDEX intake_record_visit ON intake_record (visit, natural_id);

-- Patients and visits: source is really target. The newest linked row of a source counts.
CREATE TABLE intake_link (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    is_linked INTEGER NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (source, target)
) {clustered};
CREATE INDEX intake_link_target ON intake_link (target);

-- A patient's national number, as the patient id that this number alone would give.
CREATE TABLE intake_claim (
    patient TEXT PRIMARY KEY,
    claimed TEXT NOT NULL,
    stamp TEXT NOT NULL
) {clustered};
CREATE INDEX intake_claim_claimed ON intake_claim (claimed);

CREATE TABLE intake_visit_move (
    visit TEXT NOT NULL,
    from_patient TEXT NOT NULL,
    to_patient TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (visit, from_patient)
) {clustered};
)sql",
    R"sql(
-- Statements that were joined as a whole and may come again (statement.h). Rows of one patient lie
-- together, so that a message that says nothing new touches one page.
CREATE TABLE intake_statement (
    owner BIGINT NOT NULL,
    record BIGINT NOT NULL,
    digest {bytes} NOT NULL,
    stamp TEXT NOT NULL,
    said_at TEXT NOT NULL,
    nothing_up_to TEXT NOT NULL,
    less_than TEXT NOT NULL,
    group_names TEXT NOT NULL,
    PRIMARY KEY (owner, record, digest)
) {clustered};
)sql"};

}  // namespace wardlight::intake
