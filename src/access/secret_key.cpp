#include "access/secret_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace wardlight::access {
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

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Result<std::string> read_key(int fd, const std::filesystem::path& path) {
    struct stat status{};
    if (::fstat(fd, &status) != 0 || (status.st_mode & 077) != 0) {
        return fail(ErrorCode::invalid,
                    "the key file may be readable by its owner only (mode 0600)", path.string());
    }
    std::string key(crypto_secretbox_KEYBYTES + 1, '\0');
    const long length = ::read(fd, key.data(), key.size());
    if (length != static_cast<long>(crypto_secretbox_KEYBYTES)) {
        return fail(ErrorCode::corrupt, "the key file does not have the right length",
                    path.string());
    }
    key.resize(crypto_secretbox_KEYBYTES);
    return key;
}

}  // namespace

Result<SecretKey> SecretKey::load_or_create(const std::filesystem::path& path) {
    if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
    const File existing(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (existing.get() >= 0) return SecretKey(TRY(read_key(existing.get(), path)));

    std::string key(crypto_secretbox_KEYBYTES, '\0');
    randombytes_buf(key.data(), key.size());
    const File made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made.get() < 0 ||
        ::write(made.get(), key.data(), key.size()) != static_cast<long>(key.size()) ||
        ::fsync(made.get()) != 0) {
        return fail(ErrorCode::unavailable, "cannot write the key file", path.string());
    }
    return SecretKey(std::move(key));
}

std::string SecretKey::seal(std::string_view plain) const {
    std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size(),
                       '\0');
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(bytes_of(sealed) + crypto_secretbox_NONCEBYTES, bytes_of(plain),
                          plain.size(), bytes_of(sealed), bytes_of(std::string_view(bytes_)));
    return sealed;
}

Result<std::string> SecretKey::open(std::string_view sealed) const {
    constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (sealed.size() < kOverhead) return fail(ErrorCode::corrupt, "a sealed secret is too short");
    std::string plain(sealed.size() - kOverhead, '\0');
    const std::string_view box = sealed.substr(crypto_secretbox_NONCEBYTES);
    if (crypto_secretbox_open_easy(bytes_of(plain), bytes_of(box), box.size(), bytes_of(sealed),
                                   bytes_of(std::string_view(bytes_))) != 0) {
        return fail(ErrorCode::corrupt, "a sealed secret does not open with this key");
    }
    return plain;
}

}  // namespace wardlight::access
