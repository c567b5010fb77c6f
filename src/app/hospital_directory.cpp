#include "app/hospital_directory.h"

namespace wardlight::app {

Result<std::unique_ptr<HospitalDirectory>> HospitalDirectory::start(store::Store& store,
                                                                    directory::Settings settings,
                                                                    TimeZone zone) {
    auto mapping = TRY(access::MappingFile::load(settings.mapping));
    return std::unique_ptr<HospitalDirectory>(
        new HospitalDirectory(store, std::move(settings), std::move(mapping), std::move(zone)));
}

}  // namespace wardlight::app
