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
