// Alerts and their history as the app shows them (AlertCard and AlertEvent of the app's calls,
// without the patient's banner, which the API adds).
#pragma once

#include "alerts/actions.h"
#include "alerts/policy.h"
#include "alerts/rota.h"

namespace wardlight::alerts {

/// Holds what all cards of one answer need. One thread, one snapshot.
class CardWriter {
 public:
    static Result<CardWriter> make(store::Snapshot& snapshot, const Site& site, Viewer viewer,
                                   Instant now);

    [[nodiscard]] json::Value card(const Alert& alert) const;
    /// Events that concern a reader; bookkeeping is left out.
    [[nodiscard]] json::Value events(const std::vector<Event>& events) const;
    /// "Person"; null for nobody, the bare id for somebody who has left.
    [[nodiscard]] json::Value person(const AccountId& id) const;

 private:
    CardWriter(Viewer viewer, Instant now) : viewer_(std::move(viewer)), now_(now) {}

    Viewer viewer_;
    Instant now_;
    std::vector<Person> people_;
    Rota rota_;
    PolicySet policies_;
};

}  // namespace wardlight::alerts
