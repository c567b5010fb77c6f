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
)sql"};

/// Creates the version table and applies what is missing of every schema, each step in its own
/// transaction.
Result<> migrate(SqlConnection& sql, class Engine& engine, const std::vector<Schema>& schemas);

}  // namespace wardlight::store
