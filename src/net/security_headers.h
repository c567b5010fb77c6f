// The headers every response carries, so that a mistake in a page cannot become a break-in.
// Sources: OWASP Secure Headers; CSP Level 3; Trusted Types.
#pragma once

#include <string>
#include <string_view>

namespace wardlight::net {

/// No inline script or style, nothing from elsewhere, no frames, no string becomes markup.
/// 'wasm-unsafe-eval' lets the clinical rules run as WebAssembly and allows no JavaScript eval.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types wardlight";

/// All of them as they go over the wire, each ended by CRLF. HSTS only over TLS (RFC 6797, 7.2).
[[nodiscard]] std::string security_headers(bool over_tls);

}  // namespace wardlight::net
