#include "app/hl7_send.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <ostream>

#include "hl7v2/acknowledgement.h"
#include "hl7v2/character_set.h"

namespace wardlight::app {
namespace {

using hl7v2::Acknowledgement;
using hl7v2::WantedAcknowledgements;
using simulate::MllpConnection;

/// What is known of a message before it goes out.
struct Outgoing {
    std::string control_id;
    WantedAcknowledgements on_success;
    WantedAcknowledgements on_failure;
    [[nodiscard]] bool may_be_answered() const {
        return on_success.accept || on_success.application || on_failure.accept ||
               on_failure.application;
    }
    [[nodiscard]] bool success_is_silent() const {
        return !on_success.accept && !on_success.application;
    }
};

Outgoing look_at(const std::string& bytes) {
    const auto message = hl7v2::Message::parse(hl7v2::decode(bytes).text);
    // What we cannot read is sent all the same: how the receiver answers is the question.
    if (!message) return {{}, {.application = true}, {.application = true}};
    return {message->text("MSH-10"), hl7v2::wanted_acknowledgements(*message, true),
            hl7v2::wanted_acknowledgements(*message, false)};
}

/// Text of another system on one line of ours.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

class Sender {
 public:
    Sender(const simulate::Target& target, std::chrono::milliseconds timeout, std::ostream& out)
        : target_(target), timeout_(timeout), out_(out) {}

    void send(const std::string& file, std::size_t number, const std::string& bytes) {
        file_ = file;
        number_ = number;
        outgoing_ = look_at(bytes);
        const auto answered = exchange(bytes);
        if (answered) return;
        ++report_.unanswered;
        line("-", answered.error().message);
        connection_.reset();  // an answer that comes too late must not be taken for the next one
    }

    [[nodiscard]] const Hl7SendReport& report() const { return report_; }

 private:
    Result<> exchange(const std::string& bytes) {
        if (!connection_) connection_ = TRY(MllpConnection::open(target_, timeout_));
        TRY(connection_->send(bytes, timeout_, kNeverStop));
        ++report_.sent;
        if (!outgoing_.may_be_answered())
            return silent_success("sent; MSH-15/16 ask for no answer");
        auto answer = connection_->receive(timeout_, kNeverStop);
        if (!answer && outgoing_.success_is_silent()) {
            connection_.reset();
            return silent_success("sent; no error came back");
        }
        const Acknowledgement first = TRY(read(TRY(std::move(answer))));
        const bool accept = first.code == as_accept(first.code);
        const auto& wanted = is_positive(first.code) ? outgoing_.on_success : outgoing_.on_failure;
        Acknowledgement last = first;
        if (accept && wanted.application) {
            auto second = connection_->receive(
                std::min<std::chrono::milliseconds>(timeout_, kSecondAnswerWait), kNeverStop);
            if (second) last = TRY(read(*second));
            if (!second) connection_.reset();
        }
        count(first, last);
        return {};
    }

    Result<Acknowledgement> read(const std::string& bytes) {
        auto answer = TRY(hl7v2::parse_acknowledgement(bytes));
        line(hl7v2::name_of(answer.code), answer.text);
        return answer;
    }

    void count(const Acknowledgement& first, const Acknowledgement& last) {
        for (const Acknowledgement* answer : {&first, &last}) {
            if (outgoing_.control_id.empty() || answer->control_id == outgoing_.control_id)
                continue;
            line("-", "the answer is to another message: " + answer->control_id);
            ++report_.refused;
            return;
        }
        const bool accepted = is_positive(first.code) && is_positive(last.code);
        ++(accepted ? report_.accepted : report_.refused);
    }

    Result<> silent_success(std::string_view text) {
        ++report_.accepted;
        line("-", text);
        return {};
    }

    void line(std::string_view code, std::string_view text) {
        out_ << file_ << '\t' << number_ << '\t' << one_line(outgoing_.control_id) << '\t' << code
             << '\t' << one_line(std::string(text)) << '\n'
             << std::flush;
    }

    static inline const std::atomic<bool> kNeverStop{false};

    const simulate::Target& target_;
    std::chrono::milliseconds timeout_;
    std::ostream& out_;
    std::optional<MllpConnection> connection_;
    std::string file_;
    std::size_t number_ = 0;
    Outgoing outgoing_;
    Hl7SendReport report_;
};

}  // namespace

Hl7SendReport send_hl7_files(const simulate::Target& target, const std::vector<Hl7File>& files,
                             std::chrono::milliseconds timeout, std::ostream& out) {
    Sender sender(target, timeout, out);
    for (const Hl7File& file : files) {
        std::size_t number = 0;
        for (const std::string& message : file.messages) sender.send(file.name, ++number, message);
    }
    return sender.report();
}

}  // namespace wardlight::app
