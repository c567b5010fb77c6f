#include "api/list_routes.h"

#include <algorithm>

#include "access/stars.h"
#include "alerts/inbox.h"
#include "alerts/policy.h"
#include "api/patient_access.h"
#include "api/patient_rows.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kFoundMost = 50;
constexpr std::size_t kSearchTextBytes = 200;

struct List {
    std::string id;
    std::string kind;
    std::string name;
    std::string label;
};

std::vector<List> lists_of(const access::Subject& subject, const alerts::PolicySet& policies) {
    std::vector<List> lists;
    for (const std::string& team : subject.teams) {
        lists.push_back({"team:" + team, "team", team, alerts::team_name(policies, team)});
    }
    for (const std::string& ward : subject.wards)
        lists.push_back({"ward:" + ward, "ward", ward, ward});
    lists.push_back({"starred", "starred", "", ""});
    return lists;
}

Result<std::vector<PatientRecord>> records_of(const AppServices& services,
                                              store::Snapshot& snapshot,
                                              const access::Subject& subject, const List& list) {
    if (list.kind == "ward") return services.records.on_ward(snapshot, list.name);
    std::vector<PatientId> ids;
    if (list.kind == "team") {
        ids = TRY(alerts::patients_of_team(snapshot, list.name));
    } else {
        ids = TRY(access::starred_patients(snapshot, subject.account));
    }
    std::vector<PatientRecord> records;
    for (const PatientId& id : ids) {
        if (auto record = TRY(services.records.find(snapshot, id)))
            records.push_back(std::move(*record));
    }
    return records;
}

/// Keeps only what the caller may see, with the reason for the audit.
struct Permitted {
    std::vector<ListedRow> rows;
    std::vector<ListedPatient> disclosed;
    std::size_t hidden = 0;
};
Result<Permitted> permitted(store::Snapshot& snapshot, const access::Subject& subject,
                            std::vector<PatientRecord> records, std::string_view permission,
                            Instant now) {
    Permitted out;
    TieReader ties(snapshot, subject, now);
    for (PatientRecord& record : records) {
        TiedPatient tied = TRY(ties.of(record));
        const access::Decision decision = access::decide(subject, permission, tied.ties);
        if (!access::may_be_listed(decision)) {
            ++out.hidden;
            continue;
        }
        out.disclosed.push_back({record.id, decision.reason});
        out.rows.push_back({std::move(record), std::move(tied)});
    }
    return out;
}

Result<Value> get_lists(const AppServices& services, const Request& request) {
    const access::Subject& subject = caller_of(request).subject();
    auto snapshot = TRY(services.store.read());
    const auto policies = TRY(alerts::load_policies(snapshot));
    Value lists{json::Array{}};
    for (const List& list : lists_of(subject, policies)) {
        const auto records = TRY(records_of(services, snapshot, subject, list));
        lists.push(json::Object{{"id", list.id},
                                {"kind", list.kind},
                                {"label", list.label},
                                {"count", static_cast<std::int64_t>(records.size())}});
    }
    return json::Object{{"lists", std::move(lists)}};
}

Result<Value> get_list(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const access::Subject& subject = caller.subject();
    const std::string& id = request.path_parameter("id");
    Permitted shown;
    Value body;
    {
        auto snapshot = TRY(services.store.read());
        const auto policies = TRY(alerts::load_policies(snapshot));
        const auto lists = lists_of(subject, policies);
        const auto list =
            std::find_if(lists.begin(), lists.end(), [&](const List& l) { return l.id == id; });
        if (list == lists.end())
            return fail(ErrorCode::forbidden, "this list is not one of yours", "list");
        auto records = TRY(records_of(services, snapshot, subject, *list));
        Value beds{json::Array{}};
        if (list->kind == "ward") {
            for (const std::string& bed : TRY(empty_beds(snapshot, list->name, records)))
                beds.push(bed);
        }
        shown = TRY(permitted(snapshot, subject, std::move(records),
                              access::permission::kPatientsRead, services.store.clock().now()));
        body = json::Object{
            {"as_of", TRY(as_of(snapshot, services))},
            {"list", json::Object{{"id", list->id}, {"label", list->label}, {"kind", list->kind}}},
            {"patients", TRY(patient_rows(snapshot, services, subject, shown.rows))},
            {"beds_empty", std::move(beds)}};
    }
    TRY(disclose_list(services.store, caller, "list.read", shown.disclosed));
    return body;
}

/// Finding shows who is there (name, number, ward) to anyone who may search; the chart behind it is
/// decided when it is opened. What tells about the illness is left out for those without a tie.
Result<Value> find(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    if (!body["text"].is_string()) return fail(ErrorCode::invalid, "is needed", "text");
    const std::string_view text = body["text"].text();
    if (text.size() > kSearchTextBytes)
        return fail(ErrorCode::too_large, "the text is too long", "text");
    std::vector<ListedPatient> disclosed;
    Value out;
    {
        auto snapshot = TRY(services.store.read());
        auto records = TRY(services.records.matching(snapshot, text, kFoundMost));
        const bool is_truncated = records.size() > kFoundMost;
        if (is_truncated) records.erase(records.begin() + kFoundMost, records.end());
        std::vector<ListedRow> rows;
        std::vector<bool> is_tied;
        TieReader ties(snapshot, caller.subject(), services.store.clock().now());
        for (PatientRecord& record : records) {
            TiedPatient tied = TRY(ties.of(record));
            const auto decision =
                access::decide(caller.subject(), access::permission::kPatientsRead, tied.ties);
            disclosed.push_back(
                {record.id, decision.is_permitted ? decision.reason : std::string_view("find")});
            rows.push_back({std::move(record), std::move(tied)});
        }
        Value patients = TRY(patient_rows(snapshot, services, caller.subject(), rows));
        for (Value& row : patients.edit_items()) {
            const std::string_view id = row["patient"]["id"].text();
            const auto entry =
                std::find_if(disclosed.begin(), disclosed.end(),
                             [&](const ListedPatient& p) { return p.patient.value == id; });
            if (entry == disclosed.end() || entry->reason != "find") continue;
            row.edit("reason") = Value();
            row.edit("news2") = Value();
            row.edit("open_alerts") = json::Array{};
            row.edit("newest_result_at") = Value();
        }
        out = json::Object{{"as_of", TRY(as_of(snapshot, services))},
                           {"patients", std::move(patients)},
                           {"truncated", is_truncated}};
    }
    TRY(disclose_list(services.store, caller, "patient.find", disclosed));
    return out;
}

Result<Value> star(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    if (!body["starred"].is_bool())
        return fail(ErrorCode::invalid, "starred is true or false", "starred");
    PatientId patient;
    {
        auto snapshot = TRY(services.store.read());
        patient = TRY(services.records.load(snapshot, PatientId{request.path_parameter("id")})).id;
    }
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(access::set_star(tx, caller.subject().account, patient, body["starred"].as_bool()));
        TRY(audit::append(tx, entry_for(caller, "patient.star", patient, "own")));
        return {};
    }));
    return Value();
}

}  // namespace

std::vector<net::Route> list_routes(const AppServices& services) {
    const auto read = net::Permission::named(access::permission::kPatientsRead);
    const auto search = net::Permission::named(access::permission::kPatientsFind);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    return {
        {"GET", "/api/lists", read, with(get_lists)},
        {"GET", "/api/lists/{id}/patients", read, with(get_list)},
        {"POST", "/api/patients/find", search, with(find)},
        {"POST", "/api/patients/{id}/star", read, with(star)},
    };
}

}  // namespace wardlight::api
