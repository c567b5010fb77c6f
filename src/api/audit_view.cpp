#include "api/audit_view.h"

#include <algorithm>

#include "api/patient_banner.h"

namespace wardlight::api {

using json::Value;

Result<AuditView> AuditView::make(const AppServices& services, store::Snapshot& snapshot) {
    AuditView view(services, snapshot);
    for (access::Account& account : TRY(access::list_accounts(snapshot))) {
        const AccountId id = account.subject.account;
        view.accounts_.emplace(id, std::move(account));
    }
    return view;
}

std::string AuditView::name_of(const AccountId& id) const {
    const auto found = accounts_.find(id);
    return found == accounts_.end() ? std::string() : found->second.subject.name;
}

Value AuditView::person(const AccountId& id) const {
    if (id.empty()) return {};
    const auto found = accounts_.find(id);
    if (found == accounts_.end())
        return json::Object{{"id", id.value}, {"name", ""}, {"role", ""}, {"disabled", true}};
    const access::Account& account = found->second;
    return json::Object{{"id", id.value},
                        {"name", account.subject.name},
                        {"role", access::code_of(account.subject.role)},
                        {"disabled", account.is_disabled}};
}

Value AuditView::people() const {
    std::vector<const access::Account*> all;
    for (const auto& [id, account] : accounts_) all.push_back(&account);
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
        return a->subject.name < b->subject.name;
    });
    Value out{json::Array{}};
    for (const access::Account* account : all) out.push(person(account->subject.account));
    return out;
}

Result<Value> AuditView::patient(const PatientId& id) {
    if (id.empty()) return Value();
    if (const auto known = banners_.find(id); known != banners_.end()) return known->second;
    const auto record = TRY(services_->records.find(*snapshot_, id));
    return banners_.emplace(id, record ? banner(record->patient()) : Value()).first->second;
}

std::vector<PatientId> AuditView::disclosed() const {
    std::vector<PatientId> patients;
    for (const auto& [id, banner] : banners_)
        if (!banner.is_null()) patients.push_back(id);
    return patients;
}

Result<Value> AuditView::entry(const audit::Recorded& recorded) {
    const audit::Entry& entry = recorded.entry;
    const bool is_permitted = entry.decision == audit::Decision::permit;
    return json::Object{
        {"sequence", recorded.sequence},
        {"at", format_instant(recorded.at)},
        {"who", person(entry.actor.account)},
        {"role", entry.actor.role},
        {"action", entry.action},
        {"patient", TRY(patient(entry.patient))},
        {"resource",
         text_or_null(entry.resource_type.empty() ? ""
                                                  : entry.resource_type + "/" + entry.resource_id)},
        {"purpose", text_or_null(entry.purpose)},
        {"reason", text_or_null(entry.reason)},
        {"decision", is_permitted ? "permit" : "deny"},
        {"outcome", entry.outcome == audit::Outcome::success ? "success" : "failure"},
        {"address", text_or_null(entry.actor.address)}};
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        if (!line.empty() || &cell != &cells.front()) line += ',';
        std::string text = cell;
        // A spreadsheet would run it.
        if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string::npos)
            text.insert(0, 1, '\'');
        if (text.find_first_of(",\"\r\n") == std::string::npos) {
            line += text;
            continue;
        }
        line += '"';
        for (const char c : text) line.append(c == '"' ? 2 : 1, c);
        line += '"';
    }
    return line + "\r\n";
}

}  // namespace wardlight::api
