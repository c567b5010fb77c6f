// For tests only: an authority, a server certificate and client certificates in a folder of their
// own that goes away with the object.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"
#include "net/self_signed.h"
#include "net/tls.h"

namespace wardlight::net::test {

class Certificates {
 public:
    Certificates()
        : folder_(std::filesystem::temp_directory_path() / ("wardlight-tls-" + new_uuid())) {
        std::filesystem::create_directories(folder_);
        authority_ = make({"Test authority", {}, true}, nullptr);
        other_authority_ = make({"Another authority", {}, true}, nullptr);
        write("ca", authority_);
        write("server", make({"server", {"localhost", "127.0.0.1"}}, &authority_));
        write("client", make({"lab-feed", {}}, &authority_));
        write("stranger", make({"stranger", {}}, &other_authority_));
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string certificate(const std::string& name) const {
        return (folder_ / (name + ".pem")).string();
    }
    [[nodiscard]] std::string key(const std::string& name) const {
        return (folder_ / (name + ".key")).string();
    }

    enum class Clients { unknown, must_show_certificate };
    [[nodiscard]] std::shared_ptr<const TlsContext> server(Clients clients) const {
        TlsServerOptions options{certificate("server"), key("server"), ""};
        if (clients == Clients::must_show_certificate) options.client_ca_file = certificate("ca");
        auto context = TlsContext::server(options);
        REQUIRE(context);
        return *context;
    }
    /// `shows` empty: no certificate.
    [[nodiscard]] std::shared_ptr<const TlsContext> client(const std::string& shows = "") const {
        TlsClientOptions options{certificate("ca"), "", "", "localhost"};
        if (!shows.empty()) {
            options.certificate_file = certificate(shows);
            options.key_file = key(shows);
        }
        auto context = TlsContext::client(options);
        REQUIRE(context);
        return *context;
    }

 private:
    static CertificatePair make(const CertificateRequest& request, const CertificatePair* issuer) {
        auto pair = make_certificate(request, issuer);
        REQUIRE(pair);
        return *pair;
    }
    void write(const std::string& name, const CertificatePair& pair) const {
        std::ofstream(certificate(name)) << pair.certificate_pem;
        std::ofstream(key(name)) << pair.key_pem;
    }

    std::filesystem::path folder_;
    CertificatePair authority_;
    CertificatePair other_authority_;
};

}  // namespace wardlight::net::test
