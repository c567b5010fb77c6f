// The hospital's directory: several controllers that say the same. They are asked in order; one
// that failed is left out for a while, and when all have failed the answer is at once that there is
// none. Thread-safe. Blocks for seconds at worst: threads for slow work only. Sources: RFC 4511,
// RFC 4513; MS-ADTS.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/clock.h"
#include "directory/person.h"
#include "directory/settings.h"

namespace wardlight::directory {

class Connection;
struct Found;

/// After a failure a controller is not asked for so long.
inline constexpr std::chrono::seconds kLeftOutFor{10};

struct SignInAnswer {
    std::optional<Person> person;  ///< with groups when the password was right
    bool is_right = false;
    std::string_view reason;  ///< when it is not: a code of the audit log
};

struct ControllerReport {
    std::string url;
    std::optional<Error> error;
    std::chrono::milliseconds took{0};
    std::optional<Instant> certificate_end;
    std::size_t people = 0;  ///< whom the filter fits
};

class Directory {
 public:
    /// `settings` as complete() left them. Connects to nobody yet.
    Directory(Settings settings, const Clock& clock);
    ~Directory();

    /// Whether this is the person and their password. `unavailable` when no controller answers.
    [[nodiscard]] Result<SignInAnswer> sign_in(std::string_view user,
                                               std::string_view password) const;
    /// Takes as long as a sign-in that fails and sends no password: so that the time does not tell
    /// which names are of accounts here.
    void spend(std::string_view user) const;

    /// Those of `ids` that are still there. `unavailable` when no controller answers.
    [[nodiscard]] Result<std::vector<Person>> people(std::span<const std::string> ids) const;
    [[nodiscard]] Result<std::vector<Person>> everybody() const;
    /// Those of these user names that somebody in the directory has.
    [[nodiscard]] Result<std::vector<std::string>> known_users(
        std::span<const std::string> users) const;

    /// Asks each controller, also one that is left out.
    [[nodiscard]] std::vector<ControllerReport> check() const;

    [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
    using Ask = std::function<Result<>(const Controller&)>;
    Result<> ask_in_turn(const Ask& ask) const;
    [[nodiscard]] std::vector<std::size_t> those_to_ask() const;
    /// nullptr: it answered.
    void note(std::size_t controller, const Error* failure) const;
    [[nodiscard]] Error newest_failure() const;
    Result<Connection> open_reading(const Controller& controller,
                                    std::chrono::milliseconds life) const;
    Result<SignInAnswer> sign_in_at(const Controller& controller, std::string_view user,
                                    std::string_view password) const;

    Settings settings_;
    const Clock& clock_;
    std::vector<Controller> controllers_;
    mutable std::mutex mutex_;
    mutable std::vector<std::chrono::steady_clock::time_point> left_out_until_;
    mutable Error newest_failure_{ErrorCode::unavailable, "no controller answers", "directory"};
};

}  // namespace wardlight::directory
