#include "load/load_run.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "load/process_usage.h"

namespace wardlight::load {
namespace {

using std::chrono::steady_clock;

constexpr int kEventsPerWait = 256;
constexpr std::chrono::milliseconds kLongestWait{50};

SteadyTime::duration to_duration(double seconds) {
    return std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(seconds));
}

struct Client {
    std::unique_ptr<Connection> connection;
    std::uint64_t request = 0;
    SteadyTime due;  // from when latency counts
    bool is_waiting = false;
    bool is_sent = false;
};

class Runner {
 public:
    Runner(const RunPlan& plan, Exchange& exchange) : plan_(plan), exchange_(exchange) {}
    ~Runner() {
        if (epoll_ >= 0) close(epoll_);
    }

    Result<RunOutcome> run() {
        TRY(connect());
        started_ = steady_clock::now();
        measured_from_ = started_ + to_duration(plan_.warm_up_seconds);
        if (plan_.warm_up_seconds <= 0) begin_measuring(started_);
        while (!is_over_) TRY(turn());
        end_measuring();
        count_unsent();
        const auto deadline = steady_clock::now() + std::chrono::seconds(kDrainSeconds);
        while (waiting_ > 0 && steady_clock::now() < deadline) TRY(wait_for_events(kLongestWait));
        outcome_.unanswered = waiting_;
        return std::move(outcome_);
    }

 private:
    Result<> connect() {
        epoll_ = epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ < 0) return fail(ErrorCode::unavailable, "epoll");
        if (plan_.uses_tls) tls_.emplace(TRY(ClientTls::create()));
        clients_.resize(plan_.connections);
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            TRY(connect(i));
            free_.push_back(i);
        }
        return {};
    }

    Result<> connect(std::size_t index) {
        auto& connection = clients_[index].connection;
        connection.reset();
        connection = TRY(Connection::open(plan_.server, tls_ ? &*tls_ : nullptr));
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.u64 = index;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->descriptor(), &event) != 0)
            return fail(ErrorCode::unavailable, "epoll");
        return {};
    }

    void begin_measuring(SteadyTime now) {
        is_measuring_ = true;
        measured_from_ = now;
        client_cpu_ = own_cpu();
        server_cpu_ = usage_of(plan_.server_process).cpu;
    }

    void end_measuring() {
        is_measuring_ = false;
        measured_until_ = steady_clock::now();
        outcome_.seconds = std::chrono::duration<double>(measured_until_ - measured_from_).count();
        outcome_.client_cpu = own_cpu() - client_cpu_;
        outcome_.server_cpu = usage_of(plan_.server_process).cpu - server_cpu_;
    }

    /// Requests that were due but found no free connection have waited at least so long.
    void count_unsent() {
        if (plan_.rate <= 0) return;
        for (; !is_everything_sent() && due_time(next_) < measured_until_; ++next_) {
            outcome_.latencies.add(measured_until_ - due_time(next_));
            ++outcome_.unsent;
        }
    }

    [[nodiscard]] SteadyTime due_time(std::uint64_t number) const {
        if (plan_.rate <= 0) return started_;
        return started_ + to_duration(static_cast<double>(number) / plan_.rate);
    }
    [[nodiscard]] bool is_everything_sent() const {
        return plan_.requests != 0 && next_ >= plan_.requests;
    }

    /// Sends what is due, waits, takes what has come.
    Result<> turn() {
        const auto now = steady_clock::now();
        if (!is_measuring_ && now >= measured_from_) begin_measuring(now);
        if (plan_.seconds > 0 && is_measuring_ &&
            now >= measured_from_ + to_duration(plan_.seconds)) {
            is_over_ = true;
            return {};
        }
        if (is_everything_sent() && waiting_ == 0) {
            is_over_ = true;
            return {};
        }
        while (!free_.empty() && !is_everything_sent() && due_time(next_) <= steady_clock::now())
            TRY(send_next());
        SteadyTime::duration wait = kLongestWait;
        if (!free_.empty() && !is_everything_sent())
            wait = std::min<SteadyTime::duration>(wait, due_time(next_) - steady_clock::now());
        return wait_for_events(std::max<SteadyTime::duration>(wait, {}));
    }

    Result<> send_next() {
        const std::size_t index = free_.front();
        free_.pop_front();
        Client& client = clients_[index];
        client.request = next_++;
        client.due = plan_.rate > 0 ? due_time(client.request) : steady_clock::now();
        client.is_waiting = true;
        client.is_sent = false;
        ++waiting_;
        exchange_.write_request(client.request, client.connection->outgoing());
        return flush(client);
    }

    Result<> flush(Client& client) {
        if (!client.is_waiting || client.is_sent) return {};
        if (TRY(client.connection->flush())) {
            client.is_sent = true;
            exchange_.on_sent(client.request, steady_clock::now());
        }
        return {};
    }

    Result<> wait_for_events(SteadyTime::duration wait) {
        epoll_event events[kEventsPerWait];
        const auto nanoseconds = std::chrono::duration_cast<Nanoseconds>(wait).count();
        const timespec limit{static_cast<time_t>(nanoseconds / 1'000'000'000),
                             static_cast<long>(nanoseconds % 1'000'000'000)};
        const int count = epoll_pwait2(epoll_, events, kEventsPerWait, &limit, nullptr);
        for (int i = 0; i < count; ++i) {
            TRY(flush(clients_[events[i].data.u64]));
            if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
                TRY(take(events[i].data.u64));
        }
        return {};
    }

    Result<> take(std::size_t index) {
        Client& client = clients_[index];
        const bool is_open = TRY(client.connection->receive());
        bool is_answered = false;
        if (client.is_waiting) {
            const auto answer =
                exchange_.take_answer(client.request, client.connection->incoming());
            is_answered = answer != Exchange::Answer::incomplete;
            if (is_answered) note(index, answer);
        }
        if (plan_.reconnects && is_answered) return connect(index);
        if (!is_open) return fail(ErrorCode::unavailable, "the server closed a connection");
        return {};
    }

    void note(std::size_t index, Exchange::Answer answer) {
        Client& client = clients_[index];
        client.is_waiting = false;
        --waiting_;
        free_.push_back(index);
        if (answer == Exchange::Answer::wrong) {
            ++outcome_.wrong;
            return;
        }
        if (is_measuring_) ++outcome_.answered;
        // What was due while measured counts, however late its answer is.
        const bool counts = plan_.rate > 0 ? client.due >= measured_from_ : is_measuring_;
        if (counts) outcome_.latencies.add(steady_clock::now() - client.due);
    }

    const RunPlan& plan_;
    Exchange& exchange_;
    int epoll_ = -1;
    std::optional<ClientTls> tls_;
    std::vector<Client> clients_;
    std::deque<std::size_t> free_;
    std::size_t waiting_ = 0;
    std::uint64_t next_ = 0;
    SteadyTime started_;
    SteadyTime measured_from_;
    SteadyTime measured_until_;
    bool is_measuring_ = false;
    bool is_over_ = false;
    std::chrono::nanoseconds client_cpu_{};
    std::chrono::nanoseconds server_cpu_{};
    RunOutcome outcome_;
};

}  // namespace

void RunOutcome::describe(Figures& figures) {
    const auto operations = static_cast<double>(std::max<std::uint64_t>(answered, 1));
    const auto micros = [&](std::chrono::nanoseconds time) {
        return static_cast<double>(time.count()) / 1e3 / operations;
    };
    figures.set("answered", answered);
    figures.set("wrong", wrong);
    figures.set("unanswered", unanswered);
    figures.set("unsent", unsent);
    figures.set("seconds", seconds);
    figures.set("per_second", static_cast<double>(answered) / std::max(seconds, 1e-9));
    figures.set_latencies(latencies);
    figures.set("client_cpu_us", micros(client_cpu));
    figures.set("server_cpu_us", micros(server_cpu));
}

Result<RunOutcome> run_load(const RunPlan& plan, Exchange& exchange) {
    return Runner(plan, exchange).run();
}

}  // namespace wardlight::load
