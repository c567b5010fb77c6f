// The tables of this folder. Wards, teams and stars are rows of their own, so that they can be
// asked from both sides.
#pragma once

#include <string_view>

namespace wardlight::access {

inline constexpr std::string_view kAccessSteps[] = {R"sql(
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    practitioner TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret {bytes},
    totp_last_step BIGINT NOT NULL,
    is_disabled INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_user ON account (user_name);

CREATE TABLE account_ward (
    account TEXT NOT NULL,
    ward TEXT NOT NULL,
    PRIMARY KEY (account, ward)
) {clustered};
CREATE TABLE account_team (
    account TEXT NOT NULL,
    team TEXT NOT NULL,
    PRIMARY KEY (account, team)
) {clustered};
CREATE INDEX account_of_team ON account_team (team, account);

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_of_account ON session (account, created_at);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE sign_in_failure (
    source TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_age ON sign_in_failure (last_at);

CREATE TABLE star (
    account TEXT NOT NULL,
    patient TEXT NOT NULL,
    PRIMARY KEY (account, patient)
) {clustered};
)sql",
                                                    R"sql(
-- Emergency access (break_glass.h). Never removed: what was looked at stays accounted for.
CREATE TABLE break_glass (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    patient TEXT NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    review_due_at BIGINT NOT NULL,
    reviewed_by TEXT,
    reviewed_at BIGINT,
    outcome TEXT,
    note TEXT
);
CREATE INDEX break_glass_of_account ON break_glass (account, patient, ends_at);
CREATE INDEX break_glass_by_review ON break_glass (reviewed_at, opened_at);
)sql",
                                                    R"sql(
-- What the device says it is; and sessions that were ended from elsewhere stay until they would have
-- ended, so that the device can be told why.
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN is_revoked INTEGER NOT NULL DEFAULT 0;
)sql",
                                                    R"sql(
-- Passkeys (passkeys.h). The handle stands in an authenticator where a name would: random, so that
-- it tells nothing about the person. A challenge is there until it is answered once, or too old.
CREATE TABLE passkey_user (
    account TEXT PRIMARY KEY,
    handle {bytes} NOT NULL
);
CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    credential {bytes} NOT NULL,
    account TEXT NOT NULL,
    public_key {bytes} NOT NULL,
    algorithm BIGINT NOT NULL,
    sign_count BIGINT NOT NULL,
    is_backup_eligible INTEGER NOT NULL,
    is_backed_up INTEGER NOT NULL,
    aaguid {bytes} NOT NULL,
    transports TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    blocked_at BIGINT
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential);
CREATE INDEX passkey_of_account ON passkey (account, created_at);
CREATE TABLE passkey_challenge (
    challenge TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    account TEXT NOT NULL,
    session TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenge_bond ON passkey_challenge (purpose, session, created_at);
CREATE INDEX passkey_challenge_age ON passkey_challenge (created_at);
-- A new passkey for somebody who has lost theirs (recovery.h). Never removed.
CREATE TABLE account_recovery (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    reason TEXT NOT NULL,
    removes_passkeys INTEGER NOT NULL,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    code_hash TEXT,
    wrong_codes BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX account_recovery_open ON account_recovery (ended_at, started_at);
-- When somebody last showed again who they are, in this session.
ALTER TABLE session ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
)sql",
                                                    R"sql(
-- Accounts of the hospital's directory (directory_accounts.h): its own id of the person, and what
-- keeps them out ('' nothing). Those without an id are ours. One row says how the newest round of
-- asking went (directory_status.h).
ALTER TABLE account ADD COLUMN directory_id TEXT;
ALTER TABLE account ADD COLUMN directory_bar TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX account_of_directory ON account (directory_id);
CREATE TABLE directory_status (
    id INTEGER PRIMARY KEY,
    succeeded_at BIGINT,
    failing_since BIGINT,
    problem TEXT NOT NULL,
    held_since BIGINT,
    held_losing BIGINT NOT NULL,
    held_of BIGINT NOT NULL,
    mapping_version TEXT NOT NULL,
    mapping_problem TEXT NOT NULL,
    clashes TEXT NOT NULL
);
)sql"};

}  // namespace wardlight::access
