// One connection to one controller, over TLS with a proven certificate and never without.
// OpenLDAP's client library does the protocol; the socket is opened here, so that every wait has an
// end: a watch closes it when the whole exchange takes too long, whatever the other side does.
// Blocks; belongs to one thread. Not used again after an error.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "directory/settings.h"
#include "directory/watch.h"

struct ldap;
struct ldapmsg;

namespace wardlight::directory {

using namespace std::chrono_literals;

inline constexpr auto kConnectWithin = 2s;
inline constexpr auto kShakeWithin = 3s;  // TLS
inline constexpr auto kAnswerWithin = 3s;
/// The whole life of a connection for one person, and of one that reads many.
inline constexpr auto kPersonWithin = 8s;
inline constexpr auto kPeopleWithin = 60s;
inline constexpr int kPageSize = 1'000;
inline constexpr std::size_t kPagesMost = 500;
inline constexpr std::size_t kAnswerBytesMost = 16U << 20;  // of one message

/// An entry of an answer; attribute names in lower case.
struct Entry {
    std::string dn;
    std::map<std::string, std::vector<std::string>, std::less<>> values;

    /// Empty when it has none.
    [[nodiscard]] std::string_view first(std::string_view attribute) const;
    [[nodiscard]] const std::vector<std::string>& all(std::string_view attribute) const;
};

struct Search {
    std::string base;
    std::string filter;
    std::vector<std::string> attributes;
    bool is_paged = false;
    int most = 0;  ///< entries, of a search without pages
};

struct BindAnswer {
    bool is_accepted = false;
    std::string_view reason;  ///< when it is not: a code of the audit log
};

class Connection {
 public:
    /// `unavailable`, with the reason for an administrator, when it cannot be reached or proves
    /// nothing.
    static Result<Connection> open(const Controller& controller, const Settings& settings,
                                   std::chrono::milliseconds life);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) = delete;
    ~Connection();

    /// Proves a password. An empty one is refused before: servers take a name without a password
    /// as nobody's sign-in and say yes (RFC 4513, 5.1.2).
    Result<BindAnswer> bind(const std::string& dn, std::string_view password);
    /// `too_large` when there are more entries than `most` or than the pages may be.
    Result<std::vector<Entry>> search(const Search& search);
    /// When the controller's certificate ends.
    [[nodiscard]] Result<Instant> certificate_end() const;

 private:
    Connection(ldap* handle, std::unique_ptr<Watch> watch);
    Result<> start_tls(const Controller& controller);
    Result<int> send_search(const Search& search, const std::string& cookie);
    Result<std::string> read_end(ldapmsg* end);
    Result<std::string> search_page(const Search& search, const std::string& cookie,
                                    std::vector<Entry>& entries);
    [[nodiscard]] tl::unexpected<Error> failed(std::string_view doing, int code) const;

    ldap* handle_;
    std::unique_ptr<Watch> watch_;
};

}  // namespace wardlight::directory
