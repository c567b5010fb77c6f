#include "app/user_command.h"

#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "app/or_stop.h"
#include "app/user_accounts.h"

namespace wardlight::app {
namespace {

struct Arguments {
    std::string data;
    std::string password_file;
    UserToAdd user;
};

/// Keeps what is typed off the screen while it lives.
class HiddenTyping {
 public:
    HiddenTyping() {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
    termios before_{};
};

std::string first_line(std::istream& in) {
    std::string line;
    std::getline(in, line);
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Result<std::string> ask_password() {
    if (::isatty(STDIN_FILENO) == 0) {
        return fail(ErrorCode::invalid, "give --password-file FILE, or - for standard input");
    }
    const HiddenTyping hidden;
    std::cerr << "Password: " << std::flush;
    std::string password = first_line(std::cin);
    std::cerr << "\nOnce more: " << std::flush;
    const std::string again = first_line(std::cin);
    std::cerr << '\n';
    if (password != again) return fail(ErrorCode::invalid, "the two passwords differ");
    return password;
}

Result<std::string> read_password(const std::string& file) {
    if (file.empty()) return ask_password();
    if (file == "-") return first_line(std::cin);
    std::ifstream in(file);
    if (!in) return fail(ErrorCode::not_found, "cannot read the password file", file);
    return first_line(in);
}

struct Opened {
    DataFolder folder;
    SystemClock clock;
    std::unique_ptr<store::Store> store;
};

std::unique_ptr<Opened> open(const Arguments& arguments) {
    auto opened = std::make_unique<Opened>();
    opened->folder.root = arguments.data;
    opened->store = or_stop(open_store(opened->folder, opened->clock));
    return opened;
}

CLI::App* add_action(CLI::App& parent, const char* name, const char* what, Arguments& arguments) {
    CLI::App* action = parent.add_subcommand(name, what);
    action->add_option("--data", arguments.data, "data folder of the server")->required();
    return action;
}

void add_name(CLI::App& action, Arguments& arguments) {
    action.add_option("--name", arguments.user.user, "user name, as typed at sign-in")->required();
}

void add_password(CLI::App& action, Arguments& arguments) {
    action.add_option("--password-file", arguments.password_file,
                      "file whose first line is the password, - for standard input; asked for "
                      "without it");
}

void add_add(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* action = add_action(parent, "add", "Add a user", *arguments);
    UserToAdd& user = arguments->user;
    add_name(*action, *arguments);
    action
        ->add_option("--role", user.role,
                     "ward_nurse, doctor, site_coordinator, administrator, privacy_officer or "
                     "integration")
        ->required();
    action->add_option("--display", user.name,
                       "name that colleagues see; the user name without it");
    action->add_option("--ward", user.wards, "ward, as in the messages (PV1-3.1); may be repeated");
    action->add_option("--team", user.teams, "team, e.g. renal; may be repeated");
    action->add_option("--practitioner", user.practitioner, "id in the messages, e.g. PV1-7.1");
    action->add_flag("--totp", user.with_code, "also ask for one-time codes; prints the secret");
    add_password(*action, *arguments);
    action->callback([arguments] {
        UserToAdd to_add = arguments->user;
        to_add.password = or_stop(read_password(arguments->password_file));
        const auto opened = open(*arguments);
        const std::string address = or_stop(add_user(*opened->store, opened->folder, to_add));
        std::cout << "added " << to_add.user << " (" << to_add.role << ")\n";
        if (!address.empty()) {
            std::cout << "for the authenticator app, shown only now: " << address << '\n';
        }
    });
}

void add_list(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* action = add_action(parent, "list", "List the users", *arguments);
    action->callback([arguments] { or_stop(list_users(*open(*arguments)->store, std::cout)); });
}

void add_disable(CLI::App& parent, const char* name, const char* what, bool is_disabled) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* action = add_action(parent, name, what, *arguments);
    add_name(*action, *arguments);
    action->callback([arguments, is_disabled] {
        or_stop(set_user_disabled(*open(*arguments)->store, arguments->user.user, is_disabled));
        std::cout << arguments->user.user << (is_disabled ? " disabled\n" : " enabled\n");
    });
}

void add_passwd(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* action =
        add_action(parent, "passwd", "Set a new password and end the user's sessions", *arguments);
    add_name(*action, *arguments);
    add_password(*action, *arguments);
    action->callback([arguments] {
        const std::string password = or_stop(read_password(arguments->password_file));
        or_stop(change_password(*open(*arguments)->store, arguments->user.user, password));
        std::cout << "password of " << arguments->user.user << " changed\n";
    });
}

}  // namespace

void add_user_command(CLI::App& app) {
    CLI::App* user = app.add_subcommand("user", "Add, list and change the users of a server");
    user->require_subcommand(1);
    add_add(*user);
    add_list(*user);
    add_disable(*user, "disable", "Let a user sign in no more, and end the sessions", true);
    add_disable(*user, "enable", "Let a disabled user sign in again", false);
    add_passwd(*user);
}

}  // namespace wardlight::app
