// HTTP/1.1 with keep-alive: requests made of a head that is the same for all, and a body or a
// target that differs. Bodies of answers are counted, not read.
#pragma once

#include <string>
#include <vector>

#include "load/load_run.h"

namespace wardlight::load {

/// Cookie and CSRF token of a sign-in, as the program's caller has them.
struct SignIn {
    std::string cookie;
    std::string csrf;
};

class HttpExchange : public Exchange {
 public:
    HttpExchange(SignIn sign_in, int expected_status)
        : sign_in_(std::move(sign_in)), expected_status_(expected_status) {}

    Answer take_answer(std::uint64_t number, std::string& incoming) final;
    [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
    /// The first answer that was not the expected one, for the person who looks for the reason.
    [[nodiscard]] const std::string& first_wrong() const { return first_wrong_; }

 protected:
    void write_get(std::string_view target, std::string& out) const;
    void write_post(std::string_view target, std::string_view body, std::string& out) const;

 private:
    void write_headers(std::string& out) const;
    SignIn sign_in_;
    int expected_status_;
    std::uint64_t body_bytes_ = 0;
    std::string first_wrong_;
};

}  // namespace wardlight::load
