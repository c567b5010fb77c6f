#include "net/http_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include "base/text.h"

namespace wardlight::net {
namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kHeaderTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr std::string_view kEndOfChunks = "0\r\n\r\n";

std::string_view view(string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

struct HttpParser::Impl final : http::basic_parser<true> {
    Impl(Limits limits, BodyLimit body_limit)
        : limits_(limits), ask_body_limit_(std::move(body_limit)) {
        this->body_limit(boost::none);  // checked here, where the route is known
        this->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    }

    void refuse(int status, error_code& ec) {
        refused_ = status;
        ec = http::error::bad_value;
    }

    void on_request_impl(http::verb, string_view method, string_view target, int version,
                         error_code& ec) override {
        request_.method = view(method);
        request_.target = view(target);
        is_http11_ = version == 11;
        // Only origin-form, and "*" for OPTIONS: a proxy's forms have no meaning here.
        if (!request_.target.starts_with('/') && request_.target != "*") refuse(kBadRequest, ec);
    }

    void on_response_impl(int, string_view, int, error_code& ec) override {
        refuse(kBadRequest, ec);
    }

    void on_field_impl(http::field field, string_view name, string_view value,
                       error_code& ec) override {
        if (has_header_) return;  // trailers are not used
        if (request_.headers.size() >= limits_.header_fields) return refuse(kHeaderTooLarge, ec);
        switch (field) {
            case http::field::host:
                if (++hosts_ > 1) return refuse(kBadRequest, ec);
                break;
            case http::field::content_length:
                // A list or a repetition, even of equal numbers, is how smuggling begins.
                if (++content_lengths_ > 1 || view(value).find(',') != std::string_view::npos) {
                    return refuse(kBadRequest, ec);
                }
                break;
            case http::field::transfer_encoding:
                if (!is_http11_) return refuse(kBadRequest, ec);
                if (!equals_ignoring_case(view(value), "chunked")) {
                    return refuse(kNotImplemented, ec);
                }
                break;
            case http::field::expect:
                if (equals_ignoring_case(view(value), "100-continue")) expects_continue_ = true;
                break;
            default:
                break;
        }
        request_.headers.push_back({std::string(view(name)), std::string(view(value))});
    }

    void on_header_impl(error_code& ec) override {
        has_header_ = true;
        if (is_http11_ && hosts_ != 1) return refuse(kBadRequest, ec);
        body_most_ = ask_body_limit_(request_);
        if (content_length() && *content_length() > body_most_) return refuse(kTooLarge, ec);
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}

    std::size_t on_body_impl(string_view body, error_code&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t size, string_view, error_code& ec) override {
        if (size > body_most_ - request_.body.size()) refuse(kTooLarge, ec);
    }

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(error_code&) override {}

    Limits limits_;
    BodyLimit ask_body_limit_;
    Request request_;
    std::size_t overhead_bytes_ = 0;  ///< header, chunk headers and trailers
    std::size_t body_most_ = 0;
    int hosts_ = 0;
    int content_lengths_ = 0;
    int refused_ = 0;
    bool is_http11_ = false;
    bool has_header_ = false;
    bool expects_continue_ = false;
};

HttpParser::HttpParser(Limits limits, BodyLimit body_limit)
    : impl_(std::make_unique<Impl>(limits, std::move(body_limit))) {}

HttpParser::~HttpParser() = default;

std::size_t HttpParser::feed(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !impl_->is_done() && impl_->refused_ == 0) {
        // Beast 1.81 stops the process when it is shown this end in three parts.
        const std::string_view rest = bytes.substr(used);
        const bool is_part_of_end =
            rest.size() > 2 && rest.size() < kEndOfChunks.size() && kEndOfChunks.starts_with(rest);
        if (is_part_of_end && impl_->chunked()) break;
        error_code ec;
        const bool had_header = impl_->has_header_;
        const std::size_t body_before = impl_->request_.body.size();
        const std::size_t taken =
            impl_->put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), ec);
        used += taken;
        if (!had_header) impl_->overhead_bytes_ += taken;
        // The parser takes header lines as they complete and so never sees their sum.
        const std::size_t untaken = bytes.size() - used;
        // A chunk's line or the trailer, whether it waits for its end or was taken in one piece.
        const std::size_t around_body = ec == http::error::need_more
                                            ? untaken
                                            : taken - (impl_->request_.body.size() - body_before);
        const bool is_header_too_large =
            !impl_->has_header_ && impl_->overhead_bytes_ + untaken > impl_->limits_.header_bytes;
        if (ec == http::error::header_limit || is_header_too_large ||
            (impl_->has_header_ && impl_->overhead_bytes_ > impl_->limits_.header_bytes)) {
            impl_->refused_ = kHeaderTooLarge;
        } else if (had_header && around_body > impl_->limits_.header_bytes) {
            impl_->refused_ = kBadRequest;
        } else if (ec && ec != http::error::need_more && impl_->refused_ == 0) {
            impl_->refused_ = kBadRequest;
        }
        if (taken == 0 || ec == http::error::need_more) break;
    }
    return used;
}

bool HttpParser::is_complete() const {
    return impl_->refused_ == 0 && impl_->is_done();
}
bool HttpParser::has_header() const {
    return impl_->has_header_;
}
int HttpParser::refused() const {
    return impl_->refused_;
}
bool HttpParser::expects_continue() const {
    return impl_->expects_continue_ && impl_->is_http11_;
}
bool HttpParser::keep_alive() const {
    return impl_->is_http11_ && impl_->keep_alive();
}
std::size_t HttpParser::body_bytes() const {
    return impl_->request_.body.size();
}
Request HttpParser::take() {
    return std::move(impl_->request_);
}

}  // namespace wardlight::net
