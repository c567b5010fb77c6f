#include "directory/directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/connection.h"
#include "directory/read_people.h"

namespace wardlight::directory {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kUserLongest = 256;
constexpr std::string_view kNobody = "-";

/// Read each time, so that a new password counts without a restart.
Result<std::string> read_bind_password(const std::filesystem::path& file) {
    struct stat state{};
    if (::stat(file.c_str(), &state) != 0)
        return fail(ErrorCode::unavailable, file.string() + " cannot be read",
                    "bind_password_file");
    if ((state.st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::unavailable, file.string() + " may be read by others: chmod 600",
                    "bind_password_file");
    }
    std::ifstream in(file);
    std::string password;
    std::getline(in, password);
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty())
        return fail(ErrorCode::unavailable, file.string() + " holds no password",
                    "bind_password_file");
    return password;
}

std::vector<Controller> controllers_of(const Settings& settings) {
    std::vector<Controller> controllers;
    for (const std::string& url : settings.urls) {
        if (auto controller = parse_controller(url)) controllers.push_back(std::move(*controller));
    }
    return controllers;
}

/// A bind of somebody who is not there, with a password that is nobody's.
Result<> bind_nobody(Connection& connection, const Settings& settings) {
    constexpr std::size_t kSecretBytes = 16;
    TRY(connection.bind("cn=" + new_uuid() + ',' + settings.base, new_secret(kSecretBytes)));
    return {};
}

bool is_plausible(std::string_view user) {
    return user.size() <= kUserLongest && is_valid_utf8(user) &&
           std::none_of(user.begin(), user.end(), [](char c) { return c >= 0 && c < ' '; });
}

std::string_view reason_of(const Found& found, const BindAnswer& answer) {
    // OpenLDAP says of everything "invalid credentials"; its entry says more.
    if (answer.reason != "wrong_password") return answer.reason;
    if (found.person.standing == Standing::disabled) return "disabled";
    if (found.person.standing == Standing::expired) return "expired";
    return found.person.is_locked ? "locked" : answer.reason;
}

}  // namespace

Directory::Directory(Settings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      controllers_(controllers_of(settings_)),
      left_out_until_(controllers_.size()) {}

Directory::~Directory() = default;

std::vector<std::size_t> Directory::those_to_ask() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < controllers_.size(); ++i) {
        if (steady_clock::now() >= left_out_until_[i]) indexes.push_back(i);
    }
    return indexes;
}

void Directory::note(std::size_t controller, const Error* failure) const {
    const std::lock_guard lock(mutex_);
    left_out_until_[controller] =
        failure != nullptr ? steady_clock::now() + kLeftOutFor : steady_clock::time_point{};
    if (failure != nullptr) newest_failure_ = *failure;
}

Error Directory::newest_failure() const {
    const std::lock_guard lock(mutex_);
    return newest_failure_;
}

Result<> Directory::ask_in_turn(const Ask& ask) const {
    // With nobody to ask, what the last one said a moment ago.
    Error last = newest_failure();
    for (const std::size_t i : those_to_ask()) {
        auto done = ask(controllers_[i]);
        if (!done && !done.error().message.starts_with(controllers_[i].url))
            done.error().message = controllers_[i].url + ": " + done.error().message;
        const bool has_failed = !done && done.error().code == ErrorCode::unavailable;
        note(i, has_failed ? &done.error() : nullptr);
        if (!has_failed) return done;
        log::warning("a controller of the directory does not answer",
                     {{"controller", controllers_[i].url}, {"reason", done.error().message}});
        last = std::move(done).error();
    }
    return tl::unexpected(std::move(last));
}

Result<Connection> Directory::open_reading(const Controller& controller,
                                           std::chrono::milliseconds life) const {
    const std::string password = TRY(read_bind_password(settings_.bind_password_file));
    Connection connection = TRY(Connection::open(controller, settings_, life));
    const BindAnswer answer = TRY(connection.bind(settings_.bind_dn, password));
    if (!answer.is_accepted) {
        return fail(
            ErrorCode::unavailable,
            controller.url + ": the account of bind_dn is refused: " + std::string(answer.reason),
            "bind_dn");
    }
    return connection;
}

Result<SignInAnswer> Directory::sign_in_at(const Controller& controller, std::string_view user,
                                           std::string_view password) const {
    Connection reading = TRY(open_reading(controller, kPersonWithin));
    SignInAnswer answer;
    auto found = find_person(reading, settings_, user, clock_.now());
    if (!found && found.error().code != ErrorCode::conflict) return tl::unexpected(found.error());
    // A connection of its own: after this bind it speaks for that person.
    Connection proving = TRY(Connection::open(controller, settings_, kPersonWithin));
    const bool is_known = found && *found;
    if (!is_known || password.empty()) {
        TRY(bind_nobody(proving, settings_));
        answer.reason = !found             ? "several_people"
                        : password.empty() ? "empty_password"
                                           : "unknown_user";
        if (is_known) answer.person = std::move((*found)->person);
        return answer;
    }
    Found& one = **found;
    const BindAnswer bound = TRY(proving.bind(one.person.dn, password));
    if (!bound.is_accepted) {
        answer.reason = reason_of(one, bound);
    } else if (one.person.standing != Standing::active) {
        // A directory that lets them in may still say that the account has ended.
        answer.reason = one.person.standing == Standing::disabled ? "disabled" : "expired";
    } else {
        one.person.groups = TRY(groups_of(reading, settings_, one));
        answer.is_right = true;
    }
    answer.person = std::move(one.person);
    return answer;
}

Result<SignInAnswer> Directory::sign_in(std::string_view user, std::string_view password) const {
    // What no directory could hold is not sent to it; that takes as long all the same.
    if (!is_plausible(user)) user = kNobody;
    SignInAnswer answer;
    TRY(ask_in_turn([&](const Controller& controller) -> Result<> {
        answer = TRY(sign_in_at(controller, user, password));
        return {};
    }));
    return answer;
}

void Directory::spend(std::string_view user) const {
    if (!is_plausible(user)) user = kNobody;
    const auto spent = ask_in_turn([&](const Controller& controller) -> Result<> {
        TRY(sign_in_at(controller, user, {}));
        return {};
    });
    if (!spent)
        log::write(log::Level::debug, "no time was spent at the directory",
                   {{"reason", spent.error().message}});
}

Result<std::vector<Person>> Directory::people(std::span<const std::string> ids) const {
    std::vector<Person> found;
    TRY(ask_in_turn([&](const Controller& controller) -> Result<> {
        Connection connection = TRY(open_reading(controller, kPeopleWithin));
        found = TRY(read_people(connection, settings_, ids, clock_.now()));
        return {};
    }));
    return found;
}

Result<std::vector<Person>> Directory::everybody() const {
    std::vector<Person> found;
    TRY(ask_in_turn([&](const Controller& controller) -> Result<> {
        Connection connection = TRY(open_reading(controller, kPeopleWithin));
        found = TRY(read_everybody(connection, settings_, clock_.now()));
        return {};
    }));
    return found;
}

Result<std::vector<std::string>> Directory::known_users(std::span<const std::string> users) const {
    std::vector<std::string> known;
    TRY(ask_in_turn([&](const Controller& controller) -> Result<> {
        Connection connection = TRY(open_reading(controller, kPeopleWithin));
        known = TRY(directory::known_users(connection, settings_, users));
        return {};
    }));
    return known;
}

std::vector<ControllerReport> Directory::check() const {
    std::vector<ControllerReport> reports;
    for (const Controller& controller : controllers_) {
        ControllerReport report;
        report.url = controller.url;
        const auto started = steady_clock::now();
        const auto checked = [&]() -> Result<> {
            Connection connection = TRY(open_reading(controller, kPeopleWithin));
            report.took =
                std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - started);
            if (const auto end = connection.certificate_end()) report.certificate_end = *end;
            report.people = TRY(read_everybody(connection, settings_, clock_.now())).size();
            return {};
        }();
        if (!checked) report.error = checked.error();
        reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace wardlight::directory
