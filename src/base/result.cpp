#include "base/result.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace wardlight {
namespace {

struct CodeRow {
    ErrorCode code;
    std::string_view name;
    int http;
    std::string_view issue;
};

constexpr std::array kCodes{
    CodeRow{ErrorCode::invalid, "invalid", 400, "invalid"},
    CodeRow{ErrorCode::not_found, "not_found", 404, "not-found"},
    CodeRow{ErrorCode::gone, "gone", 410, "deleted"},
    CodeRow{ErrorCode::conflict, "conflict", 409, "conflict"},
    CodeRow{ErrorCode::precondition_failed, "precondition_failed", 412, "conflict"},
    CodeRow{ErrorCode::unauthenticated, "unauthenticated", 401, "login"},
    CodeRow{ErrorCode::forbidden, "forbidden", 403, "forbidden"},
    CodeRow{ErrorCode::too_large, "too_large", 413, "too-long"},
    CodeRow{ErrorCode::busy, "busy", 503, "throttled"},
    CodeRow{ErrorCode::unavailable, "unavailable", 503, "transient"},
    CodeRow{ErrorCode::corrupt, "corrupt", 500, "exception"},
    CodeRow{ErrorCode::internal, "internal", 500, "exception"},
};

const CodeRow& row(ErrorCode code) {
    for (const CodeRow& candidate : kCodes) {
        if (candidate.code == code) return candidate;
    }
    return kCodes.back();
}

}  // namespace

std::string_view name_of(ErrorCode code) {
    return row(code).name;
}
int http_status(ErrorCode code) {
    return row(code).http;
}
std::string_view fhir_issue_type(ErrorCode code) {
    return row(code).issue;
}

void check_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr,
                 "{\"level\":\"critical\",\"message\":\"invariant "
                 "broken\",\"check\":\"%s\",\"at\":\"%s:%d\"}\n",
                 expression, file, line);
    std::abort();
}

}  // namespace wardlight
