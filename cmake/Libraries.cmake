# Every library is a Debian 12 package; docs/dependencies.md gives the reason for each.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n data)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(LDAP REQUIRED IMPORTED_TARGET ldap lber)
pkg_check_modules(OATH REQUIRED IMPORTED_TARGET liboath)
find_path(DOCTEST_INCLUDE doctest/doctest.h REQUIRED)

# Debian installs Boost 1.81 beside the default 1.74 at the same include path only as one of them;
# Asio and Beast are header-only, so the headers are all that is needed.
find_path(BOOST_INCLUDE boost/asio/any_completion_handler.hpp REQUIRED)

# date: IANA zones read from the system's tzdata, never downloaded.
find_library(DATE_TZ date-tz REQUIRED)

add_library(wardlight_doctest INTERFACE)
target_include_directories(wardlight_doctest INTERFACE ${DOCTEST_INCLUDE})
