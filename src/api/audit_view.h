// Entries of the audit log as people read them: with the names of who and whose.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "access/accounts.h"
#include "api/app_services.h"
#include "audit/audit_log.h"

namespace wardlight::api {

/// Over one snapshot; accounts are read once. Remembers whose names it has given out: each of those
/// is a disclosure of its own.
class AuditView {
 public:
    static Result<AuditView> make(const AppServices& services, store::Snapshot& snapshot);

    /// "AuditEntry".
    [[nodiscard]] Result<json::Value> entry(const audit::Recorded& recorded);
    /// "AuditPerson"; null for nobody.
    [[nodiscard]] json::Value person(const AccountId& id) const;
    /// "Banner"; null when there is no such patient any more, and for nobody's.
    [[nodiscard]] Result<json::Value> patient(const PatientId& id);
    /// All there are, by name, those who may no longer sign in as well.
    [[nodiscard]] json::Value people() const;
    /// Name of an account; empty for one that is not there.
    [[nodiscard]] std::string name_of(const AccountId& id) const;
    [[nodiscard]] const std::map<AccountId, access::Account>& accounts() const { return accounts_; }

    /// Whose names were given out.
    [[nodiscard]] std::vector<PatientId> disclosed() const;

 private:
    AuditView(const AppServices& services, store::Snapshot& snapshot)
        : services_(&services), snapshot_(&snapshot) {}

    const AppServices* services_;
    store::Snapshot* snapshot_;
    std::map<AccountId, access::Account> accounts_;
    std::map<PatientId, json::Value> banners_;
};

/// One line of the file: RFC 4180, and safe to open in a spreadsheet.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace wardlight::api
