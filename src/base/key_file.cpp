#include "base/key_file.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wardlight {
namespace {

class File {
 public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return fd_; }

 private:
    int fd_;
};

Result<std::string> read_key(int fd, const std::filesystem::path& path, std::size_t length) {
    struct stat status{};
    if (::fstat(fd, &status) != 0 || (status.st_mode & 077) != 0) {
        return fail(ErrorCode::invalid,
                    "the key file may be readable by its owner only (mode 0600)", path.string());
    }
    std::string key(length + 1, '\0');
    if (::read(fd, key.data(), key.size()) != static_cast<long>(length)) {
        return fail(ErrorCode::corrupt, "the key file does not have the right length",
                    path.string());
    }
    key.resize(length);
    return key;
}

}  // namespace

Result<std::string> load_or_create_key(const std::filesystem::path& path, std::size_t length) {
    const File existing(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (existing.get() >= 0) return read_key(existing.get(), path, length);

    std::string key(length, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(length)) != 1)
        return fail(ErrorCode::internal, "no random bytes for a key");
    const File made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made.get() < 0 ||
        ::write(made.get(), key.data(), key.size()) != static_cast<long>(key.size()) ||
        ::fsync(made.get()) != 0) {
        return fail(ErrorCode::unavailable, "cannot write the key file", path.string());
    }
    return key;
}

}  // namespace wardlight
