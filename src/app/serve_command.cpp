#include "app/serve_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>

#include "app/server.h"
#include "base/log.h"
#include "base/server_clock.h"

namespace wardlight::app {
namespace {

struct ServeOptions {
    std::string configuration_file;
    std::string data;
    std::string http;
    std::vector<std::string> mllp;
    std::string web;
    std::string tls_certificate;
    std::string tls_key;
    std::string tls;
    std::string zone;
    bool is_demo = false;
    bool is_verbose = false;
};

/// The command line on top of the file: what is given here wins.
Result<Configuration> configuration_of(const ServeOptions& options) {
    Configuration configuration;
    if (!options.configuration_file.empty())
        TRY(read_configuration(options.configuration_file, configuration));
    if (!options.data.empty()) configuration.data = options.data;
    if (!options.http.empty()) configuration.http = options.http;
    if (!options.web.empty()) configuration.web = options.web;
    if (!options.zone.empty()) configuration.zone = options.zone;
    if (!options.tls_certificate.empty())
        configuration.tls = {options.tls_certificate, options.tls_key, {}};
    configuration.uses_self_signed = options.tls == "self-signed";
    configuration.is_demo = options.is_demo;
    for (std::size_t i = 0; i < options.mllp.size(); ++i) {
        FeedSettings feed;
        feed.listen = options.mllp[i];
        if (i > 0) feed.id = fmt::format("feed{}", i + 1);
        configuration.feeds.push_back(std::move(feed));
    }
    if (configuration.data.empty()) return fail(ErrorCode::invalid, "--data DIR is needed");
    if (configuration.feeds.empty())
        return fail(ErrorCode::invalid,
                    "--mllp HOST:PORT or a [[feed]] in the configuration is needed");
    return configuration;
}

/// Blocks SIGTERM and SIGINT for all threads that are started from here on; one thread waits for
/// them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

int serve(const ServeOptions& options) {
    if (options.is_verbose) log::set_level(log::Level::debug);
    auto configuration = configuration_of(options);
    if (!configuration) {
        fmt::print(stderr, "wardlight serve: {}\n", configuration.error().message);
        return 1;
    }
    const sigset_t signals = block_stop_signals();
    const SystemMachineClocks machine;
    ServerClock clock(machine);
    auto server = Server::start(std::move(*configuration), clock);
    if (!server) {
        fmt::print(stderr, "wardlight serve: {}\n", server.error().message);
        return 1;
    }
    fmt::print("{}\n", (*server)->ready_line());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    log::info("stopping");
    return 0;
}

}  // namespace

void add_serve_command(CLI::App& app) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand(
        "serve", "Run the server; prints one line beginning with 'ready' when it answers");
    command->add_option("--data", options->data, "Data folder; made when it is not there")
        ->type_name("DIR");
    command
        ->add_option("--config", options->configuration_file,
                     "Configuration file (docs/configure.md)")
        ->type_name("FILE");
    command
        ->add_option("--http", options->http,
                     "Where browsers and FHIR clients connect; port 0 takes a free one")
        ->type_name("HOST:PORT");
    command
        ->add_option("--mllp", options->mllp,
                     "Where an HL7 v2 feed connects; may be given several times")
        ->type_name("HOST:PORT");
    command->add_option("--web", options->web, "Folder of the built web app")->type_name("DIR");
    command->add_option("--tls-cert", options->tls_certificate, "Certificate chain (PEM) for HTTPS")
        ->type_name("FILE");
    command->add_option("--tls-key", options->tls_key, "Its private key (PEM)")->type_name("FILE");
    command
        ->add_option("--tls", options->tls,
                     "self-signed: make a throw-away certificate in the data folder")
        ->check(CLI::IsMember({"self-signed"}));
    command->add_option("--zone", options->zone, "Time zone of the hospital, e.g. Europe/London")
        ->type_name("ZONE");
    command->add_flag("--demo", options->is_demo, "Mark every screen as a demonstration");
    command->add_flag("--verbose", options->is_verbose, "Log more");
    command->callback([options] {
        const int code = serve(*options);
        if (code != 0) throw CLI::RuntimeError(code);
    });
}

}  // namespace wardlight::app
