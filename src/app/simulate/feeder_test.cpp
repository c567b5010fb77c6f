#include "app/simulate/feeder.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <set>
#include <thread>

#include "app/simulate/test_plan.h"
#include "base/text.h"

namespace wardlight::simulate {
namespace {

// A listener that answers as told: what it does with a message is decided by how many it has seen.
class Listener {
 public:
    enum class Answer { accept, close_after_reading, refuse, internal_error, wrong_id };
    using Decide = std::function<Answer(std::size_t seen)>;

    explicit Listener(Decide decide) : decide_(std::move(decide)) {
        listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(listening_, 16) == 0);
        socklen_t size = sizeof(address);
        ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }

    ~Listener() {
        stop_ = true;
        accepting_.join();
        for (auto& thread : serving_) thread.join();
        ::close(listening_);
    }

    [[nodiscard]] Target target() const { return {"127.0.0.1", std::to_string(port)}; }

    std::vector<std::string> messages;  // in the order of arrival; read after the run
    std::size_t connections = 0;
    int port = 0;

 private:
    [[nodiscard]] bool is_readable(int descriptor) const {
        pollfd waiting{descriptor, POLLIN, 0};
        while (!stop_) {
            if (::poll(&waiting, 1, 20) > 0) return true;
        }
        return false;
    }

    void accept_all() {
        while (is_readable(listening_)) {
            const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) continue;
            ++connections;
            serving_.emplace_back([this, client] {
                serve(client);
                ::close(client);
            });
        }
    }

    void serve(int client) {
        std::string bytes;
        while (is_readable(client)) {
            char buffer[4096];
            const auto count = ::recv(client, buffer, sizeof(buffer), 0);
            if (count <= 0) return;
            bytes.append(buffer, static_cast<std::size_t>(count));
            const auto end = bytes.find("\x1C\r");
            if (end == std::string::npos) continue;
            const std::string message = bytes.substr(1, end - 1);
            bytes.erase(0, end + 2);
            if (!answer(client, message)) return;
        }
    }

    bool answer(int client, const std::string& message) {
        Answer decision{};
        {
            const std::lock_guard lock(mutex_);
            decision = decide_(messages.size());
            messages.push_back(message);
        }
        if (decision == Answer::close_after_reading) return false;
        const auto header = split(split(message, '\r')[0], '|');
        std::string id(header[9]);
        if (decision == Answer::wrong_id) id = "someone-else";
        std::string text = "\x0BMSH|^~\\&|WARDLIGHT|WSH|||20260302||ACK|1|P|2.4\rMSA|";
        text += decision == Answer::refuse || decision == Answer::internal_error ? "AE" : "AA";
        text += "|" + id + "\r";
        if (decision == Answer::internal_error)
            text += "ERR|^^^207&Application internal error&HL70357\r";
        text += "\x1C\r";
        return ::send(client, text.data(), text.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(text.size());
    }

    Decide decide_;
    std::mutex mutex_;
    std::atomic<bool> stop_{false};
    int listening_ = -1;
    std::thread accepting_;
    std::vector<std::thread> serving_;
};

using Answer = Listener::Answer;

struct Run60 {
    Plan plan = make_plan([] {
        PlanOptions options = whole_hospital(21);
        options.patients = 20;
        options.duration = std::chrono::hours(12);
        return options;
    }());
    MessageWriter writer{plan, TimeZone::find(kHospitalZone).value()};

    FeederReport feed(const Listener& listener, const std::atomic<bool>& stop) {
        FeederOptions options;
        options.target = listener.target();
        options.edge = Instant::max();
        return Feeder(plan, writer, options, stop).run();
    }
};

std::string control_id(const std::string& message) {
    return std::string(split(split(message, '\r')[0], '|')[9]);
}

}  // namespace

TEST_CASE("a run arrives whole, over one connection for each application") {
    Run60 run;
    std::atomic<bool> stop{false};
    Listener listener([](std::size_t) { return Answer::accept; });
    const auto report = run.feed(listener, stop);
    CHECK(report.is_complete);
    CHECK(listener.connections == kFeedCount);
    CHECK(listener.messages.size() == run.plan.events.size());
    CHECK(report.sent.size() == run.plan.events.size());
    for (const auto& feed : report.feeds) CHECK(feed.resent == 0);
}

TEST_CASE("messages about one person arrive in the order of the plan whoever sends them") {
    Run60 run;
    std::atomic<bool> stop{false};
    Listener listener([](std::size_t) { return Answer::accept; });
    run.feed(listener, stop);
    std::map<std::string, std::size_t> person_of;
    std::map<std::size_t, std::vector<std::string>> planned;
    for (const auto& event : run.plan.events) {
        person_of[event.control_id] = event.person;
        planned[event.person].push_back(event.control_id);
    }
    std::map<std::size_t, std::vector<std::string>> arrived;
    for (const auto& message : listener.messages) {
        arrived[person_of[control_id(message)]].push_back(control_id(message));
    }
    CHECK(arrived == planned);
}

TEST_CASE("a message whose acknowledgement was lost is sent again and nothing is left out") {
    Run60 run;
    std::atomic<bool> stop{false};
    Listener listener([](std::size_t seen) {
        return seen % 23 == 7   ? Answer::close_after_reading
               : seen % 31 == 3 ? Answer::wrong_id
                                : Answer::accept;
    });
    const auto report = run.feed(listener, stop);
    CHECK(report.is_complete);
    std::size_t resent = 0;
    std::size_t reconnects = 0;
    for (const auto& feed : report.feeds) {
        resent += feed.resent;
        reconnects += feed.reconnects;
    }
    CHECK(resent > 0);
    CHECK(reconnects == resent);
    CHECK(listener.messages.size() == run.plan.events.size() + resent);
    std::set<std::string> ids;
    for (const auto& message : listener.messages) ids.insert(control_id(message));
    for (const auto& event : run.plan.events) CHECK(ids.contains(event.control_id));
}

TEST_CASE("a refused message is counted and the run goes on") {
    Run60 run;
    std::atomic<bool> stop{false};
    Listener listener([](std::size_t seen) { return seen == 5 ? Answer::refuse : Answer::accept; });
    const auto report = run.feed(listener, stop);
    CHECK(report.is_complete);
    std::size_t refused = 0;
    for (const auto& feed : report.feeds) refused += feed.refused;
    CHECK(refused == 1);
}

TEST_CASE("a server in trouble is asked again, but not for ever") {
    Run60 run;
    run.plan.events.resize(3);
    std::atomic<bool> stop{false};
    Listener twice(
        [](std::size_t seen) { return seen < 2 ? Answer::internal_error : Answer::accept; });
    CHECK(run.feed(twice, stop).is_complete);
    CHECK(twice.messages.size() == 5);
    run.plan.events.resize(1);
    Listener always([](std::size_t) { return Answer::internal_error; });
    const auto report = run.feed(always, stop);
    CHECK(report.is_complete);
    CHECK(always.messages.size() == 5);  // the limit
}

TEST_CASE("a run waits for a server that is not there yet, and gives up after its deadline") {
    Run60 run;
    run.plan.events.resize(1);
    std::atomic<bool> stop{false};
    FeederOptions options;
    {
        const Listener gone([](std::size_t) { return Answer::accept; });
        options.target = gone.target();
    }
    options.give_up = std::chrono::seconds(0);
    const auto report = Feeder(run.plan, run.writer, options, stop).run();
    CHECK_FALSE(report.is_complete);
    CHECK(report.sent.empty());
}

TEST_CASE("a run that is told to stop ends without the rest") {
    Run60 run;
    std::atomic<bool> stop{false};
    Listener listener([&](std::size_t seen) {
        if (seen == 10) stop = true;
        return Answer::accept;
    });
    const auto report = run.feed(listener, stop);
    CHECK_FALSE(report.is_complete);
    CHECK(listener.messages.size() < run.plan.events.size());
}

TEST_CASE("where to send is read from HOST:PORT") {
    CHECK(parse_target("127.0.0.1:2575")->port == "2575");
    CHECK(parse_target("[::1]:2575")->host == "::1");
    for (const auto* wrong : {"", "host", ":2575", "host:0", "host:65536", "host:x"})
        CHECK_FALSE(parse_target(wrong));
}

TEST_CASE("acknowledgements of both modes are understood") {
    const auto plain = parse_acknowledgement("MSH|^~\\&|A\rMSA|CA|L1\r");
    CHECK(plain->is_accepted());
    CHECK(plain->control_id == "L1");
    const auto old_style =
        parse_acknowledgement("MSH|^~\\&|A\rMSA|AE|L1\rERR|PID^1^3^101&Required&HL70357\r");
    CHECK_FALSE(old_style->is_accepted());
    CHECK(old_style->error_code == "101");
    CHECK(parse_acknowledgement("MSH|^~\\&|A\rMSA|AR|L1\rERR||PID^1|207^x|E\r")->error_code ==
          "207");
    CHECK_FALSE(parse_acknowledgement("hello"));
    CHECK_FALSE(parse_acknowledgement("MSH|^~\\&|A\r"));
}

}  // namespace wardlight::simulate
