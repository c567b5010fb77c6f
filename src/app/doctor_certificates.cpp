#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

#include "app/doctor_checks.h"
#include "net/tls.h"

namespace wardlight::app {
namespace {

namespace fs = std::filesystem;

struct Validity {
    Instant from;
    Instant until;
};

std::optional<Instant> to_instant(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return Instant{std::chrono::seconds(::timegm(&parts))};
}

/// When every certificate of the file is valid; nothing when it holds none or one that cannot be
/// read.
std::optional<Validity> validity_of(const fs::path& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> file(BIO_new_file(pem.c_str(), "r"),
                                                             BIO_free_all);
    std::optional<Validity> common;
    while (file) {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(
            PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
        if (!certificate) break;
        const auto from = to_instant(X509_get0_notBefore(certificate.get()));
        const auto until = to_instant(X509_get0_notAfter(certificate.get()));
        if (!from || !until) return std::nullopt;
        common = common ? Validity{std::max(common->from, *from), std::min(common->until, *until)}
                        : Validity{*from, *until};
    }
    ERR_clear_error();
    return common;
}

void check_validity(const std::string& what, const fs::path& pem, Instant now, Findings& findings) {
    const auto validity = validity_of(pem);
    if (!validity) {
        findings.push_back({Grade::fail, what, pem.string() + ": no readable certificate"});
        return;
    }
    const std::string until = format_instant(validity->until).substr(0, 10);
    if (now < validity->from) {
        findings.push_back({Grade::fail, what, pem.string() + ": not valid yet"});
    } else if (now >= validity->until) {
        findings.push_back({Grade::fail, what,
                            fmt::format("{}: ended {}; phones refuse it", pem.string(), until)});
    } else {
        const auto days = std::chrono::floor<std::chrono::days>(validity->until - now).count();
        const bool ends_soon = validity->until - now < kCertificateWarn;
        findings.push_back({ends_soon ? Grade::warn : Grade::ok, what,
                            fmt::format("{}: until {}, {} days left", pem.string(), until, days)});
    }
}

void check_key(const std::string& what, const fs::path& key, Findings& findings) {
    struct stat status{};
    if (::stat(key.c_str(), &status) == 0 && (status.st_mode & 07) != 0)
        findings.push_back({Grade::fail, what, key.string() + ": every user can read the key"});
}

void check_tls(const std::string& what, const TlsFiles& files, Instant now, Findings& findings) {
    const auto usable = net::TlsContext::server(
        {files.certificate.string(), files.key.string(), files.client_ca.string()});
    if (!usable) {
        findings.push_back(
            {Grade::fail, what, usable.error().where + ": " + usable.error().message});
        return;
    }
    check_validity(what, files.certificate, now, findings);
    check_key(what, files.key, findings);
    if (!files.client_ca.empty()) check_validity(what, files.client_ca, now, findings);
}

bool is_loopback(const std::string& listen) {
    return listen.starts_with("127.") || listen.starts_with("[::1]") ||
           listen.starts_with("localhost:");
}

}  // namespace

void check_certificates(const Configuration& configuration, Instant now, Findings& findings) {
    const TlsFiles throw_away{
        configuration.data / "certificate.pem", configuration.data / "key.pem", {}};
    std::error_code unreadable;
    if (!configuration.tls.certificate.empty()) {
        check_tls("certificate http", configuration.tls, now, findings);
    } else if (fs::exists(throw_away.certificate, unreadable)) {
        check_tls("certificate http", throw_away, now, findings);
    } else if (is_loopback(configuration.http)) {
        findings.push_back(
            {Grade::warn, "certificate http", "none; nobody but this machine can connect"});
    } else {
        findings.push_back({Grade::fail, "certificate http",
                            "none: patient data would cross the network in the clear"});
    }
    for (const FeedSettings& feed : configuration.feeds) {
        const std::string what = "certificate " + feed.id;
        if (!feed.tls.certificate.empty()) {
            check_tls(what, feed.tls, now, findings);
        } else if (!is_loopback(feed.listen)) {
            findings.push_back({Grade::warn, what, "none: the feed is not encrypted"});
        }
        if (!is_loopback(feed.listen) && feed.tls.client_ca.empty() && feed.allowed_peers.empty()) {
            findings.push_back({Grade::warn, "senders " + feed.id,
                                "any machine may send: set allowed_peers or tls_client_ca"});
        }
    }
}

}  // namespace wardlight::app
