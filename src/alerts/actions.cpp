#include "alerts/actions.h"

#include "alerts/escalation.h"
#include "alerts/resources.h"
#include "base/text.h"

namespace wardlight::alerts {
namespace {

/// Phones choose round times and their clocks differ a little from ours.
constexpr auto kSnoozeTolerance = std::chrono::minutes(1);

tl::unexpected<Error> invalid(const char* message, const char* where) {
    return fail(ErrorCode::invalid, message, where);
}

Result<> check_reason(const ActionRequest& request) {
    if (request.reason.size() > kReasonBytes) return invalid("the reason is too long", "reason");
    const bool needs_reason =
        request.action == Action::snooze || request.action == Action::not_useful;
    if (needs_reason && trim(request.reason).empty())
        return invalid("a reason is needed", "reason");
    return {};
}

Result<Event> acknowledgement(const Event& base) {
    Event event = base;
    event.kind = EventKind::acknowledged;
    event.until = base.at + kUndoWindow;
    event.review_by = base.at + kOutcomeWithin;
    return event;
}

Result<Event> hand_over(store::WriteTransaction& tx, const Site& site, const Event& base,
                        const ActionRequest& request) {
    const auto people = TRY(site.directory->people(tx));
    if (find_person(people, request.to) == nullptr) return invalid("there is no such person", "to");
    Event event = base;
    event.kind = EventKind::handed_over;
    event.to = request.to;
    event.until = base.at + kHandoverWithin;
    return event;
}

Result<Event> snooze(const Alert& alert, const Event& base, const ActionRequest& request) {
    if (!request.until || *request.until <= base.at)
        return invalid("a snooze needs an end in the future", "until");
    if (*request.until > base.at + longest_snooze(alert.severity) + kSnoozeTolerance)
        return invalid("longer than an alert of this severity may sleep", "until");
    Event event = base;
    event.kind = EventKind::snoozed;
    event.until = request.until;
    event.text = request.reason;
    return event;
}

Result<Event> triage(const Event& base, const ActionRequest& request) {
    if (!is_outcome(request.outcome)) return invalid("no such outcome", "outcome");
    Event event = base;
    event.kind = EventKind::triaged;
    event.code = request.outcome;
    event.text = request.reason;
    return event;
}

Result<Event> event_of(store::WriteTransaction& tx, const Site& site, const Alert& alert,
                       const Viewer& viewer, const ActionRequest& request) {
    Event base{.kind = EventKind::seen, .at = tx.now(), .actor = viewer.account};
    switch (request.action) {
        case Action::acknowledge:
            return acknowledgement(base);
        case Action::undo:
            base.kind = EventKind::acknowledge_undone;
            return base;
        case Action::hand_over:
            return hand_over(tx, site, base, request);
        case Action::accept:
            base.kind = EventKind::handover_accepted;
            base.review_by = tx.now() + kOutcomeWithin;
            return base;
        case Action::snooze:
            return snooze(alert, base, request);
        case Action::triage:
            return triage(base, request);
        case Action::not_useful:
            base.kind = EventKind::marked_not_useful;
            base.text = request.reason;
            return base;
    }
    return fail(ErrorCode::internal, "unknown action", "action");
}

/// Tells one person what a colleague did with an alert that was or becomes theirs.
Result<> inform(store::WriteTransaction& tx, Alert& alert, const AccountId& account,
                std::string_view code) {
    Event event{.kind = EventKind::informed, .at = tx.now()};
    event.code = code;
    event.recipients = {account};
    TRY(record(tx, alert, event));
    TRY(add_to_audience(tx, alert.id, event.recipients));
    return write_notification(tx, alert, event);
}

/// Doing again what one has done already is no mistake: a second tap, a repeated request.
bool is_done_already(const Alert& alert, const Viewer& viewer, const ActionRequest& request) {
    return request.action == Action::acknowledge && alert.state.state == State::acknowledged &&
           alert.state.owner == viewer.account;
}

Result<> follow_up(store::WriteTransaction& tx, const Site& site, Alert& alert,
                   const AccountId& owner_before, const Event& event) {
    switch (event.kind) {
        case EventKind::handed_over:
            return inform(tx, alert, event.to, "handed_over");
        case EventKind::handover_accepted:
        case EventKind::acknowledged:
            if (owner_before.empty() || owner_before == event.actor) return {};
            return inform(tx, alert, owner_before, "taken_over");
        case EventKind::acknowledge_undone:
            return run_chain(tx, site, alert);
        case EventKind::triaged:
            if (event.code == "not_useful") {
                Event mark{
                    .kind = EventKind::marked_not_useful, .at = tx.now(), .actor = event.actor};
                mark.text = event.text;
                TRY(record(tx, alert, mark));
            }
            if (!is_final_outcome(event.code)) return {};
            return record(tx, alert,
                          Event{.kind = EventKind::closed, .at = tx.now(), .actor = event.actor});
        default:
            return {};
    }
}

}  // namespace

Duration longest_snooze(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return kSnoozeMostCritical;
        case Severity::urgent:
            return kSnoozeMostUrgent;
        case Severity::routine:
            return kSnoozeMostRoutine;
    }
    return kSnoozeMostCritical;
}

Result<> act(store::WriteTransaction& tx, const Site& site, const AlertId& id, const Viewer& viewer,
             const ActionRequest& request) {
    TRY(check_reason(request));
    Alert alert = TRY(need_alert(tx, id));
    if (is_done_already(alert, viewer, request)) return {};
    const bool is_feedback = request.action == Action::not_useful;
    if (!is_feedback && request.version != alert.state.version)
        return fail(ErrorCode::conflict, "the alert has changed meanwhile", "version");
    const Event event = TRY(event_of(tx, site, alert, viewer, request));
    const AccountId owner_before = alert.state.owner;
    TRY(record(tx, alert, event));
    TRY(follow_up(tx, site, alert, owner_before, event));
    // Whoever acted must hear when the result turns out to be wrong.
    TRY(add_to_audience(tx, alert.id, {viewer.account}));
    (void)TRY(mark_seen(tx, alert, viewer.account));
    return save(tx, alert);
}

Result<> note_seen(store::WriteTransaction& tx, const AlertId& id, const Viewer& viewer) {
    Alert alert = TRY(need_alert(tx, id));
    if (!TRY(mark_seen(tx, alert, viewer.account))) return {};
    TRY(record(tx, alert, Event{.kind = EventKind::seen, .at = tx.now(), .actor = viewer.account}));
    return save_quietly(tx, alert);
}

}  // namespace wardlight::alerts
