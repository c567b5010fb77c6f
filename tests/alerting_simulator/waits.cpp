#include "alerting_simulator/waits.h"

#include <algorithm>

#include "alerting_simulator/violation.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using alerts::Event;
using alerts::EventKind;
using alerts::Step;

// The waits of docs/alerts.md, written down a second time on purpose.
constexpr auto kUndo = 10s;
constexpr auto kHandover = 10min;
constexpr auto kReview = 4h;
constexpr auto kSnoozeTolerance = 1min;

void need(bool condition, const Event& event, const char* why) {
    if (!condition) throw Violation{std::string(alerts::name_of(event.kind)) + ": " + why};
}

void need_due(const std::optional<Instant>& due, const Event& event, Instant now) {
    need(due.has_value(), event, "nothing was due");
    need(now >= *due, event, "early");
}

Duration longest_snooze(alerts::Severity severity) {
    if (severity == alerts::Severity::critical) return 1h;
    return severity == alerts::Severity::urgent ? 4h : 12h;
}

}  // namespace

void Waits::restart(Instant now, const std::vector<Step>& steps) {
    phase_ = Phase::open;
    owner_ = {};
    stop_waits();
    drop_handover();
    next_step_ = 0;
    is_anyone_told_ = false;
    step_ = now + steps.at(0).after;
}

void Waits::stop_waits() {
    undo_.reset();
    review_.reset();
    snooze_.reset();
}

void Waits::drop_handover() {
    pending_ = {};
    handover_.reset();
}

void Waits::give_to(const AccountId& owner) {
    owner_ = owner;
    stop_waits();
    drop_handover();
}

void Waits::take_step(const Event& event, Instant now, const std::vector<Step>& steps) {
    need(phase_ == Phase::open, event, "the alert is not open");
    need_due(step_, event, now);
    need(static_cast<std::size_t>(event.step) == next_step_, event, "out of order or twice");
    need(next_step_ + 1 < steps.size(), event, "the last step is the switchboard's");
    need(steps[next_step_].to == event.code, event, "another role than the chain's");
    if (event.kind == EventKind::notified) is_anyone_told_ = true;
    ++next_step_;
    step_ = is_anyone_told_ ? now + steps[next_step_].after : now;
}

void Waits::end_chain(const Event& event, Instant now, const std::vector<Step>& steps) {
    need(phase_ == Phase::open, event, "the alert is not open");
    need_due(step_, event, now);
    need(next_step_ + 1 == steps.size(), event, "before the last step");
    is_on_switchboard_ = true;
    step_.reset();
}

void Waits::snooze(const Event& event, Instant now, alerts::Severity severity) {
    const Duration wait = *event.until - event.at;
    need(wait > 0s && wait <= longest_snooze(severity) + kSnoozeTolerance, event, "too long");
    give_to(event.actor);
    phase_ = Phase::snoozed;
    snooze_ = now + wait;
}

void Waits::add(const Event& event, Instant now, const std::vector<Step>& steps,
                alerts::Severity severity) {
    switch (event.kind) {
        case EventKind::suppressed:
            need(phase_ == Phase::none, event, "the alert is there already");
            phase_ = Phase::suppressed;
            return;
        case EventKind::opened:
            need(phase_ == Phase::none || phase_ == Phase::suppressed, event, "opened twice");
            restart(now, steps);
            return;
        case EventKind::raised:
            need(is_alive(), event, "the alert is over");
            restart(now, steps);
            return;
        case EventKind::woken:
            need(phase_ == Phase::snoozed, event, "the alert does not sleep");
            need_due(snooze_, event, now);
            is_on_switchboard_ = false;
            restart(now, steps);
            return;
        case EventKind::review_overdue:
            need(phase_ == Phase::acknowledged, event, "nobody has it");
            need_due(review_, event, now);
            is_on_switchboard_ = false;
            restart(now, steps);
            return;
        case EventKind::notified:
        case EventKind::step_skipped:
            take_step(event, now, steps);
            return;
        case EventKind::chain_ended:
            end_chain(event, now, steps);
            return;
        case EventKind::acknowledged:
            need(is_alive() && phase_ != Phase::triaged, event, "cannot be taken on");
            give_to(event.actor);
            phase_ = Phase::acknowledged;
            undo_ = now + kUndo;
            review_ = now + kReview;
            return;
        case EventKind::acknowledge_undone:
            need(phase_ == Phase::acknowledged && owner_ == event.actor, event, "not theirs");
            need(undo_ && now < *undo_, event, "too late");
            phase_ = Phase::open;
            owner_ = {};
            stop_waits();
            if (step_) step_ = std::max(*step_, now);
            return;
        case EventKind::undo_ended:
            need_due(undo_, event, now);
            undo_.reset();
            return;
        case EventKind::handed_over:
            need(phase_ == Phase::open || phase_ == Phase::acknowledged, event, "not possible");
            pending_ = event.to;
            handover_ = now + kHandover;
            undo_.reset();
            return;
        case EventKind::handover_accepted:
            need(!pending_.empty() && pending_ == event.actor, event, "not theirs");
            give_to(event.actor);
            phase_ = Phase::acknowledged;
            review_ = now + kReview;
            return;
        case EventKind::handover_lapsed:
            need_due(handover_, event, now);
            drop_handover();
            return;
        case EventKind::snoozed:
            need(phase_ == Phase::open || phase_ == Phase::acknowledged, event, "not possible");
            snooze(event, now, severity);
            return;
        case EventKind::triaged:
            need(is_alive(), event, "the alert is over");
            give_to(event.actor);
            phase_ = Phase::triaged;
            step_.reset();
            is_on_switchboard_ = false;
            return;
        case EventKind::closed:
        case EventKind::retracted:
            need(phase_ != Phase::none && phase_ != Phase::retracted, event, "the alert is over");
            phase_ = event.kind == EventKind::closed ? Phase::closed : Phase::retracted;
            stop_waits();
            drop_handover();
            step_.reset();
            is_on_switchboard_ = false;
            return;
        case EventKind::informed:
        case EventKind::annotated:
        case EventKind::repeat_suppressed:
        case EventKind::moved:
        case EventKind::merged:
        case EventKind::marked_not_useful:
        case EventKind::seen:
        case EventKind::clock_set:
            need(phase_ != Phase::none, event, "before the alert");
            return;
    }
}

std::optional<Instant> Waits::due() const {
    std::optional<Instant> first;
    const auto consider = [&](const std::optional<Instant>& at) {
        if (at && (!first || *at < *first)) first = at;
    };
    if (phase_ == Phase::open) consider(step_);
    if (phase_ == Phase::snoozed) consider(snooze_);
    if (phase_ == Phase::acknowledged) {
        consider(undo_);
        consider(review_);
    }
    consider(handover_);
    return first;
}

void Waits::move(Duration by) {
    for (std::optional<Instant>* at : {&step_, &undo_, &review_, &handover_, &snooze_})
        if (*at) **at += by;
}

}  // namespace wardlight::simulator
