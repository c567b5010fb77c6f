// Connection::search(): what comes is counted while it comes, so that a server that gives entries
// without an end fills no memory.
#include <ldap.h>

#include "base/text.h"
#include "directory/connection.h"

namespace wardlight::directory {
namespace {

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct FreeValues {
    void operator()(berval** values) const { ldap_value_free_len(values); }
};

Entry read_entry(LDAP* handle, LDAPMessage* message) {
    Entry entry;
    char* dn = ldap_get_dn(handle, message);
    if (dn != nullptr) entry.dn = dn;
    ldap_memfree(dn);
    BerElement* rest = nullptr;
    for (char* name = ldap_first_attribute(handle, message, &rest); name != nullptr;
         name = ldap_next_attribute(handle, message, rest)) {
        auto& values = entry.values[ascii_lower(name)];
        const std::unique_ptr<berval*, FreeValues> read(ldap_get_values_len(handle, message, name));
        for (berval** value = read.get(); value != nullptr && *value != nullptr; ++value)
            values.emplace_back((*value)->bv_val, (*value)->bv_len);
        ldap_memfree(name);
    }
    ber_free(rest, 0);
    return entry;
}

/// What is wrong is what was asked, not the controller: nobody else need be asked.
bool is_about_the_question(int code) {
    return code == LDAP_INVALID_SYNTAX || code == LDAP_FILTER_ERROR ||
           code == LDAP_UNDEFINED_TYPE || code == LDAP_INAPPROPRIATE_MATCHING;
}

}  // namespace

std::string_view Entry::first(std::string_view attribute) const {
    const auto& found = all(attribute);
    return found.empty() ? std::string_view() : std::string_view(found.front());
}

const std::vector<std::string>& Entry::all(std::string_view attribute) const {
    static const std::vector<std::string> kNone;
    const auto found = values.find(ascii_lower(attribute));
    return found == values.end() ? kNone : found->second;
}

Result<int> Connection::send_search(const Search& search, const std::string& cookie) {
    LDAPControl* page = nullptr;
    std::string sent = cookie;
    berval position{sent.size(), sent.data()};
    if (search.is_paged &&
        ldap_create_page_control(handle_, kPageSize, &position, 0, &page) != LDAP_SUCCESS) {
        return failed("search", LDAP_NO_MEMORY);
    }
    const std::unique_ptr<LDAPControl, decltype(&ldap_control_free)> owned(page, ldap_control_free);
    LDAPControl* controls[] = {page, nullptr};
    std::vector<char*> attributes;
    for (const std::string& name : search.attributes)
        attributes.push_back(const_cast<char*>(name.c_str()));
    attributes.push_back(nullptr);
    int message = 0;
    const int code = ldap_search_ext(
        handle_, search.base.c_str(), LDAP_SCOPE_SUBTREE, search.filter.c_str(), attributes.data(),
        0, search.is_paged ? controls : nullptr, nullptr, nullptr, search.most, &message);
    if (is_about_the_question(code))
        return fail(ErrorCode::invalid, ldap_err2string(code), "directory");
    if (code != LDAP_SUCCESS) return failed("search", code);
    return message;
}

/// The place of the next page; empty after the last.
Result<std::string> Connection::read_end(ldapmsg* end) {
    LDAPControl** given = nullptr;
    int code = 0;
    const int parsed = ldap_parse_result(handle_, end, &code, nullptr, nullptr, nullptr, &given, 0);
    const std::unique_ptr<LDAPControl*, decltype(&ldap_controls_free)> all(given,
                                                                           ldap_controls_free);
    if (parsed != LDAP_SUCCESS) return failed("search", parsed);
    if (code == LDAP_SIZELIMIT_EXCEEDED)
        return fail(ErrorCode::too_large, "the directory gives no more entries", "directory");
    if (is_about_the_question(code))
        return fail(ErrorCode::invalid, ldap_err2string(code), "directory");
    if (code != LDAP_SUCCESS) return failed("search", code);
    LDAPControl* next = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, given, nullptr);
    if (next == nullptr) return std::string();
    ber_int_t estimate = 0;
    berval more{0, nullptr};
    if (ldap_parse_pageresponse_control(handle_, next, &estimate, &more) != LDAP_SUCCESS)
        return failed("search", LDAP_DECODING_ERROR);
    std::string place(more.bv_val == nullptr ? "" : more.bv_val, more.bv_len);
    ber_memfree(more.bv_val);
    return place;
}

Result<std::string> Connection::search_page(const Search& search, const std::string& cookie,
                                            std::vector<Entry>& entries) {
    const int message = TRY(send_search(search, cookie));
    const int most = search.is_paged ? kPageSize : search.most;
    for (int count = 0;;) {
        timeval wait{std::chrono::seconds(kAnswerWithin).count(), 0};
        LDAPMessage* raw = nullptr;
        const int type = ldap_result(handle_, message, LDAP_MSG_ONE, &wait, &raw);
        const Message answer(raw);
        switch (type) {
            case 0:
                return failed("search", LDAP_TIMEOUT);
            case LDAP_RES_SEARCH_ENTRY:
                if (++count > most) {
                    return fail(ErrorCode::too_large,
                                "the directory gives more entries than were asked for",
                                "directory");
                }
                entries.push_back(read_entry(handle_, raw));
                break;
            case LDAP_RES_SEARCH_REFERENCE:  // to another server, which is not ours to ask
            case LDAP_RES_INTERMEDIATE:
                break;
            case LDAP_RES_SEARCH_RESULT:
                return read_end(raw);
            default:
                return failed("search", LDAP_SERVER_DOWN);
        }
    }
}

Result<std::vector<Entry>> Connection::search(const Search& search) {
    std::vector<Entry> entries;
    std::string cookie;
    for (std::size_t page = 0; page < kPagesMost; ++page) {
        cookie = TRY(search_page(search, cookie, entries));
        if (cookie.empty()) return entries;
    }
    return fail(ErrorCode::too_large, "the directory gives pages without an end", "directory");
}

}  // namespace wardlight::directory
