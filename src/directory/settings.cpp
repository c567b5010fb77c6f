#include "directory/settings.h"

#include <ldap.h>

#include <memory>

#include "directory/values.h"

namespace wardlight::directory {
namespace {

constexpr std::size_t kControllersMost = 16;

tl::unexpected<Error> refuse(const std::string& setting, const std::string& what) {
    return fail(ErrorCode::invalid, "[directory] " + setting + " " + what, setting);
}

void put(std::string& setting, const char* usual) {
    if (setting.empty()) setting = usual;
}

void put_usual(Settings& settings) {
    if (settings.dialect == Dialect::active_directory) {
        put(settings.filter, "(&(objectCategory=person)(objectClass=user)(sAMAccountName={user}))");
        put(settings.id_attribute, "objectGUID");
        put(settings.user_attribute, "sAMAccountName");
        put(settings.name_attribute, "displayName");
    } else {
        put(settings.filter, "(&(objectClass=inetOrgPerson)(uid={user}))");
        put(settings.id_attribute, "entryUUID");
        put(settings.user_attribute, "uid");
        put(settings.name_attribute, "cn");
    }
    if (settings.group_base.empty()) settings.group_base = settings.base;
}

Result<> check_controllers(const Settings& settings) {
    if (settings.urls.empty() || settings.urls.size() > kControllersMost)
        return refuse("urls", "names 1 to 16 controllers");
    for (const std::string& url : settings.urls) {
        const Controller controller = TRY(parse_controller(url));
        if (!controller.has_tls_at_once && !settings.uses_start_tls) {
            return refuse("urls", url +
                                      " would send passwords in the clear: use ldaps:// or set "
                                      "start_tls = true");
        }
    }
    return {};
}

}  // namespace

Result<Controller> parse_controller(const std::string& url) {
    constexpr int kPortLdap = 389;
    constexpr int kPortLdaps = 636;
    constexpr int kPortMost = 65'535;
    LDAPURLDesc* raw = nullptr;
    if (ldap_url_parse(url.c_str(), &raw) != LDAP_URL_SUCCESS)
        return refuse("urls", url + " is not ldaps://HOST or ldap://HOST");
    const std::unique_ptr<LDAPURLDesc, decltype(&ldap_free_urldesc)> parts(raw, ldap_free_urldesc);
    const std::string scheme = parts->lud_scheme == nullptr ? "" : parts->lud_scheme;
    const bool has_more = (parts->lud_dn != nullptr && *parts->lud_dn != '\0') ||
                          parts->lud_attrs != nullptr || parts->lud_filter != nullptr ||
                          parts->lud_exts != nullptr || parts->lud_next != nullptr;
    if ((scheme != "ldap" && scheme != "ldaps") || has_more || parts->lud_host == nullptr ||
        *parts->lud_host == '\0' || parts->lud_port < 0 || parts->lud_port > kPortMost) {
        return refuse("urls", url + " is not ldaps://HOST or ldap://HOST, with :PORT perhaps");
    }
    Controller controller;
    controller.url = url;
    controller.host = parts->lud_host;
    controller.has_tls_at_once = scheme == "ldaps";
    const int usual = controller.has_tls_at_once ? kPortLdaps : kPortLdap;
    controller.port = static_cast<std::uint16_t>(parts->lud_port == 0 ? usual : parts->lud_port);
    return controller;
}

Result<> complete(Settings& settings) {
    TRY(check_controllers(settings));
    if (settings.ca_file.empty())
        return refuse("ca_file", "is needed: a controller that proves nothing is not asked");
    if (settings.mapping.empty())
        return refuse("mapping", "is needed: which group gives which rights");
    if (settings.bind_dn.empty() || settings.bind_password_file.empty())
        return refuse("bind_dn", "and bind_password_file are needed");
    if (settings.base.empty() || !normal_name(settings.base))
        return refuse("base", "is a name such as dc=hospital,dc=example");
    if (!settings.group_base.empty() && !normal_name(settings.group_base))
        return refuse("group_base", "is a name such as ou=groups,dc=hospital,dc=example");
    put_usual(settings);
    if (settings.filter.find(kUserPlace) == std::string::npos)
        return refuse("filter", "has {user} where the user name goes");
    return {};
}

}  // namespace wardlight::directory
