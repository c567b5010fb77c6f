#include "net/security_headers.h"

namespace wardlight::net {

std::string security_headers(bool over_tls) {
    std::string text = "Content-Security-Policy: ";
    text += kContentSecurityPolicy;
    text +=
        "\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: no-referrer\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n"
        "Permissions-Policy: camera=(self), microphone=(), geolocation=(), payment=(), usb=(), "
        "interest-cohort=()\r\n";
    if (over_tls) text += "Strict-Transport-Security: max-age=31536000\r\n";
    return text;
}

}  // namespace wardlight::net
