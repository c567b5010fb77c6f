// Makes a compression dictionary for stored resources out of a store that holds simulated ones, and
// writes it as C++ (src/store/generated). A dictionary contains pieces of what it was trained on:
// never train it on a real hospital's data. Once released it may never change; a better one gets
// the next number.
//   train_dictionary DATA_FOLDER > src/store/generated/dictionary_1.cpp
#include <fmt/format.h>
#include <zdict.h>

#include <cstdio>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "store/body.h"

namespace wardlight {
namespace {

constexpr std::size_t kDictionaryBytes = 16U << 10;
constexpr std::size_t kSamplesPerType = 1'500;

struct Samples {
    std::string bytes;
    std::vector<std::size_t> sizes;
};

Result<Samples> read_samples(store::Snapshot& snapshot) {
    Samples samples;
    auto rows = TRY(snapshot.sql().query(
        "SELECT body FROM (SELECT body, ROW_NUMBER() OVER (PARTITION BY type ORDER BY id) AS n "
        "FROM resource WHERE operation <> 2) WHERE n <= $1",
        static_cast<std::int64_t>(kSamplesPerType)));
    while (TRY(rows.next())) {
        const std::string text = TRY(store::unpack_content(rows.text(0)));
        samples.bytes += text;
        samples.sizes.push_back(text.size());
    }
    return samples;
}

void write_source(const std::string& dictionary) {
    fmt::print(
        "// Made by train_dictionary from resources of a simulated hospital: nobody in it is "
        "real.\n#include \"store/dictionary.h\"\n\nnamespace wardlight::store {{\n\n"
        "const std::array<unsigned char, kDictionary1Bytes> kDictionary1{{\n");
    for (std::size_t i = 0; i < dictionary.size(); ++i) {
        fmt::print("{},{}", static_cast<unsigned char>(dictionary[i]), i % 64 == 63 ? "\n" : "");
    }
    fmt::print("\n}};\n\n}}  // namespace wardlight::store\n");
}

Result<> train(const char* folder) {
    const SystemClock clock;
    const auto store = TRY(app::open_store(app::DataFolder{folder}, clock));
    auto snapshot = TRY(store->read());
    const Samples samples = TRY(read_samples(snapshot));
    std::string dictionary(kDictionaryBytes, '\0');
    const std::size_t size =
        ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.bytes.data(),
                              samples.sizes.data(), static_cast<unsigned>(samples.sizes.size()));
    if (ZDICT_isError(size)) return fail(ErrorCode::invalid, ZDICT_getErrorName(size));
    dictionary.resize(size);
    fmt::print(stderr, "{} resources, {} bytes, dictionary of {} bytes\n", samples.sizes.size(),
               samples.bytes.size(), size);
    write_source(dictionary);
    return {};
}

}  // namespace
}  // namespace wardlight

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: train_dictionary DATA_FOLDER\n");
        return 2;
    }
    const auto trained = wardlight::train(arguments[1]);
    if (!trained) fmt::print(stderr, "{}\n", trained.error().message);
    return trained ? 0 : 1;
}
