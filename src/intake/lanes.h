// Applies stored messages: read in order of arrival, mapped on parallel lanes (all messages of one
// patient on one lane, so in order), written by the store's writer together with what the rules
// make of them. The raw_message table is the queue: a restart goes on where the last commit left
// it.
//
// A message that cannot be mapped or applied goes to quarantine with its reason and never holds up
// the rest. When the store cannot write, lanes wait and try again: nothing is dropped. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/limits.h"
#include "intake/apply.h"
#include "intake/feed_profile.h"
#include "intake/raw_message.h"

namespace wardlight::intake {

/// Runs in the same transaction as the data, with what a message changed.
using AfterApply =
    std::function<Result<>(store::WriteTransaction&, std::span<const store::ResourceKey>)>;

/// Finds the profile of a feed; feeds without one of their own get the default.
using FindProfile = std::function<const FeedProfile&(const FeedId&)>;

class Lanes {
 public:
    Lanes(store::Store& store, FindProfile find_profile, AfterApply after_apply, std::size_t lanes,
          std::size_t behind_at = limits::kUnappliedMessages);
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    /// Tells the lanes that messages may be waiting. Cheap; called after each commit of one.
    void wake();

    /// More is stored and not yet applied than should be: feeds must wait, for an alert that comes
    /// late helps nobody. Cheap.
    [[nodiscard]] bool is_behind() const;

    /// Waits until everything stored so far has been applied or quarantined. For tests and tools.
    void drain();

    struct Outcome {
        MessageState state = MessageState::applied;
        std::optional<QuarantineReason> reason;
    };
    /// Applies a quarantined message again, now. Blocks; not for io threads.
    [[nodiscard]] Result<Outcome> replay(MessageNumber number);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wardlight::intake
