// The settings of a server: one TOML file, checked at start, every setting documented in
// docs/configure.md. An unknown or wrong setting is an error that names its place, never ignored.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/settings.h"

namespace wardlight::app {

struct TlsFiles {
    std::filesystem::path certificate;  // PEM chain; empty: no TLS
    std::filesystem::path key;
    std::filesystem::path client_ca;  // set: clients must show a certificate of it
};

struct FeedSettings {
    std::string id = "main";
    std::string label = "Hospital feed";
    std::string listen;                      // HOST:PORT
    std::filesystem::path profile;           // TOML file of the feed's dialect; empty: the default
    std::vector<std::string> allowed_peers;  // addresses or networks; empty: any
    TlsFiles tls;
};

struct Configuration {
    std::filesystem::path data;
    std::string http = "127.0.0.1:8443";
    TlsFiles tls;
    std::string public_url = "";    // as people type it; empty: no passkeys
    bool uses_self_signed = false;  // make a throw-away certificate in the data folder
    std::filesystem::path web;      // folder of the built web app; empty: beside the program
    std::vector<FeedSettings> feeds;
    directory::Settings directory;  // the hospital's; not configured: accounts of our own only
    std::string site_name = "Wardlight";
    std::string zone = "Europe/London";
    std::string switchboard = "";           // phone number shown where help is needed
    std::vector<std::string> kidney_wards;  // renal and intensive care: no AKI alerts there
    bool is_demo = false;
    std::size_t workers = 16;
    std::size_t io_threads = 2;
    std::size_t lanes = 2;
};

/// Reads a file into `configuration`; paths in it are relative to the file.
[[nodiscard]] Result<> read_configuration(const std::filesystem::path& file,
                                          Configuration& configuration);

/// The same for the text of a file in `folder`.
[[nodiscard]] Result<> read_configuration_text(std::string_view toml_text,
                                               const std::filesystem::path& folder,
                                               Configuration& configuration);

}  // namespace wardlight::app
