#include "api/alert_routes.h"

#include <algorithm>

#include "alerts/actions.h"
#include "alerts/alert_table.h"
#include "alerts/card.h"
#include "alerts/inbox.h"
#include "api/alert_view.h"
#include "api/patient_access.h"
#include "api/patient_ties.h"

namespace wardlight::api {
namespace {

using alerts::Alert;
using json::Value;
using net::Request;
using net::Response;

alerts::Viewer viewer_of(const access::Subject& subject) {
    return {subject.account, std::string(access::code_of(subject.role)), subject.wards,
            subject.teams};
}

struct Cards {
    Value cards{json::Array{}};
    std::vector<ListedPatient> disclosed;
};

/// Cards of alerts the caller has a tie to. The inbox asks for those anyway; this is the decision
/// that counts, and it goes into the audit.
Result<Cards> permitted_cards(const AppServices& services, store::Snapshot& snapshot,
                              const access::Subject& subject, const std::vector<Alert>& list) {
    Cards out;
    const Instant now = services.store.clock().now();
    for (const Alert& alert : list) {
        auto record = TRY(find_patient(snapshot, alert.patient));
        if (!record) continue;
        TiedPatient tied = TRY(ties_of(snapshot, subject, *record, now));
        // A closed alert is no tie for the future, but whoever dealt with it may look back at it.
        tied.ties.teams.push_back(alert.team);
        tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == subject.account;
        const auto decision = access::decide(subject, access::permission::kAlertsRead, tied.ties);
        if (!decision.is_permitted) continue;
        const auto is_listed = [&](const ListedPatient& p) { return p.patient == record->id; };
        if (std::none_of(out.disclosed.begin(), out.disclosed.end(), is_listed)) {
            out.disclosed.push_back({record->id, decision.reason});
        }
        out.cards.push(TRY(alert_card(snapshot, services.site, alert, subject, now)));
    }
    return out;
}

Result<Value> get_inbox(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const std::string_view name = request.query_parameter("group").value_or("to_see");
    alerts::Group group = alerts::Group::to_see;
    if (name == "with_colleague") {
        group = alerts::Group::with_colleague;
    } else if (name == "done") {
        group = alerts::Group::done;
    } else if (name != "to_see") {
        return fail(ErrorCode::invalid, "to_see, with_colleague or done", "group");
    }
    Value body;
    Cards cards;
    {
        auto snapshot = TRY(services.store.read());
        const Instant now = services.store.clock().now();
        const alerts::Viewer viewer = viewer_of(caller.subject());
        cards =
            TRY(permitted_cards(services, snapshot, caller.subject(),
                                TRY(alerts::inbox(snapshot, services.site, group, viewer, now))));
        const auto counts = TRY(alerts::inbox_counts(snapshot, services.site, viewer, now));
        body = json::Object{{"as_of", TRY(as_of(snapshot, services))},
                            {"group", name},
                            {"alerts", std::move(cards.cards)},
                            {"counts", json::Object{{"to_see", counts.to_see},
                                                    {"with_colleague", counts.with_colleague},
                                                    {"done", counts.done}}}};
    }
    TRY(disclose_list(services.store, caller, "alerts.read", cards.disclosed));
    return body;
}

Result<Value> get_switchboard(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    Cards cards;
    {
        auto snapshot = TRY(services.store.read());
        cards = TRY(permitted_cards(services, snapshot, caller.subject(),
                                    TRY(alerts::switchboard(snapshot))));
    }
    TRY(disclose_list(services.store, caller, "alerts.read", cards.disclosed));
    return json::Object{{"alerts", std::move(cards.cards)}};
}

/// The alert, after deciding and recording that the caller may see its patient.
struct OpenedAlert {
    Alert alert;
    std::string_view reason;
};
Result<OpenedAlert> open_alert(const AppServices& services, store::Snapshot& snapshot,
                               const Request& request, std::string_view action,
                               std::string_view permission) {
    const Caller& caller = caller_of(request);
    Alert alert = TRY(alerts::need_alert(snapshot, AlertId{request.path_parameter("id")}));
    const PatientRecord record = TRY(load_patient(snapshot, alert.patient));
    TiedPatient tied =
        TRY(ties_of(snapshot, caller.subject(), record, services.store.clock().now()));
    tied.ties.teams.push_back(alert.team);
    tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == caller.subject().account;
    TRY(disclose(services.store, caller, {action, permission, record.id, tied.ties}));
    return OpenedAlert{std::move(alert),
                       access::decide(caller.subject(), permission, tied.ties).reason};
}

Result<Value> get_alert(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const auto opened =
        TRY(open_alert(services, snapshot, request, "alert.read", access::permission::kAlertsRead));
    return json::Object{
        {"as_of", TRY(as_of(snapshot, services))},
        {"alert", TRY(alert_card(snapshot, services.site, opened.alert,
                                 caller_of(request).subject(), services.store.clock().now()))},
        {"events", TRY(alerts::events_json(snapshot, services.site, opened.alert.id))}};
}

using Action = std::function<Result<Alert>(store::WriteTransaction&, const alerts::Site&,
                                           const alerts::Act&, const Value&)>;

Result<Instant> instant_in(const Value& body, const char* member) {
    auto instant = parse_instant(body[member].text());
    if (!instant) return fail(ErrorCode::invalid, "a time with its zone is needed", member);
    return *instant;
}

Result<std::string> text_in(const Value& body, const char* member) {
    if (!body[member].is_string() || body[member].text().empty())
        return fail(ErrorCode::invalid, "is needed", member);
    return std::string(body[member].text());
}

/// Does what a person asked for. Somebody else was faster: 409 with the alert as it is now.
Response act(const AppServices& services, const Request& request, std::string_view name,
             const Action& action) {
    const Caller& caller = caller_of(request);
    const auto attempt = [&]() -> Result<Value> {
        const Value body = TRY(json_body(request));
        const auto version = body["version"].as_integer();
        if (!version)
            return fail(ErrorCode::invalid, "the version that was seen is needed", "version");
        PatientId patient;
        std::string_view reason;
        AlertId id;
        {
            auto snapshot = TRY(services.store.read());
            const auto opened =
                TRY(open_alert(services, snapshot, request, name, access::permission::kAlertsAct));
            patient = opened.alert.patient;
            reason = opened.reason;
            id = opened.alert.id;
        }
        const alerts::Act asked{id, *version, caller.subject().account};
        return services.store.transact([&](store::WriteTransaction& tx) -> Result<Value> {
            const Alert changed = TRY(action(tx, services.site, asked, body));
            TRY(audit::append(tx, entry_for(caller, name, patient, reason)));
            return json::object({{"alert", TRY(alert_card(tx, services.site, changed,
                                                          caller.subject(), tx.now()))}});
        });
    };
    const auto done = attempt();
    if (done) return Response::json(200, json::serialize(*done));
    Response response = net::error_response(done.error());
    if (done.error().code != ErrorCode::conflict) return response;
    auto snapshot = services.store.read();
    if (!snapshot) return response;
    const auto alert = alerts::need_alert(*snapshot, AlertId{request.path_parameter("id")});
    const auto card = alert ? alert_card(*snapshot, services.site, *alert, caller.subject(),
                                         services.store.clock().now())
                            : Result<Value>(tl::unexpected(alert.error()));
    auto body = json::parse(response.content());
    if (!card || !body) return response;
    body->set("alert", *card);
    response.body = json::serialize(*body);
    return response;
}

}  // namespace

std::vector<net::Route> alert_routes(const AppServices& services) {
    const auto read = net::Permission::named(access::permission::kAlertsRead);
    const auto change = net::Permission::named(access::permission::kAlertsAct);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    const auto doing = [&services](std::string_view name, Action action) -> net::Handler {
        return [&services, name, action = std::move(action)](const Request& request) {
            return act(services, request, name, action);
        };
    };
    using Tx = store::WriteTransaction;
    using alerts::Act;
    using alerts::Site;
    return {
        {"GET", "/api/alerts", read, with(get_inbox)},
        {"GET", "/api/alerts/{id}", read, with(get_alert)},
        {"GET", "/api/switchboard", read, with(get_switchboard)},
        {"POST", "/api/alerts/{id}/acknowledge", change,
         doing("alert.acknowledge",
               [](Tx& tx, const Site& site, const Act& asked, const Value&) {
                   return alerts::acknowledge(tx, site, asked);
               })},
        {"POST", "/api/alerts/{id}/undo", change,
         doing("alert.undo",
               [](Tx& tx, const Site& site, const Act& asked, const Value&) {
                   return alerts::undo_acknowledge(tx, site, asked);
               })},
        {"POST", "/api/alerts/{id}/accept", change,
         doing("alert.accept",
               [](Tx& tx, const Site& site, const Act& asked, const Value&) {
                   return alerts::accept_handover(tx, site, asked);
               })},
        {"POST", "/api/alerts/{id}/seen", read,
         doing("alert.seen", [](Tx& tx, const Site& site, const Act& asked,
                                const Value&) { return alerts::note_seen(tx, site, asked); })},
        {"POST", "/api/alerts/{id}/hand-over", change,
         doing("alert.hand_over",
               [](Tx& tx, const Site& site, const Act& asked, const Value& body) -> Result<Alert> {
                   return alerts::hand_over(tx, site, asked, AccountId{TRY(text_in(body, "to"))});
               })},
        {"POST", "/api/alerts/{id}/snooze", change,
         doing("alert.snooze",
               [](Tx& tx, const Site& site, const Act& asked, const Value& body) -> Result<Alert> {
                   const Instant until = TRY(instant_in(body, "until"));
                   return alerts::snooze(tx, site, asked, until, TRY(text_in(body, "reason")));
               })},
        {"POST", "/api/alerts/{id}/triage", change,
         doing("alert.triage",
               [](Tx& tx, const Site& site, const Act& asked, const Value& body) -> Result<Alert> {
                   std::string outcome = TRY(text_in(body, "outcome"));
                   return alerts::triage(tx, site, asked, std::move(outcome),
                                         std::string(body["reason"].text()));
               })},
        {"POST", "/api/alerts/{id}/not-useful", change,
         doing("alert.not_useful",
               [](Tx& tx, const Site& site, const Act& asked, const Value& body) -> Result<Alert> {
                   return alerts::mark_not_useful(tx, site, asked, TRY(text_in(body, "reason")));
               })},
    };
}

}  // namespace wardlight::api
