#include "access/mapping_file.h"

#include <fstream>
#include <sstream>

namespace wardlight::access {

Result<GroupMapping> read_group_mapping(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in) return fail(ErrorCode::invalid, file.string() + ": cannot be read", "mapping");
    auto mapping = parse_group_mapping(text.str());
    if (mapping) return mapping;
    const Error& error = mapping.error();
    return fail(ErrorCode::invalid, file.string() + ": " + error.where + ": " + error.message,
                "mapping");
}

Result<std::unique_ptr<MappingFile>> MappingFile::load(std::filesystem::path file) {
    auto mapping = TRY(read_group_mapping(file));
    return std::unique_ptr<MappingFile>(new MappingFile(std::move(file), std::move(mapping)));
}

std::shared_ptr<const GroupMapping> MappingFile::current() const {
    const std::lock_guard lock(mutex_);
    return mapping_;
}

Result<> MappingFile::refresh() {
    auto mapping = std::make_shared<const GroupMapping>(TRY(read_group_mapping(file_)));
    const std::lock_guard lock(mutex_);
    mapping_ = std::move(mapping);
    return {};
}

}  // namespace wardlight::access
