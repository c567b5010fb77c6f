#include "load/disk_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <memory>

#include "load/run_options.h"

namespace wardlight::load {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kPages = 256;

struct DiskOptions {
    std::string folder = ".";
    std::size_t rounds = 2'000;
};

struct File {
    explicit File(std::filesystem::path at)
        : path(std::move(at)), descriptor(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {}
    ~File() {
        close(descriptor);
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::filesystem::path path;
    int descriptor;
};

bool write_page(int file, std::size_t page) {
    std::array<char, kPageBytes> bytes{};
    bytes.fill(static_cast<char>(page));
    const auto offset = static_cast<off_t>(page % kPages * kPageBytes);
    return pwrite(file, bytes.data(), bytes.size(), offset) == static_cast<ssize_t>(bytes.size());
}

Result<> run(const DiskOptions& options) {
    const File file(std::filesystem::path(options.folder) / "disk-sync.tmp");
    // Written once before, so that only data and no file size has to reach the disk.
    for (std::size_t page = 0; page < kPages; ++page) {
        if (!write_page(file.descriptor, page))
            return fail(ErrorCode::unavailable, "cannot write to the folder");
    }
    (void)fsync(file.descriptor);
    Samples samples;
    for (std::size_t round = 0; round < options.rounds; ++round) {
        const auto before = std::chrono::steady_clock::now();
        if (!write_page(file.descriptor, round) || fdatasync(file.descriptor) != 0)
            return fail(ErrorCode::unavailable, "cannot sync");
        samples.add(std::chrono::steady_clock::now() - before);
    }
    Figures figures;
    figures.set_latencies(samples);
    figures.print();
    return {};
}

}  // namespace

void add_disk_sync_command(CLI::App& app) {
    auto options = std::make_shared<DiskOptions>();
    CLI::App* command =
        app.add_subcommand("fsync", "A page of 4096 bytes written and brought to disk, repeatedly");
    command->add_option("--folder", options->folder, "On the disk to be measured");
    command->add_option("--rounds", options->rounds);
    command->callback([options] { run_command([&] { return run(*options); }); });
}

}  // namespace wardlight::load
