#include "net/io_threads.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <thread>
#include <vector>

#include "base/log.h"

namespace wardlight::net {
namespace asio = boost::asio;

namespace {

struct Loop {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::thread thread;

    void run() {
        for (;;) {
            try {
                io.run();
                return;
            } catch (const std::exception& exception) {
                // One connection failed; the others on this thread go on.
                log::error("exception on an io thread", {{"what", exception.what()}});
            }
        }
    }
};

}  // namespace

struct IoThreads::Impl {
    std::vector<std::unique_ptr<Loop>> loops;
    std::atomic<std::size_t> turn{0};
};

IoThreads::IoThreads(std::size_t threads) : impl_(std::make_unique<Impl>()) {
    std::signal(SIGPIPE, SIG_IGN);
    for (std::size_t i = 0; i < threads; ++i) {
        impl_->loops.push_back(std::make_unique<Loop>());
        Loop* loop = impl_->loops.back().get();
        loop->thread = std::thread([loop] { loop->run(); });
    }
}

IoThreads::~IoThreads() {
    stop();
}

asio::io_context& IoThreads::first() {
    return impl_->loops.front()->io;
}

asio::io_context& IoThreads::next() {
    return impl_->loops[impl_->turn.fetch_add(1) % impl_->loops.size()]->io;
}

void IoThreads::stop() {
    for (auto& loop : impl_->loops) {
        loop->work.reset();
        loop->io.stop();
    }
    for (auto& loop : impl_->loops) {
        if (loop->thread.joinable()) loop->thread.join();
    }
}

}  // namespace wardlight::net
