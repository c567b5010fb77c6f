#include "app/configuration.h"

#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>

#include "access/relying_party.h"
#include "base/toml_text.h"

namespace wardlight::app {
namespace {

/// A person who has left is out within a minute, a round that takes long included.
constexpr std::int64_t kSyncSecondsMost = 30;

/// Reads one table; remembers which keys were asked for so that the rest can be refused.
class Table {
 public:
    Table(const toml::table& table, std::string place, std::filesystem::path folder)
        : table_(table), place_(std::move(place)), folder_(std::move(folder)) {}

    Result<> read(std::string_view key, std::string& out) {
        const toml::node* node = take(key);
        if (node == nullptr) return {};
        const auto value = node->value<std::string>();
        if (!node->is_string()) return refuse(key, "is a text in quotes");
        out = *value;
        return {};
    }
    Result<> read(std::string_view key, std::filesystem::path& out) {
        std::string text;
        TRY(read(key, text));
        if (!text.empty())
            out = std::filesystem::path(text).is_absolute() ? std::filesystem::path(text)
                                                            : folder_ / text;
        return {};
    }
    Result<> read(std::string_view key, bool& out) {
        const toml::node* node = take(key);
        if (node == nullptr) return {};
        if (!node->is_boolean()) return refuse(key, "is true or false");
        out = *node->value<bool>();
        return {};
    }
    Result<> read(std::string_view key, std::size_t& out, std::int64_t least, std::int64_t most) {
        const toml::node* node = take(key);
        if (node == nullptr) return {};
        const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
        if (!value || *value < least || *value > most)
            return refuse(key, fmt::format("is a whole number from {} to {}", least, most));
        out = static_cast<std::size_t>(*value);
        return {};
    }
    Result<> read(std::string_view key, std::vector<std::string>& out) {
        const toml::node* node = take(key);
        if (node == nullptr) return {};
        if (!node->is_array()) return refuse(key, "is a list of texts");
        for (const toml::node& item : *node->as_array()) {
            if (!item.is_string()) return refuse(key, "is a list of texts");
            out.push_back(*item.value<std::string>());
        }
        return {};
    }
    Result<> read_tls(TlsFiles& out) {
        TRY(read("tls_certificate", out.certificate));
        TRY(read("tls_key", out.key));
        TRY(read("tls_client_ca", out.client_ca));
        if (out.certificate.empty() != out.key.empty())
            return refuse("tls_key", "and tls_certificate go together");
        return {};
    }
    Result<> refuse_the_rest() const {
        for (const auto& [key, value] : table_) {
            if (!seen_.contains(std::string(key.str())))
                return refuse(key.str(), "is not a setting of Wardlight");
        }
        return {};
    }

 private:
    const toml::node* take(std::string_view key) {
        seen_.insert(std::string(key));
        return table_.get(key);
    }
    [[nodiscard]] tl::unexpected<Error> refuse(std::string_view key,
                                               std::string_view message) const {
        return fail(ErrorCode::invalid, fmt::format("{}{} {}", place_, key, message),
                    std::string(key));
    }

    const toml::table& table_;
    std::string place_;
    std::filesystem::path folder_;
    std::set<std::string> seen_;
};

Result<FeedSettings> read_feed(const toml::table& source, const std::filesystem::path& folder) {
    FeedSettings feed;
    Table table(source, "[[feed]] ", folder);
    TRY(table.read("id", feed.id));
    TRY(table.read("label", feed.label));
    TRY(table.read("listen", feed.listen));
    TRY(table.read("profile", feed.profile));
    TRY(table.read("allowed_peers", feed.allowed_peers));
    TRY(table.read_tls(feed.tls));
    TRY(table.refuse_the_rest());
    if (feed.id.empty() || feed.listen.empty())
        return fail(ErrorCode::invalid, "[[feed]] needs an id and a listen address", "feed");
    return feed;
}

Result<directory::Dialect> parse_dialect(std::string_view text) {
    if (text == "ad") return directory::Dialect::active_directory;
    if (text == "openldap") return directory::Dialect::openldap;
    return fail(ErrorCode::invalid, "[directory] dialect is ad or openldap", "dialect");
}

Result<> read_directory(const toml::table& source, const std::filesystem::path& folder,
                        directory::Settings& out) {
    Table table(source, "[directory] ", folder);
    std::string dialect;
    auto sync_seconds = static_cast<std::size_t>(out.sync_every.count());
    TRY(table.read("urls", out.urls));
    TRY(table.read("start_tls", out.uses_start_tls));
    TRY(table.read("ca_file", out.ca_file));
    TRY(table.read("dialect", dialect));
    TRY(table.read("base", out.base));
    TRY(table.read("group_base", out.group_base));
    TRY(table.read("bind_dn", out.bind_dn));
    TRY(table.read("bind_password_file", out.bind_password_file));
    TRY(table.read("filter", out.filter));
    TRY(table.read("id_attribute", out.id_attribute));
    TRY(table.read("user_attribute", out.user_attribute));
    TRY(table.read("name_attribute", out.name_attribute));
    TRY(table.read("mapping", out.mapping));
    TRY(table.read("sync_seconds", sync_seconds, 1, kSyncSecondsMost));
    TRY(table.read("guard_percent", out.guard_percent, 1, 100));
    TRY(table.refuse_the_rest());
    out.dialect = TRY(parse_dialect(dialect));
    out.sync_every = std::chrono::seconds(sync_seconds);
    return directory::complete(out);
}

Result<> read_root(const toml::table& root, const std::filesystem::path& folder,
                   Configuration& out) {
    Table table(root, "", folder);
    TRY(table.read("data", out.data));
    TRY(table.read("web", out.web));
    TRY(table.read("workers", out.workers, 1, 64));
    TRY(table.read("io_threads", out.io_threads, 1, 64));
    TRY(table.read("lanes", out.lanes, 1, 64));
    std::set<std::string> known{"http", "site", "feed", "directory"};
    for (const auto& [key, value] : root) {
        if (value.is_table() && !known.contains(std::string(key.str()))) {
            return fail(ErrorCode::invalid,
                        fmt::format("[{}] is not a section of Wardlight", key.str()),
                        std::string(key.str()));
        }
        if (value.is_value() && known.contains(std::string(key.str()))) {
            return fail(ErrorCode::invalid,
                        fmt::format("{} is a section: write [{}]", key.str(), key.str()),
                        std::string(key.str()));
        }
    }
    if (const auto* http = root.get_as<toml::table>("http")) {
        Table section(*http, "[http] ", folder);
        TRY(section.read("listen", out.http));
        TRY(section.read("public_url", out.public_url));
        if (!out.public_url.empty()) TRY(access::relying_party_of(out.public_url));
        TRY(section.read_tls(out.tls));
        TRY(section.refuse_the_rest());
    }
    if (const auto* site = root.get_as<toml::table>("site")) {
        Table section(*site, "[site] ", folder);
        TRY(section.read("name", out.site_name));
        TRY(section.read("zone", out.zone));
        TRY(section.read("switchboard", out.switchboard));
        TRY(section.read("kidney_wards", out.kidney_wards));
        TRY(section.refuse_the_rest());
    }
    if (const auto* section = root.get_as<toml::table>("directory"))
        TRY(read_directory(*section, folder, out.directory));
    if (const auto* feeds = root.get_as<toml::array>("feed")) {
        std::set<std::string> ids;
        for (const toml::node& node : *feeds) {
            if (!node.is_table())
                return fail(ErrorCode::invalid, "write feeds as [[feed]]", "feed");
            FeedSettings feed = TRY(read_feed(*node.as_table(), folder));
            if (!ids.insert(feed.id).second)
                return fail(ErrorCode::invalid, "two feeds have the same id", "feed.id");
            out.feeds.push_back(std::move(feed));
        }
    }
    for (const auto& [key, value] : root) {
        static const std::set<std::string, std::less<>> kPlain{"data", "web", "workers",
                                                               "io_threads", "lanes"};
        if (!value.is_table() && !value.is_array() && !kPlain.contains(key.str())) {
            return fail(ErrorCode::invalid,
                        fmt::format("{} is not a setting of Wardlight", key.str()),
                        std::string(key.str()));
        }
    }
    return {};
}

}  // namespace

Result<> read_configuration_text(std::string_view toml_text, const std::filesystem::path& folder,
                                 Configuration& configuration) {
    const auto table = parse_toml(toml_text);
    if (table) return read_root(*table, folder, configuration);
    return fail(ErrorCode::invalid, table.error().where + ": " + table.error().message);
}

Result<> read_configuration(const std::filesystem::path& file, Configuration& configuration) {
    const auto read = [&]() -> Result<> {
        std::ifstream stream(file, std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf();
        if (!stream) return fail(ErrorCode::invalid, "the file cannot be read");
        return read_configuration_text(text.str(), std::filesystem::absolute(file).parent_path(),
                                       configuration);
    }();
    if (!read) {
        Error error = read.error();
        error.message = file.string() + ": " + error.message;
        if (error.where.empty()) error.where = file.string();
        return tl::unexpected(std::move(error));
    }
    return {};
}

}  // namespace wardlight::app
