#include "hl7v2/batch.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "hl7v2/framing.h"

namespace wardlight::hl7v2 {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

enum class Line { other, message, file_header, batch_header, batch_trailer, file_trailer };

Line kind_of(std::string_view line) {
    if (line.size() < 3 || (line.size() > 3 && is_letter_or_digit(line[3]))) return Line::other;
    const std::string_view id = line.substr(0, 3);
    // A text that says "MSH" is no header: a header has encoding characters.
    if (id == "MSH") {
        const bool is_header = line.size() > 4 && line[3] != ' ' && !is_letter_or_digit(line[4]);
        return is_header ? Line::message : Line::other;
    }
    if (id == "FHS") return Line::file_header;
    if (id == "BHS") return Line::batch_header;
    if (id == "BTS") return Line::batch_trailer;
    if (id == "FTS") return Line::file_trailer;
    return Line::other;
}

/// BTS-1 and FTS-1.
std::optional<std::size_t> count_in(std::string_view line) {
    if (line.size() < 5) return std::nullopt;
    const std::string_view rest = line.substr(4);
    const auto count = parse_integer(trim(rest.substr(0, rest.find(line[3]))));
    if (!count || *count < 0) return std::nullopt;
    return static_cast<std::size_t>(*count);
}

class Splitter {
 public:
    explicit Splitter(std::string_view bytes) : bytes_(bytes) {}

    Batch run() {
        std::size_t at = bytes_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
        while (at < bytes_.size()) {
            const std::size_t end = std::min(bytes_.find_first_of("\r\n", at), bytes_.size());
            take_line(at, end);
            at = end + 1;
        }
        end_message(bytes_.size());
        finish();
        return std::move(out_);
    }

 private:
    void take_line(std::size_t begin, std::size_t end) {
        const std::string_view line = bytes_.substr(begin, end - begin);
        const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
        const Line kind = kind_of(line.substr(indent));
        if (kind == Line::other) {
            if (!inside_ && !is_blank(line)) add_stray(begin, end);
            return;
        }
        if (kind == Line::message) {
            end_message(begin);
            if (out_.messages.size() >= kMessagesPerBatch) {
                too_many_ = true;
                add_stray(begin, end);
                return;
            }
            begin_ = begin + indent;
            inside_ = true;
            return;
        }
        end_message(begin);
        envelope(kind, line.substr(indent));
    }

    void envelope(Line kind, std::string_view line) {
        out_.has_envelope = true;
        if (kind == Line::batch_header) {
            open_batch_ = true;
            batch_begin_ = out_.messages.size();
        } else if (kind == Line::file_header) {
            open_file_ = true;
        } else if (kind == Line::batch_trailer) {
            open_batch_ = false;
            ++batches_;
            if (const auto count = count_in(line))
                mismatch_ |= *count != out_.messages.size() - batch_begin_;
            batch_begin_ = out_.messages.size();
        } else {
            CHECK_INVARIANT(kind == Line::file_trailer);
            open_file_ = false;
            if (const auto count = count_in(line)) mismatch_ |= *count != batches_;
        }
    }

    void end_message(std::size_t end) {
        if (inside_) out_.messages.push_back(bytes_.substr(begin_, end - begin_));
        inside_ = false;
    }

    void add_stray(std::size_t begin, std::size_t end) {
        if (out_.stray.empty()) stray_begin_ = begin;
        out_.stray = bytes_.substr(stray_begin_, end - stray_begin_);
    }

    void finish() {
        const auto warn_if = [&](bool condition, std::string_view code) {
            if (condition) out_.warnings.push_back(code);
        };
        if (out_.messages.empty() && !out_.has_envelope) {
            if (!is_blank(bytes_)) out_.messages.push_back(bytes_);
            out_.stray = {};
            return;
        }
        warn_if(mismatch_, "batch_count_mismatch");
        warn_if(open_batch_ || open_file_, "batch_trailer_missing");
        warn_if(!out_.stray.empty(), "text_outside_messages");
        warn_if(too_many_, "too_many_messages");
    }

    std::string_view bytes_;
    Batch out_;
    std::size_t begin_ = 0;
    std::size_t stray_begin_ = 0;
    std::size_t batch_begin_ = 0;
    std::size_t batches_ = 0;
    bool inside_ = false;
    bool open_batch_ = false;
    bool open_file_ = false;
    bool mismatch_ = false;
    bool too_many_ = false;
};

void add_messages(std::string_view bytes, MessageFile& file) {
    const Batch batch = split_messages(bytes);
    for (const std::string_view message : batch.messages) file.messages.emplace_back(message);
    for (const std::string_view warning : batch.warnings) {
        if (std::find(file.warnings.begin(), file.warnings.end(), warning) == file.warnings.end())
            file.warnings.push_back(warning);
    }
}

}  // namespace

Batch split_messages(std::string_view bytes) {
    return Splitter(bytes).run();
}

MessageFile messages_of_file(std::string_view bytes) {
    constexpr char kFrameStart = '\x0B';
    constexpr char kFrameEnd = '\x1C';
    MessageFile file;
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return file;
    if (bytes[first] != kFrameStart) {
        add_messages(bytes, file);
        return file;
    }
    Deframer deframer({.frame_bytes = std::max(bytes.size(), limits::kMllpFrameBytes),
                       .line_feed_ends_frame = true});
    std::vector<FrameEvent> events = deframer.push(bytes);
    if (auto rest = deframer.finish()) events.push_back(std::move(*rest));
    for (const FrameEvent& event : events) {
        std::string_view message = event.bytes;
        if (event.kind == FrameEvent::Kind::incomplete_dropped) {
            // A file whose last CR an editor removed is complete all the same.
            if (message.ends_with(kFrameEnd)) {
                message.remove_suffix(1);
            } else {
                file.warnings.push_back("frame_incomplete");
            }
        }
        add_messages(message, file);
    }
    return file;
}

}  // namespace wardlight::hl7v2
