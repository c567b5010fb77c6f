#include "app/server.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

#include "access/recovery_ceremony.h"
#include "access/sign_in.h"
#include "alerts/clock_change.h"
#include "alerts/detect.h"
#include "alerts/policy.h"
#include "alerts/rota.h"
#include "alerts/timer_runner.h"
#include "api/account_routes.h"
#include "api/alert_routes.h"
#include "api/audit_routes.h"
#include "api/break_glass_routes.h"
#include "api/chart_routes.h"
#include "api/feed_routes.h"
#include "api/fhir_routes.h"
#include "api/list_routes.h"
#include "api/live_hub.h"
#include "api/live_routes.h"
#include "api/passkey_routes.h"
#include "api/privacy_routes.h"
#include "api/recovery_routes.h"
#include "api/rota_routes.h"
#include "api/session_routes.h"
#include "app/account_directory.h"
#include "app/data_folder.h"
#include "app/data_lock.h"
#include "app/hospital_directory.h"
#include "app/mllp_feed.h"
#include "app/web_folder.h"
#include "audit/sealer.h"
#include "base/log.h"
#include "net/http_server.h"
#include "net/security_headers.h"
#include "net/self_signed.h"
#include "net/static_files.h"

namespace wardlight::app {
namespace {

constexpr std::size_t kSlowThreads = 2;  // password hashing takes a tenth of a second of a core
constexpr std::size_t kSlowQueue = 64;
/// Other systems' calls do not hold a thread while they wait for their commit. Fewer threads than
/// that are woken less often and keep what they need in their caches.
constexpr std::size_t kSystemThreads = 8;
constexpr std::chrono::seconds kStopGrace{5};

using Profiles = std::map<FeedId, intake::FeedProfile>;

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return fail(ErrorCode::not_found, fmt::format("cannot read {}", file.string()),
                    file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

Result<Profiles> load_profiles(const Configuration& configuration) {
    Profiles profiles;
    for (const FeedSettings& feed : configuration.feeds) {
        if (feed.profile.empty()) {
            profiles.emplace(FeedId{feed.id}, TRY(intake::default_profile(configuration.zone)));
            continue;
        }
        auto profile = intake::parse_profile(TRY(read_file(feed.profile)), configuration.zone);
        if (!profile) {
            Error error = std::move(profile).error();
            error.message = fmt::format("{}: {}", feed.profile.string(), error.message);
            return tl::unexpected(std::move(error));
        }
        profiles.emplace(FeedId{feed.id}, std::move(*profile));
    }
    return profiles;
}

Result<std::shared_ptr<const net::TlsContext>> tls_context(const TlsFiles& files) {
    if (files.certificate.empty()) return nullptr;
    return net::TlsContext::server(
        {files.certificate.string(), files.key.string(), files.client_ca.string()});
}

/// What a monitor asks every few seconds: the first word of a full or failing disk.
net::Response readiness(store::Store& store) {
    const auto refuse = [](const std::string& what, const Error& error) {
        net::Response response = net::Response::text(503, what + ": " + error.message + "\n");
        response.set("Retry-After", "2");
        return response;
    };
    if (const auto trouble = store.trouble())
        return refuse("the store cannot be written", trouble->error);
    auto snapshot = store.read();
    if (!snapshot) return refuse("the store cannot be read", snapshot.error());
    if (const auto newest = snapshot->last_change(); !newest)
        return refuse("the store cannot be read", newest.error());
    return net::Response::text(200, "ok\n");
}

}  // namespace

struct Server::Parts {
    Parts(Configuration settings, ServerClock& the_clock, DataLock data_lock,
          std::unique_ptr<store::Store> the_store, Profiles the_profiles,
          intake::FeedProfile default_profile, TimeZone zone, access::SignIn the_sign_in,
          audit::LogKey the_log_key)
        : configuration(std::move(settings)),
          clock(the_clock),
          lock(std::move(data_lock)),
          store(std::move(the_store)),
          log_key(std::move(the_log_key)),
          sealer(*store, log_key),
          profiles(std::move(the_profiles)),
          unknown_feed(std::move(default_profile)),
          site(std::move(zone), directory, configuration.kidney_wards),
          sign_in(std::move(the_sign_in)),
          passkeys(*store, session_policy),
          recoveries(*store, passkeys, session_policy),
          lanes(*store, find_profile(), evaluate(), configuration.lanes),
          receiver(*store, find_profile(), [this] { lanes.wake(); }),
          timers(*store, site, &the_clock),
          authorizer(*store, session_policy, {"/api/live"}),
          records(*store),
          summaries(*store, site),
          services{*store, site, lanes, records, summaries, find_profile(), {}},
          hub(*store, live_sources()),
          session_services{*store, sign_in, session_policy, {}, std::chrono::seconds{300}, {},
                           {},     {}},
          passkey_services{*store, {sign_in, passkeys}, session_policy},
          recovery_services{*store, passkeys, recoveries, session_policy},
          account_services{*store, session_policy},
          commits(*store),
          fhir_services{*store, commits, evaluate(), nullptr, nullptr},
          live_services{hub},
          io(configuration.io_threads),
          workers({configuration.workers, limits::kWorkerQueue, "worker"}),
          slow_workers({kSlowThreads, kSlowQueue, "slow"}),
          system_workers({kSystemThreads, limits::kWorkerQueue, "systems"}),
          mllp(io) {}

    intake::FindProfile find_profile() {
        return [this](const FeedId& feed) -> const intake::FeedProfile& {
            const auto found = profiles.find(feed);
            return found == profiles.end() ? unknown_feed : found->second;
        };
    }
    intake::AfterApply evaluate() {
        return [this](store::WriteTransaction& tx, std::span<const store::ResourceKey> changed) {
            return alerts::evaluate(tx, site, changed);
        };
    }
    api::LiveHub::Sources live_sources() {
        return {[this] {
                    auto snapshot = store->read();
                    if (!snapshot) return std::string("{}");
                    const auto state = api::as_of(*snapshot, services);
                    return state ? json::serialize(*state) : std::string("{}");
                },
                [this]() -> std::optional<std::unordered_set<std::string>> {
                    auto snapshot = store->read();
                    if (!snapshot) return std::nullopt;
                    auto living = access::living_sessions(*snapshot, clock.now(), session_policy);
                    return living ? std::optional(std::move(*living)) : std::nullopt;
                }};
    }

    Result<> ask_hospital_directory();
    Result<> listen();
    Result<> listen_http();
    Result<> open_passkeys();
    Result<> listen_mllp();
    void add_routes();

    Configuration configuration;
    const Clock& clock;
    DataLock lock;
    std::unique_ptr<store::Store> store;
    audit::LogKey log_key;
    audit::Sealer sealer;
    Profiles profiles;
    intake::FeedProfile unknown_feed;
    AccountDirectory directory;
    alerts::Site site;
    access::SessionPolicy session_policy;
    access::SignIn sign_in;
    access::PasskeyCeremonies passkeys;
    access::RecoveryCeremony recoveries;
    std::unique_ptr<HospitalDirectory> hospital_directory;
    intake::Lanes lanes;
    intake::Receiver receiver;
    alerts::TimerRunner timers;
    api::Authorizer authorizer;
    api::PatientRecords records;
    api::PatientSummaries summaries;
    api::AppServices services;
    api::LiveHub hub;
    api::SessionServices session_services;
    api::PasskeyServices passkey_services;
    api::RecoveryServices recovery_services;
    api::AccountServices account_services;
    api::CommitQueue commits;
    api::FhirServices fhir_services;
    api::LiveServices live_services;
    std::optional<net::StaticFiles> web;
    net::Router router;
    net::IoThreads io;
    net::WorkerPool workers;
    net::WorkerPool slow_workers;
    net::WorkerPool system_workers;
    std::unique_ptr<net::HttpServer> http;
    net::MllpServer mllp;
    std::string http_address;
    std::vector<std::string> mllp_addresses;
};

void Server::Parts::add_routes() {
    session_services.site = {configuration.site_name, configuration.zone, configuration.switchboard,
                             configuration.is_demo};
    session_services.team_name = [this](std::string_view team) {
        auto snapshot = store->read();
        const auto policies =
            snapshot ? alerts::load_policies(*snapshot) : tl::unexpected(snapshot.error());
        return policies ? alerts::team_name(*policies, team) : std::string(team);
    };
    session_services.is_on_duty = [this](store::Snapshot& snapshot,
                                         const access::Subject& subject) -> Result<bool> {
        return alerts::is_on_duty(TRY(alerts::load_rota(snapshot)), subject.account, clock.now());
    };
    session_services.on_signed_out = [this](const std::string& session) {
        hub.end_session(session);
    };
    fhir_services.record = api::record_fhir_access(commits);
    fhir_services.record_write = api::record_fhir_write();

    router.add(api::session_routes(session_services));
    router.add(api::fhir_routes(fhir_services));
    router.add(api::live_routes(live_services));
    router.add(api::list_routes(services));
    router.add(api::chart_routes(services));
    router.add(api::passkey_routes(passkey_services));
    router.add(api::recovery_routes(recovery_services));
    router.add(api::account_routes(account_services));
    router.add(api::break_glass_routes(services, passkey_services.step_up));
    router.add(api::privacy_routes(services));
    router.add(api::audit_routes(services));
    router.add(api::alert_routes(services));
    router.add(api::rota_routes(services));
    router.add(api::feed_routes(services));
    const auto alive = [](const net::Request&) { return net::Response::text(200, "ok\n"); };
    router.add({"GET", "/livez", net::Permission::everyone(), alive});
    router.add({"GET", "/readyz", net::Permission::everyone(),
                [this](const net::Request&) { return readiness(*store); }});
    if (web) {
        router.add({"GET", "/{path...}", net::Permission::everyone(),
                    [this](const net::Request& request) { return web->serve(request); }});
    }
    router.set_before([this](net::Request& request, const net::Route& route) {
        return authorizer.check(request, route);
    });
    router.set_error_renderer([](const net::Request& request, const Error& error) {
        return request.path().starts_with("/fhir") ? api::operation_outcome(error)
                                                   : net::error_response(error);
    });
}

Result<> Server::Parts::listen_http() {
    net::HttpServerOptions options;
    options.endpoint = TRY(net::parse_endpoint(configuration.http));
    TlsFiles files = configuration.tls;
    if (configuration.uses_self_signed) {
        const auto made =
            TRY(net::ensure_self_signed(configuration.data.string(), {options.endpoint.host}));
        files.certificate = made.certificate_file;
        files.key = made.key_file;
    }
    options.tls = TRY(tls_context(files));
    net::HttpApplication application;
    application.handle = [this](net::Request& request) { return router.handle(request); };
    application.body_limit = [this](const net::Request& request) {
        return router.body_limit(request);
    };
    application.workers_for = [this](const net::Request& request) -> net::WorkerPool& {
        switch (router.lane(request)) {
            case net::Lane::slow:
                return slow_workers;
            case net::Lane::systems:
                return system_workers;
            case net::Lane::usual:
                break;
        }
        return workers;
    };
    application.render_error = [this](const net::Request& request, const Error& error) {
        return router.render(request, error);
    };
    const bool has_tls = options.tls != nullptr;
    const std::string host = options.endpoint.host.empty() ? "localhost" : options.endpoint.host;
    http = TRY(net::HttpServer::start(io, workers, std::move(options), std::move(application)));
    http_address =
        fmt::format("{}://{}", has_tls ? "https" : "http", net::to_string({host, http->port()}));
    return open_passkeys();
}

/// Passkeys are made for the address that people see, which only the configuration knows; without
/// one, and with the throw-away certificate, for a browser on this machine.
Result<> Server::Parts::open_passkeys() {
    std::string url = configuration.public_url;
    if (url.empty() && configuration.uses_self_signed)
        url = fmt::format("https://localhost:{}", http->port());
    if (!url.empty()) passkeys.open_for(TRY(access::relying_party_of(url)));
    return {};
}

Result<> Server::Parts::listen_mllp() {
    for (const FeedSettings& feed : configuration.feeds) {
        net::MllpListenerOptions options;
        options.name = feed.id;
        options.endpoint = TRY(net::parse_endpoint(feed.listen));
        options.tls = TRY(tls_context(feed.tls));
        options.must_wait = [this] { return lanes.is_behind(); };
        options.allowed_peers = TRY(net::PeerList::parse(feed.allowed_peers));
        const std::string host = options.endpoint.host;
        const std::uint16_t port =
            TRY(mllp.listen(std::move(options), [this, id = FeedId{feed.id}](const net::MllpPeer&) {
                return std::make_unique<MllpFeed>(id, receiver);
            }));
        mllp_addresses.push_back(net::to_string({host, port}));
        services.feeds.push_back({FeedId{feed.id}, feed.label,
                                  [this, name = feed.id] { return mllp.connections(name); }});
    }
    return {};
}

Result<> Server::Parts::ask_hospital_directory() {
    if (!configuration.directory.is_configured()) return {};
    hospital_directory = TRY(HospitalDirectory::start(*store, configuration.directory,
                                                      TRY(TimeZone::find(configuration.zone))));
    sign_in.use_directory(hospital_directory->sign_in());
    return {};
}

Result<> Server::Parts::listen() {
    if (!configuration.web.empty())
        web.emplace(TRY(net::StaticFiles::load(configuration.web.string())));
    // Feeds before HTTP: the list of feeds is complete when the first request comes.
    TRY(listen_mllp());
    add_routes();
    return listen_http();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(Configuration configuration, ServerClock& clock) {
    const DataFolder folder{configuration.data};
    auto store = TRY(open_store(folder, clock));
    // Opening the store twice is safe; serving from it twice is not.
    DataLock lock = TRY(DataLock::take(folder));
    TRY(alerts::resume_clock(*store, clock));
    auto profiles = TRY(load_profiles(configuration));
    auto default_profile = TRY(intake::default_profile(configuration.zone));
    auto zone = TRY(TimeZone::find(configuration.zone));
    auto key = TRY(access::SecretKey::load_or_create(folder.access_key()));
    auto sign_in = TRY(access::SignIn::create(*store, std::move(key), access::SessionPolicy{}));
    auto log_key = TRY(audit::LogKey::load_or_create(folder.audit_key()));
    auto parts = std::make_unique<Parts>(
        std::move(configuration), clock, std::move(lock), std::move(store), std::move(profiles),
        std::move(default_profile), std::move(zone), std::move(sign_in), std::move(log_key));
    TRY(parts->ask_hospital_directory());
    TRY(parts->listen());
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::~Server() {
    parts_->mllp.stop(kStopGrace);
    if (parts_->http) parts_->http->stop(kStopGrace);
    parts_->hub.stop();
    parts_->workers.stop();
    parts_->slow_workers.stop();
    parts_->system_workers.stop();
    parts_->io.stop();
}

std::string Server::ready_line() const {
    std::string line = "ready http=" + parts_->http_address + " mllp=";
    for (std::size_t i = 0; i < parts_->mllp_addresses.size(); ++i)
        line += (i > 0 ? "," : "") + parts_->mllp_addresses[i];
    return line;
}

}  // namespace wardlight::app
