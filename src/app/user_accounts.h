// What `wardlight user` does, apart from the command line: each change in one transaction together
// with its audit entry.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "access/password.h"
#include "app/data_folder.h"

namespace wardlight::app {

struct UserToAdd {
    std::string user;
    std::string name;
    std::string role;  ///< code
    std::vector<std::string> wards;
    std::vector<std::string> teams;
    std::string practitioner;
    std::string password;
    bool with_code = false;
};

/// Returns the address that an authenticator app reads when `with_code` is set, else empty.
Result<std::string> add_user(store::Store& store, const DataFolder& folder, const UserToAdd& user,
                             access::PasswordCost cost = access::kPasswordCost);
Result<> change_password(store::Store& store, const std::string& user, const std::string& password,
                         access::PasswordCost cost = access::kPasswordCost);
Result<> set_user_disabled(store::Store& store, const std::string& user, bool is_disabled);
/// One line per account, tab-separated.
Result<> list_users(store::Store& store, std::ostream& out);

}  // namespace wardlight::app
