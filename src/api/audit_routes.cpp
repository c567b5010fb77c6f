#include "api/audit_routes.h"

#include <fmt/format.h>

#include "access/explanation.h"
#include "access/unusual_access.h"
#include "api/audit_view.h"
#include "api/patient_access.h"
#include "api/patient_ties.h"
#include "base/text.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kBodyBytes = 8'192;
constexpr std::size_t kPageEntries = 100;
constexpr std::size_t kExportedMost = 100'000;
constexpr std::size_t kPatientsOfNumber = 100;
constexpr std::size_t kLooksMost = 200'000;
constexpr auto kWindowMost = std::chrono::hours{24 * 7};
constexpr std::size_t kUnusualMost = 500;

/// The officer's own look, for the log: at each patient whose name was shown, or at nobody's.
std::vector<audit::Entry> entries_for(const Caller& caller, std::string_view action,
                                      const std::vector<PatientId>& patients) {
    std::vector<audit::Entry> entries;
    for (const PatientId& patient : patients)
        entries.push_back(entry_for(caller, action, patient, "role"));
    if (entries.empty()) {
        entries.push_back(entry_for(caller, action, {}, "role"));
        entries.back().resource_type = "audit";
    }
    for (audit::Entry& entry : entries) entry.purpose = audit::purpose::kCompliance;
    return entries;
}

Result<std::optional<Instant>> instant_in(const Value& body, const char* member) {
    if (body[member].is_null()) return std::nullopt;
    const auto instant = parse_instant(body[member].text());
    if (!instant) return fail(ErrorCode::invalid, "a time with its zone is needed", member);
    return instant;
}

/// By a whole number, as on a wristband or letter: nobody browses names here. A record that was
/// merged keeps its number, which the one it was merged into has as well.
Result<PatientId> patient_of_number(const AppServices& services, store::Snapshot& snapshot,
                                    std::string_view number) {
    std::optional<PatientId> found;
    for (const Value& patient :
         TRY(store::search_all(snapshot, "Patient", {{"identifier", escape_search(trim(number))}},
                               kPatientsOfNumber))) {
        const auto record =
            TRY(services.records.find(snapshot, PatientId{std::string(patient["id"].text())}));
        if (!record || found == record->id) continue;
        if (found) {
            return fail(ErrorCode::conflict,
                        "several patients have this number: use another of theirs",
                        "patient_number");
        }
        found = record->id;
    }
    if (!found) return fail(ErrorCode::not_found, "no patient has this number", "patient_number");
    return *found;
}

/// The patient as the record now is, and the records that were merged into it.
Result<> ask_for_patient(const AppServices& services, store::Snapshot& snapshot,
                         const PatientId& patient, audit::Filter& filter) {
    filter.patient = patient;
    const auto record = TRY(services.records.find(snapshot, patient));
    if (!record) return {};  // entries stay when a record has gone
    filter.patient = record->id;
    for (const Value& link : record->patient()["link"].items()) {
        if (link["type"].text() == "replaces")
            filter.merged.emplace_back(fhir::parse_reference(link["other"]["reference"].text()).id);
    }
    return {};
}

Result<audit::Place> place_in(const Value& body) {
    if (body["before"].is_null()) return audit::Place{};
    const auto parts = split(body["before"].text(), '.');
    const auto at = parts.size() == 2 ? parse_integer(parts[0]) : std::nullopt;
    const auto sequence = parts.size() == 2 ? parse_integer(parts[1]) : std::nullopt;
    if (!at || !sequence || *sequence <= 0)
        return fail(ErrorCode::invalid, "not a page of ours", "before");
    return audit::Place{from_micros(*at), *sequence};
}

Result<audit::Filter> filter_in(const AppServices& services, store::Snapshot& snapshot,
                                const Value& body) {
    audit::Filter filter;
    filter.account = AccountId{std::string(body["person"].text())};
    PatientId patient{std::string(body["patient"].text())};
    if (const std::string_view number = body["patient_number"].text(); !number.empty())
        patient = TRY(patient_of_number(services, snapshot, number));
    if (!patient.empty()) TRY(ask_for_patient(services, snapshot, patient, filter));
    filter.from = TRY(instant_in(body, "from"));
    filter.until = TRY(instant_in(body, "until"));
    if (filter.from && filter.until && *filter.from >= *filter.until)
        return fail(ErrorCode::invalid, "is not before the end", "from");
    filter.action = body["action"].text();
    filter.reason = body["reason"].text();
    filter.only_denied = body["only_denied"].as_bool();
    filter.before = TRY(place_in(body));
    filter.limit = kPageEntries;
    return filter;
}

Value next_of(const std::optional<audit::Place>& next) {
    if (!next) return {};
    return fmt::format("{}.{}", to_micros(next->at), next->sequence);
}

Result<Value> get_people(const AppServices& services, const Request&) {
    auto snapshot = TRY(services.store.read());
    return json::Object{{"people", TRY(AuditView::make(services, snapshot)).people()}};
}

Value texts(const std::vector<std::string>& list) {
    Value out{json::Array{}};
    for (const std::string& text : list) out.push(text);
    return out;
}

/// Whether the person may read the patient's record now, and by which rules.
Result<Value> explanation(const AppServices& services, store::Snapshot& snapshot,
                          const AuditView& view, const audit::Filter& filter) {
    const auto account = view.accounts().find(filter.account);
    if (account == view.accounts().end() || filter.patient.empty()) return Value();
    const auto record = TRY(services.records.find(snapshot, filter.patient));
    if (!record) return Value();
    const access::Subject& subject = account->second.subject;
    const auto tied = TRY(TieReader(snapshot, subject, services.store.clock().now()).of(*record));
    const auto said = access::explain(subject, account->second.is_disabled,
                                      access::permission::kPatientsRead, tied.ties);
    Value rules{json::Array{}};
    for (const access::RuleSaid& rule : said.rules)
        rules.push(json::Object{{"rule", rule.rule},
                                {"holds", rule.holds},
                                {"of_person", texts(rule.of_person)},
                                {"of_patient", texts(rule.of_patient)}});
    return json::Object{
        {"permitted", said.is_permitted}, {"reason", said.reason}, {"rules", std::move(rules)}};
}

Result<Value> search(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    Value out;
    std::vector<PatientId> disclosed;
    {
        auto snapshot = TRY(services.store.read());
        auto view = TRY(AuditView::make(services, snapshot));
        const auto filter = TRY(filter_in(services, snapshot, body));
        const auto page = TRY(audit::find(snapshot, filter));
        Value entries{json::Array{}};
        for (const audit::Recorded& recorded : page.entries)
            entries.push(TRY(view.entry(recorded)));
        Value about = TRY(view.patient(filter.patient));
        out = json::Object{{"entries", std::move(entries)},
                           {"patient", std::move(about)},
                           {"person", view.person(filter.account)},
                           {"explanation", TRY(explanation(services, snapshot, view, filter))},
                           {"next", next_of(page.next)}};
        disclosed = view.disclosed();
    }
    TRY(audit::record(services.store, entries_for(caller_of(request), "audit.read", disclosed)));
    return out;
}

/// Ids instead of patients' names: the file leaves the server.
Result<Value> export_file(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    std::string file =
        csv_line({"number", "time", "account", "name", "role", "action", "patient", "resource",
                  "purpose", "reason", "decision", "outcome", "session", "address"});
    PatientId about;
    {
        auto snapshot = TRY(services.store.read());
        const auto view = TRY(AuditView::make(services, snapshot));
        auto filter = TRY(filter_in(services, snapshot, body));
        about = filter.patient;
        std::size_t lines = 0;
        for (bool is_last = false; !is_last;) {
            const auto page = TRY(audit::find(snapshot, filter));
            lines += page.entries.size();
            if (lines > kExportedMost)
                return fail(ErrorCode::too_large,
                            fmt::format("more than {} entries: narrow it down", kExportedMost));
            for (const audit::Recorded& recorded : page.entries) {
                const audit::Entry& entry = recorded.entry;
                file += csv_line({std::to_string(recorded.sequence), format_instant(recorded.at),
                                  entry.actor.account.value, view.name_of(entry.actor.account),
                                  entry.actor.role, entry.action, entry.patient.value,
                                  entry.resource_type.empty()
                                      ? ""
                                      : entry.resource_type + "/" + entry.resource_id,
                                  entry.purpose, entry.reason,
                                  entry.decision == audit::Decision::permit ? "permit" : "deny",
                                  entry.outcome == audit::Outcome::success ? "success" : "failure",
                                  entry.actor.session, entry.actor.address});
            }
            is_last = !page.next;
            if (page.next) filter.before = *page.next;
        }
    }
    std::vector<PatientId> disclosed;
    if (!about.empty()) disclosed.push_back(about);
    TRY(audit::record(services.store, entries_for(caller_of(request), "audit.export", disclosed)));
    return json::Object{{"name", "wardlight-audit.csv"}, {"csv", std::move(file)}};
}

/// HL7 v3 ActCode CEL, celebrity information sensitivity, on the Patient; or VIP courtesy on a
/// stay.
bool is_well_known(const PatientRecord& record) {
    for (const Value& label : record.patient()["meta"]["security"].items())
        if (label["code"].text() == "CEL") return true;
    for (const Value& courtesy : record.encounter()["hospitalization"]["specialCourtesy"].items())
        for (const Value& coding : courtesy["coding"].items())
            if (coding["code"].text() == "VIP") return true;
    return false;
}

Result<std::optional<Instant>> last_stay_ended(store::Snapshot& snapshot,
                                               const PatientRecord& record) {
    if (!record.encounter().is_null()) return std::nullopt;
    const auto request =
        TRY(store::parse_search(*fhir::type_number("Encounter"), {{"patient", record.id.value}}));
    return store::newest_date(snapshot, request, "date");
}

Result<std::vector<access::PatientFacts>> facts_of(const AppServices& services,
                                                   store::Snapshot& snapshot,
                                                   const std::vector<audit::Look>& looks) {
    std::map<PatientId, access::PatientFacts> facts;
    for (const audit::Look& look : looks) {
        if (facts.contains(look.patient)) continue;
        access::PatientFacts& one = facts[look.patient];
        one.patient = look.patient;
        const auto record = TRY(services.records.find(snapshot, look.patient));
        if (!record) continue;
        const Value& name = record->patient()["name"][0];
        one.family = name["family"].text();
        for (const Value& given : name["given"].items())
            one.given += (one.given.empty() ? "" : " ") + std::string(given.text());
        one.is_well_known = is_well_known(*record);
        one.last_stay_ended = TRY(last_stay_ended(snapshot, *record));
    }
    std::vector<access::PatientFacts> all;
    for (auto& [id, one] : facts) all.push_back(std::move(one));
    return all;
}

/// Programs look at everything by design: their looks say nothing.
Result<std::vector<audit::Look>> looks_of_people(const AuditView& view, store::Snapshot& snapshot,
                                                 Instant from, Instant until) {
    auto looks =
        TRY(audit::looks_between(snapshot, from, until, access::opening_actions(), kLooksMost));
    if (looks.size() > kLooksMost)
        return fail(ErrorCode::too_large, "too many looks in this time: choose a shorter one",
                    "from");
    std::erase_if(looks, [&](const audit::Look& look) {
        const auto found = view.accounts().find(look.account);
        return found != view.accounts().end() &&
               found->second.subject.role == access::Role::integration;
    });
    return looks;
}

Result<Value> unusual(const AppServices& services, const Request& request) {
    const Value body = TRY(json_body(request));
    const Instant now = services.store.clock().now();
    const Instant until = TRY(instant_in(body, "until")).value_or(now);
    const Instant from = TRY(instant_in(body, "from")).value_or(until - std::chrono::hours(24));
    if (from >= until) return fail(ErrorCode::invalid, "is not before the end", "from");
    if (until - from > kWindowMost)
        return fail(ErrorCode::invalid, "at most seven days at once", "from");
    const access::UnusualRules rules;
    Value found{json::Array{}};
    std::vector<PatientId> disclosed;
    bool is_truncated = false;
    {
        auto snapshot = TRY(services.store.read());
        auto view = TRY(AuditView::make(services, snapshot));
        const auto looks = TRY(looks_of_people(view, snapshot, from, until));
        std::vector<access::PersonName> people;
        for (const auto& [id, account] : view.accounts())
            people.push_back({id, account.subject.name});
        auto unusual =
            access::unusual_looks(looks, people, TRY(facts_of(services, snapshot, looks)), rules);
        is_truncated = unusual.size() > kUnusualMost;
        if (is_truncated) unusual.resize(kUnusualMost);
        for (const access::UnusualLooks& one : unusual) {
            found.push(json::Object{{"signal", access::code_of(one.signal)},
                                    {"who", view.person(one.account)},
                                    {"patient_id", text_or_null(one.patient.value)},
                                    {"patient", TRY(view.patient(one.patient))},
                                    {"records", static_cast<std::int64_t>(one.records)},
                                    {"looks", static_cast<std::int64_t>(one.looks)},
                                    {"first_at", format_instant(one.first)},
                                    {"last_at", format_instant(one.last)}});
        }
        disclosed = view.disclosed();
    }
    TRY(audit::record(services.store, entries_for(caller_of(request), "audit.unusual", disclosed)));
    const auto hours = [](Duration length) {
        return std::chrono::duration_cast<std::chrono::hours>(length).count();
    };
    return json::Object{
        {"from", format_instant(from)},
        {"until", format_instant(until)},
        {"found", std::move(found)},
        {"truncated", is_truncated},
        {"rules", json::Object{{"version", rules.version},
                               {"records_most", static_cast<std::int64_t>(rules.records_most)},
                               {"records_within_hours", hours(rules.records_within)},
                               {"after_discharge_hours", hours(rules.after_discharge)}}}};
}

}  // namespace

std::vector<net::Route> audit_routes(const AppServices& services) {
    const auto permission = net::Permission::named(access::permission::kAuditRead);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    // They may read for seconds: on the threads for slow work.
    return {
        {"GET", "/api/audit/people", permission, with(get_people)},
        {"POST", "/api/audit/search", permission, with(search), kBodyBytes, net::Lane::slow},
        {"POST", "/api/audit/export", permission, with(export_file), kBodyBytes, net::Lane::slow},
        {"POST", "/api/audit/unusual", permission, with(unusual), kBodyBytes, net::Lane::slow},
    };
}

}  // namespace wardlight::api
