// The store's own tables. `{clustered}`, `{rowid}` and `{bytes}` are the only words that differ
// between engines (Engine::schema_text).
#pragma once

#include "store/sql.h"

namespace wardlight::store {

inline constexpr std::string_view kStoreSteps[] = {
    R"sql(
CREATE TABLE resource (
    rid {rowid},
    type INTEGER NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    operation INTEGER NOT NULL,
    patient TEXT NOT NULL,
    body {bytes} NOT NULL
);
CREATE UNIQUE INDEX resource_key ON resource (type, id);
CREATE INDEX resource_of_type ON resource (type, rid);

-- Superseded versions; the newest is in resource.
CREATE TABLE resource_version (
    rid BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    operation INTEGER NOT NULL,
    body {bytes} NOT NULL,
    PRIMARY KEY (rid, version)
) {clustered};

-- One packed row per resource, a patient's rows side by side: a chart is one range.
CREATE TABLE resource_index (
    patient TEXT NOT NULL,
    type INTEGER NOT NULL,
    rid BIGINT NOT NULL,
    keys {bytes} NOT NULL,
    PRIMARY KEY (patient, type, rid)
) {clustered};

-- What is searched across patients.
CREATE TABLE global_key (
    type INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    value BIGINT NOT NULL,
    rid BIGINT NOT NULL,
    PRIMARY KEY (type, parameter, value, rid)
) {clustered};
CREATE TABLE global_string (
    type INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    folded TEXT NOT NULL,
    rid BIGINT NOT NULL,
    PRIMARY KEY (type, parameter, folded, rid)
) {clustered};
CREATE INDEX global_string_rid ON global_string (rid);

CREATE TABLE change_log (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    type INTEGER NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    operation INTEGER NOT NULL,
    patient TEXT NOT NULL
) {clustered};
)sql",
    R"sql(
-- A resource's search keys lie beside its body: a chart is read row by row, each once. They are
-- filled in by rebuild_index().
CREATE TABLE resource_with_keys (
    rid {rowid},
    type INTEGER NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    operation INTEGER NOT NULL,
    patient TEXT NOT NULL,
    patient_key BIGINT NOT NULL,
    keys {bytes} NOT NULL,
    body {bytes} NOT NULL
);
INSERT INTO resource_with_keys
    SELECT rid, type, id, version, updated, operation, patient, 0, CAST('' AS {bytes}), body
    FROM resource;
DROP TABLE resource;
ALTER TABLE resource_with_keys RENAME TO resource;
CREATE UNIQUE INDEX resource_key ON resource (type, id);
CREATE INDEX resource_of_type ON resource (type, rid);
CREATE INDEX resource_of_patient ON resource (patient_key, type);
DROP TABLE resource_index;
DELETE FROM global_key;
DELETE FROM global_string;

-- What a patient has of one code, in order of time.
CREATE TABLE chart_key (
    patient_key BIGINT NOT NULL,
    type INTEGER NOT NULL,
    code BIGINT NOT NULL,
    at BIGINT NOT NULL,
    rid BIGINT NOT NULL,
    PRIMARY KEY (patient_key, type, code, at, rid)
) {clustered};

-- One row: the version of the index (index.h) and, while it is being rebuilt, how far that is.
CREATE TABLE index_state (
    version INTEGER NOT NULL,
    rebuilt_to BIGINT NOT NULL
);
INSERT INTO index_state (version, rebuilt_to) VALUES (0, 0);
)sql"};

/// Creates the version table and applies what is missing of every schema, each step in its own
/// transaction.
Result<> migrate(SqlConnection& sql, class Engine& engine, const std::vector<Schema>& schemas);

}  // namespace wardlight::store
