#include "access/cbor.h"

#include <string>
#include <tuple>

#include "base/text.h"

namespace wardlight::access::cbor {
namespace {

enum Major : unsigned { unsigned_integer, negative_integer, byte_string, text_string, list, map };

constexpr unsigned kSimple = 7;  // major type of true, false, null and floats
constexpr unsigned kFalse = 20;
constexpr unsigned kTrue = 21;
constexpr unsigned kNull = 22;

class Reader {
 public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    Result<Value> value(int depth) {
        const std::size_t start = at_;
        const Head head = TRY(read_head());
        switch (head.major) {
            case unsigned_integer:
            case negative_integer:
                return integer(head, start);
            case byte_string:
            case text_string:
                return string(head, start);
            case list:
            case map:
                return container(head, start, depth);
            case kSimple:
                return simple(head, start);
            default:
                return refuse("a tag, which the canonical form does not have", start);
        }
    }

    [[nodiscard]] std::size_t position() const { return at_; }

 private:
    struct Head {
        unsigned major = 0;
        unsigned info = 0;
        std::uint64_t argument = 0;
    };

    [[nodiscard]] static tl::unexpected<Error> refuse(const char* what, std::size_t at) {
        return fail(ErrorCode::invalid, what, "byte " + std::to_string(at));
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
    std::uint64_t take_number(std::size_t length) {
        std::uint64_t number = 0;
        for (const char c : bytes_.substr(at_, length))
            number = number << 8U | static_cast<unsigned char>(c);
        at_ += length;
        return number;
    }

    Result<Head> read_head() {
        const std::size_t start = at_;
        if (left() == 0) return refuse("the bytes end too early", start);
        const unsigned first = static_cast<unsigned char>(bytes_[at_++]);
        Head head{first >> 5U, first & 31U, first & 31U};
        if (head.info < 24) return head;
        if (head.info > 27)
            return refuse("an indefinite or reserved length, which is not canonical", start);
        const std::size_t length = std::size_t{1} << (head.info - 24);
        if (left() < length) return refuse("the bytes end too early", start);
        head.argument = take_number(length);
        // Each length has its range: what fits a shorter one has to be written that way.
        const std::uint64_t least = length == 1 ? 24 : std::uint64_t{1} << (4 * length);
        if (head.major != kSimple && head.argument < least)
            return refuse("a number that is not written as short as it can be", start);
        return head;
    }

    static Result<Value> integer(const Head& head, std::size_t start) {
        if (head.argument > static_cast<std::uint64_t>(INT64_MAX))
            return refuse("an integer of more than 64 bits", start);
        Value value;
        value.kind = Kind::integer;
        value.integer = static_cast<std::int64_t>(head.argument);
        if (head.major == negative_integer) value.integer = -1 - value.integer;
        return value;
    }

    Result<Value> string(const Head& head, std::size_t start) {
        if (head.argument > left()) return refuse("the bytes end too early", start);
        Value value;
        value.kind = head.major == byte_string ? Kind::bytes : Kind::text;
        value.bytes = bytes_.substr(at_, static_cast<std::size_t>(head.argument));
        at_ += value.bytes.size();
        if (value.kind == Kind::text && !is_valid_utf8(value.bytes))
            return refuse("a text that is not UTF-8", start);
        return value;
    }

    static Result<Value> simple(const Head& head, std::size_t start) {
        Value value;
        switch (head.info) {
            case kFalse:
            case kTrue:
                value.kind = Kind::boolean;
                value.integer = head.info == kTrue ? 1 : 0;
                return value;
            case kNull:
                return value;
            default:
                return refuse("a float or a value without meaning here", start);
        }
    }

    Result<Value> container(const Head& head, std::size_t start, int depth) {
        if (depth >= kDepthMost) return refuse("nested more than four deep", start);
        const std::size_t parts_each = head.major == map ? 2 : 1;
        // Every part takes a byte at least: a count that cannot be true costs no memory.
        if (head.argument > left() / parts_each) return refuse("the bytes end too early", start);
        Value value;
        value.kind = head.major == map ? Kind::map : Kind::array;
        value.items.reserve(static_cast<std::size_t>(head.argument) * parts_each);
        std::string_view last_key;
        for (std::uint64_t i = 0; i < head.argument; ++i) {
            if (head.major == map) {
                const std::size_t key_at = at_;
                value.items.push_back(TRY(key()));
                const std::string_view key_bytes = bytes_.substr(key_at, at_ - key_at);
                if (i > 0 && !is_before(last_key, key_bytes))
                    return refuse("a key that is there twice or not in order", key_at);
                last_key = key_bytes;
            }
            value.items.push_back(TRY(this->value(depth + 1)));
        }
        return value;
    }

    Result<Value> key() {
        const std::size_t start = at_;
        Value key = TRY(value(kDepthMost));
        if (!key.is(Kind::integer) && !key.is(Kind::text))
            return refuse("a key that is neither a number nor a text", start);
        return key;
    }

    /// Order of CTAP2: by major type, then by length, then by bytes.
    static bool is_before(std::string_view a, std::string_view b) {
        const auto rank = [](std::string_view key) {
            return std::make_tuple(static_cast<unsigned char>(key[0]) >> 5U, key.size(), key);
        };
        return rank(a) < rank(b);
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
};

template <class Fits>
const Value* find_if(const Value& value, Fits fits) {
    if (!value.is(Kind::map)) return nullptr;
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        if (fits(value.items[i])) return &value.items[i + 1];
    }
    return nullptr;
}

}  // namespace

const Value* Value::find(std::string_view key) const {
    return find_if(*this, [key](const Value& k) { return k.is(Kind::text) && k.bytes == key; });
}

const Value* Value::find(std::int64_t key) const {
    return find_if(*this,
                   [key](const Value& k) { return k.is(Kind::integer) && k.integer == key; });
}

Result<First> parse_first(std::string_view bytes) {
    if (bytes.size() > kBytesMost) return fail(ErrorCode::too_large, "more than 64 KiB", "byte 0");
    Reader reader(bytes);
    First first;
    first.value = TRY(reader.value(0));
    first.length = reader.position();
    return first;
}

Result<Value> parse(std::string_view bytes) {
    First first = TRY(parse_first(bytes));
    if (first.length != bytes.size()) {
        return fail(ErrorCode::invalid, "something follows the value",
                    "byte " + std::to_string(first.length));
    }
    return std::move(first.value);
}

}  // namespace wardlight::access::cbor
