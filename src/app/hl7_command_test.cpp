#include "app/hl7_command.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "app/hl7_send.h"
#include "app/hl7_show.h"
#include "app/test_command.h"
#include "base/ids.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/framing.h"

using namespace wardlight;
using namespace wardlight::app;
namespace fs = std::filesystem;

namespace {

/// A listener whose answer to each message is bytes as told; "" answers nothing, "close" hangs up.
class Listener {
 public:
    using Answer = std::function<std::string(const std::string& message)>;

    explicit Listener(Answer answer) : answer_(std::move(answer)) {
        listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(listening_, 4) == 0);
        socklen_t size = sizeof(address);
        ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
        target = {"127.0.0.1", std::to_string(ntohs(address.sin_port))};
        thread_ = std::thread([this] { run(); });
    }
    ~Listener() {
        stop_ = true;
        thread_.join();
        ::close(listening_);
    }

    simulate::Target target;
    std::vector<std::string> messages;  // read after the run

 private:
    [[nodiscard]] bool is_readable(int descriptor) const {
        pollfd waiting{descriptor, POLLIN, 0};
        while (!stop_) {
            if (::poll(&waiting, 1, 10) > 0) return true;
        }
        return false;
    }
    void run() {
        while (is_readable(listening_)) {
            const int client = ::accept(listening_, nullptr, nullptr);
            serve(client);
            ::close(client);
        }
    }
    void serve(int client) {
        hl7v2::Deframer deframer;
        while (is_readable(client)) {
            char buffer[4096];
            const auto count = ::recv(client, buffer, sizeof(buffer), 0);
            if (count <= 0) return;
            for (const auto& event : deframer.push({buffer, static_cast<std::size_t>(count)})) {
                messages.push_back(event.bytes);
                const std::string bytes = answer_(event.bytes);
                if (bytes == "close") return;
                (void)::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            }
        }
    }

    Answer answer_;
    int listening_ = -1;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

std::string answer(const std::string& to, hl7v2::AckCode code, const std::string& text = {}) {
    const auto message = hl7v2::Message::parse(to);
    return hl7v2::frame(hl7v2::build_acknowledgement(message ? &*message : nullptr,
                                                     {code, "A1", from_micros(0), {}, text, {}}));
}

std::string message(const std::string& control_id, const std::string& conditions = {}) {
    return "MSH|^~\\&|A|B|C|D|20240615||ADT^A01|" + control_id + "|P|2.4|||" + conditions +
           "\rPID|1\r";
}

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::chrono::milliseconds kShort{50};

struct Sent {
    Hl7SendReport report;
    std::string lines;
};

Sent send(const simulate::Target& target, std::vector<std::string> messages,
          std::chrono::milliseconds timeout = kTimeout) {
    std::ostringstream out;
    const auto report = send_hl7_files(target, {{"f", std::move(messages)}}, timeout, out);
    return {report, out.str()};
}

Captured run(const std::string& arguments) {
    return run_command(add_hl7_command, arguments);
}

struct Folder {
    Folder() : path(fs::temp_directory_path() / ("wardlight-hl7-" + new_uuid())) {
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }
    [[nodiscard]] std::string file(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return (path / name).string();
    }
    fs::path path;
};

}  // namespace

TEST_CASE("each acknowledgement is told on one line and counted") {
    using hl7v2::AckCode;
    Listener listener([](const std::string& m) {
        if (m.find("|M2|") != std::string::npos) return answer(m, AckCode::ae, "not\rgood");
        if (m.find("|M3|") != std::string::npos) return answer(message("M9"), AckCode::aa);
        return answer(m, AckCode::aa, "fine");
    });
    const Sent sent = send(listener.target, {message("M1"), message("M2"), message("M3"), "PID|1"});
    CHECK(sent.report.sent == 4);
    CHECK(sent.report.accepted == 2);
    CHECK(sent.report.refused == 2);
    CHECK(sent.lines ==
          "f\t1\tM1\tAA\tfine\n"
          "f\t2\tM2\tAE\tnot good\n"
          "f\t3\tM3\tAA\t\n"
          "f\t3\tM3\t-\tthe answer is to another message: M9\n"
          "f\t4\t\tAA\tfine\n");
}

TEST_CASE("MSH-15 and MSH-16 decide how many answers are waited for") {
    using hl7v2::AckCode;
    Listener listener([](const std::string& m) {
        if (m.find("|NE|NE") != std::string::npos) return std::string{};
        if (m.find("|AL|AL") != std::string::npos)
            return answer(m, AckCode::ca) + answer(m, AckCode::ae, "later");
        if (m.find("|ER|NE") != std::string::npos) return std::string{};
        return answer(m, AckCode::ca);
    });
    const Sent sent = send(listener.target,
                           {message("1", "NE|NE"), message("2", "AL|AL"), message("3", "AL|NE")});
    CHECK(sent.lines ==
          "f\t1\t1\t-\tsent; MSH-15/16 ask for no answer\n"
          "f\t2\t2\tCA\t\n"
          "f\t2\t2\tAE\tlater\n"
          "f\t3\t3\tCA\t\n");
    CHECK(sent.report.accepted == 2);
    CHECK(sent.report.refused == 1);
    CHECK(send(listener.target, {message("4", "ER|NE")}, kShort).lines ==
          "f\t1\t4\t-\tsent; no error came back\n");
}

TEST_CASE("after a lost connection the next message goes out on a new one") {
    Listener listener([](const std::string& m) {
        if (m.find("|M1|") != std::string::npos) return std::string("close");
        if (m.find("|M2|") != std::string::npos) return hl7v2::frame("nonsense");
        return answer(m, hl7v2::AckCode::aa);
    });
    const Sent sent = send(listener.target, {message("M1"), message("M2"), message("M3")});
    CHECK(sent.report.sent == 3);
    CHECK(sent.report.unanswered == 2);
    CHECK(sent.report.accepted == 1);
    CHECK_FALSE(sent.report.is_good());
}

TEST_CASE("a message that nobody answers in time is counted as unanswered") {
    Listener listener([](const std::string&) { return std::string{}; });
    const Sent sent = send(listener.target, {message("M1")}, kShort);
    CHECK(sent.report.sent == 1);
    CHECK(sent.report.unanswered == 1);
}

TEST_CASE("hl7 send sends the messages of files and says by its exit code how it went") {
    const Folder folder;
    Listener listener([](const std::string& m) {
        return answer(
            m, m.find("|BAD|") == std::string::npos ? hl7v2::AckCode::aa : hl7v2::AckCode::ar);
    });
    const std::string to = "hl7 send --to 127.0.0.1:" + listener.target.port + " ";
    const std::string good = folder.file("good.hl7", message("M1") + message("M2"));
    const std::string bad = folder.file("bad.hl7", hl7v2::frame(message("BAD")));
    CHECK(run(to + good).exit_code == 0);
    CHECK(run(to + good + " " + bad).exit_code == 1);
    CHECK(run(to + bad).out == bad + "\t1\tBAD\tAR\t\n");
    CHECK(run(to + (folder.path / "missing").string()).exit_code == 2);
    CHECK(run(to + folder.path.string()).exit_code == 2);
    CHECK(run("hl7 send --to nowhere " + good).exit_code == 2);
    CHECK(run("hl7 send --to 127.0.0.1:1 " + good).exit_code == 1);
    CHECK(run("hl7 send --timeout 0 --to 127.0.0.1:1 " + good).exit_code != 0);
}

TEST_CASE("hl7 show writes how a message is read") {
    const Folder folder;
    const std::string file = folder.file(
        "a.hl7",
        "MSH|^~\\&|LAB|RX|CIS|RX|20240615120000+0100||ORU^R01^ORU_R01|X1|P|2.5||||||8859/1\r"
        "PID|1||999001^^^RX&1.2&ISO^MR~9434765919^^^NHS^NH~1^^^NHS||O\x92"
        "Brien^Zo\xEB^\"\"||20240230\r"
        "OBX|1|TX|N^Note||a\\.br\\b\\T\\c||||||F|||20240331013000\r"
        "OBX|2|DTM|T^Time||20240615\rZZZ|x|\"\"\r");
    const Captured shown = run("hl7 show " + file);
    CHECK(shown.exit_code == 0);
    CHECK(shown.out == file + R"(
message 1 of 1, 254 bytes: ORU^R01^ORU_R01, control id X1, version 2.5
  header check: AA
  warning: charset_c1_as_cp1252
  MSH  message header
    MSH-1       field separator              |
    MSH-2       encoding characters          ^~\&
    MSH-3       sending application          LAB
    MSH-4       sending facility             RX
    MSH-5       receiving application        CIS
    MSH-6       receiving facility           RX
    MSH-7       time of message              20240615120000+0100  = 2024-06-15T12:00:00+01:00
    MSH-9       message type                 [1] ORU  [2] R01  [3] ORU_R01
    MSH-10      control id                   X1
    MSH-11      processing id                P
    MSH-12      version                      2.5
    MSH-18      character set                8859/1
  PID  patient identification
    PID-1       set id                       1
    PID-3[1]    patient identifiers          [1] 999001  [4.1] RX  [4.2] 1.2  [4.3] ISO  [5] MR
    PID-3[2]                                 [1] 9434765919  [4] NHS  [5] NH  = valid NHS number
    PID-3[3]                                 [1] 1  [4] NHS  ! not a valid NHS number
    PID-5       patient name                 [1] O’Brien  [2] Zoë  [3] "" (delete)
    PID-7       date of birth                20240230  ! time_invalid
  OBX  observation
    OBX-1       set id                       1
    OBX-2       value type                   TX
    OBX-3       observation                  [1] N  [2] Note
    OBX-5       value                        a⏎b&c
    OBX-11      result status                F
    OBX-14      observed                     20240331013000  = 2024-03-31T02:00:00+01:00  ! time_zone_gap
  OBX  observation
    OBX-1       set id                       2
    OBX-2       value type                   DTM
    OBX-3       observation                  [1] T  [2] Time
    OBX-5       value                        20240615  = 2024-06-15
  ZZZ
    ZZZ-1                                    x
    ZZZ-2                                    "" (delete)
)");
}

TEST_CASE("hl7 show tells what would be refused and cuts long values") {
    const Folder folder;
    const Captured refused = run("hl7 show " + folder.file("a", "PID|1"));
    CHECK(refused.exit_code == 1);
    CHECK(refused.out.find("100 Segment sequence error") != std::string::npos);

    const std::string limit(kShownCharacters, 'x');
    const std::string values = message("1") + "OBX|1|TX|||" + limit + "\rOBX|2|TX|||" + limit + "x";
    const Captured shown = run("hl7 show " + folder.file("b", values));
    CHECK(shown.exit_code == 0);
    CHECK(shown.out.find(limit + "\n") != std::string::npos);
    CHECK(shown.out.find(limit + "… (301 characters)\n") != std::string::npos);
    CHECK(run("hl7 show --zone Mars/Olympus " + folder.file("c", values)).exit_code == 2);
    CHECK(run("hl7 show --character-set KLINGON " + folder.file("d", values)).exit_code == 2);
}
