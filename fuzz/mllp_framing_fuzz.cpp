// The same bytes in one piece and in many give the same events, and no byte is lost or held for
// ever.
#include <cstdint>
#include <cstdlib>

#include "hl7v2/framing.h"

using namespace wardlight::hl7v2;

namespace {

constexpr std::size_t kFrameBytes = 64;  // small, so that the limit is reached

void must(bool holds) {
    if (!holds) std::abort();
}

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
    if (size == 0) return 0;
    const Deframer::Options options{.frame_bytes = kFrameBytes,
                                    .line_feed_ends_frame = (data[0] & 1) != 0};
    const std::size_t step = 1 + (data[0] >> 1) % 7;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

    Told whole;
    Deframer at_once(options);
    whole.add(at_once.push(bytes));
    whole.finish(at_once);

    Told pieces;
    Deframer in_pieces(options);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        pieces.add(in_pieces.push(bytes.substr(at, step)));
        must(in_pieces.bytes_held() <= kFrameBytes);
    }
    pieces.finish(in_pieces);

    must(whole.text == pieces.text && whole.junk == pieces.junk);
    must(Deframer().push(frame("x")).size() == 1);
    return 0;
}
