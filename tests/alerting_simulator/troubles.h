// What goes wrong and what changes: the server and its machine stop and start, the machine sleeps,
// its clock is set, shifts and chains are edited, people come and go. One thread.
#pragma once

#include "alerting_simulator/run.h"

namespace wardlight::simulator {

class Troubles {
 public:
    explicit Troubles(Run& run) : run_(run) {}

    /// The rota of the whole run, saved, and everything that will go wrong entered.
    void schedule();
    /// The process ended: somebody or something starts it again.
    void server_stopped();
    void start_server();

 private:
    void save_first_rota();
    void stop_server();
    void sleep();
    void set_clock();
    void edit_rota();
    void edit_chains();
    void change_people();
    bool save_rota(const alerts::Rota& rota);

    Run& run_;
    std::vector<alerts::Person> away_;
    bool is_start_entered_ = false;
};

}  // namespace wardlight::simulator
