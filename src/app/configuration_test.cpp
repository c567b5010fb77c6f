#include "app/configuration.h"

#include <doctest/doctest.h>

#include <fstream>

#include "base/ids.h"

using namespace wardlight;
using namespace wardlight::app;

namespace {

Result<Configuration> read(std::string_view text) {
    const auto file =
        std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid() + ".toml");
    std::ofstream(file) << text;
    Configuration configuration;
    auto result = read_configuration(file, configuration);
    std::filesystem::remove(file);
    if (!result) return tl::unexpected(result.error());
    return configuration;
}

}  // namespace

TEST_CASE("a full configuration is read") {
    const auto configuration = read(R"(
data = "/srv/wardlight"
workers = 8
[http]
listen = "0.0.0.0:443"
tls_certificate = "cert.pem"
tls_key = "/etc/key.pem"
[site]
name = "St Elsewhere"
zone = "Asia/Hong_Kong"
switchboard = "0000"
kidney_wards = ["5C", "ICU"]
[[feed]]
id = "adt"
listen = ":2575"
allowed_peers = ["10.0.0.1"]
[[feed]]
id = "lab"
label = "Pathology"
listen = ":2576"
profile = "lab.toml"
)");
    REQUIRE_MESSAGE(configuration, (configuration ? "" : configuration.error().message));
    CHECK(configuration->feeds.size() == 2);
    CHECK(configuration->feeds[1].label == "Pathology");
    CHECK(configuration->feeds[1].profile.is_absolute());
    CHECK(configuration->tls.certificate.filename() == "cert.pem");
    CHECK(configuration->workers == 8);
    CHECK(configuration->zone == "Asia/Hong_Kong");
    CHECK(configuration->kidney_wards == std::vector<std::string>{"5C", "ICU"});
}

TEST_CASE("a wrong setting is refused and named") {
    for (const auto& [text, named] : std::initializer_list<std::pair<const char*, const char*>>{
             {"wrokers = 3", "wrokers"},
             {"workers = 0", "workers"},
             {"workers = \"3\"", "workers"},
             {"[htp]\nlisten=\"x\"", "htp"},
             {"[http]\nlistne = \"x\"", "listne"},
             {"[http]\ntls_key = \"k\"", "tls_key"},
             {"[http]\npublic_url = \"https://10.0.0.1\"", "public_url"},
             {"[http]\npublic_url = \"http://ward.example.org\"", "public_url"},
             {"[[feed]]\nid = \"a\"", "feed"},
             {"[[feed]]\nid=\"a\"\nlisten=\":1\"\n[[feed]]\nid=\"a\"\nlisten=\":2\"", "feed.id"},
             {"site = 3", "site"},
             {"[site]\nkidney_wards = \"5C\"", "kidney_wards"},
             {"data = 3", "data"}}) {
        CAPTURE(std::string(text));
        const auto configuration = read(text);
        REQUIRE_FALSE(configuration);
        CHECK(configuration.error().where == named);
    }
    CHECK_FALSE(read("this is not TOML"));
    const auto odd = read({"\n[\0x]", 5});
    REQUIRE_FALSE(odd);
    CHECK(odd.error().message.ends_with(": line 2: a control character"));
    Configuration configuration;
    CHECK_FALSE(read_configuration("/nowhere/wardlight.toml", configuration));
}

TEST_CASE("a directory is read whole, with the usual of its dialect") {
    constexpr std::string_view kText = R"(
[directory]
urls = ["ldaps://dc1.hosp.test", "ldaps://dc2.hosp.test"]
ca_file = "ca.pem"
dialect = "ad"
base = "dc=hosp,dc=test"
bind_dn = "reader@hosp.test"
bind_password_file = "reader.password"
mapping = "groups.toml"
sync_seconds = 5
guard_percent = 30
)";
    const auto configuration = read(kText);
    REQUIRE_MESSAGE(configuration, (configuration ? "" : configuration.error().message));
    const directory::Settings& directory = configuration->directory;
    CHECK(directory.is_configured());
    CHECK(directory.urls.size() == 2);
    CHECK(directory.mapping.is_absolute());
    CHECK(directory.sync_every == std::chrono::seconds(5));
    CHECK(directory.guard_percent == 30);
    CHECK(directory.user_attribute == "sAMAccountName");
    CHECK_FALSE(read("data = \"/srv\"")->directory.is_configured());

    const auto spoiled = [&](std::string_view from, std::string_view to) {
        std::string text(kText);
        text.replace(text.find(from), from.size(), to);
        const auto wrong = read(text);
        REQUIRE_FALSE(wrong.has_value());
        return wrong.error().where;
    };
    CHECK(spoiled("\"ad\"", "\"novell\"") == "dialect");
    CHECK(spoiled("sync_seconds = 5", "sync_seconds = 31") == "sync_seconds");
    CHECK(spoiled("guard_percent = 30", "guard_percent = 0") == "guard_percent");
    CHECK(spoiled("mapping =", "map =") == "map");
    CHECK(spoiled("ldaps://dc2", "ldap://dc2") == "urls");
    CHECK(spoiled("ca_file = \"ca.pem\"", "") == "ca_file");
}
