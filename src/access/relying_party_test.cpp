#include "access/relying_party.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::access;

TEST_CASE("the address that people use says what passkeys are for") {
    struct Row {
        const char* url;
        const char* id;
        const char* origin;
    };
    for (const Row& row :
         {Row{"https://ward.example.org", "ward.example.org", "https://ward.example.org"},
          Row{"https://ward.example.org/", "ward.example.org", "https://ward.example.org"},
          Row{"HTTPS://Ward.Example.ORG:443", "ward.example.org", "https://ward.example.org"},
          Row{"https://ward.example.org:8443", "ward.example.org", "https://ward.example.org:8443"},
          Row{"https://ward", "ward", "https://ward"},
          Row{"https://xn--hpital-xya.example", "xn--hpital-xya.example",
              "https://xn--hpital-xya.example"},
          Row{"https://localhost:8443", "localhost", "https://localhost:8443"},
          Row{"http://localhost:8080", "localhost", "http://localhost:8080"},
          Row{"http://localhost:80", "localhost", "http://localhost"}}) {
        CAPTURE(row.url);
        const auto party = relying_party_of(row.url);
        REQUIRE(party);
        CHECK(party->id == row.id);
        CHECK(party->origins == std::vector<std::string>{row.origin});
    }
}

TEST_CASE("an address for which there can be no passkeys is refused") {
    for (const char* url : {"",
                            "ward.example.org",
                            "https://",
                            "http://ward.example.org",
                            "ftp://ward.example.org",
                            "https://10.0.0.1",
                            "https://10.0.0.1:8443",
                            "https://[::1]:8443",
                            "https://ward..org",
                            "https://-ward.org",
                            "https://ward.org/app",
                            "https://user@ward.org",
                            "https://ward.org:0",
                            "https://ward.org:65536",
                            "https://ward.org:",
                            "https://ward.org:x",
                            "https://ward.org:08443",
                            "https://ward.org?x",
                            "https://w\xC3\xA4rd.org",
                            "https://ward.org:8443:1"}) {
        CAPTURE(url);
        const auto party = relying_party_of(url);
        REQUIRE_FALSE(party);
        CHECK(party.error().code == ErrorCode::invalid);
        CHECK(party.error().where == "public_url");
    }
}
