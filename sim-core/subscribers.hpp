// Those who are told of something, in the order in which they asked for it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace streamtwin {

/// Whoever holds it is told; when it ends nobody is told any more. It may outlive what it was taken out with, and may end
/// while others are told.
class Subscription {
 public:
  Subscription() = default;

 private:
  template <class T>
  friend class Subscribers;
  explicit Subscription(std::shared_ptr<void> held) : held_(std::move(held)) {}

  std::shared_ptr<void> held_;
};

/// Cost: O(subscribers) each time they are told; room for those that have ended is used again.
template <class T>
class Subscribers {
 public:
  [[nodiscard]] Subscription add(T subscriber) {
    if (subscribers_.size() >= swept_at_ && telling_ == 0) {
      std::erase_if(subscribers_, [](const std::weak_ptr<T>& entry) { return entry.expired(); });
      swept_at_ = std::max(least, 2 * subscribers_.size());
    }
    auto held = std::make_shared<T>(std::move(subscriber));
    subscribers_.push_back(held);
    return Subscription{std::move(held)};
  }

  /// Calls `tell(T&)` for each. One that subscribes meanwhile is told, too.
  template <class Tell>
  void tell(Tell&& tell) {
    struct Telling {
      explicit Telling(int& count) : count_(count) { ++count_; }
      ~Telling() { --count_; }
      int& count_;
    } const telling(telling_);
    for (std::size_t i = 0; i < subscribers_.size(); ++i) {
      if (const std::shared_ptr<T> subscriber = subscribers_[i].lock()) tell(*subscriber);
    }
  }

  /// Entries, some of which may have ended (for inspection).
  std::size_t entries() const { return subscribers_.size(); }

 private:
  static constexpr std::size_t least = 4;

  std::vector<std::weak_ptr<T>> subscribers_;
  std::size_t swept_at_ = least;
  int telling_ = 0;
};

}  // namespace streamtwin
