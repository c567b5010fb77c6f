#include "alerts/card.h"

#include "alerts/json_fields.h"

namespace wardlight::alerts {
namespace {

/// An object that keeps its null members: the app's contract names every field.
json::Value with_nulls(std::initializer_list<std::pair<std::string_view, json::Value>> members) {
    json::Object out;
    for (const auto& [key, value] : members) out.emplace_back(std::string(key), value);
    return out;
}

json::Value instant_text(const std::optional<Instant>& at) {
    return at ? json::Value(format_instant(*at)) : json::Value();
}

json::Value inputs_of(const Explanation& why) {
    json::Array out;
    for (const json::Value& input : why.inputs.items()) {
        out.push_back(with_nulls({{"kind", input["kind"]},
                                  {"name", input["name"]},
                                  {"value", input["value"]},
                                  {"at", input["at"]},
                                  {"points", input["points"]},
                                  {"resource", input["resource"]}}));
    }
    return out;
}

json::Value codes_of(const std::vector<std::string>& codes) {
    json::Array out;
    for (const std::string& code : codes) out.emplace_back(code);
    return out;
}

json::Value context_of(const Explanation& why) {
    if (why.context.is_object()) return why.context;
    return json::object(
        {{"chronic_kidney_disease", false}, {"dialysis", false}, {"comments", json::Array{}}});
}

json::Value next_step_of(const Alert& alert) {
    const AlertState& state = alert.state;
    const auto index = static_cast<std::size_t>(state.next_step);
    if (state.state != State::open || !state.next_step_at || index >= alert.steps.size()) return {};
    return json::object(
        {{"at", format_instant(*state.next_step_at)}, {"to", alert.steps[index].to}});
}

json::Value amended_of(const AlertState& state) {
    if (!state.amended) return {};
    return json::object({{"from", state.amended->from},
                         {"to", state.amended->to},
                         {"at", format_instant(state.amended->at)}});
}

json::Value retracted_of(const AlertState& state) {
    if (!state.retracted) return {};
    return json::object(
        {{"at", format_instant(state.retracted->at)}, {"reason", state.retracted->reason}});
}

json::Value actions_of(const AlertState& state, const AccountId& viewer, Instant now) {
    json::Array out;
    for (const Action action : allowed_actions(state, viewer, now))
        out.emplace_back(name_of(action));
    return out;
}

/// The words the app has for what happened; empty: not for readers.
std::string_view shown_kind(const Event& event) {
    switch (event.kind) {
        case EventKind::acknowledge_undone:
            return "undone";
        case EventKind::undo_ended:
        case EventKind::clock_set:
            return "";
        case EventKind::notified:
            return event.step == 0 ? "notified" : "escalated";
        case EventKind::informed:
            return "notified";
        case EventKind::handover_accepted:
            return "accepted";
        case EventKind::woken:
            return "snooze_ended";
        case EventKind::review_overdue:
            return "reopened";
        case EventKind::raised:
        case EventKind::annotated:
            return "amended";
        case EventKind::repeat_suppressed:
            return "suppressed";
        case EventKind::marked_not_useful:
            return "not_useful";
        default:
            return name_of(event.kind);
    }
}

/// One word or a person's own words: who was told, which outcome, why.
json::Value shown_detail(const Event& event) {
    if (event.kind == EventKind::merged) return {};
    if (!event.text.empty()) return event.text;
    return text_or_null(event.code);
}

}  // namespace

Result<CardWriter> CardWriter::make(store::Snapshot& snapshot, const Site& site, Viewer viewer,
                                    Instant now) {
    CardWriter writer(std::move(viewer), now);
    writer.people_ = TRY(site.directory->people(snapshot));
    writer.rota_ = TRY(load_rota(snapshot));
    writer.policies_ = TRY(load_policies(snapshot));
    return writer;
}

json::Value CardWriter::person(const AccountId& id) const {
    if (id.empty()) return {};
    const Person* person = find_person(people_, id);
    return json::object({{"id", id.value},
                         {"name", person != nullptr ? person->name : id.value},
                         {"role", person != nullptr ? person->role : std::string()},
                         {"on_duty", is_on_duty(rota_, id, now_)}});
}

json::Value CardWriter::card(const Alert& alert) const {
    const AlertState& state = alert.state;
    const Explanation& why = alert.why;
    const bool is_handing_over = !state.pending_owner.empty();
    const AccountId& giver = state.handed_over_by;
    json::Value outcome;
    if (state.outcome) {
        outcome = with_nulls({{"code", state.outcome->code},
                              {"reason", text_or_null(state.outcome->reason)},
                              {"by", person(state.outcome->by)},
                              {"at", format_instant(state.outcome->at)}});
    }
    return with_nulls({
        {"id", alert.id.value},
        {"version", state.version},
        {"rule", name_of(alert.rule)},
        {"rule_id", why.rule_id},
        {"rule_version", why.rule_version},
        {"severity", name_of(alert.severity)},
        {"label", state.label},
        {"state", name_of(state.state)},
        {"patient_id", alert.patient.value},
        {"place", with_nulls({{"ward", text_or_null(alert.ward)},
                              {"room", text_or_null(alert.room)},
                              {"bed", text_or_null(alert.bed)},
                              {"facility", text_or_null(alert.facility)}})},
        {"opened_at", format_instant(alert.opened_at)},
        {"taken_at", instant_text(why.taken_at)},
        {"team", json::object({{"id", alert.team}, {"name", team_name(policies_, alert.team)}})},
        // While a hand-over waits, the app shows the receiver and from whom; responsible is still
        // the giver.
        {"owner", person(is_handing_over ? state.pending_owner : state.owner)},
        {"responsible", person(state.owner)},
        {"owned_since", instant_text(state.owned_since)},
        {"undo_until",
         state.state == State::acknowledged ? instant_text(state.undo_until) : json::Value()},
        {"inputs", inputs_of(why)},
        {"ratio", text_or_null(why.ratio)},
        {"comment", text_or_null(why.comment)},
        {"quality", codes_of(why.quality)},
        {"kdigo_stage", json::Value(why.kdigo_stage)},
        {"context", context_of(why)},
        {"next_step", next_step_of(alert)},
        {"end_of_chain", state.state == State::open && state.is_end_of_chain},
        {"snoozed_until", instant_text(state.snoozed_until)},
        {"snooze_reason", text_or_null(state.snooze_reason)},
        {"snooze_most_seconds", std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(
                                                 longest_snooze(alert.severity))
                                                 .count()}},
        {"outcome", outcome},
        {"amended", amended_of(state)},
        {"retracted", retracted_of(state)},
        {"handed_over_by", person(giver)},
        {"handover_accepted", json::Value(state.is_handover_accepted)},
        {"suppressed_reason", text_or_null(state.suppressed_reason)},
        {"actions", actions_of(state, viewer_.account, now_)},
    });
}

json::Value CardWriter::events(const std::vector<Event>& events) const {
    json::Array out;
    std::int64_t sequence = 0;
    for (const Event& event : events) {
        ++sequence;
        const std::string_view kind = shown_kind(event);
        if (kind.empty()) continue;
        json::Array recipients;
        for (const AccountId& recipient : event.recipients) recipients.push_back(person(recipient));
        out.push_back(with_nulls({{"sequence", sequence},
                                  {"at", format_instant(event.at)},
                                  {"kind", kind},
                                  {"by", person(event.actor)},
                                  {"detail", shown_detail(event)},
                                  {"to", person(event.to)},
                                  {"recipients", std::move(recipients)}}));
    }
    return out;
}

}  // namespace wardlight::alerts
