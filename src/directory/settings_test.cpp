#include "directory/settings.h"

#include <doctest/doctest.h>

#include <functional>

using namespace wardlight;
using namespace wardlight::directory;

namespace {

Settings whole() {
    Settings settings;
    settings.urls = {"ldaps://dc1.hosp.test", "ldaps://dc2.hosp.test:3269"};
    settings.ca_file = "/etc/wardlight/directory-ca.pem";
    settings.base = "dc=hosp,dc=test";
    settings.bind_dn = "cn=reader,dc=hosp,dc=test";
    settings.bind_password_file = "/etc/wardlight/directory.password";
    settings.mapping = "/etc/wardlight/groups.toml";
    return settings;
}

}  // namespace

TEST_CASE("an address of a controller is taken apart") {
    const auto usual = *parse_controller("ldaps://dc1.hosp.test");
    CHECK(usual.host == "dc1.hosp.test");
    CHECK(usual.port == 636);
    CHECK(usual.has_tls_at_once);
    const auto plain = *parse_controller("ldap://[::1]:1389");
    CHECK(plain.host == "::1");
    CHECK(plain.port == 1389);
    CHECK_FALSE(plain.has_tls_at_once);
    CHECK(parse_controller("ldap://a")->port == 389);
    for (const char* wrong : {"", "dc1", "http://dc1", "ldaps://", "ldapi:///", "ldaps://a:99999",
                              "ldaps://a/dc=b", "ldaps://a/dc=b?uid", "ldaps://a:b"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_controller(wrong).has_value());
    }
}

TEST_CASE("the dialect fills in what was not said") {
    Settings settings = whole();
    REQUIRE(complete(settings));
    CHECK(settings.id_attribute == "objectGUID");
    CHECK(settings.group_base == settings.base);
    CHECK(settings.filter.find("sAMAccountName={user}") != std::string::npos);

    Settings other = whole();
    other.dialect = Dialect::openldap;
    other.user_attribute = "mail";
    other.group_base = "ou=groups,dc=hosp,dc=test";
    REQUIRE(complete(other));
    CHECK(other.id_attribute == "entryUUID");
    CHECK(other.user_attribute == "mail");
    CHECK(other.group_base == "ou=groups,dc=hosp,dc=test");
}

TEST_CASE("what cannot work or would send passwords in the clear is refused and named") {
    struct Row {
        const char* where;
        std::function<void(Settings&)> spoil;
    };
    const Row rows[] = {
        {"urls", [](Settings& s) { s.urls.clear(); }},
        {"urls", [](Settings& s) { s.urls = {"ldap://dc1.hosp.test"}; }},
        {"urls", [](Settings& s) { s.urls.assign(17, "ldaps://dc1"); }},
        {"urls", [](Settings& s) { s.urls.push_back("ftp://dc1"); }},
        {"ca_file", [](Settings& s) { s.ca_file.clear(); }},
        {"mapping", [](Settings& s) { s.mapping.clear(); }},
        {"bind_dn", [](Settings& s) { s.bind_dn.clear(); }},
        {"bind_dn", [](Settings& s) { s.bind_password_file.clear(); }},
        {"base", [](Settings& s) { s.base.clear(); }},
        {"base", [](Settings& s) { s.base = "hosp.test"; }},
        {"group_base", [](Settings& s) { s.group_base = "groups"; }},
        {"filter", [](Settings& s) { s.filter = "(uid=alice)"; }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.where);
        Settings settings = whole();
        row.spoil(settings);
        const auto completed = complete(settings);
        REQUIRE_FALSE(completed.has_value());
        CHECK(completed.error().code == ErrorCode::invalid);
        CHECK(completed.error().where == row.where);
    }
    Settings settings = whole();
    settings.urls = {"ldap://dc1.hosp.test"};
    settings.uses_start_tls = true;
    CHECK(complete(settings).has_value());
}
