#include "load/idle_clients.h"

#include <poll.h>
#include <sys/resource.h>

#include <memory>

#include "load/http_exchange.h"
#include "load/process_usage.h"
#include "load/run_options.h"

namespace wardlight::load {
namespace {

constexpr int kAnswerMilliseconds = 30'000;
constexpr std::size_t kSpareDescriptors = 64;
/// Open before the measurement, so that what the server needs once is not counted as theirs.
constexpr std::size_t kClientsBefore = 64;

struct IdleOptions {
    std::string to;
    std::size_t clients = 4'000;
    pid_t server_process = 0;
};

class LivenessExchange final : public HttpExchange {
 public:
    LivenessExchange() : HttpExchange({}, 200) {}
    void write_request(std::uint64_t /*number*/, std::string& out) override {
        write_get("/livez", out);
    }
};

Result<> ask_once(Connection& connection, LivenessExchange& exchange) {
    exchange.write_request(0, connection.outgoing());
    if (!TRY(connection.flush())) return fail(ErrorCode::unavailable, "cannot send");
    for (;;) {
        pollfd waiting{connection.descriptor(), POLLIN, 0};
        if (poll(&waiting, 1, kAnswerMilliseconds) <= 0)
            return fail(ErrorCode::unavailable, "no answer");
        if (!TRY(connection.receive()))
            return fail(ErrorCode::unavailable, "the server closed a connection");
        switch (exchange.take_answer(0, connection.incoming())) {
            case Exchange::Answer::incomplete:
                break;
            case Exchange::Answer::right:
                return {};
            case Exchange::Answer::wrong:
                return fail(ErrorCode::unavailable, "a wrong answer: " + exchange.first_wrong());
        }
    }
}

Result<> open_clients(const Address& server, const ClientTls& tls, std::size_t count,
                      std::vector<std::unique_ptr<Connection>>& clients) {
    LivenessExchange exchange;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(TRY(Connection::open(server, &tls)));
        TRY(ask_once(*clients.back(), exchange));
    }
    return {};
}

/// As many descriptors as the system lets this program have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

Result<> run(const IdleOptions& options) {
    raise_descriptor_limit();
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (options.clients + kClientsBefore + kSpareDescriptors > limit.rlim_cur)
        return fail(ErrorCode::invalid, "more clients than ulimit -n allows");
    const Address server = TRY(parse_address(options.to));
    const ClientTls tls = TRY(ClientTls::create());
    std::vector<std::unique_ptr<Connection>> clients;
    TRY(open_clients(server, tls, kClientsBefore, clients));
    const auto before = usage_of(options.server_process);
    TRY(open_clients(server, tls, options.clients, clients));
    const auto after = usage_of(options.server_process);
    // A client that was cut off would cost nothing.
    LivenessExchange exchange;
    TRY(ask_once(*clients.front(), exchange));
    TRY(ask_once(*clients.back(), exchange));
    const auto count = static_cast<double>(options.clients);
    Figures figures;
    figures.set("clients", std::uint64_t{options.clients});
    figures.set("resident_bytes", static_cast<double>(after.resident_bytes));
    figures.set("bytes_per_client",
                static_cast<double>(after.resident_bytes - before.resident_bytes) / count);
    figures.set("server_cpu_us",
                static_cast<double>((after.cpu - before.cpu).count()) / 1e3 / count);
    figures.print();
    return {};
}

}  // namespace

void add_idle_clients_command(CLI::App& app) {
    auto options = std::make_shared<IdleOptions>();
    CLI::App* command =
        app.add_subcommand("idle", "Memory of the server for each idle TLS connection");
    command->add_option("--to", options->to, "The server")->required()->type_name("HOST:PORT");
    command->add_option("--clients", options->clients)->check(CLI::PositiveNumber);
    command->add_option("--server-pid", options->server_process)->required();
    command->callback([options] { run_command([&] { return run(*options); }); });
}

}  // namespace wardlight::load
