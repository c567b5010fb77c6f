#include "directory/tls_reason.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "directory/connection.h"
#include "directory/socket.h"
#include "directory/watch.h"

namespace wardlight::directory {
namespace {

/// An ExtendedRequest of StartTLS with message id 1 (RFC 4511, 4.14).
constexpr std::string_view kStartTls =
    "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
    "1.3.6.1.4.1.1466.20037";

struct Socket {
    int descriptor;
    ~Socket() { ::close(descriptor); }
};

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool ask_for_tls(int socket) {
    constexpr std::size_t kAnswerMost = 512;
    std::array<char, kAnswerMost> answer{};
    if (::send(socket, kStartTls.data(), kStartTls.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(kStartTls.size())) {
        return false;
    }
    return ::recv(socket, answer.data(), answer.size(), 0) > 0;
}

}  // namespace

std::string tls_reason(const Controller& controller, const std::filesystem::path& ca_file) {
    const auto opened = open_socket(controller);
    if (!opened) return {};
    const Socket socket{*opened};
    const Watch watch(socket.descriptor, kShakeWithin);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) return {};
    if (SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1)
        return ca_file.string() + " holds no certificate of an authority";
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    const std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context.get()), SSL_free);
    if (!session || SSL_set_fd(session.get(), socket.descriptor) != 1) return {};
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session.get());
    const bool is_named = is_address(controller.host)
                              ? X509_VERIFY_PARAM_set1_ip_asc(wanted, controller.host.c_str()) == 1
                              : SSL_set1_host(session.get(), controller.host.c_str()) == 1;
    if (!is_named) return {};
    if (!controller.has_tls_at_once && !ask_for_tls(socket.descriptor)) return {};
    if (SSL_connect(session.get()) == 1) return {};
    const long verified = SSL_get_verify_result(session.get());
    if (verified == X509_V_OK) return "the other side does not speak TLS";
    return std::string("its certificate is not accepted: ") +
           X509_verify_cert_error_string(verified);
}

}  // namespace wardlight::directory
