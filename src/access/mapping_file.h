// The mapping in force, from its file. The file may be changed while the server runs: a right one
// takes effect with the next round, a wrong one changes nothing. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "access/group_mapping.h"

namespace wardlight::access {

/// `invalid` names the file and the line.
[[nodiscard]] Result<GroupMapping> read_group_mapping(const std::filesystem::path& file);

class MappingFile {
 public:
    static Result<std::unique_ptr<MappingFile>> load(std::filesystem::path file);

    [[nodiscard]] std::shared_ptr<const GroupMapping> current() const;
    /// Reads the file again; when it is wrong the one before stays.
    Result<> refresh();

 private:
    MappingFile(std::filesystem::path file, GroupMapping mapping)
        : file_(std::move(file)),
          mapping_(std::make_shared<const GroupMapping>(std::move(mapping))) {}

    std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::shared_ptr<const GroupMapping> mapping_;
};

}  // namespace wardlight::access
