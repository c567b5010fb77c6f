#include "api/alert_routes.h"

#include <algorithm>

#include "alerts/actions.h"
#include "alerts/alert_table.h"
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

struct Cards {
    Value cards{json::Array{}};
    std::vector<ListedPatient> disclosed;
};

/// Cards of alerts the caller has a tie to. The inbox asks for those anyway; this is the decision
/// that counts, and it goes into the audit.
Result<Cards> permitted_cards(const AppServices& services, store::Snapshot& snapshot,
                              const access::Subject& subject, const std::vector<Alert>& list) {
    Cards out;
    const AlertCards writer = TRY(AlertCards::make(services, snapshot, subject));
    TieReader ties(snapshot, subject, services.store.clock().now());
    for (const Alert& alert : list) {
        const auto record = TRY(services.records.find(snapshot, alert.patient));
        if (!record) continue;
        TiedPatient tied = TRY(ties.of(*record));
        // A closed alert is no tie for the future, but whoever dealt with it may look back at it.
        tied.ties.teams.push_back(alert.team);
        tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == subject.account;
        const auto decision = access::decide(subject, access::permission::kAlertsRead, tied.ties);
        if (!access::may_be_listed(decision)) continue;
        const auto is_listed = [&](const ListedPatient& p) { return p.patient == record->id; };
        if (std::none_of(out.disclosed.begin(), out.disclosed.end(), is_listed)) {
            out.disclosed.push_back({record->id, decision.reason});
        }
        out.cards.push(TRY(writer.card(alert)));
    }
    return out;
}

Result<Value> get_inbox(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const std::string_view name = request.query_parameter("group").value_or("to_see");
    const auto group = alerts::group_named(name);
    if (!group) return fail(ErrorCode::invalid, "to_see, with_colleague or done", "group");
    Value body;
    Cards cards;
    {
        auto snapshot = TRY(services.store.read());
        const Instant now = services.store.clock().now();
        const auto inbox = TRY(alerts::inbox_of(snapshot, viewer_of(caller.subject()), now));
        cards = TRY(permitted_cards(services, snapshot, caller.subject(), inbox.of(*group)));
        const auto count = [&inbox](alerts::Group of) {
            return static_cast<std::int64_t>(inbox.of(of).size());
        };
        body = json::Object{
            {"as_of", TRY(as_of(snapshot, services))},
            {"group", name},
            {"alerts", std::move(cards.cards)},
            {"counts", json::Object{{"to_see", count(alerts::Group::to_see)},
                                    {"with_colleague", count(alerts::Group::with_colleague)},
                                    {"done", count(alerts::Group::done)}}}};
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
    TiedPatient tied;
    std::string_view reason;
};
Result<OpenedAlert> open_alert(const AppServices& services, store::Snapshot& snapshot,
                               const Request& request, std::string_view action,
                               std::string_view permission) {
    const Caller& caller = caller_of(request);
    Alert alert = TRY(alerts::need_alert(snapshot, AlertId{request.path_parameter("id")}));
    const PatientRecord record = TRY(services.records.load(snapshot, alert.patient));
    TiedPatient tied =
        TRY(TieReader(snapshot, caller.subject(), services.store.clock().now()).of(record));
    tied.ties.teams.push_back(alert.team);
    tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == caller.subject().account;
    const auto reason =
        TRY(disclose(services.store, caller, {action, permission, record.id, tied.ties}));
    return OpenedAlert{std::move(alert), std::move(tied), reason};
}

Result<Value> get_alert(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const auto opened =
        TRY(open_alert(services, snapshot, request, "alert.read", access::permission::kAlertsRead));
    const auto writer = TRY(AlertCards::make(services, snapshot, caller_of(request).subject()));
    return json::Object{{"as_of", TRY(as_of(snapshot, services))},
                        {"alert", TRY(writer.card(opened.alert))},
                        {"events", TRY(writer.events(opened.alert.id))},
                        {"access", access_json(opened.reason, opened.tied)}};
}

enum class Need { nothing, recipient, end_and_reason, outcome, reason };

Result<std::string> text_in(const Value& body, const char* member) {
    if (!body[member].is_string() || body[member].text().empty())
        return fail(ErrorCode::invalid, "is needed", member);
    return std::string(body[member].text());
}

Result<alerts::ActionRequest> read_action(const Request& request, alerts::Action action,
                                          Need need) {
    const Value body = TRY(json_body(request));
    const auto version = body["version"].as_integer();
    if (!version) return fail(ErrorCode::invalid, "the version that was seen is needed", "version");
    alerts::ActionRequest asked;
    asked.action = action;
    asked.version = *version;
    switch (need) {
        case Need::nothing:
            break;
        case Need::recipient:
            asked.to = AccountId{TRY(text_in(body, "to"))};
            break;
        case Need::end_and_reason: {
            const auto until = parse_instant(body["until"].text());
            if (!until) return fail(ErrorCode::invalid, "a time with its zone is needed", "until");
            asked.until = *until;
            asked.reason = TRY(text_in(body, "reason"));
            break;
        }
        case Need::outcome:
            asked.outcome = TRY(text_in(body, "outcome"));
            asked.reason = body["reason"].text();
            break;
        case Need::reason:
            asked.reason = TRY(text_in(body, "reason"));
            break;
    }
    return asked;
}

using Change =
    std::function<Result<>(store::WriteTransaction&, const AlertId&, const alerts::Viewer&)>;

/// Decides, changes and records in one transaction; answers with the card as it then is.
Result<Value> change_alert(const AppServices& services, const Request& request,
                           std::string_view name, std::string_view permission,
                           const Change& change) {
    const Caller& caller = caller_of(request);
    PatientId patient;
    std::string_view reason;
    AlertId id;
    {
        auto snapshot = TRY(services.store.read());
        const auto opened = TRY(open_alert(services, snapshot, request, name, permission));
        patient = opened.alert.patient;
        reason = opened.reason;
        id = opened.alert.id;
    }
    return services.store.transact([&](store::WriteTransaction& tx) -> Result<Value> {
        TRY(change(tx, id, viewer_of(caller.subject())));
        TRY(audit::append(tx, entry_for(caller, name, patient, reason)));
        const auto writer = TRY(AlertCards::make(services, tx, caller.subject()));
        return json::object({{"alert", TRY(writer.card(TRY(alerts::need_alert(tx, id))))}});
    });
}

/// Somebody else was faster: 409, with the alert as it is now.
Response conflict_response(const AppServices& services, const Request& request,
                           const Error& error) {
    Response response = net::error_response(error);
    const auto card_now = [&]() -> Result<Value> {
        auto snapshot = TRY(services.store.read());
        const auto alert = TRY(alerts::need_alert(snapshot, AlertId{request.path_parameter("id")}));
        const auto writer = TRY(AlertCards::make(services, snapshot, caller_of(request).subject()));
        return TRY(writer.card(alert));
    };
    auto card = card_now();
    auto body = json::parse(response.content());
    if (!card || !body) return response;
    body->set("alert", std::move(*card));
    response.body = json::serialize(*body);
    return response;
}

net::Handler acting(const AppServices& services, std::string_view name, alerts::Action action,
                    Need need) {
    return [&services, name, action, need](const Request& request) {
        const auto attempt = [&]() -> Result<Value> {
            const auto asked = TRY(read_action(request, action, need));
            return change_alert(
                services, request, name, access::permission::kAlertsAct,
                [&](store::WriteTransaction& tx, const AlertId& id, const alerts::Viewer& viewer) {
                    return alerts::act(tx, services.site, id, viewer, asked);
                });
        };
        const auto done = attempt();
        if (done) return Response::json(200, json::serialize(*done));
        if (done.error().code == ErrorCode::conflict)
            return conflict_response(services, request, done.error());
        return net::error_response(done.error());
    };
}

Result<Value> note_seen(const AppServices& services, const Request& request) {
    return change_alert(
        services, request, "alert.seen", access::permission::kAlertsRead,
        [](store::WriteTransaction& tx, const AlertId& id, const alerts::Viewer& viewer) {
            return alerts::note_seen(tx, id, viewer);
        });
}

}  // namespace

std::vector<net::Route> alert_routes(const AppServices& services) {
    using alerts::Action;
    const auto read = net::Permission::named(access::permission::kAlertsRead);
    const auto change = net::Permission::named(access::permission::kAlertsAct);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    const auto act = [&](const char* pattern, std::string_view name, Action action, Need need) {
        return net::Route{"POST", pattern, change, acting(services, name, action, need)};
    };
    return {
        {"GET", "/api/alerts", read, with(get_inbox)},
        {"GET", "/api/alerts/{id}", read, with(get_alert)},
        {"GET", "/api/switchboard", read, with(get_switchboard)},
        {"POST", "/api/alerts/{id}/seen", read, with(note_seen)},
        act("/api/alerts/{id}/acknowledge", "alert.acknowledge", Action::acknowledge,
            Need::nothing),
        act("/api/alerts/{id}/undo", "alert.undo", Action::undo, Need::nothing),
        act("/api/alerts/{id}/accept", "alert.accept", Action::accept, Need::nothing),
        act("/api/alerts/{id}/hand-over", "alert.hand_over", Action::hand_over, Need::recipient),
        act("/api/alerts/{id}/snooze", "alert.snooze", Action::snooze, Need::end_and_reason),
        act("/api/alerts/{id}/triage", "alert.triage", Action::triage, Need::outcome),
        act("/api/alerts/{id}/not-useful", "alert.not_useful", Action::not_useful, Need::reason),
    };
}

}  // namespace wardlight::api
