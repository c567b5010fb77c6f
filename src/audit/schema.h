// The tables of the audit log.
#pragma once

#include <string_view>

namespace wardlight::audit {

inline constexpr std::string_view kAuditSteps[] = {R"sql(
CREATE TABLE audit_entry (
    sequence BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    session TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    patient TEXT NOT NULL,
    purpose TEXT NOT NULL,
    decision INTEGER NOT NULL,
    reason TEXT NOT NULL,
    outcome INTEGER NOT NULL
) {clustered};
CREATE INDEX audit_of_patient ON audit_entry (patient, sequence);
CREATE INDEX audit_of_account ON audit_entry (account, sequence);
)sql",
                                                   R"sql(
CREATE TABLE audit_tile (
    level INTEGER NOT NULL,
    number BIGINT NOT NULL,
    digests {bytes} NOT NULL,
    PRIMARY KEY (level, number)
) {clustered};
-- The newest, and of each hour before the last.
CREATE TABLE audit_checkpoint (
    size BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    note TEXT NOT NULL
) {clustered};
-- Where the entries about each patient, by pseudonym, have got to.
CREATE TABLE audit_chain (
    patient TEXT PRIMARY KEY,
    entries BIGINT NOT NULL,
    head {bytes} NOT NULL,
    salt_key {bytes} NOT NULL
) {clustered};
)sql",
                                                   R"sql(
-- What happened in an hour long ago is found without reading all that came after it.
CREATE INDEX audit_of_time ON audit_entry (at, sequence);
)sql"};

}  // namespace wardlight::audit
