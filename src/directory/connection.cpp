#include "directory/connection.h"

#include <fmt/format.h>
#include <lber.h>
#include <ldap.h>
#include <openldap.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "directory/socket.h"
#include "directory/tls_reason.h"
#include "directory/values.h"

namespace wardlight::directory {
namespace {

constexpr std::size_t kReasonLongest = 200;

timeval seconds(std::chrono::seconds time) {
    return {time.count(), 0};
}

/// What the other side or the library says, made fit for a line of a log.
std::string as_line(std::string_view text) {
    std::string line;
    for (const char c : text.substr(0, kReasonLongest)) line += c >= ' ' && c < '\x7F' ? c : ' ';
    return line;
}

std::string diagnostic_of(LDAP* handle) {
    char* text = nullptr;
    ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, static_cast<void*>(&text));
    std::string out = text == nullptr ? "" : text;
    ldap_memfree(text);
    return out;
}

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

Result<> set_options(LDAP* handle, const Settings& settings) {
    const int version = LDAP_VERSION3;
    const timeval connect = seconds(kConnectWithin);
    const timeval answer = seconds(kAnswerWithin);
    const int must_prove = LDAP_OPT_X_TLS_DEMAND;
    const int oldest_tls = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int no_client_context = 0;
    const std::string ca = settings.ca_file.string();
    struct Option {
        int option;
        const void* value;
    };
    // All that the machine's ldap.conf could say otherwise is said here. The context comes last:
    // it is made of what was set before.
    const Option options[] = {
        {LDAP_OPT_PROTOCOL_VERSION, &version},
        {LDAP_OPT_REFERRALS, LDAP_OPT_OFF},
        {LDAP_OPT_RESTART, LDAP_OPT_OFF},
        {LDAP_OPT_NETWORK_TIMEOUT, &connect},
        {LDAP_OPT_TIMEOUT, &answer},
        {LDAP_OPT_X_TLS_CACERTFILE, ca.c_str()},
        {LDAP_OPT_X_TLS_REQUIRE_CERT, &must_prove},
        {LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest_tls},
        {LDAP_OPT_X_TLS_NEWCTX, &no_client_context},
    };
    for (const Option& option : options) {
        if (ldap_set_option(handle, option.option, option.value) != LDAP_OPT_SUCCESS) {
            return fail(ErrorCode::unavailable,
                        option.option == LDAP_OPT_X_TLS_NEWCTX
                            ? fmt::format("{} cannot be used as ca_file", ca)
                            : fmt::format("the LDAP library refuses option {:#x}", option.option),
                        "directory");
        }
    }
    Sockbuf* buffer = nullptr;
    ldap_get_option(handle, LDAP_OPT_SOCKBUF, static_cast<void*>(&buffer));
    ber_len_t most = kAnswerBytesMost;
    if (buffer == nullptr || ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most) <= 0)
        return fail(ErrorCode::internal, "the LDAP library takes no limit", "directory");
    return {};
}

/// The library does not say what was wrong with a certificate.
tl::unexpected<Error> no_tls(const Controller& controller, const Settings& settings,
                             std::string_view what, std::string_view error) {
    const std::string reason = tls_reason(controller, settings.ca_file);
    return fail(ErrorCode::unavailable,
                fmt::format("{}: {}: {}", controller.url, what, reason.empty() ? error : reason),
                "directory");
}

}  // namespace

Connection::Connection(ldap* handle, std::unique_ptr<Watch> watch)
    : handle_(handle), watch_(std::move(watch)) {}

Connection::Connection(Connection&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), watch_(std::move(other.watch_)) {}

Connection::~Connection() {
    if (handle_ == nullptr) return;
    // Before the socket is closed and its number goes to somebody else.
    watch_.reset();
    ldap_unbind_ext(handle_, nullptr, nullptr);
}

Result<Connection> Connection::open(const Controller& controller, const Settings& settings,
                                    std::chrono::milliseconds life) {
    const int socket = TRY(open_socket(controller));
    auto watch = std::make_unique<Watch>(socket, kShakeWithin);
    LDAP* handle = nullptr;
    // Always by the name of a TLS address: should the library ever connect by itself again, it
    // could not do so in the clear.
    const std::string host = controller.host.find(':') == std::string::npos
                                 ? controller.host
                                 : '[' + controller.host + ']';
    const std::string url = fmt::format("ldaps://{}:{}", host, controller.port);
    if (ldap_init_fd(socket, LDAP_PROTO_TCP, url.c_str(), &handle) != LDAP_SUCCESS) {
        watch.reset();
        ::close(socket);
        return fail(ErrorCode::unavailable, controller.url + ": no connection could be made",
                    "directory");
    }
    Connection connection(handle, std::move(watch));
    TRY(set_options(handle, settings));
    if (!controller.has_tls_at_once) {
        // The library waits for this answer with LDAP_OPT_TIMEOUT.
        if (const int code = ldap_start_tls_s(handle, nullptr, nullptr); code != LDAP_SUCCESS)
            return no_tls(controller, settings, "StartTLS", ldap_err2string(code));
    } else if (const int code = ldap_install_tls(handle); code != LDAP_SUCCESS) {
        return no_tls(controller, settings, "TLS", ldap_err2string(code));
    }
    connection.watch_ = std::make_unique<Watch>(socket, life);
    if (ldap_tls_inplace(handle) != 1)
        return fail(ErrorCode::unavailable, controller.url + ": there is no TLS", "directory");
    return connection;
}

tl::unexpected<Error> Connection::failed(std::string_view doing, int code) const {
    const std::string diagnostic = diagnostic_of(handle_);
    return fail(ErrorCode::unavailable,
                fmt::format("{}: {}{}", doing, ldap_err2string(code),
                            diagnostic.empty() ? "" : " (" + as_line(diagnostic) + ')'),
                "directory");
}

Result<BindAnswer> Connection::bind(const std::string& dn, std::string_view password) {
    if (password.empty() || dn.empty()) return BindAnswer{false, "empty_password"};
    std::string secret(password);
    berval credentials{secret.size(), secret.data()};
    int message = 0;
    int code = ldap_sasl_bind(handle_, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr,
                              &message);
    std::fill(secret.begin(), secret.end(), '\0');
    if (code != LDAP_SUCCESS) return failed("bind", code);
    timeval wait = seconds(kAnswerWithin);
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(handle_, message, LDAP_MSG_ALL, &wait, &raw);
    const Message answer(raw);
    if (type == 0) return failed("bind", LDAP_TIMEOUT);
    if (type != LDAP_RES_BIND) return failed("bind", LDAP_SERVER_DOWN);
    char* text = nullptr;
    const int parsed = ldap_parse_result(handle_, raw, &code, nullptr, &text, nullptr, nullptr, 0);
    const std::string diagnostic = text == nullptr ? "" : text;
    ldap_memfree(text);
    if (parsed != LDAP_SUCCESS) return failed("bind", parsed);
    switch (code) {
        case LDAP_SUCCESS:
            return BindAnswer{true, {}};
        case LDAP_INVALID_CREDENTIALS:
        case LDAP_NO_SUCH_OBJECT:
        case LDAP_INVALID_DN_SYNTAX:
        case LDAP_INAPPROPRIATE_AUTH:
        case LDAP_INSUFFICIENT_ACCESS:
        case LDAP_CONSTRAINT_VIOLATION:
            return BindAnswer{false, refusal_reason(diagnostic)};
        case LDAP_UNWILLING_TO_PERFORM:
            return BindAnswer{false, "refused_by_directory"};
        default:
            return failed("bind", code);
    }
}

Result<Instant> Connection::certificate_end() const {
    berval certificate{0, nullptr};
    if (ldap_get_option(handle_, LDAP_OPT_X_TLS_PEERCERT, &certificate) != LDAP_OPT_SUCCESS ||
        certificate.bv_val == nullptr) {
        return fail(ErrorCode::unavailable, "the certificate cannot be read", "directory");
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(certificate.bv_val);
    const std::unique_ptr<X509, decltype(&X509_free)> parsed(
        d2i_X509(nullptr, &bytes, static_cast<long>(certificate.bv_len)), X509_free);
    ber_memfree(certificate.bv_val);
    std::tm end{};
    if (!parsed || ASN1_TIME_to_tm(X509_get0_notAfter(parsed.get()), &end) != 1)
        return fail(ErrorCode::unavailable, "the certificate cannot be read", "directory");
    return Instant(std::chrono::seconds(::timegm(&end)));
}

}  // namespace wardlight::directory
