// The same bytes in one piece and in many give the same events, and no byte is lost or held for
// ever.
#include "hl7v2/framing.h"
#include "property.h"

using namespace wardlight::hl7v2;
using namespace wardlight::fuzz;

namespace {

constexpr std::size_t kFrameBytes = 64;  // small, so that the limit is reached

struct Told {
    std::string text;
    std::size_t junk = 0;

    void add(const std::vector<FrameEvent>& events) {
        for (const FrameEvent& event : events) {
            if (event.kind == FrameEvent::Kind::junk_skipped) {
                junk += event.count;
                continue;
            }
            must(event.bytes.size() <= kFrameBytes + 1);
            text += std::to_string(static_cast<int>(event.kind)) + ":" + event.bytes + ";";
        }
    }
    void finish(Deframer& deframer) {
        if (auto rest = deframer.finish()) add({std::move(*rest)});
        must(deframer.bytes_held() == 0);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::uint8_t seed = input.byte();
    const Deframer::Options options{.frame_bytes = kFrameBytes,
                                    .line_feed_ends_frame = (seed & 1) != 0};

    Told whole;
    Deframer at_once(options);
    whole.add(at_once.push(input.rest()));
    whole.finish(at_once);

    Told told;
    Deframer in_pieces(options);
    Pieces pieces(seed);
    for (std::string_view bytes = input.rest(); !bytes.empty();) {
        const std::size_t step = std::min(pieces.next(), bytes.size());
        told.add(in_pieces.push(bytes.substr(0, step)));
        bytes.remove_prefix(step);
        must(in_pieces.bytes_held() <= kFrameBytes);
    }
    told.finish(in_pieces);

    must(whole.text == told.text && whole.junk == told.junk);
    must(Deframer().push(frame("x")).size() == 1);
    return 0;
}
