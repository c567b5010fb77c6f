// The hospital's directory in a running server: asked at sign-in, and every few seconds about the
// people who have an account. Nothing of it stands when none is configured.
#pragma once

#include <memory>

#include "access/directory_sign_in.h"
#include "access/directory_sync.h"
#include "directory/directory.h"

namespace wardlight::app {

class HospitalDirectory {
 public:
    /// `settings` as directory::complete() left them; `store` must outlive this. `invalid` for a
    /// wrong mapping. Does not wait for a controller: the server starts without one.
    static Result<std::unique_ptr<HospitalDirectory>> start(store::Store& store,
                                                            directory::Settings settings,
                                                            TimeZone zone);

    [[nodiscard]] const access::DirectorySignIn& sign_in() const { return sign_in_; }

 private:
    HospitalDirectory(store::Store& store, directory::Settings settings,
                      std::unique_ptr<access::MappingFile> mapping, TimeZone zone)
        : zone_(std::move(zone)),
          mapping_(std::move(mapping)),
          directory_(std::move(settings), store.clock()),
          sign_in_(store, directory_, *mapping_, zone_),
          sync_(store, directory_, *mapping_, zone_) {}

    TimeZone zone_;
    std::unique_ptr<access::MappingFile> mapping_;
    directory::Directory directory_;
    access::DirectorySignIn sign_in_;
    access::DirectorySync sync_;
};

}  // namespace wardlight::app
