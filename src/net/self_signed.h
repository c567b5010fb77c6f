// Makes certificates: the demo's throw-away one, and those the tests need. EC P-256, SHA-256.
// A hospital uses a certificate of its own authority instead.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace wardlight::net {

struct CertificatePair {
    std::string certificate_pem;
    std::string key_pem;
};

struct CertificateRequest {
    std::string common_name;
    std::vector<std::string> names;  ///< DNS names and IP addresses it is valid for
    bool is_authority = false;       ///< may sign others
    int valid_days = 30;
};

/// Signed by `issuer`, or by itself without one.
[[nodiscard]] Result<CertificatePair> make_certificate(const CertificateRequest& request,
                                                       const CertificatePair* issuer = nullptr);

/// Paths of `certificate.pem` and `key.pem` in `folder`; makes both (key mode 0600), valid for
/// localhost, 127.0.0.1, ::1 and `names`, when they are missing or end within a day.
struct CertificateFiles {
    std::string certificate_file;
    std::string key_file;
    bool is_new;
};
[[nodiscard]] Result<CertificateFiles> ensure_self_signed(const std::string& folder,
                                                          const std::vector<std::string>& names);

}  // namespace wardlight::net
