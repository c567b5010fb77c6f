// A lossless view of one HL7 v2 message. The message owns its text; segments, fields, repetitions
// and components are small values that look into it and stay valid while the Message lives, also
// when it is moved. One pass over the text finds segments and fields; everything deeper is split
// when asked.
//
// Reading is liberal, keeping is exact: raw() is always the very text that came in.
// Immutable after parse(), so any number of threads may read it.
// Source: HL7 v2.9 chapter 2.5-2.7; the defects of public parsers this avoids are in the tests.
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace wardlight::hl7v2 {

inline constexpr std::size_t kMessageBytes = wardlight::limits::kMllpFrameBytes;
inline constexpr std::size_t kSegmentsPerMessage = 200'000;
inline constexpr std::size_t kFieldsPerMessage = 4'000'000;
inline constexpr std::size_t kRepetitionsPerField = 10'000;

/// The characters of MSH-1 and MSH-2. '\0' means the message has none: it never matches.
struct Delimiters {
    char field = '|';
    char component = '^';
    char repetition = '~';
    char escape = '\\';
    char subcomponent = '&';
    char truncation = '\0';
};

/// Text of a component, read liberally: a composite where a primitive was expected gives its first
/// sub-component. The two characters "" (delete the value) read as empty text; see is_null().
class Component {
 public:
    Component() = default;
    Component(std::string_view raw, const Delimiters* delimiters)
        : raw_(raw), delimiters_(delimiters) {}

    [[nodiscard]] std::string_view raw() const { return raw_; }
    /// The unescaped value; of the first sub-component when there are several.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::size_t subcomponents() const;
    /// Unescaped; `n` counts from 1; empty when absent.
    [[nodiscard]] std::string subcomponent(std::size_t n) const;
    /// True when there is nothing but separators.
    [[nodiscard]] bool empty() const;
    [[nodiscard]] bool is_null() const { return raw_ == "\"\""; }

 private:
    std::string_view raw_;
    const Delimiters* delimiters_ = nullptr;
};

class Repetition {
 public:
    Repetition() = default;
    Repetition(std::string_view raw, const Delimiters* delimiters)
        : raw_(raw), delimiters_(delimiters) {}

    [[nodiscard]] std::string_view raw() const { return raw_; }
    /// Component 1, unescaped.
    [[nodiscard]] std::string text() const;
    /// The whole repetition unescaped with its separators kept: for ST, TX and FT, whose senders
    /// often forget to escape ^ and &.
    [[nodiscard]] std::string value() const;
    [[nodiscard]] std::size_t components() const;
    /// `n` counts from 1; an empty Component when absent.
    [[nodiscard]] Component component(std::size_t n) const;
    [[nodiscard]] bool empty() const;
    [[nodiscard]] bool is_null() const { return raw_ == "\"\""; }

 private:
    std::string_view raw_;
    const Delimiters* delimiters_ = nullptr;
};

/// Walks the repetitions of a field in one pass: `for (Repetition id : field.each())`.
class RepetitionRange {
 public:
    class iterator {
     public:
        using value_type = Repetition;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(std::string_view rest, const Delimiters* delimiters);
        Repetition operator*() const { return {current_, delimiters_}; }
        iterator& operator++();
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.done_; }

     private:
        void take();
        std::string_view rest_;
        std::string_view current_;
        const Delimiters* delimiters_ = nullptr;
        bool last_ = true;
        bool done_ = true;
    };

    RepetitionRange(std::string_view raw, const Delimiters* delimiters)
        : raw_(raw), delimiters_(delimiters) {}
    [[nodiscard]] iterator begin() const { return {raw_, delimiters_}; }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
    std::string_view raw_;
    const Delimiters* delimiters_;
};

class Field {
 public:
    Field() = default;
    Field(std::string_view raw, const Delimiters* delimiters)
        : raw_(raw), delimiters_(delimiters) {}

    [[nodiscard]] std::string_view raw() const { return raw_; }
    /// True when absent or nothing but separators: "no change". A null field is not empty.
    [[nodiscard]] bool empty() const;
    /// True for the two characters "": "delete the value".
    [[nodiscard]] bool is_null() const { return raw_ == "\"\""; }
    /// 0 for an absent or zero-length field.
    [[nodiscard]] std::size_t repetitions() const;
    /// `index` counts from 0; takes time linear in `index`: use each() to walk all.
    [[nodiscard]] Repetition repetition(std::size_t index) const;
    [[nodiscard]] Repetition first() const { return repetition(0); }
    [[nodiscard]] RepetitionRange each() const { return {raw_, delimiters_}; }
    /// Of the first repetition; `n` counts from 1.
    [[nodiscard]] Component component(std::size_t n) const { return first().component(n); }
    /// First repetition, component 1, sub-component 1, unescaped.
    [[nodiscard]] std::string text() const { return first().text(); }

 private:
    std::string_view raw_;
    const Delimiters* delimiters_ = nullptr;
};

namespace detail {
struct MessageState;
}

class Segment {
 public:
    /// "PID".
    [[nodiscard]] std::string_view id() const;
    /// HL7 numbering from 1; in MSH, FHS and BHS field 1 is the separator itself and field 2 the
    /// encoding characters. An empty Field when absent. Constant time.
    [[nodiscard]] Field field(std::size_t n) const;
    /// Number of the last field present.
    [[nodiscard]] std::size_t fields() const;
    /// Without its end.
    [[nodiscard]] std::string_view raw() const;

 private:
    friend struct detail::MessageState;
    const detail::MessageState* state_ = nullptr;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::uint32_t first_separator_ = 0;  // into the state's table of separator positions
    std::uint32_t separators_ = 0;
    bool is_header_ = false;
};

class Message {
 public:
    /// Fails with `invalid` and where = "MSH", "MSH-1" or "MSH-2" when the header cannot be read,
    /// with `too_large` beyond the limits above. White space before MSH is tolerated.
    [[nodiscard]] static Result<Message> parse(std::string utf8_text);

    Message(Message&&) noexcept;
    Message& operator=(Message&&) noexcept;
    ~Message();

    [[nodiscard]] const Delimiters& delimiters() const;
    /// In the order they came, Z segments and unknown ones included.
    [[nodiscard]] std::span<const Segment> segments() const;
    /// The first segment with this id, or nullptr.
    [[nodiscard]] const Segment* first(std::string_view id) const;
    /// Unescaped text at "PID-5.1", "PID-3[2].4.1" (second repetition), "OBX[3]-5" (third OBX) or
    /// "MSH-9.2". Everything counts from 1. Empty when absent or the path is not one.
    [[nodiscard]] std::string text(std::string_view path) const;
    [[nodiscard]] const std::string& raw() const;
    /// "encoding_characters_missing" (the usual ones were taken), "encoding_characters_doubled",
    /// "segment_continued" (a line that is no segment was taken for text of the one before).
    [[nodiscard]] std::span<const std::string_view> warnings() const;

 private:
    explicit Message(std::unique_ptr<const detail::MessageState> state);
    std::unique_ptr<const detail::MessageState> state_;
};

}  // namespace wardlight::hl7v2
