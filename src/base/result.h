// Result<T>: a value or an Error. Our code never throws; a function that can fail returns one.
// An Error holds what happened and where (a path such as "Observation.value" or "PID-3"), never a
// patient's value: errors end up in logs, acknowledgements and on screens.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace wardlight {

/// What kind of failure it is. base/error_codes.h maps each to HTTP status, FHIR issue type and
/// HL7 acknowledgement code.
enum class ErrorCode {
    invalid,
    not_found,
    gone,
    conflict,
    precondition_failed,
    unauthenticated,
    forbidden,
    too_large,
    busy,
    unavailable,
    corrupt,
    internal,
};

struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string where;
};

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                std::string where = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

/// "invalid", "not_found": the name used in logs and API bodies.
[[nodiscard]] std::string_view name_of(ErrorCode code);

/// HTTP status for a code, by the one table of the project.
[[nodiscard]] int http_status(ErrorCode code);

/// FHIR IssueType code for an OperationOutcome.
[[nodiscard]] std::string_view fhir_issue_type(ErrorCode code);

/// A broken invariant stops the process: a wrong answer about a patient is worse than a pause.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace wardlight

/// Evaluates a Result; returns its error from the calling function, or yields the value.
#define TRY(expression) WARDLIGHT_TRY_NAMED(expression, WARDLIGHT_JOIN(try_result_, __COUNTER__))
#define WARDLIGHT_JOIN(a, b) WARDLIGHT_JOIN_NOW(a, b)
#define WARDLIGHT_JOIN_NOW(a, b) a##b
#define WARDLIGHT_TRY_NAMED(expression, name)                        \
    ({                                                               \
        auto&& name = (expression);                                  \
        if (!name) return ::tl::unexpected(std::move(name).error()); \
        ::wardlight::detail::take(std::move(name));                  \
    })

#define CHECK_INVARIANT(condition)                                                   \
    do {                                                                             \
        if (!(condition)) ::wardlight::check_failed(#condition, __FILE__, __LINE__); \
    } while (false)

namespace wardlight::detail {
template <class T>
T take(tl::expected<T, Error>&& result) {
    return std::move(*result);
}
inline void take(tl::expected<void, Error>&&) {}
}  // namespace wardlight::detail
