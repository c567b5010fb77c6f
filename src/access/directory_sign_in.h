// Signing in with the hospital's directory: the password is proved there, the account here follows
// what the directory says and is made at the first time. The password is kept nowhere.
// Thread-safe. Waits for the directory: threads for slow work only.
#pragma once

#include <optional>
#include <string_view>

#include "access/accounts.h"
#include "access/mapping_file.h"
#include "directory/directory.h"
#include "store/store.h"

namespace wardlight::access {

/// The reason when no controller answered: nothing is known of the password.
inline constexpr std::string_view kDirectoryUnreachable = "directory_unreachable";
/// The reason when the password was right there.
inline constexpr std::string_view kByDirectory = "directory";

struct DirectoryVerdict {
    bool is_right = false;
    std::string_view reason;                 ///< for the audit log
    AccountId account;                       ///< empty: none here
    std::optional<Credentials> credentials;  ///< when right
};

class DirectorySignIn {
 public:
    /// All must outlive this.
    DirectorySignIn(store::Store& store, const directory::Directory& directory,
                    const MappingFile& mapping, const TimeZone& zone)
        : store_(store), directory_(directory), mapping_(mapping), zone_(zone) {}

    /// Errors are those of the store; that the directory cannot be asked is a verdict.
    [[nodiscard]] Result<DirectoryVerdict> check(std::string_view user,
                                                 std::string_view password) const;
    /// As long as a check that fails, to no purpose.
    void spend(std::string_view user) const { directory_.spend(user); }

 private:
    Result<DirectoryVerdict> admit(const directory::Person& person) const;
    Result<DirectoryVerdict> follow(store::WriteTransaction& tx, const directory::Person& person,
                                    const MappedRights& mapped) const;

    store::Store& store_;
    const directory::Directory& directory_;
    const MappingFile& mapping_;
    const TimeZone& zone_;
};

}  // namespace wardlight::access
