// What the hospital's other systems send: results, corrections, withdrawals, bedside observations,
// admissions, moves, discharges and merges. They arrive late, doubled and out of order; what was
// not acknowledged is sent again, as HL7 senders do. Versions of one result stay in order, and
// copies of an old version are dropped: that is intake's part (src/intake). One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "alerting_simulator/run.h"

namespace wardlight::simulator {

class Network {
 public:
    explicit Network(Run& run) : run_(run) {}

    /// Enters everything that will be sent in this run.
    void schedule();

 private:
    void add_results(int patient);
    void add_sets(int patient);
    void add_fact(Fact fact, std::vector<Version> versions, bool is_on_time);
    void add_stays(int patient);
    void add_merge();
    Version first_version(FactKind kind);
    Version changed(const Version& version, FactKind kind);

    /// Sends at that time, and again until it is acknowledged.
    void send(Instant at, std::function<bool()> attempt);
    bool deliver(std::size_t fact, const Version& version);
    bool move(int patient, const std::string& ward);
    bool merge(int from, int into);
    /// True when acknowledged. A refusal is a violation: the sender did nothing wrong.
    bool store_and_judge(const std::vector<json::Value>& resources);

    Run& run_;
    int deliveries_ = 0;  // tried so far
};

}  // namespace wardlight::simulator
