#include "load/fhir_load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "fill/synthetic.h"
#include "load/http_exchange.h"
#include "load/run_options.h"

namespace wardlight::load {
namespace {

struct HttpOptions {
    RunOptions run;
    SignIn sign_in;
    std::uint64_t patients = 1'000;
    std::uint64_t first_patient = 0;
    std::uint64_t observations = 1;
    std::vector<std::string> targets;
    std::string folder;
};

/// splitmix64 of the request's number: the same targets in each run, in no order.
std::uint64_t random_of(std::uint64_t number) {
    std::uint64_t value = number * 0x9e3779b97f4a7c15ULL + 0x632be59bd9b4e019ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// Creates Observations, each with new digits, of known patients in turn.
class CreateExchange final : public HttpExchange {
 public:
    explicit CreateExchange(const HttpOptions& options)
        : HttpExchange(options.sign_in, 201),
          patients_(options.patients),
          began_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())) {}

    void write_request(std::uint64_t number, std::string& out) override {
        const auto taken = began_ - std::chrono::seconds(number % 86'400);
        const auto body = fill::make_new_observation(random_of(number) % patients_, number, taken);
        write_post("/fhir/Observation", json::serialize(body), out);
    }

 private:
    std::uint64_t patients_;
    std::chrono::sys_seconds began_;
};

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), value);
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char byte : text) {
        const auto is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (is_plain)
            out.push_back(byte);
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(byte));
    }
    return out;
}

/// What a hurried person types: the first four letters, whole characters of UTF-8.
std::string_view prefix_of(std::string_view name) {
    constexpr std::size_t kTyped = 4;
    std::size_t letters = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool is_start = (static_cast<unsigned char>(name[i]) & 0xC0) != 0x80;
        if (is_start && ++letters > kTyped) return name.substr(0, i);
    }
    return name;
}

/// GETs of targets in turn, with what follows from a random patient or Observation filled in.
class GetExchange final : public HttpExchange {
 public:
    explicit GetExchange(const HttpOptions& options)
        : HttpExchange(options.sign_in, 200), options_(options) {}

    void write_request(std::uint64_t number, std::string& out) override {
        std::string target = options_.targets[number % options_.targets.size()];
        const std::uint64_t random = random_of(number);
        const std::uint64_t patient = options_.first_patient + random % options_.patients;
        if (target.find('{') != std::string::npos) {
            replace_all(target, "{observation}",
                        fill::observation_id(random % options_.observations));
            replace_all(target, "{patient}", fill::patient_id(patient));
            replace_all(target, "{number}", fill::medical_record_number(patient));
            const std::string family = fill::family_name(patient);
            replace_all(target, "{family}", percent_encoded(family));
            replace_all(target, "{prefix}", percent_encoded(prefix_of(family)));
        }
        write_get(target, out);
    }

 private:
    const HttpOptions& options_;
};

/// Posts every file of a folder in turn as a transaction.
class BundleExchange final : public HttpExchange {
 public:
    BundleExchange(const HttpOptions& options, std::vector<std::string> bundles)
        : HttpExchange(options.sign_in, 200), bundles_(std::move(bundles)) {}

    void write_request(std::uint64_t number, std::string& out) override {
        write_post("/fhir", bundles_[number % bundles_.size()], out);
    }

 private:
    std::vector<std::string> bundles_;
};

Result<> run(const HttpOptions& options, HttpExchange& exchange, Figures& figures) {
    RunPlan plan = TRY(plan_of(options.run));
    plan.uses_tls = true;
    RunOutcome outcome = TRY(run_load(plan, exchange));
    outcome.describe(figures);
    const auto answers = static_cast<double>(std::max<std::uint64_t>(outcome.answered, 1));
    figures.set("body_bytes", static_cast<double>(exchange.body_bytes()) / answers);
    if (!exchange.first_wrong().empty())
        fmt::print(stderr, "wardlight_load: a wrong answer:\n{}\n", exchange.first_wrong());
    return {};
}

Result<> run_create(const HttpOptions& options) {
    CreateExchange exchange(options);
    Figures figures;
    TRY(run(options, exchange, figures));
    figures.print();
    return {};
}

Result<> run_get(const HttpOptions& options) {
    GetExchange exchange(options);
    Figures figures;
    TRY(run(options, exchange, figures));
    figures.print();
    return {};
}

/// Entries of a Bundle, without reading it whole: each has one "fullUrl".
std::uint64_t entries_of(std::string_view bundle) {
    std::uint64_t entries = 0;
    for (auto at = bundle.find("\"fullUrl\""); at != std::string_view::npos;
         at = bundle.find("\"fullUrl\"", at + 1)) {
        ++entries;
    }
    return entries;
}

Result<> run_bundles(HttpOptions options) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder, error)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    if (files.empty()) return fail(ErrorCode::not_found, "no Bundles (*.json) in the folder");
    std::sort(files.begin(), files.end());
    std::uint64_t entries = 0;
    std::vector<std::string> bundles;
    for (const auto& file : files) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        bundles.push_back(std::move(text).str());
        entries += entries_of(bundles.back());
    }
    options.run.plan.requests = bundles.size();
    BundleExchange exchange(options, std::move(bundles));
    Figures figures;
    const auto began = std::chrono::steady_clock::now();
    TRY(run(options, exchange, figures));
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    figures.set("resources", entries);
    figures.set("resources_per_second", static_cast<double>(entries) / seconds);
    figures.print();
    return {};
}

void add_sign_in_options(CLI::App& command, HttpOptions& options) {
    add_run_options(command, options.run);
    command.add_option("--cookie", options.sign_in.cookie, "Cookie header of the sign-in");
    command.add_option("--csrf", options.sign_in.csrf, "CSRF token of the sign-in");
    command.add_option("--patients", options.patients, "Of the filled store")
        ->check(CLI::PositiveNumber);
    command.add_option("--first-patient", options.first_patient, "Number of the first of them");
}

}  // namespace

void add_fhir_commands(CLI::App& app) {
    auto create = std::make_shared<HttpOptions>();
    CLI::App* command = app.add_subcommand("create", "Creates Observations through /fhir");
    add_sign_in_options(*command, *create);
    command->callback([create] { run_command([&] { return run_create(*create); }); });

    auto get = std::make_shared<HttpOptions>();
    command = app.add_subcommand("get", "GETs of the given targets in turn");
    add_sign_in_options(*command, *get);
    command->add_option("--observations", get->observations, "Of the filled store")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--target", get->targets,
                     "Path and query; {patient}, {observation}, {number}, {family} and {prefix} "
                     "(of the family name) stand for those of a random one")
        ->required();
    command->callback([get] { run_command([&] { return run_get(*get); }); });

    auto bundles = std::make_shared<HttpOptions>();
    command = app.add_subcommand("bundles", "Posts each transaction Bundle of a folder once");
    add_sign_in_options(*command, *bundles);
    command->add_option("--folder", bundles->folder)->required()->type_name("DIR");
    command->callback([bundles] { run_command([&] { return run_bundles(*bundles); }); });
}

}  // namespace wardlight::load
