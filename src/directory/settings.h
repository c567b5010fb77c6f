// How a hospital's directory is reached and read. Plain values, read from [directory] of the
// configuration; docs/directory.md explains each.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace wardlight::directory {

enum class Dialect { active_directory, openldap };

struct Settings {
    std::vector<std::string> urls;  ///< controllers, asked in this order
    bool uses_start_tls = false;    ///< with ldap:// only; ldaps:// has TLS from the first byte
    std::filesystem::path ca_file;  ///< PEM: who may have issued a controller's certificate
    Dialect dialect = Dialect::active_directory;
    std::string base;                          ///< people and, without another, groups are below it
    std::string group_base;                    ///< empty: `base`
    std::string bind_dn;                       ///< of the service account that reads
    std::filesystem::path bind_password_file;  ///< its first line; readable by its owner only
    std::string filter;                        ///< finds one person; {user} is what was typed
    std::string id_attribute;                  ///< never changes and never returns
    std::string user_attribute;
    std::string name_attribute;
    std::filesystem::path mapping;        ///< TOML: which group gives which rights
    std::chrono::seconds sync_every{20};  ///< 1 to 30: leavers are out within a minute
    std::size_t guard_percent = 20;       ///< more than this losing access at once waits for a word

    /// False: there is no directory.
    [[nodiscard]] bool is_configured() const { return !urls.empty(); }
};

/// One controller of `urls`, taken apart.
struct Controller {
    std::string url;
    std::string host;
    std::uint16_t port = 0;
    bool has_tls_at_once = false;
};
[[nodiscard]] Result<Controller> parse_controller(const std::string& url);

/// Puts in what the dialect says where nothing was given, and refuses what cannot work or would
/// send passwords in the clear. `invalid` names the setting.
[[nodiscard]] Result<> complete(Settings& settings);

}  // namespace wardlight::directory
