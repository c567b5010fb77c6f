#include "api/commit_queue.h"

#include <exception>
#include <utility>

#include "base/log.h"

namespace wardlight::api {
namespace {

/// One write underway, for as long as the store or the caller holds it.
class Place {
 public:
    explicit Place(std::shared_ptr<std::atomic<std::size_t>> taken)
        : taken_(std::move(taken)), before_(taken_->fetch_add(1)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { taken_->fetch_sub(1); }

    [[nodiscard]] std::size_t before() const { return before_; }

 private:
    const std::shared_ptr<std::atomic<std::size_t>> taken_;
    const std::size_t before_;
};

/// On the writer's thread nothing may be thrown. Who is not answered for want of memory is told so
/// by the request's deadline.
void tell(const std::function<void(Result<store::Commit>)>& done, Result<store::Commit> commit) {
    try {
        done(std::move(commit));
    } catch (const std::exception& exception) {
        log::error("exception in the answer to a write", {{"what", exception.what()}});
    }
}

}  // namespace

void CommitQueue::submit(store::WriteFunction function,
                         std::function<void(Result<store::Commit>)> done) {
    const auto place = std::make_shared<const Place>(underway_);
    if (place->before() >= most_) return tell(done, store_.write(std::move(function)));
    store_.submit(
        std::move(function),
        [place, done = std::move(done)](Result<store::Commit> commit) {
            tell(done, std::move(commit));
        },
        store::Priority::person);
}

}  // namespace wardlight::api
