#include "app/web_folder.h"

namespace wardlight::app {

namespace fs = std::filesystem;

fs::path web_folder(const Configuration& configuration) {
    if (!configuration.web.empty()) return configuration.web;
    std::error_code unreadable;
    const fs::path program = fs::read_symlink("/proc/self/exe", unreadable).parent_path();
    // build/<preset>/src/app/wardlight
    for (const char* place : {"web", "../share/wardlight/web", "../../../../web/dist"}) {
        const fs::path folder = program / place;
        if (fs::is_regular_file(folder / "index.html", unreadable))
            return folder.lexically_normal();
    }
    return {};
}

}  // namespace wardlight::app
